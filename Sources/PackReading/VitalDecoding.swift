import City
import Pack

// Vitals, their aspects, and the texts of the report.
extension PackDecoder {
  private static let vitalKeys = [
    "code", "name", "aspect", "unit", "decimals", "worse", "cadence", "count", "per", "scale",
    "perLeast", "limits", "learned", "factors", "weight", "duty", "advice", "why",
  ]

  mutating func decodeVitals(_ node: Node) {
    guard let table = TableReader(node, "the file", keys: ["aspects", "vitals"], list) else {
      return
    }
    for aspect in table.nodes("aspects") { decodeAspect(aspect) }
    for vital in table.nodes("vitals") { decodeVital(vital) }
  }

  private mutating func decodeAspect(_ node: Node) {
    guard let table = TableReader(node, "aspect", keys: ["code", "name", "weight"], list),
      let code = table.code("code"), let name = table.text("name"),
      let weight = table.number("weight", PackLimits.vitalWeightRange, standard: 1)
    else { return }
    draft.places[PackSubject(.aspects, draft.aspects.count)] = node.place
    draft.aspects.append(VitalAspect(code: code, name: name, weight: weight))
  }

  private mutating func decodeVital(_ node: Node) {
    guard let table = TableReader(node, "vital", keys: Self.vitalKeys, list) else { return }
    let decimals = table.number("decimals", 0...6, standard: 0)
    let worse = table.optional("worse") == nil ? .above : table.word("worse", RuleSide.self)
    let cadence =
      table.optional("cadence") == nil ? .day : table.word("cadence", Vital.Cadence.self)
    let count = table.required("count").flatMap { quantity($0) }
    let per = table.optional("per").map { quantity($0) }
    let scale = table.decimal("scale", standard: 1)
    let perLeast = table.decimal("perLeast", standard: 0)
    let limits = vitalLimits(table, "limits")
    let learned = vitalLimits(table, "learned")
    let factors = table.nodes("factors").compactMap { factor($0) }
    let weight = table.number("weight", PackLimits.vitalWeightRange, standard: 1)
    let unit = table.optionalText("unit") ?? ""
    let duty = table.optionalCode("duty")
    let advice = table.text("advice", max: PackLimits.sentenceMax)
    let why = table.text("why", max: PackLimits.sentenceMax)
    guard let code = table.code("code"), let name = table.text("name"),
      let aspect = table.code("aspect"), let decimals, let worse, let cadence, let count,
      let scale, let perLeast, let weight, let advice, let why
    else { return }
    // A denominator that could not be read has its finding; without it the number would be another.
    if let per, per == nil { return }
    draft.places[PackSubject(.vitals, draft.vitals.count)] = node.place
    draft.vitals.append(
      Vital(
        code: code, name: name, aspect: aspect, unit: unit, decimals: decimals, worse: worse,
        cadence: cadence, count: count, per: per ?? nil, scale: scale, perLeast: perLeast,
        limits: limits, learned: learned, factors: factors, weight: weight, duty: duty,
        advice: advice, why: why))
  }

  /// `{ blue: 3, yellow: 4.5 }`, in the order of grades from mild to grave.
  private func vitalLimits(_ vital: TableReader, _ key: String) -> [VitalLimit] {
    guard let node = vital.optional(key),
      let table = TableReader(node, key, keys: Grade.allCases.map(\.rawValue), list)
    else { return [] }
    return Grade.allCases.reversed().compactMap { grade in
      table.optional(grade.rawValue).flatMap { table.decimal(of: $0, grade.rawValue) }
        .map { VitalLimit(grade: grade, beyond: $0) }
    }
  }

  private func factor(_ node: Node) -> DatedFactor? {
    guard let table = TableReader(node, "factor", keys: ["from", "value", "source"], list),
      let from = table.date("from"), let value = table.decimal("value", standard: nil),
      let source = table.text("source", max: PackLimits.sentenceMax)
    else { return nil }
    return DatedFactor(from: from, value: value, source: source)
  }

  // MARK: Report

  mutating func decodeCheckUp(_ node: Node) {
    guard let table = TableReader(node, "the file", keys: ["texts", "losses"], list) else { return }
    var texts: [String: String] = [:]
    if let node = table.required("texts"), case .table(let entries) = node.content {
      for entry in entries {
        texts[entry.key] = table.text(of: entry.value, entry.key, max: PackLimits.sentenceMax)
      }
    }
    var losses: [Grade: Double] = [:]
    if let node = table.required("losses"),
      let grades = TableReader(node, "losses", keys: Grade.allCases.map(\.rawValue), list)
    {
      for grade in Grade.allCases {
        guard let loss = grades.decimal(grade.rawValue, standard: nil) else { continue }
        guard (0...1).contains(loss) else {
          list.report(
            .valueOutOfRange, node.place,
            ["key": grade.rawValue, "value": String(loss), "min": "0", "max": "1"])
          continue
        }
        losses[grade] = loss
      }
    }
    draft.checkUpTexts = CheckUpTexts(texts: texts, losses: losses)
  }
}
