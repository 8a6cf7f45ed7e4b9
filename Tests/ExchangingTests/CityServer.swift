import City
import Fetching
import HTTPServing
import JSONText
import Synchronization

/// The hotline of a city, as far as a district sees it: gives out tickets page by page, takes
/// results, and looks at every signature.
final class CityServer: HTTPHandler {
  static let key = "a key of both sides"

  /// What happened to the server and what it is told to do.
  struct State {
    /// Objects of tickets, two a page.
    var tickets: [JSON] = []
    /// Questions and results that are answered with 503 first.
    var questionsFailing = 0
    var resultsFailing = 0
    /// Marks that were asked for, in their order.
    var asked: [String] = []
    var results: [JSON] = []
    var attempts = 0
    var unsigned = 0
  }
  let state = Mutex(State())

  func respond(to request: HTTPRequest) async -> HTTPResponse {
    guard isSigned(request) else {
      state.withLock { $0.unsigned += 1 }
      return HTTPResponse(status: 401)
    }
    let answer: (Int, JSON) = state.withLock { state in
      if request.path == "/tickets" { return Self.page(request, &state) }
      state.attempts += 1
      if state.resultsFailing > 0 {
        state.resultsFailing -= 1
        return (503, [:])
      }
      guard let result = try? JSON.parse(request.body) else { return (400, [:]) }
      state.results.append(result)
      return (200, ["code": 0])
    }
    return HTTPResponse(status: answer.0, body: .bytes(answer.1.bytes))
  }

  private static func page(_ request: HTTPRequest, _ state: inout State) -> (Int, JSON) {
    let mark = request.query("after") ?? ""
    state.asked.append(mark)
    if state.questionsFailing > 0 {
      state.questionsFailing -= 1
      return (503, [:])
    }
    let start = Int(mark) ?? 0
    let rows = Array(state.tickets.dropFirst(start).prefix(2))
    let next: JSON = .string(String(start + rows.count))
    return (200, ["data": ["list": .array(rows), "next": next]])
  }

  /// HMAC over method, path with query, time and body, as the settings of the tests say.
  private func isSigned(_ request: HTTPRequest) -> Bool {
    let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    let path = request.path + (query.isEmpty ? "" : "?" + query)
    let time = request.headers["X-Time"] ?? ""
    let message = "\(request.method.rawValue)|\(path)|\(time)|"
    return request.headers["X-App"] == "district-7"
      && request.headers["X-Sign"]
        == MessageSignature.hexadecimal(
          of: Array(message.utf8) + request.body, key: Array(Self.key.utf8))
  }
}
