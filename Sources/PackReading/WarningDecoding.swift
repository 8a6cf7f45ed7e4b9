import City
import Pack

// Early warnings, hazard chains, and yearly goals.
extension PackDecoder {
  private static let warningKeys = [
    "code", "name", "category", "level", "conditions", "validHours", "calmMinutes", "plan",
    "measures", "truth", "words", "say", "why",
  ]

  mutating func decodeWarnings(_ node: Node) {
    guard let table = TableReader(node, "the file", keys: ["warnings", "chains"], list) else {
      return
    }
    for warning in table.nodes("warnings") { decodeWarning(warning) }
    for link in table.nodes("chains") { decodeHazardLink(link) }
  }

  private mutating func decodeWarning(_ node: Node) {
    guard let table = TableReader(node, "warning", keys: Self.warningKeys, list) else { return }
    let category = table.word("category", WarningKind.Category.self)
    let level = table.word("level", AreaLevel.self)
    let conditions = table.nodes("conditions").map { condition($0) }
    let valid = table.number("validHours", PackLimits.hoursRange)
    let calm = table.number("calmMinutes", PackLimits.minutesRange)
    let plan = table.nodes("plan").map { planLine($0) }
    let measures = table.requiredNodes("measures").map { measure($0) }
    let truth = table.optional("truth").map { self.truth($0) }
    let words = table.texts("words").map(\.text)
    let say = table.text("say", max: PackLimits.sentenceMax)
    let why = table.text("why", max: PackLimits.sentenceMax)
    for (key, count, max) in [
      ("conditions", conditions.count, WarningKind.conditionsMax),
      ("plan", plan.count, WarningKind.planMax), ("measures", measures.count, Warning.measuresMax),
    ] where count > max {
      list.report(.valueTooMany, node.place, ["key": key, "max": String(max)])
    }
    guard let code = table.code("code"), let name = table.text("name"), let category, let level,
      let valid, let calm, let say, let why
    else { return }
    // What could not be read has its finding; without it the warning would be another.
    if conditions.contains(where: { $0 == nil }) || plan.contains(where: { $0 == nil })
      || measures.contains(where: { $0 == nil })
    {
      return
    }
    if let truth, truth == nil { return }
    draft.places[PackSubject(.warnings, draft.warnings.count)] = node.place
    draft.warnings.append(
      WarningKind(
        code: code, name: name, category: category, level: level,
        conditions: conditions.compactMap { $0 }, validHours: valid, calmMinutes: calm,
        plan: plan.compactMap { $0 }, measures: measures.compactMap { $0 }, truth: truth ?? nil,
        words: words, say: say, why: why))
  }

  private func condition(_ node: Node) -> WarningCondition? {
    let keys = ["grade", "alarms", "vital", "forecast", "say"]
    guard let table = TableReader(node, "condition", keys: keys, list) else { return nil }
    let grade = table.word("grade", Grade.self)
    let say = table.text("say", max: PackLimits.sentenceMax)
    let tests = ["alarms", "vital", "forecast"].filter { table.optional($0) != nil }
    guard tests.count == 1, let name = tests.first, let inner = table.optional(name) else {
      list.report(
        .valueWrongType, node.place,
        ["key": "condition", "expected": "one of alarms, vital and forecast"])
      return nil
    }
    guard let test = test(inner, name), let grade, let say else { return nil }
    return WarningCondition(grade: grade, test: test, say: say)
  }

  private func test(_ node: Node, _ name: String) -> WarningCondition.Test? {
    let keys = name == "alarms" ? ["rules", "from", "least"] : ["code", "from", "steps"]
    guard let table = TableReader(node, name, keys: keys, list) else { return nil }
    let from = table.optional("from") == nil ? .blue : table.word("from", Grade.self)
    if name == "alarms" {
      _ = table.requiredNodes("rules")
      let least = table.number("least", PackLimits.ruleCountRange, standard: 1)
      guard let from, let least else { return nil }
      return .alarms(rules: table.codes("rules"), from: from, least: least)
    }
    let code = table.code("code")
    guard name == "forecast" else {
      guard let code, let from else { return nil }
      return .vital(code: code, from: from)
    }
    let steps = table.number("steps", PackLimits.stepsRange, standard: 1)
    guard let code, let from, let steps else { return nil }
    return .forecast(code: code, from: from, steps: steps)
  }

