package import Pack

/// A document as a file states it.
package struct DocumentDraft: Equatable, Sendable {
  package let row: Int
  package let title: String
  package let text: String
  package let kind: String
  package let source: String
  /// `yyyy-mm-dd` as written; empty where the file states none.
  package let date: String

  /// What it is known by.
  var identity: String { source.isEmpty ? title : source }
}

/// Reads documents from CSV or JSONL: `title` and, where known, `text,kind,url,date`.
package enum DocumentFile {
  /// - Throws: `ImportFault` where the file as a whole cannot be taken.
  package static func read(
    stream: TextStream, format: TicketProfile.Format, limits: ImportLimits = .master
  ) throws(ImportFault) -> MasterFile<DocumentDraft> {
    let wanted = WantedColumns(
      required: ["title"], optional: ["text", "kind", "url", "date"], titles: MasterWords.titles)
    return try MasterCollector<DocumentDraft>.collect(
      stream: stream, format: format, wanted: wanted, limits: limits,
      key: \.identity
    ) { (row, record) throws(MasterRefusal) in
      DocumentDraft(
        row: row.number,
        title: try record.required("title", max: MasterTextLimits.titleMax),
        text: record.values["text"] ?? "",
        kind: try record.text("kind", max: MasterTextLimits.codeMax),
        source: try record.text("url", max: MasterTextLimits.sourceMax),
        date: try record.text("date", max: MasterTextLimits.codeMax))
    }
  }
}
