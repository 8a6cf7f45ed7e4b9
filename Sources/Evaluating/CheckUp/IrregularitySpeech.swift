import City
import Pack

extension CheckUpSpeech {
  /// So many irregularities get a sentence of their own in the summary.
  static let irregularitiesSummed = 2

  /// An irregularity's head: what is wrong with what.
  func head(_ line: CheckUp.IrregularityLine) -> String {
    texts.say(
      "irregularity-\(line.irregularity.form.rawValue)",
      ["subject": subject(line), "lead": irregularityLead(line)])
  }

  /// What was found, where, since when, behind which cases, and who should act.
  func text(_ line: CheckUp.IrregularityLine) -> String {
    let irregularity = line.irregularity
    func percent(_ share: Double) -> String { NumberText.fixed(share * 100, 1) }
    let of = Double(max(1, irregularity.of))
    var parts = [
      texts.say(
        "irregularityText-\(irregularity.form.rawValue)",
        [
          "subject": subject(line), "since": since(irregularity),
          "count": String(irregularity.count),
          "of": String(irregularity.of), "share": percent(Double(irregularity.count) / of),
          "rest": percent(irregularity.expected / of),
          "expected": NumberText.fixed(irregularity.expected, 1), "place": line.place,
        ])
    ]
    func add(_ name: String, _ key: String, _ movers: [(String, Int)]) {
      guard !movers.isEmpty else { return }
      let list = movers.map {
        texts.say("irregularityPart", ["name": $0.0, "count": String($0.1)])
      }
      parts.append(texts.say(name, [key: list.joined(separator: texts["listComma"])]))
    }
    add("reasonArea", "areas", line.neighbourhoods.map { (names.areas[$0.area] ?? "?", $0.count) })
    add("reasonItem", "items", line.items.map { (itemName($0.code), $0.count) })
    add("reasonUnit", "units", line.units.map { (names.units[$0.unit] ?? "?", $0.count) })
    var said = parts.joined(separator: texts["clause"]) + texts["stop"]
    let numbers = line.cases.compactMap { names.cases[$0] }
    if !numbers.isEmpty {
      said +=
        texts.say("evidence", ["cases": numbers.joined(separator: texts["listComma"])])
        + texts["stop"]
    }
    return said + texts.say("lead", ["unit": irregularityLead(line)]) + texts["stop"]
  }

  private func since(_ irregularity: Irregularity) -> String {
    irregularity.since.map { texts.say("reasonSince", ["since": day($0)]) }
      ?? texts["irregularityAlways"]
  }

  private func subject(_ line: CheckUp.IrregularityLine) -> String {
    let subject = line.irregularity.subject
    let area = subject.area.flatMap { names.areas[$0] }
    let unit = subject.unit.flatMap { names.units[$0] }
    let item = subject.item.map { itemName($0) }
    return [area, unit, item].compactMap { $0 }.joined(separator: texts["irregularityJoin"])
  }

  private func irregularityLead(_ line: CheckUp.IrregularityLine) -> String {
    line.lead.flatMap { names.units[$0] } ?? texts["sayMoreNothing"]
  }

  // MARK: Chapters

  func irregularities(_ checkUp: CheckUp) -> [ReportDocument.Paragraph] {
    checkUp.irregularities.map { ReportDocument.Paragraph(head($0), text($0)) }
  }

  func topics(_ checkUp: CheckUp) -> [ReportDocument.Paragraph] {
    checkUp.topics.map { topic in
      let places = topic.places.map {
        texts.say(
          "irregularityPart", ["name": names.areas[$0.area] ?? "?", "count": String($0.count)])
      }
      return ReportDocument.Paragraph(
        topic.title,
        texts.say(
          "topicLine",
          [
            "size": String(topic.score.size), "people": String(topic.score.people),
            "rise": NumberText.fixed(topic.score.rise, 1), "from": day(topic.from),
            "to": day(topic.to),
            "places": places.isEmpty
              ? texts["sayMoreNothing"] : places.joined(separator: texts["listComma"]),
          ]))
    }
  }

  func devices(_ checkUp: CheckUp) -> [ReportDocument.Paragraph] {
    checkUp.devices.map { line in
      let listed = line.devices.map { device in
        texts.say(
          "deviceLine",
          [
            "name": device.name, "text": device.text, "owner": device.owner,
            "since": device.since.map {
              texts.say("reasonSince", ["since": moment($0)]) + texts["clause"]
            } ?? "",
          ])
      }
      return ReportDocument.Paragraph(
        texts.say("deviceHead", ["ailment": line.ailment, "count": String(line.count)]),
        listed.joined(separator: texts["listSemicolon"]) + texts["stop"] + line.remedy, line.grade)
    }
  }

  /// Day and hour.
  private func moment(_ instant: Instant) -> String {
    let local = instant.milliseconds + offsetMilliseconds
    let hour = (local % Duration.day + Duration.day) % Duration.day / Duration.hour
    return day(instant) + texts.say("hour", ["hour": String(hour)])
  }
}
