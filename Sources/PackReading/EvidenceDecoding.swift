import City
import Pack

extension PackDecoder {
  /// `evidence.yaml`: checklists by kind of offence, and the words of the list.
  mutating func decodeEvidence(_ node: Node) {
    draft.places[PackSubject(.checklists)] = node.place
    guard let table = TableReader(node, "the file", keys: ["checklists", "words"], list) else {
      return
    }
    for element in table.requiredNodes("checklists") { decodeChecklist(element) }
    guard let node = table.optional("words"),
      let words = TableReader(node, "words", keys: EvidenceWords.keys, list)
    else { return }
    var texts: [String: String] = [:]
    for key in EvidenceWords.keys { texts[key] = words.optionalText(key) }
    draft.evidenceWords = EvidenceWords(texts)
  }

  private mutating func decodeChecklist(_ node: Node) {
    let keys = ["code", "name", "items", "lines", "why"]
    guard let table = TableReader(node, "checklist", keys: keys, list) else { return }
    let lines = table.requiredNodes("lines").compactMap(decodeEvidenceLine)
    _ = table.required("items")
    let items = Set(table.codes("items"))
    let why = table.text("why", max: PackLimits.sentenceMax)
    guard let code = table.code("code"), let name = table.text("name"), let why else { return }
    draft.places[PackSubject(.checklists, draft.checklists.count)] = node.place
    draft.checklists.append(
      EvidenceChecklist(code: code, name: name, items: items, lines: lines, why: why))
  }

  private func decodeEvidenceLine(_ node: Node) -> EvidenceLine? {
    let keys = ["code", "name", "form", "least", "why"]
    guard let table = TableReader(node, "line", keys: keys, list) else { return nil }
    let form = table.word("form", Exhibit.Form.self)
    let least = table.number("least", PackLimits.timesRange, standard: 1)
    let why = table.text("why", max: PackLimits.sentenceMax)
    guard let code = table.code("code"), let name = table.text("name"), let form, let least, let why
    else { return nil }
    return EvidenceLine(code: code, name: name, form: form, least: least, why: why)
  }
}
