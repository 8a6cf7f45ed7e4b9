package import City
import JSONText

/// Reads things from CSV or GeoJSON; columns and properties that have no meaning of their own
/// become attributes.
package enum ThingFile {
  private static let required = ["code"]
  private static let optional = [
    "kind", "name", "address", "area", "owner", "longitude", "latitude",
  ]

  /// Reads `code` and, where known, `kind,name,address,area,owner,longitude,latitude` from CSV.
  ///
  /// - Parameters:
  ///   - kindDefault: code of the kind of rows that state none; nil = they are refused.
  ///   - convert: turns longitude and latitude of the file's coordinate system into WGS-84.
  ///   - besides: columns that are the kind's own fields, though they are called as ours are.
  /// - Throws: `ImportFault` where the file as a whole cannot be taken.
  package static func readCSV(
    stream: TextStream, kindDefault: String?,
    convert: @escaping (_ longitude: Double, _ latitude: Double) -> Position?,
    besides: Set<String> = [], limits: ImportLimits = .master
  ) throws(ImportFault) -> MasterFile<ThingDraft> {
    let wanted = WantedColumns(
      required: required, optional: optional.filter { !isTaken($0, besides) }, keepsOthers: true,
      titles: MasterWords.titles.filter { !besides.contains($0.key) })
    return try MasterCollector<ThingDraft>.collect(
      stream: stream, wanted: wanted, limits: limits, key: key
    ) { (row, record) throws(MasterRefusal) in
      let point = try position(record, convert)
      return try draft(
        row.number, record, kindDefault: kindDefault, geometry: point.map { .point($0) },
        others: row.others)
    }
  }

  /// Reads the same names as properties of GeoJSON features; the geometry is a Point, LineString,
  /// Polygon or MultiPolygon.
  ///
  /// - Throws: `ImportFault` where the file as a whole cannot be taken.
  package static func readGeoJSON(
    stream: TextStream, kindDefault: String?,
    convert: @escaping (_ longitude: Double, _ latitude: Double) -> Position?,
    besides: Set<String> = [], limits: ImportLimits = .master
  ) throws(ImportFault) -> MasterFile<ThingDraft> {
    let file = try FeatureFile(stream: stream, limits: limits)
    let reading = OutlineReading(convert: convert)
    var collector = MasterCollector<ThingDraft>(key: key)
    for (index, feature) in file.features.enumerated() {
      collector.take(row: index + 1) { () throws(MasterRefusal) in
        let (record, others) = try properties(feature, besides)
        var geometry: Geometry?
        if let stated = feature["geometry"], !stated.isNull {
          geometry = try reading.geometry(stated)
        } else {
          geometry = try position(record, convert).map { .point($0) }
        }
        return try draft(
          index + 1, record, kindDefault: kindDefault, geometry: geometry, others: others)
      }
    }
    return collector.file
  }

  /// A code is unique within its kind.
  private static func key(_ draft: ThingDraft) -> String { "\(draft.kind)/\(draft.code)" }

  private static func draft(
    _ row: Int, _ record: MasterRecord, kindDefault: String?, geometry: Geometry?,
    others: [Row.Column]
  ) throws(MasterRefusal) -> ThingDraft {
    guard let kind = try record.code("kind") ?? kindDefault else {
      throw MasterRefusal(field: "kind", rule: RowRule.required, value: "")
    }
    var attributes: [Attribute] = []
    for other in others {
      if other.value.utf8.count > MasterTextLimits.attributeMax,
        other.value.unicodeScalars.count > MasterTextLimits.attributeMax
      {
        throw MasterRefusal(field: other.name, rule: RowRule.tooLongText, value: other.value)
      }
      attributes.append(Attribute(name: other.name, value: other.value))
    }
    return ThingDraft(
      row: row, kind: kind, code: try record.required("code", max: MasterTextLimits.codeMax),
      name: try record.text("name", max: MasterTextLimits.nameMax),
      address: try record.text("address", max: MasterTextLimits.addressMax),
      area: try record.code("area"), owner: try record.code("owner"), geometry: geometry,
      attributes: attributes)
  }

  /// The point of the two coordinate columns; nil where both are empty.
  private static func position(
    _ record: MasterRecord, _ convert: (_ longitude: Double, _ latitude: Double) -> Position?
  ) throws(MasterRefusal) -> Position? {
    let longitude = record.values["longitude"] ?? ""
    let latitude = record.values["latitude"] ?? ""
    if longitude.isEmpty && latitude.isEmpty { return nil }
    guard let east = Double(longitude), let north = Double(latitude),
      Position(longitude: east, latitude: north) != nil, let position = convert(east, north)
    else {
      throw MasterRefusal(
        field: "position", rule: GeometryRule.point, value: "\(longitude),\(latitude)")
    }
    return position
  }

  /// Whether a column of ours is the kind's own field. What every thing has stays ours.
  private static func isTaken(_ name: String, _ besides: Set<String>) -> Bool {
    ["kind", "area"].contains(name) && besides.contains(name)
  }

  private static func properties(
    _ feature: JSON, _ besides: Set<String>
  ) throws(MasterRefusal) -> (MasterRecord, [Row.Column]) {
    var values: [String: String] = [:]
    var others: [Row.Column] = []
    for member in feature["properties"]?.members ?? [] {
      guard let text = JSONLTable.text(member.value) else {
        throw MasterRefusal(
          field: member.name, rule: RowRule.nested, value: member.value.kind.rawValue)
      }
      let isOwn = besides.contains(member.name)
      let name = isOwn ? member.name : MasterWords.titles[member.name] ?? member.name
      if required.contains(name) || optional.contains(name) && !isTaken(name, besides) {
        values[name] = text
      } else if !text.isEmpty {
        others.append(Row.Column(name: member.name, value: text))
      }
    }
    return (MasterRecord(values: values), others)
  }
}
