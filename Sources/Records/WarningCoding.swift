import City
import JSONText

/// Early warnings.
enum WarningCoding {
  static let names: Set = [
    "id", "key", "kind", "title", "area", "issued", "source", "cause", "sender", "grade", "from",
    "to", "why", "measures", "changes", "signals", "messages", "lifted", "version",
  ]
  static let changeNames: Set = ["kind", "grade", "at", "staff", "why"]

  static func write(_ warning: Warning, _ writer: inout JSONWriter) {
    let state = warning.state
    writer.member("id", warning.id)
    writer.text("key", warning.key)
    writer.text("kind", warning.kind)
    writer.text("title", warning.title)
    writer.path("area", warning.area)
    writer.member("issued", warning.issuedAt)
    writer.member("source", warning.source.rawValue)
    writer.member("cause", warning.cause)
    writer.textUnlessEmpty("sender", warning.sender)
    writer.member("grade", state.grade.rawValue)
    writer.member("from", state.from)
    writer.member("to", state.to)
    writer.textUnlessEmpty("why", state.why)
    writer.texts("measures", state.measures)
    writer.objects("changes", state.changes) { change, writer in
      writer.member("kind", change.kind.rawValue)
      writer.member("grade", change.grade.rawValue)
      writer.member("at", change.at)
      writer.member("staff", change.staff)
      writer.textUnlessEmpty("why", change.why)
    }
    writer.ids("signals", state.signals)
    writer.texts("messages", state.messages)
    writer.member("lifted", state.liftedAt)
    writer.member("version", state.version)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Warning {
    let id: ID<Warning> = try fields.id("id")
    let key = try fields.text("key")
    let kind = try fields.optionalText("kind")
    let title = try fields.text("title")
    let area = try fields.areaPath("area")
    let issuedAt = try fields.instant("issued")
    let source: Warning.Source = try fields.word("source")
    let cause: ID<Warning>? = try fields.optionalID("cause")
    let sender = try fields.textOrEmpty("sender")
    var state = WarningState(
      grade: try fields.word("grade"), from: try fields.instant("from"),
      to: try fields.instant("to"), why: try fields.textOrEmpty("why"),
      measures: try fields.texts("measures"),
      changes: try fields.objects("changes") { change throws(FactCodingFault) in
        let read = WarningChange(
          kind: try change.word("kind"), grade: try change.word("grade"),
          at: try change.instant("at"), staff: try change.optionalID("staff"),
          why: try change.textOrEmpty("why"))
        try change.finish(changeNames)
        return read
      })
    state.signals = try fields.ids("signals", depthMax: Warning.signalsMax)
    state.messages = try fields.texts("messages")
    state.liftedAt = try fields.optionalInstant("lifted")
    state.version = try fields.count("version")
    try fields.finish(names)
    return Warning(
      id: id, key: key, kind: kind, title: title, area: area, issuedAt: issuedAt,
      source: source, cause: cause, sender: sender, state: state)
  }
}

// Lists of objects, and numbers that may be missing.
extension JSONWriter {
  mutating func objects<Element>(
    _ name: String, _ elements: [Element], _ fill: (Element, inout JSONWriter) -> Void
  ) {
    guard !elements.isEmpty else { return }
    self.name(name)
    beginArray()
    for element in elements {
      beginObject()
      fill(element, &self)
      endObject()
    }
    endArray()
  }

  mutating func number(_ name: String, _ value: Double?) {
    guard let value else { return }
    self.name(name)
    number(value)
  }
}

extension FactFields {
  mutating func objects<Element>(
    _ name: String, _ read: (inout FactFields) throws(FactCodingFault) -> Element
  ) throws(FactCodingFault) -> [Element] {
    var elements: [Element] = []
    for value in try list(name) {
      var fields = try FactFields(value, of: fact)
      elements.append(try read(&fields))
    }
    return elements
  }

  mutating func optionalNumber(_ name: String) throws(FactCodingFault) -> Double? {
    guard let value = take(name) else { return nil }
    guard let number = value.number else { throw wrong(name) }
    return number
  }

  mutating func number(_ name: String) throws(FactCodingFault) -> Double {
    guard let number = try optionalNumber(name) else { throw missing(name) }
    return number
  }
}
