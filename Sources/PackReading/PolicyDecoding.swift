import City
import Pack

// Policies: what households are entitled to.
extension PackDecoder {
  mutating func decodePolicy(_ node: Node) {
    let keys = [
      "code", "name", "kind", "from", "to", "group", "grade", "when", "amount", "most", "locked",
      "source",
    ]
    guard let table = TableReader(node, "policy", keys: keys, list) else { return }
    let nodes = table.nodes("when")
    let conditions = nodes.compactMap { decodeRiskCondition($0) }
    let amount = table.required("amount").flatMap { decodeAmount($0) }
    let to = table.optional("to").flatMap { table.date(of: $0, "to") }
    let most = table.optional("most").flatMap { table.decimal(of: $0, "most") }
    let (group, locked) = (table.optionalCode("group"), table.optionalCode("locked"))
    let grade = table.word("grade", Grade.self)
    let source = table.text("source", max: PackLimits.sentenceMax)
    guard let code = table.code("code"), let name = table.text("name"),
      let kind = table.code("kind"), let from = table.date("from"), let grade, let amount,
      let source, conditions.count == nodes.count
    else { return }
    draft.places[PackSubject(.policies, draft.policies.count)] = node.place
    draft.policies.append(
      Policy(
        code: code, name: name, kind: kind, from: from, to: to, group: group, grade: grade,
        conditions: conditions, amount: amount, most: most, locked: locked, source: source))
  }

  private func decodeAmount(_ node: Node) -> PolicyAmount? {
    let forms = ["fixed", "each", "topUp", "share"]
    guard let table = TableReader(node, "amount", keys: forms, list) else { return nil }
    if table.optional("fixed") != nil {
      return table.decimal("fixed", standard: nil).map { .fixed($0) }
    }
    if let part = table.optional("each") {
      guard let each = TableReader(part, "each", keys: ["amount", "field"], list),
        let amount = each.decimal("amount", standard: nil), let field = each.code("field")
      else { return nil }
      return .each(amount, field: field)
    }
    if let part = table.optional("topUp") {
      guard let topUp = TableReader(part, "topUp", keys: ["standard", "income", "heads"], list),
        let standard = topUp.decimal("standard", standard: nil),
        let income = topUp.code("income"), let heads = topUp.code("heads")
      else { return nil }
      return .topUp(standard: standard, income: income, heads: heads)
    }
    guard let part = table.optional("share") else {
      list.report(
        .keyMissing, node.place, ["what": "amount", "key": forms.joined(separator: ", ")])
      return nil
    }
    guard
      let share = TableReader(part, "share", keys: ["percent", "cost", "less", "beyond"], list),
      let percent = share.decimal("percent", standard: nil), let cost = share.code("cost"),
      let beyond = share.decimal("beyond", standard: 0)
    else { return nil }
    return .share(percent: percent, cost: cost, less: share.codes("less"), beyond: beyond)
  }
}
