import City
import Engine
import Evaluating
import HTTPServing
import JSONText
import Ports

/// The journal and who saw whom, for auditors.
enum JournalRoutes {
  /// Looks at persons' data that are judged at once.
  static let marksMax = 5_000
  /// Days of one question for unusual access.
  static let daysMax: Int64 = 31

  private static let span: [Route.Parameter] = [
    .init(name: "from", type: "string"), .init(name: "to", type: "string"),
  ]

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/journal", .permission([.audit]),
        "Journal entries after a number, in order; or those that fit, the newest first",
        query: [
          .init(name: "after", type: "integer"), .init(name: "limit", type: "integer"),
          .init(name: "before", type: "string"), .init(name: "newest", type: "boolean"),
          .init(name: "kind", type: "string"), .init(name: "staff", type: "string"),
          .init(name: "subject", type: "string"), .init(name: "request", type: "string"),
        ] + span
      ) { call throws(Problem) in try await list(call, context) },
      Route(
        .get, "/journal/sample", .permission([.audit]),
        "Entries drawn by a seed, so that everybody draws the same",
        query: [
          .init(name: "seed", type: "integer", required: true),
          .init(name: "count", type: "integer"), .init(name: "first", type: "integer"),
          .init(name: "last", type: "integer"),
        ]
      ) { call throws(Problem) in try await sample(call, context) },
      Route(
        .get, "/journal/unusual", .permission([.audit]),
        "Access at night, in bulk, or of others' cases", query: span
      ) { call throws(Problem) in try await unusual(call, context) },
      Route(
        .get, "/journal/anchor", .permission([.audit]),
        "The newest entry, signed, to be kept elsewhere"
      ) { call throws(Problem) in try await anchor(call, context) },
      Route(
        .get, "/reveals", .permission([.audit]), "Who saw a person's data unmasked, newest first",
        query: [
          .init(name: "staff", type: "string"), .init(name: "case", type: "string"),
          .init(name: "reporter", type: "string"), .init(name: "limit", type: "integer"),
          .init(name: "before", type: "string"),
        ] + span
      ) { call throws(Problem) in try await reveals(call, context) },
    ]
  }

  private static func list(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let names = ["before", "newest", "kind", "staff", "subject", "request", "from", "to"]
    let page = try Listing.page(call)
    let directory = context.engine.directory
    if names.contains(where: { call.filter($0) != nil }) {
      guard call.filter("after") == nil else { throw .field("after", "query.contradicts") }
      let query = try query(call, page)
      let found = try await stored { () throws(StoreFault) in
        try await context.engine.store.entries(query)
      }
      let numbers = try await numbers(of: found.elements, context)
      return Answer.page(found) { write($0, directory, numbers, to: &$1) }
    }
    guard let after = Int64(call.filter("after") ?? "0"), after >= 0 else {
      throw .field("after", "number.form")
    }
    let entries = try await stored { () throws(StoreFault) in
      try await context.engine.store.entries(after: after, limit: page.limit)
    }
    let next = entries.count == page.limit ? entries.last?.sequence : nil
    return Answer.list(entries, next: next) { write($0, directory, [:], to: &$1) }
  }

  /// Numbers of the cases that entries are about, as people name them.
  private static func numbers(
    of entries: [JournalEntry], _ context: WebContext
  ) async throws(Problem) -> [Int64: String] {
    var numbers: [Int64: String] = [:]
    for entry in entries where entry.subject.kind == "case" {
      let id = entry.subject.id
      guard id > 0, numbers[id] == nil else { continue }
      numbers[id] = try await stored { () throws(StoreFault) in
        try await context.engine.store.load(ID<Case>(id))?.filing.number.text
      }
    }
    return numbers
  }

  private static func query(_ call: Call, _ page: PageRequest) throws(Problem) -> JournalQuery {
    var query = JournalQuery(page: page)
    query.kind = call.filter("kind")
    query.actor = try (call.id("staff") as ID<Staff>?).map { .staff($0) }
    query.request = call.filter("request")
    query.from = try call.instant("from")
    query.to = try call.instant("to")
    _ = try call.flag("newest")
    if let text = call.filter("subject") {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, let id = Int64(parts[1]) else {
        throw .field("subject", "subject.form", ["expected": "KIND/ID"])
      }
      query.subject = SubjectReference(kind: String(parts[0]), id: id)
    }
    return query
  }

  private static func sample(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    func number(_ name: String, _ otherwise: Int64) throws(Problem) -> Int64 {
      guard let text = call.filter(name) else { return otherwise }
      guard let number = Int64(text), number >= 0 else { throw .field(name, "number.form") }
      return number
    }
    guard call.filter("seed") != nil else { throw .field("seed", "field.required") }
    let seed = try number("seed", 0)
    let count = try number("count", 20)
    guard (1...Int64(SpotCheck.countMax)).contains(count) else {
      throw .field("count", "number.range", ["min": "1", "max": String(SpotCheck.countMax)])
    }
    let newest = try await stored { () throws(StoreFault) in
      try await context.engine.store.lastSequence()
    }
    let first = max(try number("first", 1), 1)
    let last = min(try number("last", newest), newest)
    let numbers =
      first > last
      ? [] : SpotCheck.numbers(seed: UInt64(seed), count: Int(count), in: first...last)
    var entries: [JournalEntry] = []
    for number in numbers {
      entries += try await stored { () throws(StoreFault) in
        try await context.engine.store.entries(after: number - 1, limit: 1)
      }
    }
    let directory = context.engine.directory
    let drawn = entries
    return Answer.object { writer in
      writer.member("seed", String(seed))
      writer.member("first", first)
      writer.member("last", last)
      writer.name("elements")
      writer.beginArray()
      for entry in drawn { write(entry, directory, [:], to: &writer) }
      writer.endArray()
    }
  }

  private static func unusual(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let now = context.engine.time.now
    // The end is not included; what happens now is.
    let to = try call.instant("to") ?? now.advanced(byMilliseconds: 1)
    let from = try call.instant("from") ?? to.advanced(byMilliseconds: -7 * Duration.day)
    guard to > from, to.millisecondsSince(from) <= daysMax * Duration.day else {
      throw .field("to", "time.range", ["daysMax": String(daysMax)])
    }
    let (marks, isComplete) = try await stored { () throws(StoreFault) -> ([AccessMark], Bool) in
      try await accessMarks(from, to, context.engine.store)
    }
    let found = UnusualAccess.find(
      marks, offsetMinutes: context.engine.settings.offsetMinutes)
    let presenting = Presenting(context.engine)
    return Answer.object { writer in
      writer.member("from", TimeText.write(from))
      writer.member("to", TimeText.write(to))
      writer.member("lookedAt", marks.count)
      writer.member("complete", isComplete)
      writer.name("elements")
      writer.beginArray()
      for access in found {
        writer.beginObject()
        writer.member("flag", access.flag.rawValue)
        writer.member("form", access.form.rawValue)
        presenting.staff("staff", access.staff, to: &writer)
        writer.member("from", TimeText.write(access.from))
        writer.member("to", TimeText.write(access.to))
        writer.member("count", access.count)
        writer.endObject()
      }
      writer.endArray()
    }
  }

  /// Who looked at persons' data and took lists out; false where there were more than are judged.
  private static func accessMarks(
    _ from: Instant, _ to: Instant, _ store: any Store
  ) async throws(StoreFault) -> ([AccessMark], Bool) {
    var marks: [AccessMark] = []
    var query = RevealQuery(page: PageRequest(limit: PageRequest.limitMax, before: nil))
    query.from = from
    query.to = to
    while marks.count < marksMax {
      let page = try await store.reveals(query)
      marks += page.elements.map {
        AccessMark(form: .reveal, at: $0.at, staff: $0.staff, isForeign: $0.isForeign)
      }
      guard let next = page.next else { break }
      query.page = PageRequest(limit: PageRequest.limitMax, before: next)
    }
    let isComplete = marks.count < marksMax
    var exports = JournalQuery(page: PageRequest(limit: PageRequest.limitMax, before: nil))
    exports.kind = "records.exported"
    exports.from = from
    exports.to = to
    let page = try await store.entries(exports)
    marks += page.elements.compactMap { entry in
      guard case .staff(let staff) = entry.actor else { return nil }
      return AccessMark(form: .export, at: entry.at, staff: staff, isForeign: false)
    }
    let reached = page.next == nil || page.elements.count < PageRequest.limitMax
    return (marks, isComplete && reached)
  }

  private static func anchor(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    guard let key = context.settings.anchors else { throw .notFound }
    let newest = try await stored { () throws(StoreFault) -> JournalEntry? in
      let last = try await context.engine.store.lastSequence()
      return try await context.engine.store.entries(after: last - 1, limit: 1).first
    }
    guard let newest else { throw .notFound }
    let anchor = Anchor(
      chain: 1, sequence: newest.sequence, hash: newest.hash, at: context.engine.time.now)
    return Answer.object { writer in
      writer.member("sequence", anchor.sequence)
      writer.member("hash", HexText.write(anchor.hash))
      writer.member("key", key.publicKey)
      writer.member("anchor", key.line(anchor))
    }
  }

  private static func reveals(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    var query = RevealQuery(page: try Listing.page(call))
    query.staff = try call.id("staff")
    query.case = try call.id("case")
    query.reporter = try call.id("reporter")
    query.from = try call.instant("from")
    query.to = try call.instant("to")
    let final = query
    let page = try await stored { () throws(StoreFault) in
      try await context.engine.store.reveals(final)
    }
    let presenting = Presenting(context.engine)
    return Answer.page(page) { reveal, writer in
      writer.beginObject()
      writer.member("id", String(reveal.id.rawValue))
      writer.member("at", TimeText.write(reveal.at))
      presenting.staff("staff", reveal.staff, to: &writer)
      writer.member("case", String(reveal.case.rawValue))
      writer.member("reporter", String(reveal.reporter.rawValue))
      writer.member("duty", reveal.duty.rawValue)
      writer.member("reason", reveal.reason)
      writer.member("foreign", reveal.isForeign)
      writer.endObject()
    }
  }

  private static func write(
    _ entry: JournalEntry, _ directory: Directory, _ numbers: [Int64: String],
    to writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.member("sequence", entry.sequence)
    writer.member("hash", HexText.write(entry.hash))
    writer.member("kind", entry.kind)
    writer.member("at", TimeText.write(entry.at))
    writer.object("actor") { writer in
      switch entry.actor {
      case .staff(let id):
        writer.member("staff", String(id.rawValue))
        writer.member("name", directory.staff[id]?.name ?? "")
      case .engine(let part): writer.member("engine", part)
      case .local(let name): writer.member("local", name)
      }
    }
    writer.object("subject") { writer in
      writer.member("kind", entry.subject.kind)
      writer.member("id", String(entry.subject.id))
      writer.member("name", name(of: entry.subject, directory, numbers))
    }
    writer.member("request", entry.request)
    writer.member("facts", entry.facts.count)
    writer.endObject()
  }

  /// What people call a subject; nil where only its kind is known here.
  private static func name(
    of subject: SubjectReference, _ directory: Directory, _ numbers: [Int64: String]
  ) -> String? {
    switch subject.kind {
    case "case": numbers[subject.id]
    case "staff": directory.staff[ID(subject.id)]?.name
    case "unit": directory.units[ID(subject.id)]?.name
    case "area": directory.areas[ID(subject.id)]?.name
    default: nil
    }
  }
}
