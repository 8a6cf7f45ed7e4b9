import City
import Pack

// Risk models.
extension PackDecoder {
  mutating func decodeRisk(_ node: Node) {
    let keys = [
      "code", "name", "kind", "form", "base", "factors", "rules", "lines", "item", "signalFrom",
      "why",
    ]
    guard let table = TableReader(node, "risk model", keys: keys, list) else { return }
    let index = draft.risks.count
    var factors: [RiskFactor] = []
    for factorNode in table.nodes("factors") {
      guard let factor = decodeRiskFactor(factorNode) else { continue }
      draft.places[PackSubject(.risks, index, .factor, factors.count)] = factorNode.place
      factors.append(factor)
    }
    var rules: [RiskRule] = []
    for ruleNode in table.nodes("rules") {
      guard let rule = decodeRiskRule(ruleNode) else { continue }
      draft.places[PackSubject(.risks, index, .rule, rules.count)] = ruleNode.place
      rules.append(rule)
    }
    let lines = table.requiredNodes("lines").compactMap { decodeRiskLine($0) }
    let form = table.word("form", RiskModel.Form.self)
    let base = table.decimal("base", standard: 0)
    let signalFrom =
      table.optional("signalFrom") == nil ? .red : table.word("signalFrom", Grade.self)
    let item = table.optionalCode("item")
    let why = table.text("why", max: PackLimits.sentenceMax)
    guard let code = table.code("code"), let name = table.text("name"),
      let kind = table.code("kind"), let form, let base, let signalFrom, let why
    else { return }
    draft.places[PackSubject(.risks, index)] = node.place
    draft.risks.append(
      RiskModel(
        code: code, name: name, kind: kind, form: form, base: base, factors: factors,
        rules: rules, lines: lines, item: item, signalFrom: signalFrom, why: why))
  }

  private static let inputKeys = ["field", "daysSince", "cases", "days"]

  private func decodeRiskFactor(_ node: Node) -> RiskFactor? {
    let keys = [
      "code", "title", "steps", "words", "other", "perUnit", "curve", "missing", "why",
    ]
    guard let table = TableReader(node, "factor", keys: Self.inputKeys + keys, list) else {
      return nil
    }
    let input = decodeRiskInput(table, node)
    let scale = decodeRiskScale(table, node)
    let missing = table.decimal("missing", standard: 0)
    let why = table.text("why", max: PackLimits.sentenceMax)
    guard let code = table.code("code"), let title = table.text("title"), let input, let scale,
      let missing, let why
    else { return nil }
    return RiskFactor(
      code: code, title: title, input: input, scale: scale, missing: missing, why: why)
  }

  private func decodeRiskInput(_ table: TableReader, _ node: Node) -> RiskInput? {
    if table.optional("field") != nil { return table.code("field").map { .field($0) } }
    if table.optional("daysSince") != nil {
      return table.code("daysSince").map { .daysSince(field: $0) }
    }
    if table.optional("cases") != nil {
      return table.number("days", PackLimits.daysRange)
        .map { .cases(items: table.codes("cases"), days: $0) }
    }
    list.report(
      .keyMissing, node.place, ["what": table.what, "key": "field, daysSince or cases"])
    return nil
  }

  private func decodeRiskScale(_ table: TableReader, _ node: Node) -> RiskScale? {
    if table.optional("words") != nil {
      let words = entries(table, "words") { table.decimal(of: $0, $1) }
      return table.decimal("other", standard: 0).map { .words(words, other: $0) }
    }
    for (key, form) in [("steps", RiskScale.steps), ("curve", RiskScale.curve)]
    where table.optional(key) != nil {
      return form(table.requiredNodes(key).compactMap { decodeRiskStep($0) })
    }
    if let slope = table.optional("perUnit") {
      guard
        let part = TableReader(slope, "perUnit", keys: ["points", "least", "greatest"], list),
        let points = part.decimal("points", standard: nil),
        let least = part.decimal("least", standard: nil),
        let greatest = part.decimal("greatest", standard: nil)
      else { return nil }
      guard least < greatest else {
        list.report(.riskScale, slope.place, ["detail": "`least` must be below `greatest`"])
        return nil
      }
      return .slope(points: points, range: least...greatest)
    }
    list.report(
      .keyMissing, node.place, ["what": table.what, "key": "steps, words, perUnit or curve"])
    return nil
  }

  private func decodeRiskStep(_ node: Node) -> RiskStep? {
    guard let table = TableReader(node, "step", keys: ["from", "points"], list),
      let from = table.decimal("from", standard: nil),
      let points = table.decimal("points", standard: nil)
    else { return nil }
    return RiskStep(from: from, points: points)
  }

  private func decodeRiskRule(_ node: Node) -> RiskRule? {
    guard let table = TableReader(node, "rule", keys: ["when", "grade", "why"], list) else {
      return nil
    }
    let nodes = table.requiredNodes("when")
    let conditions = nodes.compactMap { decodeRiskCondition($0) }
    let grade = table.word("grade", Grade.self)
    guard let why = table.text("why", max: PackLimits.sentenceMax), let grade,
      conditions.count == nodes.count
    else { return nil }
    return RiskRule(conditions: conditions, grade: grade, why: why)
  }

  func decodeRiskCondition(_ node: Node) -> RiskCondition? {
    let keys = ["is", "least", "below", "absent"]
    guard let table = TableReader(node, "condition", keys: Self.inputKeys + keys, list),
      let input = decodeRiskInput(table, node)
    else { return nil }
    let test: RiskCondition.Test?
    if table.optional("is") != nil {
      test = .oneOf(table.texts("is").map(\.text))
    } else if table.optional("least") != nil {
      test = table.decimal("least", standard: nil).map { .least($0) }
    } else if table.optional("below") != nil {
      test = table.decimal("below", standard: nil).map { .below($0) }
    } else if table.flag("absent", standard: false) == true {
      test = .absent
    } else {
      list.report(
        .keyMissing, node.place, ["what": "condition", "key": "is, least, below or absent"])
      test = nil
    }
    return test.map { RiskCondition(input: input, test: $0) }
  }

  private func decodeRiskLine(_ node: Node) -> RiskLine? {
    guard let table = TableReader(node, "line", keys: ["grade", "name", "from"], list) else {
      return nil
    }
    let from = table.optional("from").flatMap { table.decimal(of: $0, "from") }
    let grade = table.word("grade", Grade.self)
    guard let name = table.text("name"), let grade else { return nil }
    return RiskLine(grade: grade, name: name, from: from)
  }
}
