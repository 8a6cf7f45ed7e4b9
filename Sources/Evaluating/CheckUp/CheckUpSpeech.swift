import City
package import Pack

/// Says in sentences what a check-up found. Every number in them is one of the check-up's own.
package struct CheckUpSpeech: Sendable {
  let texts: CheckUpTexts
  let names: CheckUpNames
  let offsetMilliseconds: Int64

  package init(texts: CheckUpTexts, names: CheckUpNames, offsetMilliseconds: Int64) {
    self.texts = texts
    self.names = names
    self.offsetMilliseconds = offsetMilliseconds
  }

  /// So many vitals get a sentence of their own in the summary.
  static let gravestMax = 2

  // MARK: Summary

  /// The report in a few sentences: demand, the gravest vitals, the largest hot spot, what got better.
  package func summary(
    lines: [CheckUp.Line], irregularities: [CheckUp.IrregularityLine], spots: [CheckUp.SpotLine]
  ) -> [CheckUpSentence] {
    var said: [String] = []
    if let first = lines.first, let sentence = demand(first) { said.append(sentence) }
    said += irregularities.prefix(Self.irregularitiesSummed).map { head($0) + text($0) }
    let grave = lines.dropFirst().filter { ($0.state.grade?.rank ?? 0) >= Grade.yellow.rank }
      .sorted {
        ($1.state.grade?.rank ?? 0, $0.state.vital) < ($0.state.grade?.rank ?? 0, $1.state.vital)
      }
    said += grave.prefix(Self.gravestMax).compactMap { gravest($0) }
    if grave.isEmpty {
      let measured = lines.filter { $0.state.reading.value != nil }.count
      said.append(texts.say("sayCalm", ["count": String(measured)]))
    }
    if let spot = spots.first { said.append(hot(spot)) }
    if let better = better(lines) { said.append(better) }
    let unmeasured = lines.filter { $0.state.reading.value == nil }.count
    if unmeasured > 0 { said.append(texts.say("sayUnmeasured", ["count": String(unmeasured)])) }
    return said.map { CheckUpSentence($0) }
  }

  private func demand(_ line: CheckUp.Line) -> String? {
    guard let value = line.state.reading.value, let before = line.state.before else { return nil }
    let share = before > 0 ? (value - before) / before : 0
    // Less than a twentieth nobody would call a change.
    let name = abs(share) < 0.05 ? "saySteady" : share > 0 ? "sayMore" : "sayLess"
    let part = line.cause?.items.max { $0.now - $0.before < $1.now - $1.before }
    return texts.say(
      name,
      common(line).merging([
        "change": NumberText.fixed(abs(share) * 100, 0) + " %",
        "part": part.map { names.name($0.part) } ?? texts["sayMoreNothing"],
      ]) { _, new in new })
  }

  private func gravest(_ line: CheckUp.Line) -> String? {
    guard line.state.reading.value != nil, let grade = line.state.grade else { return nil }
    var since = ""
    if let at = line.cause?.since {
      since =
        texts.say("reasonSince", ["since": day(at)]) + texts["clause"]
    }
    let place = line.cause?.areas.first.map {
      texts.say("reasonArea", ["areas": names.name($0.part)])
    }
    return texts.say(
      "sayRed",
      common(line).merging([
        "grade": texts[grade.rawValue], "since": since,
        "where": place.map { $0 + texts["clause"] } ?? "", "lead": lead(line),
      ]) { _, new in new })
  }

  private func hot(_ spot: CheckUp.SpotLine) -> String {
    texts.say(
      "sayHot",
      [
        "place": spot.place, "count": NumberText.fixed(spot.spot.count, 0),
        "item": itemName(spot.item), "itemCount": String(spot.itemCount),
        "reworks": String(spot.reworked),
        "unit": spot.unit.flatMap { names.units[$0] } ?? texts["sayMoreNothing"],
      ])
  }

  /// The vital that moved furthest to the good side, in usual deviations.
  private func better(_ lines: [CheckUp.Line]) -> String? {
    let moves = lines.compactMap { line -> (line: CheckUp.Line, by: Double, before: Double)? in
      guard let value = line.state.reading.value, let before = line.state.before,
        let deviation = line.state.band.deviation, deviation > 0, line.state.grade == nil
      else { return nil }
      let sign: Double = line.vital.worse == .above ? 1 : -1
      return (line, (before - value) * sign / deviation, before)
    }
    guard let best = moves.max(by: { $0.by < $1.by }), best.by > 1 else { return nil }
    return texts.say(
      "sayBetter",
      common(best.line).merging(
        ["before": NumberText.fixed(best.before, best.line.vital.decimals)]
      ) { _, new in new })
  }

  // MARK: Reasons

  /// Why a vital is out of its band: value, what is expected, where, with what, whose, since when.
  func reason(_ line: CheckUp.Line) -> String {
    guard let grade = line.state.grade else { return "" }
    var values = common(line)
    values["grade"] = texts[grade.rawValue]
    let band = line.state.band
    var said: String
    if let usual = band.usual, let deviation = band.deviation {
      values["expected"] = texts.say(
        "expected",
        [
          "usual": NumberText.fixed(usual, line.vital.decimals),
          "deviation": NumberText.fixed(deviation, max(line.vital.decimals, 1)),
        ])
      said = texts.say("reason", values)
    } else {
      let edge = band.edges.last { $0.grade == grade }?.beyond ?? 0
      values["edge"] = NumberText.fixed(edge, line.vital.decimals)
      said = texts.say("reasonDirect", values)
    }
    guard let cause = line.cause else { return said }
    var parts: [String] = []
    func add(_ name: String, _ key: String, _ movers: [VitalCause.Mover]) {
      guard !movers.isEmpty else { return }
      parts.append(texts.say(name, [key: movers.map(part).joined(separator: texts["listComma"])]))
    }
    if let since = cause.since { parts.append(texts.say("reasonSince", ["since": day(since)])) }
    add("reasonArea", "areas", cause.areas)
    add("reasonItem", "items", cause.items)
    add("reasonDevice", "devices", cause.devices)
    add("reasonUnit", "units", cause.units)
    if !parts.isEmpty { said += parts.joined(separator: texts["clause"]) + texts["stop"] }
    if !cause.cases.isEmpty {
      let numbers = cause.cases.compactMap { names.cases[$0] }.joined(separator: texts["listComma"])
      said += texts.say("evidence", ["cases": numbers]) + texts["stop"]
    }
    return said
  }

  private func part(_ mover: VitalCause.Mover) -> String {
    texts.say(
      "part",
      [
        "name": names.name(mover.part), "now": NumberText.fixed(mover.now, 0),
        "before": NumberText.fixed(mover.before, 0),
      ])
  }

  /// Why there is no number.
  package func why(_ reason: Unmeasurable) -> String {
    switch reason {
    case .noData: texts["noData"]
    case .nothingToDivide: texts["nothingToDivide"]
    case .tooFew(let have, let need):
      texts.say(
        "tooFew", ["have": NumberText.fixed(have, 0), "need": NumberText.fixed(need, 0)])
    case .beforeFirst(let from): texts.say("beforeFirst", ["from": day(from)])
    case .gap(let share): texts.say("gap", ["share": NumberText.fixed(share * 100, 0)])
    case .unknownField(let kind, let measure):
      texts.say(
        "unknownField",
        [
          "kind": names.catalogue.kind(code: kind)?.name ?? kind,
          "measure": names.catalogue.kind(code: kind)?.measures
            .first { $0.code == measure }?.title ?? measure,
        ])
    case .fieldMissing(let kind, let field):
      texts.say(
        "fieldMissing",
        [
          "kind": names.catalogue.kind(code: kind)?.name ?? kind,
          "field": names.catalogue.kind(code: kind)?.fields.first { $0.name == field }?.title
            ?? field,
        ])
    case .outlineChanged(let at): texts.say("outlineChanged", ["at": day(at)])
    case .tooLarge: texts["tooLarge"]
    }
  }

  /// The unit that should act: that of the vital's duty, else the one with most of the cases.
  func lead(_ line: CheckUp.Line) -> String {
    line.vital.duty.flatMap { names.duties[$0] }
      ?? line.cause?.units.first.map { names.name($0.part) } ?? texts["sayMoreNothing"]
  }

  func itemName(_ code: String?) -> String {
    code.flatMap { names.catalogue.item(code: $0)?.name } ?? texts["unclassified"]
  }

  func day(_ instant: Instant) -> String {
    NumberText.day(instant, offsetMilliseconds: offsetMilliseconds)
  }

  func common(_ line: CheckUp.Line) -> [String: String] {
    [
      "name": line.vital.name, "unit": line.vital.unit,
      "value": line.state.reading.value.map { NumberText.fixed($0, line.vital.decimals) } ?? "–",
    ]
  }
}
