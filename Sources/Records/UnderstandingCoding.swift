import City
import JSONText

enum ResemblanceCoding {
  static let names: Set = [
    "id", "signal", "event", "own", "item", "likeness", "traits", "at", "state", "decided", "by",
    "version",
  ]

  static func write(_ found: Resemblance, _ writer: inout JSONWriter) {
    writer.member("id", found.id)
    writer.member("signal", found.signal)
    writer.member("event", found.event)
    writer.member("own", found.own)
    writer.text("item", found.item)
    writer.member("likeness", found.likeness)
    writer.texts("traits", found.traits)
    writer.member("at", found.at)
    writer.member("state", found.state.rawValue)
    writer.member("decided", found.decidedAt)
    writer.member("by", found.decidedBy)
    writer.member("version", found.version)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Resemblance {
    var found = Resemblance(
      id: try fields.id("id"), signal: try fields.id("signal"), event: try fields.id("event"),
      own: try fields.optionalID("own"), item: try fields.text("item"),
      likeness: try fields.count("likeness"), traits: try fields.texts("traits"),
      at: try fields.instant("at"), state: try fields.word("state"))
    found.decidedAt = try fields.optionalInstant("decided")
    found.decidedBy = try fields.optionalID("by")
    found.version = try fields.count("version")
    try fields.finish(names)
    return found
  }
}

enum TopicCoding {
  static let names: Set = ["id", "title", "cases", "first", "last"]

  static func write(_ topic: HotTopic, _ writer: inout JSONWriter) {
    writer.member("id", topic.id)
    writer.text("title", topic.title)
    writer.ids("cases", topic.cases)
    writer.member("first", topic.firstSeenAt)
    writer.member("last", topic.lastSeenAt)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> HotTopic {
    let topic = HotTopic(
      id: try fields.id("id"), title: try fields.text("title"),
      cases: try fields.ids("cases", depthMax: HotTopic.casesMax),
      firstSeenAt: try fields.instant("first"), lastSeenAt: try fields.instant("last"))
    try fields.finish(names)
    return topic
  }
}

enum DocumentCoding {
  static let names: Set = ["id", "code", "title", "text", "kind", "source", "published"]

  static func write(_ document: Document, _ writer: inout JSONWriter) {
    writer.member("id", document.id)
    writer.text("code", document.code)
    writer.text("title", document.title)
    writer.textUnlessEmpty("text", document.text)
    writer.textUnlessEmpty("kind", document.kind)
    writer.textUnlessEmpty("source", document.source)
    writer.member("published", document.publishedAt)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Document {
    let document = Document(
      id: try fields.id("id"), code: try fields.text("code"), title: try fields.text("title"),
      text: try fields.textOrEmpty("text"), kind: try fields.textOrEmpty("kind"),
      source: try fields.textOrEmpty("source"),
      publishedAt: try fields.optionalInstant("published"))
    try fields.finish(names)
    return document
  }
}

/// How a place was found, in members of the record that has it.
enum LocatedCoding {
  static func write(_ located: Located?, _ writer: inout JSONWriter) {
    guard let located else { return }
    writer.member("locatedBy", located.by.rawValue)
    writer.member("located", located.confidence)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Located? {
    guard let by: LocatedBy = try fields.optionalWord("locatedBy") else { return nil }
    return Located(by: by, confidence: try fields.count("located"))
  }
}
