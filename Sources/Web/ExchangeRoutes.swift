import City
import Engine
import HTTPServing
import JSONText
import Ports

/// Tickets that other systems push, signed, and how every exchange goes.
enum ExchangeRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .post, "/exchanges/:code/tickets", .anyone,
        "Tickets of another system, signed as the operator and it agreed",
        takes: ["application/json"], isSentBySystems: true
      ) { call throws(Problem) in try await take(call, context) },
      Route(
        .get, "/exchanges", .permission([.administer]),
        "How the exchanges of tickets with other systems go, since the server began"
      ) { _ throws(Problem) in states(context) },
    ]
  }

  private static func take(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    guard let desk = context.settings.exchanges else { throw .notFound }
    let request = call.request
    let message = PushedMessage(
      method: request.method.rawValue, path: request.path, body: request.body
    ) { name in
      let values = request.headers.all(name)
      return values.count == 1 ? values[0] : nil
    }
    let told = try await asProblem(Problem.init) { () throws(PushFault) in
      try await desk.push(message, to: call.capture("code"), request: call.id)
    }
    return Answer.list(told) { row, writer in
      writer.beginObject()
      writer.member("ticket", row.ticket)
      writer.member("outcome", row.outcome.rawValue)
      writer.member("number", row.number?.text)
      if let refusal = row.refusal {
        writer.member("field", refusal.field)
        writer.member("rule", refusal.rule)
      }
      writer.endObject()
    }
  }

  private static func states(_ context: WebContext) -> HTTPResponse {
    Answer.list(context.settings.exchanges?.states ?? []) { state, writer in
      let instant = { (time: Instant?) in time.map(TimeText.write) }
      writer.beginObject()
      writer.member("code", state.terms.code)
      writer.member("profile", state.terms.profile)
      writer.member("channel", state.terms.channel.rawValue)
      writer.member("host", state.terms.pull?.host)
      writer.member("pulls", state.terms.pull != nil)
      writer.member("takesPush", state.terms.takesPush)
      writer.member("reports", state.terms.reports != nil)
      writer.member("askedAt", instant(state.askedAt))
      writer.member("succeededAt", instant(state.succeededAt))
      writer.member("nextAt", instant(state.nextAt))
      writer.member("failures", state.failures)
      writer.member("failuresTotal", state.failuresTotal)
      writer.member("fault", state.fault.isEmpty ? nil : state.fault)
      writer.object("tickets") { writer in
        for outcome in ExchangeState.Outcome.allCases {
          writer.member(outcome.rawValue, state.counts[outcome] ?? 0)
        }
      }
      writer.object("pushesRefused") { writer in
        for (code, count) in state.pushesRefused.sorted(by: { $0.key < $1.key }) {
          writer.member(code, count)
        }
      }
      writer.name("refused")
      writer.beginArray()
      for line in state.refused.reversed() {
        writer.beginObject()
        writer.member("at", TimeText.write(line.at))
        writer.member("ticket", line.refusal.ticket)
        writer.member("field", line.refusal.field)
        writer.member("rule", line.refusal.rule)
        writer.endObject()
      }
      writer.endArray()
      writer.endObject()
    }
  }
}

extension Problem {
  /// What is refused of a pushed message.
  init(_ fault: PushFault) {
    switch fault {
    case .unavailable: self.init(status: 503, code: "store.busy", retryAfterSeconds: 5)
    case .refused(let refusal):
      switch refusal {
      case .unknown: self = .notFound
      case .unsigned, .signature: self.init(status: 401, code: refusal.code)
      case .time, .replayed: self.init(status: 403, code: refusal.code)
      case .crowded: self.init(status: 503, code: refusal.code, retryAfterSeconds: 60)
      case .tooLarge(let max):
        self.init(status: 413, code: refusal.code, facts: ["max": String(max)])
      case .form: self.init(status: 400, code: refusal.code)
      case .tooMany(let max):
        self.init(status: 400, code: refusal.code, facts: ["max": String(max)])
      }
    }
  }
}
