import City
import Discovering
import Engine
import HTTPServing
import Handling
import JSONText
import Ports

/// Why a request was not carried out, as the client is told (RFC 9457).
struct Problem: Error, Equatable {
  struct Finding: Equatable {
    let field: String?
    let rule: String
    var facts: [String: String] = [:]
  }

  let status: Int
  let code: String
  var findings: [Finding] = []
  var facts: [String: String] = [:]
  var retryAfterSeconds: Int64?

  static let unauthorised = Problem(status: 401, code: "session.required")
  static let notFound = Problem(status: 404, code: "not_found")
  static let forged = Problem(status: 403, code: "session.header_missing")
  static func forbidden(_ permission: String) -> Problem {
    Problem(status: 403, code: "permission.missing", facts: ["permission": permission])
  }
  static func field(_ field: String, _ rule: String, _ facts: [String: String] = [:]) -> Problem {
    Problem(
      status: 400, code: "request.invalid",
      findings: [Finding(field: field, rule: rule, facts: facts)])
  }

  func response(request: String) -> HTTPResponse {
    var writer = JSONWriter(capacity: 512)
    writer.beginObject()
    writer.member("type", "urn:civicloop:problem:\(code)")
    writer.member("status", status)
    writer.member("code", code)
    writer.member("request", request)
    if !facts.isEmpty { Self.write(facts, name: "facts", to: &writer) }
    if !findings.isEmpty {
      writer.name("findings")
      writer.beginArray()
      for finding in findings {
        writer.beginObject()
        writer.member("field", finding.field)
        writer.member("rule", finding.rule)
        if !finding.facts.isEmpty { Self.write(finding.facts, name: "facts", to: &writer) }
        writer.endObject()
      }
      writer.endArray()
    }
    writer.endObject()
    var response = HTTPResponse.problem(writer.take(), status: status)
    if let seconds = retryAfterSeconds { response.headers.append(("Retry-After", String(seconds))) }
    return response
  }

  private static func write(_ facts: [String: String], name: String, to writer: inout JSONWriter) {
    writer.object(name) { writer in
      for (key, value) in facts.sorted(by: { $0.key < $1.key }) { writer.member(key, value) }
    }
  }
}

// What each fault of the engine is to a client.

extension Problem {
  init(_ fault: StoreFault) {
    switch fault {
    case .conflict: self.init(status: 409, code: fault.code)
    case .busy: self.init(status: 503, code: fault.code, retryAfterSeconds: 1)
    case .unavailable: self.init(status: 503, code: fault.code, retryAfterSeconds: 10)
    case .inconsistent: self.init(status: 500, code: fault.code)
    }
  }

  init(_ fault: IntakeFault) {
    switch fault {
    case .refused(let findings):
      self.init(
        status: 400, code: fault.code,
        findings: findings.map { Finding(field: $0.field, rule: $0.rule, facts: $0.facts) })
    case .rival(let first, let kept):
      var facts = ["signal": String(first.rawValue)]
      facts["kept"] = kept.map { String($0.rawValue) }
      self.init(status: 409, code: fault.code, facts: facts)
    case .unknownThing(let thing):
      self.init(
        status: 400, code: fault.code,
        findings: [Finding(field: "thing", rule: "thing.unknown", facts: ["thing": thing])])
    case .crowded: self.init(status: 503, code: fault.code, retryAfterSeconds: 1)
    case .sealing: self.init(status: 503, code: fault.code, retryAfterSeconds: 10)
    case .store(let fault): self.init(fault)
    }
  }

  init(_ fault: DeskFault) {
    switch fault {
    case .unknownCase: self = .notFound
    case .refused(let refusal): self.init(refusal)
    case .unknownFlow: self.init(status: 500, code: fault.code)
    case .crowded: self.init(status: 503, code: fault.code, retryAfterSeconds: 1)
    case .keyUsed: self.init(status: 409, code: fault.code)
    case .store(let fault): self.init(fault)
    }
  }

  init(_ fault: JudgingFault) {
    switch fault {
    case .unknownCase, .unknownReport: self = .notFound
    case .notClosed, .given: self.init(status: 409, code: fault.code)
    case .words(let max):
      self.init(
        status: 400, code: "request.invalid",
        findings: [Finding(field: "words", rule: "text.too_long", facts: ["max": String(max)])])
    case .store(let fault): self.init(fault)
    }
  }

