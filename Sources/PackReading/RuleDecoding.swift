import City
import Pack

// Rules over observations: what stands around the form. The forms are in RuleFormDecoding.
extension PackDecoder {
  private static let ruleKeys = [
    "code", "name", "kind", "measure", "scope", "form", "side", "levels", "active", "lateness",
    "unless", "say", "why", "item", "signalFrom", "rate", "window", "stuck", "flapping", "range",
    "several", "sequence", "neighbours", "fence",
  ]

  mutating func decodeRule(_ node: Node) {
    guard let table = TableReader(node, "rule", keys: Self.ruleKeys, list) else { return }
    let index = draft.rules.count
    let form = ruleForm(table)
    let side = table.optional("side") == nil ? .above : table.word("side", RuleSide.self)
    var levels: [RuleLevel] = []
    for levelNode in table.requiredNodes("levels") {
      guard let form, let level = decodeLevel(levelNode, form) else { continue }
      draft.places[PackSubject(.rules, index, .clock, levels.count)] = levelNode.place
      levels.append(level)
    }
    let lateness = table.number("lateness", PackLimits.secondsRange, standard: 0)
    let scope = decodeScope(table)
    let active = decodeActive(table)
    let dependency = decodeDependency(table)
    let measure = isWholeDevice(form, table) ? "" : table.code("measure")
    let item = table.optionalCode("item")
    let signalFrom =
      table.optional("signalFrom") == nil ? .blue : table.word("signalFrom", Grade.self)
    let say = table.text("say", max: PackLimits.sentenceMax)
    let why = table.text("why", max: PackLimits.sentenceMax)
    guard let code = table.code("code"), let name = table.text("name"),
      let kind = table.code("kind"), let measure, let form, let side, let lateness, let say,
      let why, let signalFrom
    else { return }
    draft.places[PackSubject(.rules, index)] = node.place
    draft.rules.append(
      Rule(
        code: code, name: name, kind: kind, measure: measure, scope: scope, form: form,
        side: side, levels: levels, active: active,
        latenessMilliseconds: Int64(lateness) * Duration.second, dependency: dependency, say: say,
        why: why, item: item, signalFrom: signalFrom))
  }

  /// Silence may be asked of a device as a whole.
  private func isWholeDevice(_ form: RuleForm?, _ table: TableReader) -> Bool {
    form == .silence && table.optional("measure") == nil
  }

  private func decodeLevel(_ node: Node, _ form: RuleForm) -> RuleLevel? {
    let keys = ["grade", "raise", "clear", "hold", "clearHold", "windows", "clearWindows"]
    guard let table = TableReader(node, "level", keys: keys, list) else { return nil }
    let isWindow = form.isWindow
    // What is either so or not passes between 0 and 1 by itself.
    let standard: Double? = form.isEitherOr ? 0.5 : nil
    let raise = table.decimal("raise", standard: standard)
    let clear = table.decimal("clear", standard: raise ?? 0)
    let holds = isWindow ? ("windows", "clearWindows") : ("hold", "clearHold")
    for key in isWindow ? ["hold", "clearHold"] : ["windows", "clearWindows"]
    where table.optional(key) != nil {
      list.report(
        .keyUnknown, node.place,
        ["key": key, "what": "level of this form", "allowed": "\(holds.0), \(holds.1)"])
    }
    let range = isWindow ? PackLimits.ruleCountRange : PackLimits.secondsRange
    let hold = table.number(holds.0, range, standard: isWindow ? 1 : 0)
    let clearHold = table.number(holds.1, range, standard: isWindow ? 1 : 0)
    guard let grade = table.word("grade", Grade.self), let raise, let clear, let hold,
      let clearHold
    else { return nil }
    let scale = isWindow ? 1 : Duration.second
    let unit = form.countsTime ? Double(Duration.second) : 1
    return RuleLevel(
      grade: grade, raise: raise * unit, clear: clear * unit, hold: Int64(hold) * scale,
      clearHold: Int64(clearHold) * scale)
  }

  private func decodeScope(_ rule: TableReader) -> RuleScope {
    guard let node = rule.optional("scope"),
      let table = TableReader(node, "scope", keys: ["areas", "devices", "attributes"], list)
    else { return RuleScope() }
    let attributes = table.nodes("attributes").compactMap { node -> RuleAttribute? in
      guard let entry = TableReader(node, "attribute", keys: ["name", "values"], list),
        let name = entry.text("name")
      else { return nil }
      return RuleAttribute(name: name, values: entry.texts("values").map(\.text))
    }
    return RuleScope(
      areas: table.texts("areas").map(\.text), devices: table.texts("devices").map(\.text),
      attributes: attributes)
  }

  private func decodeActive(_ rule: TableReader) -> RuleSchedule {
    guard let node = rule.optional("active"),
      let table = TableReader(node, "active", keys: ["hours", "outside", "months"], list)
    else { return RuleSchedule() }
    let months = table.nodes("months").compactMap { table.number(of: $0, "months", 1...12) }
    return RuleSchedule(
      hours: table.optionalCode("hours"),
      isOutsideHours: table.flag("outside", standard: false) ?? false, months: months)
  }

  private func decodeDependency(_ rule: TableReader) -> RuleDependency? {
    guard let node = rule.optional("unless"),
      let table = TableReader(node, "unless", keys: ["link", "rule"], list),
      let link = table.text("link"), let code = table.code("rule")
    else { return nil }
    return RuleDependency(link: link, rule: code)
  }
}
