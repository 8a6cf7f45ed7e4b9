import City
import Engine
import Evaluating
import HTTPServing
import Ports
import Reports

/// The check-up report of any period, to read and to take away.
enum CheckUpRoutes {
  /// The longest period of one report, in days.
  private static let daysMax: Int64 = 1_100

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/checkup", .permission([.read]),
        "The check-up report of the whole district over a period; making it is on record",
        query: [
          .init(name: "from", type: "string", required: true),
          .init(name: "to", type: "string", required: true),
          .init(name: "form", type: "string", allowed: ReportForm.allCases.map(\.rawValue)),
        ]
      ) { call throws(Problem) in try await report(call, context) }
    ]
  }

  private static func report(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    // It speaks of all places and units; who sees a part of them has the vitals of his part.
    guard caller.scope == .everything else {
      throw Problem(status: 403, code: "checkup.whole_district")
    }
    guard let period = try VitalRoutes.period(call) else {
      throw .field("from", "field.required")
    }
    guard period.milliseconds <= daysMax * Duration.day else {
      throw .field("to", "period.too_long", ["days": String(daysMax)])
    }
    let form: ReportForm = try call.word("form") ?? .html
    let desk = try await VitalRoutes.fresh(context)
    let made = try await asProblem(Problem.init) { () throws(CheckUpFault) in
      try await desk.checkUp(period)
    }
    let mark = try ViewerMark.words(call, context)
    let bytes = try await asProblem(Problem.init) { () throws(ReportFault) in
      try form.bytes(of: made.document, mark: mark)
    }
    let engine = context.engine
    _ = try await stored { () throws(StoreFault) in
      try await engine.store.commit(
        ChangeSet(
          kind: "checkup.made", at: engine.time.now, actor: caller.actor,
          subject: SubjectReference(kind: "folder", id: 0), request: call.id, conditions: [],
          facts: [.note(form.rawValue)]))
    }
    var headers = [("Content-Type", form.mediaType), ("Cache-Control", "no-store")]
    if form != .html {
      headers.append(
        ("Content-Disposition", "attachment; filename=\"checkup.\(form.rawValue)\""))
    }
    return HTTPResponse(status: 200, headers: headers, body: .bytes(bytes))
  }
}

extension Problem {
  init(_ fault: CheckUpFault) {
    switch fault {
    case .noVitals, .noPlace: self.init(status: 409, code: fault.code)
    case .store(let fault): self.init(fault)
    }
  }

  init(_ fault: ReportFault) {
    switch fault {
    case .unavailable: self.init(status: 503, code: "checkup.unavailable", retryAfterSeconds: 10)
    }
  }
}
