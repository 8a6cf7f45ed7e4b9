import City
import Engine
import HTTPServing
import Handling
import JSONText
import Pack
import Ports

/// Ledgers: what must be put right, struck off with proof, reopened with a reason.
enum LedgerRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/ledgers/:code", .permission([.read]),
        "Lines of a ledger, the newest first, with how many stand and are struck off",
        query: Listing.parameters + [
          .init(
            name: "state", type: "string", allowed: LedgerEntry.State.allCases.map(\.rawValue)),
          .init(name: "area", type: "string"), .init(name: "late", type: "boolean"),
        ]
      ) { call throws(Problem) in try await list(call, context) },
      Route(
        .get, "/ledger-entries/:id", .permission([.read]),
        "One line of a ledger with all that was done to it"
      ) { call throws(Problem) in
        let entry = try await visible(call, context)
        return answer(entry, try call.caller, context)
      },
      Route(
        .post, "/ledger-entries/:id/acts", .permission([.handle]),
        "Strike a line off with the proof that its ledger asks, or reopen it with a reason",
        body: [
          .init(
            name: "action", type: "string", required: true,
            allowed: LedgerActs.Action.allCases.map(\.rawValue)),
          .init(name: "note", type: "string"), .init(name: "evidence", type: "array"),
        ]
      ) { call throws(Problem) in try await act(call, context) },
    ]
  }

  private static func list(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let engine = context.engine
    guard let ledger = engine.catalogue.ledger(code: call.capture("code")) else {
      throw .notFound
    }
    var query = LedgerQuery(
      scope: try call.caller.scope, ledger: ledger.code, page: try Listing.page(call))
    query.area = try call.id("area")
    let all = query
    query.state = try call.word("state")
    if try call.flag("late") ?? false { query.lateAt = engine.time.now }
    let asked = query
    let page = try await stored { () throws(StoreFault) in
      try await engine.store.ledgerEntries(asked)
    }
    let counts = try await stored { () throws(StoreFault) in
      try await engine.store.ledgerCounts(all)
    }
    let presenting = Presenting(engine, for: try call.caller)
    return Answer.object { writer in
      writer.object("ledger") { writer in
        writer.member("code", ledger.code)
        writer.member("name", ledger.name)
        writer.member("why", ledger.why)
        writer.member("proof", ledger.proof.map(\.rawValue))
        writer.member("posts", ledger.posts)
        writer.member("days", ledger.days)
      }
      writer.object("counts") { writer in
        for state in LedgerEntry.State.allCases {
          writer.member(state.rawValue, counts[state] ?? 0)
        }
      }
      writer.objects("elements", page.elements) { entry, writer in
        presenting.members(entry, acts: Array(entry.acts.suffix(1)), to: &writer)
      }
      writer.member("next", page.next.map(String.init))
    }
  }

  private static func visible(
    _ call: Call, _ context: WebContext
  ) async throws(Problem) -> LedgerEntry {
    let id: ID<LedgerEntry> = try call.capturedID("id")
    let entry = try await stored { () throws(StoreFault) in
      try await context.engine.store.load(id)
    }
    guard let entry, try call.caller.scope.holds(area: entry.area, unit: entry.unit) else {
      throw .notFound
    }
    return entry
  }

  private static func act(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    let entry = try await visible(call, context)
    var body = try Body(call.request.body)
    let action: LedgerActs.Action? = body.word("action")
    let note = body.string("note") ?? ""
    let digests = body.files("evidence")
    try body.finish()
    guard let action else { throw .field("action", "field.required") }
    let files = try await FileRoutes.evidence(digests, context)
    let changed = try await asProblem(Problem.init) { () throws(LedgerFault) in
      try await LedgerActs(engine: context.engine).take(
        action, on: entry.id, words: note, files: files, by: caller.staff.id,
        posts: caller.posts, as: caller.actor, request: call.id)
    }
    return answer(changed, caller, context)
  }

  private static func answer(
    _ entry: LedgerEntry, _ caller: Caller, _ context: WebContext
  ) -> HTTPResponse {
    Answer.object { writer in
      Presenting(context.engine, for: caller).members(entry, acts: entry.acts, to: &writer)
    }
  }
}

extension Presenting {
  /// A line of a ledger with some of what was done to it.
  func members(_ entry: LedgerEntry, acts: [LedgerEntry.Act], to writer: inout JSONWriter) {
    id("id", entry.id, to: &writer)
    text("ledger", entry.ledger, to: &writer)
    text("state", entry.state.rawValue, to: &writer)
    id("thing", entry.thing, to: &writer)
    id("case", entry.case, to: &writer)
    text("title", shown(ofThing: entry.title), to: &writer)
    text("address", shown(ofThing: entry.address), to: &writer)
    area(entry.area, to: &writer)
    unit("unit", entry.unit, to: &writer)
    instant("due", entry.due, to: &writer)
    instant("openedAt", entry.acts[0].at, to: &writer)
    writer.name("acts")
    writer.beginArray()
    for act in acts {
      writer.beginObject()
      writer.member("form", act.form.rawValue)
      writer.member("at", TimeText.write(act.at))
      staff("staff", act.staff, to: &writer)
      writer.member("words", shown(act.words))
      writer.member("files", act.files.map { HexText.write($0.digest) })
      writer.endObject()
    }
    writer.endArray()
    number("version", entry.version, to: &writer)
  }
}

extension Problem {
  init(_ fault: LedgerFault) {
    switch fault {
    case .unknown: self = .notFound
    case .refused(let refusal): self.init(refusal)
    case .crowded: self.init(status: 503, code: fault.code, retryAfterSeconds: 1)
    case .store(let fault): self.init(fault)
    }
  }

  init(_ refusal: LedgerRefusal) {
    switch refusal {
    case .state(let state):
      self.init(status: 409, code: refusal.code, facts: ["state": state.rawValue])
    case .post(let posts):
      self.init(
        status: 403, code: refusal.code, facts: ["posts": posts.joined(separator: ",")])
    case .proofMissing(let proof):
      self.init(
        status: 409, code: refusal.code,
        facts: ["proof": proof.map(\.rawValue).joined(separator: ",")])
    case .casesOpen(let numbers):
      self.init(
        status: 409, code: refusal.code,
        facts: ["cases": numbers.map(\.text).joined(separator: ",")])
    case .wordsMissing: self = .field("note", "field.required")
    case .tooLong:
      self = .field("note", "text.too_long", ["max": String(LedgerEntry.wordsMax)])
    case .tooMany:
      self = .field("evidence", "list.too_long", ["max": String(LedgerEntry.filesMax)])
    }
  }
}
