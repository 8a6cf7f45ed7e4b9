import City
import Pack

extension PackDecoder {
  private static let itemKeys = [
    "code", "name", "category", "filing", "closing", "grade", "clocks", "responsibility",
    "evidence", "weight", "words", "joinMetres", "joinHours", "automatic", "flow", "dataClass",
    "settledBy", "automaticAbove", "sensorClear",
  ]

  /// What keys stand for that may be left out.
  private enum Standard {
    static let weight = 1_000
    static let dataClass = DataClass.internal
  }

  mutating func decodeItem(_ node: Node) {
    guard let table = TableReader(node, "item", keys: Self.itemKeys, list) else { return }
    let index = draft.items.count
    let (clocks, rules) = (decodeClocks(table, index), decodeRules(table, index))
    let words = table.texts("words")
    for (wordIndex, word) in words.enumerated() {
      draft.places[PackSubject(.items, index, .word, wordIndex)] = word.place
    }
    let phrases = table.texts("settledBy")
    for (phraseIndex, phrase) in phrases.enumerated() {
      draft.places[PackSubject(.items, index, .phrase, phraseIndex)] = phrase.place
    }
    let line = table.optional("automaticAbove").map {
      table.number(of: $0, "automaticAbove", PackLimits.percentRange)
    }
    let evidence = table.words("evidence", Requirement.self)
    let weight = table.number("weight", PackLimits.weightRange, standard: Standard.weight)
    let metres = table.number("joinMetres", PackLimits.metresRange, standard: 0)
    let hours = table.number("joinHours", PackLimits.joinHoursRange, standard: 0)
    let automatic = table.flag("automatic", standard: false)
    let dataClass =
      table.optional("dataClass").map { table.word(of: $0, "dataClass", DataClass.self) }
      ?? Standard.dataClass
    let texts = (
      code: table.code("code"), name: table.text("name"), category: table.code("category"),
      filing: table.text("filing", max: PackLimits.sentenceMax),
      closing: table.text("closing", max: PackLimits.sentenceMax), flow: table.code("flow")
    )
    guard let grade = table.word("grade", Grade.self), let code = texts.code,
      let name = texts.name, let category = texts.category, let filing = texts.filing,
      let closing = texts.closing, let flow = texts.flow, let weight, let metres, let hours,
      let automatic, let dataClass
    else { return }
    draft.places[PackSubject(.items, index)] = node.place
    var item = Item(
      code: code, name: name, category: category, filing: filing, closing: closing,
      grade: grade, clocks: clocks, responsibility: rules, evidence: Set(evidence),
      weight: weight, words: words.map(\.text), joinMetres: Double(metres),
      joinMilliseconds: Int64(hours) * Duration.hour, automatic: automatic, flow: flow,
      dataClass: dataClass)
    item.settledBy = phrases.map(\.text)
    item.sensorClear = table.optional("sensorClear").flatMap { decodeLimit($0, "sensorClear") }
    item.automaticAbove = line.flatMap { $0 }.map { $0 * 10 }
    draft.items.append(item)
  }

  private mutating func decodeClocks(_ item: TableReader, _ index: Int) -> [ItemClock] {
    var clocks: [ItemClock] = []
    for node in item.requiredNodes("clocks") {
      let keys = ["name", "amount", "measure"]
      guard let table = TableReader(node, "clock", keys: keys, list) else { continue }
      let measure = table.word("measure", TimeLimit.Measure.self)
      guard let name = table.code("name"),
        let amount = table.number("amount", PackLimits.amountRange), let measure
      else { continue }
      draft.places[PackSubject(.items, index, .clock, clocks.count)] = node.place
      let limit = TimeLimit(amount: amount, measure: measure)
      checkYearDay(limit, node)
      clocks.append(ItemClock(name: name, limit: limit))
    }
    return clocks
  }

  private mutating func decodeRules(_ item: TableReader, _ index: Int) -> [ResponsibilityRule] {
    var rules: [ResponsibilityRule] = []
    for node in item.requiredNodes("responsibility") {
      let keys = ["thingKind", "areas", "duty", "place", "why"]
      guard let table = TableReader(node, "rule", keys: keys, list) else { continue }
      let kind = table.optionalCode("thingKind")
      let areas = table.codes("areas")
      let place = table.word("place", ResponsibilityRule.Place.self)
      let why = table.text("why", max: PackLimits.sentenceMax)
      guard let duty = table.code("duty"), let place, let why else { continue }
      draft.places[PackSubject(.items, index, .rule, rules.count)] = node.place
      rules.append(
        ResponsibilityRule(thingKind: kind, areas: areas, duty: duty, place: place, why: why))
    }
    return rules
  }
}
