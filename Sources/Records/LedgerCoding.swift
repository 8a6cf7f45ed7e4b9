import City
import JSONText

// Lines of ledgers and rounds of plans, in a journal body.

enum LedgerCoding {
  static let names: Set = [
    "id", "ledger", "thing", "case", "title", "address", "area", "unit", "due", "state", "acts",
    "version",
  ]
  private static let actNames: Set = ["form", "at", "staff", "words", "files"]

  static func write(_ entry: LedgerEntry, _ writer: inout JSONWriter) {
    writer.member("id", entry.id)
    writer.text("ledger", entry.ledger)
    writer.member("thing", entry.thing)
    writer.member("case", entry.case)
    writer.textUnlessEmpty("title", entry.title)
    writer.textUnlessEmpty("address", entry.address)
    writer.path("area", entry.area)
    writer.path("unit", entry.unit)
    writer.member("due", entry.due)
    writer.member("state", entry.state.rawValue)
    writer.name("acts")
    writer.beginArray()
    for act in entry.acts {
      writer.beginObject()
      writer.member("form", act.form.rawValue)
      writer.member("at", act.at)
      writer.member("staff", act.staff)
      writer.textUnlessEmpty("words", act.words)
      writer.files("files", act.files)
      writer.endObject()
    }
    writer.endArray()
    writer.member("version", entry.version)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> LedgerEntry {
    var acts: [LedgerEntry.Act] = []
    for value in try fields.list("acts") {
      var inner = try FactFields(value, of: fields.fact)
      acts.append(
        LedgerEntry.Act(
          form: try inner.word("form"), at: try inner.instant("at"),
          staff: try inner.optionalID("staff"), words: try inner.textOrEmpty("words"),
          files: try inner.files("files")))
      try inner.finish(actNames)
    }
    guard let opened = acts.first else { throw fields.wrong("acts") }
    var entry = LedgerEntry(
      id: try fields.id("id"), ledger: try fields.text("ledger"),
      thing: try fields.optionalID("thing"), case: try fields.optionalID("case"),
      title: try fields.textOrEmpty("title"), address: try fields.textOrEmpty("address"),
      area: try fields.areaPath("area"), unit: try fields.unitPath("unit"),
      due: try fields.optionalInstant("due"), opened: opened)
    entry.state = try fields.word("state")
    entry.acts = acts
    entry.version = try fields.count("version")
    try fields.finish(names)
    return entry
  }
}

enum PatrolCoding {
  static let names: Set = [
    "id", "plan", "area", "unit", "part", "from", "due", "metres", "stops", "state", "version",
  ]
  private static let stopNames: Set = ["thing", "name", "position", "finding"]
  private static let findingNames: Set = ["at", "staff", "sound", "words", "files"]

  static func write(_ patrol: Patrol, _ writer: inout JSONWriter) {
    writer.member("id", patrol.id)
    writer.text("plan", patrol.plan)
    writer.path("area", patrol.area)
    writer.path("unit", patrol.unit)
    writer.member("part", patrol.part)
    writer.member("from", patrol.from)
    writer.member("due", patrol.due)
    writer.member("metres", patrol.metres)
    writer.name("stops")
    writer.beginArray()
    for stop in patrol.stops {
      writer.beginObject()
      writer.member("thing", stop.thing)
      writer.textUnlessEmpty("name", stop.name)
      writer.position("position", stop.position)
      if let finding = stop.finding { writer.object("finding") { write(finding, &$0) } }
      writer.endObject()
    }
    writer.endArray()
    writer.member("state", patrol.state.rawValue)
    writer.member("version", patrol.version)
  }

  private static func write(_ finding: Patrol.Finding, _ writer: inout JSONWriter) {
    writer.member("at", finding.at)
    writer.member("staff", finding.staff)
    writer.member("sound", finding.isSound)
    writer.textUnlessEmpty("words", finding.words)
    writer.files("files", finding.files)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Patrol {
    var stops: [Patrol.Stop] = []
    for value in try fields.list("stops") {
      var inner = try FactFields(value, of: fields.fact)
      var stop = Patrol.Stop(
        thing: try inner.id("thing"), name: try inner.textOrEmpty("name"),
        position: try inner.optionalPosition("position"))
      if let found = inner.take("finding") {
        var within = try FactFields(found, of: fields.fact)
        stop.finding = Patrol.Finding(
          at: try within.instant("at"), staff: try within.id("staff"),
          isSound: try within.bool("sound"), words: try within.textOrEmpty("words"),
          files: try within.files("files"))
        try within.finish(findingNames)
      }
      try inner.finish(stopNames)
      stops.append(stop)
    }
    var patrol = Patrol(
      id: try fields.id("id"), plan: try fields.text("plan"), area: try fields.areaPath("area"),
      unit: try fields.unitPath("unit"), part: try fields.count("part"),
      from: try fields.instant("from"), due: try fields.instant("due"),
      metres: try fields.count("metres"), stops: stops)
    patrol.state = try fields.word("state")
    patrol.version = try fields.count("version")
    try fields.finish(names)
    return patrol
  }
}
