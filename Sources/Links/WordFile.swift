package import City

/// A word as a file states it.
package struct WordDraft: Equatable, Sendable {
  package let row: Int
  package let text: String
  package let use: LexiconWord.Use
  /// A code; empty where the use needs none.
  package let target: String
}

/// Reads words from CSV: `word,use` and, for places and items, `target`.
package enum WordFile {
  /// - Throws: `ImportFault` where the file as a whole cannot be taken.
  package static func read(
    stream: TextStream, limits: ImportLimits = .master
  ) throws(ImportFault) -> MasterFile<WordDraft> {
    let wanted = WantedColumns(
      required: ["word", "use"], optional: ["target"], titles: MasterWords.titles)
    return try MasterCollector<WordDraft>.collect(
      stream: stream, wanted: wanted, limits: limits, key: \.text
    ) { (row, record) throws(MasterRefusal) in
      guard let use = try record.word("use", of: MasterWords.wordUses) else {
        throw MasterRefusal(field: "use", rule: RowRule.required, value: "")
      }
      return WordDraft(
        row: row.number, text: try record.required("word", max: MasterTextLimits.nameMax),
        use: use, target: try record.code("target") ?? "")
    }
  }
}
