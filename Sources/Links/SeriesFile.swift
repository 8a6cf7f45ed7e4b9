import Pack

/// A value of a series as a file states it.
package struct SeriesDraft: Equatable, Sendable {
  package let row: Int
  /// As written.
  package let time: String
  /// Code of an area.
  package let area: String
  package let value: Double

  /// What it is known by.
  var identity: String { "\(area) \(time)" }
}

/// Reads a series from CSV: `time,area,value`.
package enum SeriesFile {
  private static let valueCharactersMax = 40

  /// - Throws: `ImportFault` where the file as a whole cannot be taken.
  package static func read(
    stream: TextStream, limits: ImportLimits = .master
  ) throws(ImportFault) -> MasterFile<SeriesDraft> {
    let wanted = WantedColumns(
      required: ["time", "area", "value"], titles: MasterWords.seriesTitles)
    return try MasterCollector<SeriesDraft>.collect(
      stream: stream, format: .csv, wanted: wanted, limits: limits,
      key: \.identity
    ) { (row, record) throws(MasterRefusal) in
      let text = try record.required("value", max: valueCharactersMax)
      guard let value = Double(text), value.isFinite else {
        throw MasterRefusal(field: "value", rule: RowRule.number, value: text)
      }
      return SeriesDraft(
        row: row.number, time: try record.required("time", max: MasterTextLimits.codeMax),
        area: try record.required("area", max: MasterTextLimits.codeMax), value: value)
    }
  }
}
