/// Reads units from CSV: `code,name,kind` and, where known, `parent,area,hours,duties`.
package enum UnitFile {
  /// - Parameter hoursDefault: code of the working hours of units that state none.
  /// - Throws: `ImportFault` where the file as a whole cannot be taken.
  package static func read(
    stream: TextStream, hoursDefault: String, limits: ImportLimits = .master
  ) throws(ImportFault) -> MasterFile<UnitDraft> {
    let wanted = WantedColumns(
      required: ["code", "name", "kind"], optional: ["parent", "area", "hours", "duties"],
      titles: MasterWords.titles)
    return try MasterCollector<UnitDraft>.collect(
      stream: stream, wanted: wanted, limits: limits, key: \.code
    ) { (row, record) throws(MasterRefusal) in
      guard let kind = try record.word("kind", of: MasterWords.unitKinds) else {
        throw MasterRefusal(field: "kind", rule: RowRule.required, value: "")
      }
      return UnitDraft(
        row: row.number, code: try record.required("code", max: MasterTextLimits.codeMax),
        name: try record.required("name", max: MasterTextLimits.nameMax), kind: kind,
        parent: try record.code("parent"), area: try record.code("area"),
        hours: try record.code("hours") ?? hoursDefault, duties: try record.codes("duties"))
    }
  }
}

/// Reads people from CSV: `code,name,unit` and, where known, `posts,area,active`.
package enum StaffFile {
  /// - Throws: `ImportFault` where the file as a whole cannot be taken.
  package static func read(
    stream: TextStream, limits: ImportLimits = .master
  ) throws(ImportFault) -> MasterFile<StaffDraft> {
    let wanted = WantedColumns(
      required: ["code", "name", "unit"], optional: ["posts", "area", "active"],
      titles: MasterWords.titles)
    return try MasterCollector<StaffDraft>.collect(
      stream: stream, wanted: wanted, limits: limits, key: \.code
    ) { (row, record) throws(MasterRefusal) in
      StaffDraft(
        row: row.number, code: try record.required("code", max: MasterTextLimits.codeMax),
        name: try record.required("name", max: MasterTextLimits.nameMax),
        unit: try record.required("unit", max: MasterTextLimits.codeMax),
        posts: try record.codes("posts"), area: try record.code("area"),
        active: try record.word("active", of: MasterWords.truths) ?? true)
    }
  }
}
