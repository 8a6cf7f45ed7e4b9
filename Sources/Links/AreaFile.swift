package import City
import JSONText

/// Where an area file keeps what, and what holds where it says nothing.
package struct AreaFileOptions: Equatable, Sendable {
  /// Names of properties, tried in order; a dot goes into a nested object (`parent.adcode`).
  package var code = ["code", "adcode", "编码", "代码"]
  package var name = ["name", "名称"]
  package var level = ["level", "层级", "级别"]
  /// Empty = the file's parents are not ours; `parentDefault` stands for all.
  package var parent = ["parent.adcode", "parent.code", "parent", "上级编码", "上级"]
  /// The level of features that state none; nil = they are refused.
  package var levelDefault: AreaLevel?
  /// Code of the area above features that state none; nil = they are roots.
  package var parentDefault: String?

  package init() {}
}

/// Reads areas from GeoJSON: a FeatureCollection of Polygons and MultiPolygons.
package enum AreaFile {
  /// - Parameters:
  ///   - stream: the file; GeoJSON is UTF-8.
  ///   - convert: turns longitude and latitude of the file's coordinate system into WGS-84.
  /// - Throws: `ImportFault` where the file as a whole cannot be taken.
  package static func read(
    stream: TextStream, options: AreaFileOptions,
    convert: @escaping (_ longitude: Double, _ latitude: Double) -> Position?,
    limits: ImportLimits = .master
  ) throws(ImportFault) -> MasterFile<AreaDraft> {
    let file = try FeatureFile(stream: stream, limits: limits)
    let geometry = OutlineReading(convert: convert)
    var collector = MasterCollector<AreaDraft>(key: \.code)
    for (index, feature) in file.features.enumerated() {
      collector.take(row: index + 1) { () throws(MasterRefusal) in
        try draft(index + 1, feature, options, geometry)
      }
    }
    return collector.file
  }

  private static func draft(
    _ row: Int, _ feature: JSON, _ options: AreaFileOptions, _ geometry: OutlineReading
  ) throws(MasterRefusal) -> AreaDraft {
    let record = MasterRecord(values: [
      "code": FeatureFile.text(feature, options.code),
      "name": FeatureFile.text(feature, options.name),
      "level": FeatureFile.text(feature, options.level),
      "parent": FeatureFile.text(feature, options.parent),
    ])
    let code = try record.required("code", max: MasterTextLimits.codeMax)
    let name = try record.required("name", max: MasterTextLimits.nameMax)
    guard let level = try record.word("level", of: MasterWords.levels) ?? options.levelDefault
    else { throw MasterRefusal(field: "level", rule: RowRule.required, value: "") }
    let parent = try record.code("parent") ?? options.parentDefault
    return AreaDraft(
      row: row, code: code, name: name, level: level, parent: parent == code ? nil : parent,
      outline: try geometry.outline(feature["geometry"]))
  }
}
