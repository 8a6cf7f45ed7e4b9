import City
import Pack

// Ledgers and plans of patrols.
extension PackDecoder {
  mutating func decodeLedger(_ node: Node) {
    let keys = [
      "code", "name", "model", "from", "items", "proof", "posts", "days", "asksClosedCases", "late",
      "why",
    ]
    guard let table = TableReader(node, "ledger", keys: keys, list) else { return }
    let source: Ledger.Source?
    if table.optional("items") != nil {
      if table.optional("model") != nil {
        list.report(
          .valueWrongType, node.place, ["key": "model", "expected": "left out beside `items`"])
      }
      source = .cases(table.codes("items"))
    } else {
      let from = table.word("from", Grade.self)
      let model = table.code("model")
      source = model.flatMap { model in from.map { .graded(model: model, from: $0) } }
    }
    let days = table.optional("days").flatMap { table.number(of: $0, "days", Ledger.daysRange) }
    let asks = table.flag("asksClosedCases", standard: false)
    let late = late(table)
    if late != nil, days == nil {
      list.report(
        .valueWrongType, node.place, ["key": "late", "expected": "left out where `days` is"])
    }
    let why = table.text("why", max: PackLimits.sentenceMax)
    _ = (table.required("proof"), table.required("posts"))
    let proof = table.words("proof", Ledger.Proof.self)
    let posts = table.codes("posts")
    guard let code = table.code("code"), let name = table.text("name"), let source, let asks,
      let why
    else { return }
    draft.places[PackSubject(.ledgers, draft.ledgers.count)] = node.place
    draft.ledgers.append(
      Ledger(
        code: code, name: name, source: source, proof: proof, posts: posts, days: days,
        asksClosedCases: asks, late: late, why: why))
  }

  private func late(_ ledger: TableReader) -> Ledger.Late? {
    guard
      let table = ledger.optional("late").flatMap({
        TableReader($0, "late", keys: ["item", "words"], list)
      }), let item = table.code("item"),
      let words = table.text("words", max: PackLimits.sentenceMax)
    else { return nil }
    return Ledger.Late(item: item, words: words)
  }

  mutating func decodePatrol(_ node: Node) {
    let keys = [
      "code", "name", "kind", "model", "grades", "every", "duty", "place", "posts", "stops",
      "missed", "fault", "why",
    ]
    guard let table = TableReader(node, "patrol", keys: keys, list) else { return }
    let every = table.word("every", PatrolPlan.Period.self)
    let place = table.word("place", ResponsibilityRule.Place.self)
    let grades = table.words("grades", Grade.self)
    let stops = table.number("stops", PatrolPlan.stopsRange)
    let why = table.text("why", max: PackLimits.sentenceMax)
    _ = table.required("posts")
    let posts = table.codes("posts")
    var missed: (item: String, words: String)?
    if let inner = table.required("missed").flatMap({
      TableReader($0, "missed", keys: ["item", "words"], list)
    }), let item = inner.code("item"),
      let words = inner.text("words", max: PackLimits.sentenceMax)
    {
      missed = (item, words)
    }
    guard let code = table.code("code"), let name = table.text("name"),
      let kind = table.code("kind"), let duty = table.code("duty"), let every, let place,
      let stops, let why, let missed
    else { return }
    draft.places[PackSubject(.patrols, draft.patrols.count)] = node.place
    draft.patrols.append(
      PatrolPlan(
        code: code, name: name, kind: kind, model: table.optionalCode("model"), grades: grades,
        every: every, duty: duty, place: place, posts: posts, stops: stops,
        missedItem: missed.item, missedWords: missed.words,
        faultItem: table.optionalCode("fault"), why: why))
  }
}
