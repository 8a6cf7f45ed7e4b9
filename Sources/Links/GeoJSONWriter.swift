package import City
import JSONText

/// Writes points as a GeoJSON FeatureCollection (RFC 7946, WGS-84), feature by feature.
package struct GeoJSONWriter {
  private static let opening = Array(#"{"type":"FeatureCollection","features":["#.utf8)
  private static let closing = Array("]}\n".utf8)

  private var bytes = Self.opening
  private var writer = JSONWriter()
  private var hasFeatures = false

  package init() {}

  /// Adds one feature; without a position its geometry is null, which the format allows.
  ///
  /// - Parameters:
  ///   - names: names of the properties.
  ///   - values: as many texts.
  package mutating func feature(at position: Position?, names: [String], values: [String]) {
    precondition(names.count == values.count)
    writer.removeAll()
    writer.beginObject()
    writer.member("type", "Feature")
    if let position {
      writer.object("geometry") { geometry in
        geometry.member("type", "Point")
        geometry.name("coordinates")
        geometry.beginArray()
        geometry.number(position.longitude)
        geometry.number(position.latitude)
        geometry.endArray()
      }
    } else {
      writer.name("geometry")
      writer.null()
    }
    writer.object("properties") { properties in
      for (name, value) in zip(names, values) { properties.member(name, value) }
    }
    writer.endObject()
    if hasFeatures { bytes.append(UInt8(ascii: ",")) }
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: writer.bytes)
    hasFeatures = true
  }

  /// Ends the collection; nothing may be added afterwards.
  package mutating func end() { bytes.append(contentsOf: Self.closing) }

  /// Gives the bytes written so far away.
  package mutating func take() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &bytes)
    return taken
  }
}
