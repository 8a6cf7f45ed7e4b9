import City
import Pack

// Reports of a pack.
extension PackDecoder {
  mutating func decodeReport(_ node: Node) {
    let keys = ["code", "title", "every", "vitals", "items", "models"]
    guard let table = TableReader(node, "report", keys: keys, list) else { return }
    let every = table.word("every", PackReport.Span.self)
    guard let code = table.code("code"), let title = table.text("title"), let every else { return }
    draft.places[PackSubject(.reports, draft.reports.count)] = node.place
    draft.reports.append(
      PackReport(
        code: code, title: title, every: every, vitals: table.codes("vitals"),
        items: table.codes("items"), models: table.codes("models")))
  }
}
