import JSONText
import LoopbackClient
import StoreConformance
import Synchronization

/// Sessions of the demonstration's staff; they outlive every crash, since they are in the journal.
struct Sessions: Sendable {
  static let password = "demonstration"

  let reception: String
  let dispatch: String
  let handler: String
  let inspect: String
  let duty: String
  /// The unit of `handler`.
  let unit: String

  init(port: UInt16) throws {
    let client = LoopbackClient(port: port)
    var unit = ""
    func sign(_ login: String) throws -> String {
      let body = "{\"login\":\"\(login)\",\"password\":\"\(Self.password)\"}"
      let response = try client.send(
        "POST", "/api/v1/session", headers: [("X-CivicLoop", "1")], body: Array(body.utf8))
      guard response.status == 201, let cookie = response.header("Set-Cookie"),
        let value = cookie.split(separator: ";").first?.split(separator: "=", maxSplits: 1).last
      else { throw Program.Fault(description: "\(login) cannot sign in: \(response.status)") }
      if login == "handler" {
        let json = try JSON.parse(response.body, limits: .request)
        unit = json["unit"]?["id"]?.string ?? json["unit"]?.string ?? ""
      }
      return String(value)
    }
    reception = try sign("reception")
    dispatch = try sign("dispatch")
    handler = try sign("handler")
    inspect = try sign("inspect")
    duty = try sign("duty")
    self.unit = unit
  }
}

/// One call of the public API.
struct Caller {
  let client: LoopbackClient

  init(port: UInt16) { client = LoopbackClient(port: port, timeoutSeconds: 20) }

  /// nil where the connection broke before an answer came.
  func send(
    _ method: String, _ path: String, _ body: String = "", as session: String
  ) -> (status: Int, json: JSON)? {
    guard
      let response = try? client.send(
        method, "/api/v1" + path, headers: [("Authorization", "Bearer \(session)")],
        body: Array(body.utf8))
    else { return nil }
    let json = (try? JSON.parse(response.body, limits: .request)) ?? .null
    return (response.status, json)
  }
}

/// What the server acknowledged to one client, and so must keep.
struct Acknowledged: Sendable {
  struct Filed: Sendable {
    let external: String
    let body: String
    let signal: String
    let event: String
    let `case`: String
    let outcome: String
    /// Steps acknowledged, and the version that the last answer told.
    var steps: [String] = []
    var version: Int64 = 0
    /// A step that was sent and never answered: it may have happened.
    var open: String?
  }
  var filed: [Filed] = []
  /// Signals sent and never answered.
  var unanswered: [String] = []
}

/// A client that files and steps cases until the server is gone.
struct Loader {
  /// One signal in so many reports what was reported before.
  static let repeatEvery = 7
  static let actions = ["dispatch", "accept", "report", "pass", "close"]

  let sessions: Sessions
  let number: Int
  private var source: SeededSource
  private var serial = 0

  init(sessions: Sessions, number: Int, seed: UInt64) {
    self.sessions = sessions
    self.number = number
    source = SeededSource(seed: seed &* 1_000 &+ UInt64(number))
  }

  /// Runs until a request finds no answer.
  /// - Returns: answers of a kind that no load should get.
  mutating func run(port: UInt16, round: Int, into known: inout Acknowledged) -> [String] {
    let caller = Caller(port: port)
    while true {
      serial += 1
      let external = "k\(round)-\(number)-\(serial)"
      let body = signal(external)
      known.unanswered.append(external + "\n" + body)
      guard let answer = caller.send("POST", "/signals", body, as: sessions.reception) else {
        return []
      }
      guard answer.status == 201, let signal = answer.json["signal"]?.string,
        let event = answer.json["event"]?.string, let id = answer.json["case"]?.string,
        let outcome = answer.json["outcome"]?.string
      else { return ["\(external): \(answer)"] }
      known.unanswered.removeLast()
      var filed = Acknowledged.Filed(
        external: external, body: body, signal: signal, event: event, case: id, outcome: outcome)
      let fault = outcome == "opened" ? steps(on: &filed, caller) : nil
      known.filed.append(filed)
      if let fault { return fault.isEmpty ? [] : [fault] }
    }
  }

  /// Takes some of the steps of a case; nil = go on, empty = no answer came.
  private mutating func steps(on filed: inout Acknowledged.Filed, _ caller: Caller) -> String? {
    for action in Self.actions.prefix(source.number(0...Self.actions.count)) {
      filed.open = action
      guard let answer = take(action, on: filed.case, caller) else { return "" }
      guard answer.status == 200, let version = answer.json["version"]?.integer else {
        return "\(filed.external) \(action): \(answer)"
      }
      filed.open = nil
      filed.steps.append(action)
      filed.version = version
    }
    return nil
  }

  private func take(_ action: String, on id: String, _ caller: Caller) -> (status: Int, json: JSON)?
  {
    let path = "/cases/\(id)/steps"
    switch action {
    case "dispatch":
      return caller.send(
        "POST", path, "{\"action\":\"dispatch\",\"unit\":\"\(sessions.unit)\"}",
        as: sessions.dispatch)
    case "accept":
      return caller.send("POST", path, "{\"action\":\"accept\"}", as: sessions.handler)
    case "report":
      return caller.send(
        "POST", path, "{\"action\":\"report\",\"note\":\"已处置\"}", as: sessions.handler)
    case "pass":
      return caller.send(
        "POST", path, "{\"action\":\"pass\",\"note\":\"属实\"}", as: sessions.inspect)
    default:
      return caller.send("POST", path, "{\"action\":\"close\"}", as: sessions.dispatch)
    }
  }

  private mutating func signal(_ external: String) -> String {
    // Every few signals lie at one place, where they meet as one event.
    let isRepeat = serial % Self.repeatEvery == 0
    let east = isRepeat ? 0.01 * Double(number) : Double(source.number(0...100_000)) / 1_000_000
    let north = isRepeat ? 0.01 : Double(source.number(0...100_000)) / 1_000_000
    return """
      {"channel":"hotline","externalId":"\(external)","item":"dog-nuisance",\
      "title":"犬只扰民","text":"市民来电反映犬只扰民，影响休息。","address":"演示路\(serial)号",\
      "longitude":\(121.3 + east),"latitude":\(31.2 + north),\
      "reporter":{"name":"李小明","phone":"1990\(1_000_000 + source.number(0...8_999_999))"}}
      """
  }
}
