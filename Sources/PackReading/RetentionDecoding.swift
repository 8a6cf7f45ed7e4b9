import City
import Pack

extension PackDecoder {
  /// A line of `retention.yaml`: what data is for, and when it ends.
  mutating func decodeRetention(_ node: Node) {
    let keys = ["code", "name", "data", "purpose", "days", "why"]
    guard let table = TableReader(node, "rule", keys: keys, list) else { return }
    let data = table.word("data", RetainedData.self)
    let purpose = table.text("purpose", max: PackLimits.sentenceMax)
    let days = table.optional("days")
      .flatMap { table.number(of: $0, "days", RetentionRule.daysRange) }
    let why = table.text("why", max: PackLimits.sentenceMax)
    guard let code = table.code("code"), let name = table.text("name"), let data, let purpose,
      let why
    else { return }
    draft.places[PackSubject(.retention, draft.retention.count)] = node.place
    draft.retention.append(
      RetentionRule(
        code: code, name: name, data: data, purpose: purpose, days: days, why: why))
  }
}
