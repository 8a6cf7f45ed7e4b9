import JSONText

/// The features of a GeoJSON file, held in memory as a whole.
struct FeatureFile {
  private static let depthMax = 32
  private static let featuresMax = 2_000_000

  let features: [JSON]

  /// - Throws: faults of the stream; `.json`, `.notFeatures`.
  init(stream: TextStream, limits: ImportLimits) throws(ImportFault) {
    var bytes: [UInt8] = []
    while let piece = try stream.next() { bytes += piece }
    guard !bytes.isEmpty else { throw .empty }
    let document: JSON
    do throws(JSONFault) {
      document = try JSON.parse(
        bytes,
        limits: JSONLimits(
          bytesMax: limits.fileBytesMax, depthMax: Self.depthMax, membersMax: Self.featuresMax,
          stringBytesMax: limits.fieldBytesMax))
    } catch {
      throw .json(code: error.code, offset: error.offset)
    }
    switch document["type"]?.string {
    case "FeatureCollection":
      guard let features = document["features"]?.array else { throw .notFeatures }
      self.features = features
    case "Feature": features = [document]
    default: throw .notFeatures
    }
  }

  /// A property as text, by its name or a path of names with dots between them; empty where the
  /// feature has none, or it is an array or object.
  static func text(_ feature: JSON, _ path: String) -> String {
    var value = feature["properties"]
    if let direct = value?[path] { return JSONLTable.text(direct) ?? "" }
    for name in path.split(separator: ".") { value = value?[String(name)] }
    return value.flatMap(JSONLTable.text) ?? ""
  }

  /// The first of several properties that is not empty.
  static func text(_ feature: JSON, _ paths: [String]) -> String {
    for path in paths {
      let text = text(feature, path)
      if !text.isEmpty { return text }
    }
    return ""
  }
}