  private func planLine(_ node: Node) -> WarningPlanLine? {
    guard let table = TableReader(node, "plan", keys: ["from", "item", "text"], list) else {
      return nil
    }
    guard let from = table.word("from", Grade.self), let item = table.code("item"),
      let text = table.text("text", max: PackLimits.sentenceMax)
    else { return nil }
    return WarningPlanLine(from: from, item: item, text: text)
  }

  private func measure(_ node: Node) -> WarningMeasure? {
    guard let table = TableReader(node, "measure", keys: ["from", "text"], list) else {
      return nil
    }
    guard let from = table.word("from", Grade.self),
      let text = table.text("text", max: PackLimits.sentenceMax)
    else { return nil }
    return WarningMeasure(from: from, text: text)
  }

  private func truth(_ node: Node) -> WarningTruth? {
    let keys = ["items", "rules", "from", "least", "graceHours"]
    guard let table = TableReader(node, "truth", keys: keys, list) else { return nil }
    let from = table.optional("from") == nil ? .blue : table.word("from", Grade.self)
    let least = table.number("least", PackLimits.ruleCountRange, standard: 1)
    let grace = table.number("graceHours", PackLimits.hoursRange)
    guard let from, let least, let grace else { return nil }
    return WarningTruth(
      items: table.codes("items"), rules: table.codes("rules"), from: from, least: least,
      graceHours: grace)
  }

  private mutating func decodeHazardLink(_ node: Node) {
    let keys = ["from", "to", "lagMinutes", "drop", "why"]
    guard let table = TableReader(node, "link", keys: keys, list) else { return }
    let lag = table.number("lagMinutes", PackLimits.minutesRange)
    let drop = table.number("drop", 0...3, standard: 1)
    guard let from = table.code("from"), let to = table.code("to"), let lag, let drop,
      let why = table.text("why", max: PackLimits.sentenceMax)
    else { return }
    draft.places[PackSubject(.hazardLinks, draft.hazardLinks.count)] = node.place
    draft.hazardLinks.append(
      HazardLink(from: from, to: to, lagMinutes: lag, drop: drop, why: why))
  }

  // MARK: Goals

  mutating func decodeGoal(_ node: Node) {
    let keys = [
      "code", "name", "form", "duty", "target", "unit", "worse", "vital", "milestones", "proof",
      "why",
    ]
    guard let table = TableReader(node, "goal", keys: keys, list) else { return }
    let form = table.word("form", Goal.Form.self)
    let target = table.optional("target").map { table.decimal(of: $0, "target") }
    let worse = table.optional("worse") == nil ? .below : table.word("worse", RuleSide.self)
    let milestones = table.nodes("milestones").map { milestone($0) }
    let unit = table.optionalText("unit") ?? ""
    let vital = table.optionalCode("vital")
    guard let code = table.code("code"), let name = table.text("name"), let form,
      let duty = table.code("duty"), let worse,
      let proof = table.text("proof", max: PackLimits.sentenceMax),
      let why = table.text("why", max: PackLimits.sentenceMax)
    else { return }
    if let target, target == nil { return }
    if milestones.contains(where: { $0 == nil }) { return }
    draft.places[PackSubject(.goals, draft.goals.count)] = node.place
    draft.goals.append(
      Goal(
        code: code, name: name, form: form, duty: duty, target: target ?? nil, unit: unit,
        worse: worse, vital: vital, milestones: milestones.compactMap { $0 }, proof: proof,
        why: why))
  }

  private func milestone(_ node: Node) -> GoalMilestone? {
    let keys = ["code", "name", "due", "value"]
    guard let table = TableReader(node, "milestone", keys: keys, list) else { return nil }
    let value = table.optional("value").map { table.decimal(of: $0, "value") }
    guard let code = table.code("code"), let name = table.text("name"),
      let due = table.date("due")
    else { return nil }
    if let value, value == nil { return nil }
    return GoalMilestone(code: code, name: name, due: due, value: value ?? nil)
  }
}
