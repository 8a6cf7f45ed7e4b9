import City
import Pack

// What is counted, for vitals and scores.
extension PackDecoder {
  private enum Source: String, CaseIterable {
    case cases, observations, alarms, things, gradings, series, days
  }

  private static let caseKeys = [
    "of", "when", "take", "items", "categories", "channels", "grades", "verdicts", "inTime",
    "reworked", "returned", "returnedWrongly", "doubted", "upheld", "repeated",
    "unclassified", "contactWithin",
  ]

  /// One quantity; nil where it cannot be read, with its finding.
  func quantity(_ node: Node) -> Quantity? {
    guard case .table(let entries) = node.content,
      let source = entries.first(where: { $0.key == "of" })
    else {
      list.report(.keyMissing, node.place, ["what": "quantity", "key": "of"])
      return nil
    }
    var text = ""
    if case .scalar(let written, _) = source.value.content { text = written }
    guard let word = Source(rawValue: text) else {
      list.report(
        .valueNotAllowed, source.value.place,
        [
          "key": "of", "value": text,
          "allowed": Source.allCases.map(\.rawValue).joined(separator: ", "),
        ])
      return nil
    }
    switch word {
    case .cases: return caseQuantity(node).map { .cases($0) }
    case .observations: return observationQuantity(node).map { .observations($0) }
    case .alarms: return alarmQuantity(node).map { .alarms($0) }
    case .things:
      return TableReader(node, "quantity", keys: ["of", "kinds", "where"], list).map {
        .things(
          ThingQuantity(
            kinds: $0.codes("kinds"),
            conditions: $0.nodes("where").compactMap { decodeRiskCondition($0) }))
      }
    case .gradings:
      guard let table = TableReader(node, "quantity", keys: ["of", "model", "grades"], list),
        let model = table.code("model")
      else { return nil }
      return .gradings(GradingQuantity(model: model, grades: table.words("grades", Grade.self)))
    case .series:
      guard
        let table = TableReader(node, "quantity", keys: ["of", "series", "take"], list),
        let series = table.code("series"),
        let take = table.word("take", SeriesQuantity.Take.self)
      else { return nil }
      return .series(SeriesQuantity(series: series, take: take))
    case .days: return TableReader(node, "quantity", keys: ["of"], list).map { _ in .days }
    }
  }

  /// A quantity of cases; nil where it cannot be read, with its finding.
  func caseQuantity(_ node: Node) -> CaseQuantity? {
    guard let table = TableReader(node, "quantity", keys: Self.caseKeys, list) else { return nil }
    let take =
      table.optional("take") == nil ? .one : table.word("take", CaseQuantity.Take.self)
    guard let moment = table.word("when", CaseQuantity.Moment.self), let take else { return nil }
    var quantity = CaseQuantity(moment: moment, take: take)
    quantity.items = table.codes("items")
    quantity.categories = table.codes("categories")
    quantity.channels = table.words("channels", Channel.self)
    quantity.grades = table.words("grades", Grade.self)
    quantity.verdicts = table.words("verdicts", Verdict.self)
    quantity.isInTime = optionalFlag(table, "inTime")
    quantity.isReworked = optionalFlag(table, "reworked")
    quantity.isReturned = optionalFlag(table, "returned")
    quantity.isReturnedWrongly = optionalFlag(table, "returnedWrongly")
    quantity.isDoubted = optionalFlag(table, "doubted")
    quantity.isUpheld = optionalFlag(table, "upheld")
    quantity.isRepeated = optionalFlag(table, "repeated")
    quantity.isUnclassified = optionalFlag(table, "unclassified")
    quantity.contactWithinMinutes = table.optional("contactWithin").flatMap {
      table.number(of: $0, "contactWithin", PackLimits.amountRange)
    }
    return quantity
  }

  private func optionalFlag(_ table: TableReader, _ key: String) -> Bool? {
    table.optional(key) == nil ? nil : table.flag(key, standard: false)
  }

  private func observationQuantity(_ node: Node) -> ObservationQuantity? {
    let keys = ["of", "kind", "measure", "take", "limit", "side"]
    guard let table = TableReader(node, "quantity", keys: keys, list) else { return nil }
    let take = table.word("take", ObservationQuantity.Take.self)
    let limit = table.decimal("limit", standard: take == .hoursBeyond ? nil : 0)
    let side = table.optional("side") == nil ? .above : table.word("side", RuleSide.self)
    guard let kind = table.code("kind"), let measure = table.code("measure"), let take, let limit,
      let side
    else { return nil }
    return ObservationQuantity(kind: kind, measure: measure, take: take, limit: limit, side: side)
  }

  private func alarmQuantity(_ node: Node) -> AlarmQuantity? {
    let keys = ["of", "when", "rules", "grades", "verdicts"]
    guard let table = TableReader(node, "quantity", keys: keys, list),
      let moment = table.word("when", AlarmQuantity.Moment.self)
    else { return nil }
    return AlarmQuantity(
      moment: moment, rules: table.codes("rules"), grades: table.words("grades", Grade.self),
      verdicts: table.words("verdicts", AlarmVerdict.self))
  }
}