  init(_ refusal: StepRefusal) {
    let status =
      switch refusal {
      case .staleVersion, .noEdge, .sameUnit, .noOrder, .groupCalled, .sensorNotClear: 409
      case .notYourPost, .notYourUnit, .handlerMayNotVerify, .machineOnly: 403
      default: 400
      }
    let finding = refusal.field.map {
      Finding(field: $0, rule: refusal.code, facts: refusal.facts)
    }
    self.init(
      status: status, code: refusal.code, findings: finding.map { [$0] } ?? [],
      facts: refusal.facts)
  }

  init(_ fault: CorrectionFault) {
    switch fault {
    case .unknownEvent, .unknownSignal: self.init(status: 404, code: fault.code)
    case .store(let fault): self.init(fault)
    case .caseStands(let stage):
      self.init(status: 409, code: fault.code, facts: ["stage": stage])
    case .tooManySignals(let max):
      self.init(status: 409, code: fault.code, facts: ["max": String(max)])
    case .unknownProposal: self.init(status: 404, code: fault.code)
    case .decided(let state):
      self.init(status: 409, code: fault.code, facts: ["state": state.rawValue])
    case .notItsSignal, .lastSignal, .sameEvent, .notOpen, .crowded:
      self.init(status: 409, code: fault.code)
    case .note(let refusal): self.init(refusal)
    }
  }

  init(_ fault: AccountFault) {
    switch fault {
    case .wrong: self.init(status: 401, code: fault.code)
    case .locked(let milliseconds):
      self.init(status: 429, code: fault.code, retryAfterSeconds: milliseconds / 1_000 + 1)
    case .busy: self.init(status: 503, code: fault.code, retryAfterSeconds: 1)
    case .unknownCredential: self = .notFound
    case .store(let fault): self.init(fault)
    case .loginTaken: self.init(status: 409, code: fault.code)
    case .passwordTooShort(let min):
      self.init(status: 400, code: fault.code, facts: ["min": String(min)])
    case .passwordTooLong(let max):
      self.init(status: 400, code: fault.code, facts: ["max": String(max)])
    case .passwordPlain(let sorts, let plainMin):
      self.init(
        status: 400, code: fault.code,
        facts: ["sorts": String(sorts), "plainMin": String(plainMin)])
    case .passwordCommon(let ownMin):
      self.init(status: 400, code: fault.code, facts: ["min": String(ownMin)])
    case .codeRequired, .codeWrong: self.init(status: 401, code: fault.code)
    case .factorThere, .factorMissing: self.init(status: 409, code: fault.code)
    case .sealing: self.init(status: 503, code: fault.code, retryAfterSeconds: 10)
    case .loginForm, .passwordOfLogin, .unknownStaff, .unknownAccount, .signOn, .signOnLost:
      self.init(status: 400, code: fault.code)
    }
  }

  init(_ fault: GrantFault) {
    switch fault {
    case .refused(let field, let rule, let facts): self = .field(field, rule, facts)
    case .unknownGrant: self = .notFound
    case .store(let fault): self.init(fault)
    }
  }

  init(_ fault: RevealFault) {
    switch fault {
    case .limit(let max, let milliseconds):
      self.init(
        status: 429, code: fault.code, facts: ["max": String(max)],
        retryAfterSeconds: milliseconds / 1_000 + 1)
    case .store(let fault): self.init(fault)
    }
  }

  init(_ fault: FileFault) {
    switch fault {
    case .kind:
      self.init(
        status: 415, code: fault.code, facts: ["taken": "JPEG, PNG, PDF, MP4, text"])
    case .tooLarge(let max): self.init(status: 413, code: fault.code, facts: ["max": String(max)])
    case .empty: self.init(status: 400, code: fault.code)
    case .unavailable: self.init(status: 503, code: fault.code, retryAfterSeconds: 10)
    }
  }

  init(_ fault: JSONFault) {
    self.init(
      status: 400, code: "body.malformed",
      findings: [
        Finding(field: nil, rule: fault.code, facts: ["offset": String(fault.offset)])
      ])
  }
}

/// Runs what may fail in one of the engine's ways, and says it in the client's.
func asProblem<Answer, Fault: Error>(
  _ translate: (Fault) -> Problem, _ body: () async throws(Fault) -> Answer
) async throws(Problem) -> Answer {
  do throws(Fault) {
    return try await body()
  } catch {
    throw translate(error)
  }
}

/// As `asProblem`, for what only the store can refuse.
func stored<Answer>(
  _ body: () async throws(StoreFault) -> Answer
) async throws(Problem) -> Answer {
  try await asProblem(Problem.init, body)
}
