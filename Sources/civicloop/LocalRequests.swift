import Engine
import HTTPServing
import JSONText
import Web

/// Asks the API in this process, so that the command line shows what the server would.
struct LocalRequests {
  private let handler: WebHandler
  private let caller: Caller

  init(folder: DataFolder, caller: Caller) {
    handler = WebHandler(
      engine: folder.engine, accounts: folder.accounts, files: folder.files,
      settings: WebSettings(pages: folder.home.pages), models: folder.models, metrics: { [] })
    self.caller = caller
  }

  /// - Throws: `WorkFault` with the problem's code.
  func get(_ path: String, query: [(name: String, value: String)] = []) async throws -> JSON {
    let response = await handler.respond(
      to: HTTPRequest(method: .get, path: "/api/v1" + path, query: query), as: caller)
    guard case .bytes(let bytes) = response.body,
      let json = try? JSON.parse(bytes, limits: JSONLimits(bytesMax: 64 << 20))
    else { throw WorkFault(message: "no answer") }
    guard response.status == 200 else {
      throw WorkFault(message: "refused: \(json["code"]?.string ?? String(response.status))")
    }
    return json
  }
}
