import City
import JSONText

enum ReporterCoding {
  static let names: Set = ["id", "subject", "contactHash", "details"]

  static func write(_ reporter: Reporter, _ writer: inout JSONWriter) {
    writer.member("id", reporter.id)
    writer.member("subject", reporter.subject)
    writer.blob("contactHash", reporter.contactHash.bytes)
    if let details = reporter.details { writer.sealed("details", details) }
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Reporter {
    let reporter = Reporter(
      id: try fields.id("id"), subject: try fields.id("subject"),
      contactHash: try fields.digest("contactHash"),
      details: try fields.optionalSealed("details"))
    try fields.finish(names)
    return reporter
  }
}

enum SignalCoding {
  static let names: Set = [
    "id", "channel", "externalID", "received", "occurred", "item", "title", "text", "address",
    "position", "area", "thing", "reporter", "evidence", "raw", "sealed", "digest", "event",
    "rivalOf", "locatedBy", "located",
  ]

  static func write(_ signal: Signal, _ writer: inout JSONWriter) {
    writer.member("id", signal.id)
    writer.member("channel", signal.channel.rawValue)
    writer.text("externalID", signal.externalID)
    writer.member("received", signal.receivedAt)
    writer.member("occurred", signal.occurredAt)
    writer.text("item", signal.item)
    writer.text("title", signal.title)
    writer.textUnlessEmpty("text", signal.text)
    writer.textUnlessEmpty("address", signal.address)
    writer.position("position", signal.position)
    writer.path("area", signal.area)
    writer.member("thing", signal.thing)
    writer.member("reporter", signal.reporter)
    writer.files("evidence", signal.evidence)
    switch signal.raw {
    case .plain(let bytes): writer.blob("raw", bytes)
    case .sealed(let sealed): writer.sealed("sealed", sealed)
    }
    writer.blob("digest", signal.digest.bytes)
    writer.member("event", signal.event)
    writer.member("rivalOf", signal.rivalOf)
    LocatedCoding.write(signal.located, &writer)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Signal {
    var signal = Signal(
      id: try fields.id("id"), channel: try fields.word("channel"),
      externalID: try fields.text("externalID"), receivedAt: try fields.instant("received"),
      occurredAt: try fields.instant("occurred"), item: try fields.optionalText("item"),
      title: try fields.text("title"), text: try fields.textOrEmpty("text"),
      address: try fields.textOrEmpty("address"),
      position: try fields.optionalPosition("position"), area: try fields.areaPath("area"),
      thing: try fields.optionalID("thing"), reporter: try fields.optionalID("reporter"),
      evidence: try fields.files("evidence"), raw: try payload(&fields),
      digest: try fields.digest("digest"), event: try fields.optionalID("event"),
      rivalOf: try fields.optionalID("rivalOf"))
    signal.located = try LocatedCoding.read(&fields)
    try fields.finish(names)
    return signal
  }

  private static func payload(_ fields: inout FactFields) throws(FactCodingFault) -> Payload {
    if let bytes = try fields.optionalBlob("raw") { return .plain(bytes) }
    if let sealed = try fields.optionalSealed("sealed") { return .sealed(sealed) }
    throw fields.missing("raw")
  }
}

enum EventCoding {
  static let names: Set = [
    "id", "item", "title", "address", "position", "area", "thing", "first", "last", "signals",
    "state", "case", "mergedInto", "version", "locatedBy", "located", "people", "repeatOf",
    "repeats",
  ]

  static func write(_ event: Event, _ writer: inout JSONWriter) {
    writer.member("id", event.id)
    writer.text("item", event.item)
    writer.text("title", event.title)
    writer.textUnlessEmpty("address", event.address)
    writer.position("position", event.position)
    writer.path("area", event.area)
    writer.member("thing", event.thing)
    writer.member("first", event.firstAt)
    writer.member("last", event.lastAt)
    writer.member("signals", event.signals)
    writer.member("state", event.state.rawValue)
    writer.member("case", event.case)
    writer.member("mergedInto", event.mergedInto)
    writer.member("version", event.version)
    LocatedCoding.write(event.located, &writer)
    if event.people != 0 { writer.member("people", event.people) }
    writer.member("repeatOf", event.repeatOf)
    if event.repeats != 0 { writer.member("repeats", event.repeats) }
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Event {
    var event = Event(
      id: try fields.id("id"), item: try fields.optionalText("item"),
      title: try fields.text("title"), address: try fields.textOrEmpty("address"),
      position: try fields.optionalPosition("position"), area: try fields.areaPath("area"),
      thing: try fields.optionalID("thing"), firstAt: try fields.instant("first"),
      lastAt: try fields.instant("last"), signals: try fields.count("signals"),
      state: try fields.word("state"), case: try fields.optionalID("case"),
      mergedInto: try fields.optionalID("mergedInto"), version: try fields.count("version"))
    event.located = try LocatedCoding.read(&fields)
    event.people = try fields.countOrZero("people")
    event.repeatOf = try fields.optionalID("repeatOf")
    event.repeats = try fields.countOrZero("repeats")
    try fields.finish(names)
    return event
  }
}
