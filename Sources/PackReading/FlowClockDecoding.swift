import City
import Pack

extension PackDecoder {
  /// The clocks of a flow.
  mutating func decodeFlowClocks(_ table: TableReader, flow index: Int) -> [FlowClock] {
    var clocks: [FlowClock] = []
    for node in table.nodes("clocks") {
      guard let clock = decodeFlowClock(node) else { continue }
      draft.places[PackSubject(.flows, index, .clock, clocks.count)] = node.place
      clocks.append(clock)
    }
    return clocks
  }

  private static let clockKeys =
    [
      "code", "name", "itemClock", "limit", "pauseMax", "extensionMax", "yellow", "red",
      "isDeadline", "isContact",
    ] + ClockMoment.allCases.map(\.rawValue)

  private enum Standard {
    static let yellow = 50
    static let red = 80
  }

  private func decodeFlowClock(_ node: Node) -> FlowClock? {
    guard let table = TableReader(node, "clock", keys: Self.clockKeys, list) else { return nil }
    var moments: [ClockMoment: FlowMoments] = [:]
    for moment in ClockMoment.allCases {
      guard let node = table.optional(moment.rawValue),
        let inner = TableReader(node, moment.rawValue, keys: ["actions", "stages"], list)
      else { continue }
      moments[moment] = FlowMoments(
        actions: Set(inner.codes("actions")), stages: Set(inner.codes("stages")))
    }
    let itemClock = table.optionalCode("itemClock")
    let limits = ["limit", "pauseMax", "extensionMax"].map { key in
      table.optional(key).flatMap { decodeLimit($0, key) }
    }
    let yellow = table.number("yellow", PackLimits.shareRange, standard: Standard.yellow)
    let red = table.number("red", PackLimits.shareRange, standard: Standard.red)
    let isDeadline = table.flag("isDeadline", standard: false)
    guard let code = table.code("code"), let name = table.text("name"), let yellow, let red,
      let isDeadline
    else { return nil }
    var clock = FlowClock(
      code: code, name: name, moments: moments, itemClock: itemClock, limit: limits[0],
      pauseMax: limits[1], extensionMax: limits[2], yellowPercent: yellow, redPercent: red,
      isDeadline: isDeadline)
    clock.isContact = table.flag("isContact", standard: false) ?? false
    return clock
  }

  /// An amount with its measure, as items write it too.
  func decodeLimit(_ node: Node, _ what: String) -> TimeLimit? {
    guard let table = TableReader(node, what, keys: ["amount", "measure"], list) else { return nil }
    let amount = table.number("amount", PackLimits.amountRange)
    guard let measure = table.word("measure", TimeLimit.Measure.self), let amount else {
      return nil
    }
    let limit = TimeLimit(amount: amount, measure: measure)
    checkYearDay(limit, node)
    return limit
  }

  /// A day that every year has.
  func checkYearDay(_ limit: TimeLimit, _ node: Node) {
    guard limit.measure == .yearDay,
      CivilDate(year: 2001, month: limit.amount / 100, day: limit.amount % 100) == nil
    else { return }
    list.report(.valueNotDate, node.place, ["value": String(limit.amount)])
  }

  /// What a step of an action fills in.
  func decodeForm(_ table: TableReader) -> [FlowField] {
    table.nodes("form").compactMap { node in
      let keys = ["code", "name", "choices", "isRequired", "says"]
      guard let inner = TableReader(node, "field", keys: keys, list) else { return nil }
      let choices = inner.texts("choices").map(\.text)
      let isRequired = inner.flag("isRequired", standard: false)
      let code = inner.code("code")
      guard let name = inner.text("name"), let code, let isRequired else { return nil }
      var field = FlowField(code: code, name: name, choices: choices, isRequired: isRequired)
      field.says = decodeSayings(inner, choices)
      return field
    }
  }

  /// What choices of a field say of the result.
  private func decodeSayings(
    _ field: TableReader, _ choices: [String]
  ) -> [String: JudgementWord] {
    guard let node = field.optional("says") else { return [:] }
    guard case .table(let entries) = node.content else {
      list.report(.valueWrongType, node.place, ["key": "says", "expected": "a table"])
      return [:]
    }
    var says: [String: JudgementWord] = [:]
    for entry in entries {
      guard choices.contains(entry.key) else {
        list.report(
          .valueNotAllowed, entry.value.place,
          ["key": "says", "value": entry.key, "allowed": choices.joined(separator: ", ")])
        continue
      }
      says[entry.key] = field.word(of: entry.value, entry.key, JudgementWord.self)
    }
    return says
  }

  /// The reasons that an action may be given.
  func decodeReasons(_ table: TableReader) -> [FlowReason] {
    table.nodes("reasons").compactMap { node in
      guard let inner = TableReader(node, "reason", keys: ["code", "name"], list) else {
        return nil
      }
      let code = inner.code("code")
      guard let name = inner.text("name"), let code else { return nil }
      return FlowReason(code: code, name: name)
    }
  }
}
