import City
import Glibc
import JSONText

// How the values of City stand in a journal body. A nil, an empty list and an empty text leave
// their member out.
extension JSONWriter {
  mutating func member<Subject>(_ name: String, _ id: ID<Subject>) {
    member(name, id.rawValue)
  }

  mutating func member<Subject>(_ name: String, _ id: ID<Subject>?) {
    if let id { member(name, id.rawValue) }
  }

  mutating func member(_ name: String, _ instant: Instant) {
    member(name, instant.milliseconds)
  }

  mutating func member(_ name: String, _ instant: Instant?) {
    if let instant { member(name, instant.milliseconds) }
  }

  /// A text of any content. No reader of JSON here takes U+0000, so a text with it stands as bytes.
  mutating func text(_ name: String, _ value: String) {
    self.name(name)
    text(value)
  }

  mutating func text(_ name: String, _ value: String?) {
    if let value { text(name, value) }
  }

  mutating func textUnlessEmpty(_ name: String, _ value: String) {
    if !value.isEmpty { text(name, value) }
  }

  mutating func text(_ value: String) {
    var value = value
    let holdsNUL = value.withUTF8 { utf8 in
      utf8.baseAddress.map { memchr($0, 0, utf8.count) != nil } ?? false
    }
    guard holdsNUL else { return string(value) }
    beginObject()
    blob("utf8", Array(value.utf8))
    endObject()
  }

  mutating func texts(_ name: String, _ values: [String]) {
    guard !values.isEmpty else { return }
    self.name(name)
    beginArray()
    for value in values { text(value) }
    endArray()
  }

  mutating func blob(_ name: String, _ bytes: [UInt8]) {
    self.name(name)
    raw(Base64URL.quoted(bytes))
  }

  mutating func blobUnlessEmpty(_ name: String, _ bytes: [UInt8]) {
    if !bytes.isEmpty { blob(name, bytes) }
  }

  mutating func files(_ name: String, _ files: [FileDigest]) {
    guard !files.isEmpty else { return }
    self.name(name)
    beginArray()
    for file in files { raw(Base64URL.quoted(file.digest.bytes)) }
    endArray()
  }

  mutating func sealed(_ name: String, _ sealed: Sealed) {
    object(name) { writer in
      writer.member("subject", sealed.subject)
      writer.blob("bytes", sealed.bytes)
    }
  }

  mutating func path(_ name: String, _ path: AreaPath) { ids(name, path.areas) }
  mutating func path(_ name: String, _ path: UnitPath) { ids(name, path.units) }

  mutating func ids<Subject>(_ name: String, _ ids: [ID<Subject>]) {
    guard !ids.isEmpty else { return }
    self.name(name)
    beginArray()
    for id in ids { integer(id.rawValue) }
    endArray()
  }

  /// Longitude before latitude, in degrees.
  mutating func position(_ name: String, _ position: Position?) {
    if let position { points(name, [position]) }
  }

  /// Longitude and latitude of one point after the other, without brackets around each.
  mutating func points(_ name: String, _ points: [Position]) {
    self.name(name)
    self.points(points)
  }

  mutating func outline(_ name: String, _ outline: Outline) {
    self.name(name)
    beginArray()
    for polygon in outline.polygons {
      beginArray()
      points(polygon.outer.points)
      for hole in polygon.holes { points(hole.points) }
      endArray()
    }
    endArray()
  }

  private mutating func points(_ points: [Position]) {
    beginArray()
    for point in points {
      number(point.longitude)
      number(point.latitude)
    }
    endArray()
  }
}
