import Glibc
import HTTPServing
import LoopbackClient
import Synchronization
import Testing
import Threads

/// Answers the few paths the tests ask for.
struct EchoHandler: HTTPHandler {
  let streams = StreamList()

  final class StreamList: Sendable {
    let open = Mutex<[EventStream]>([])
    let ends = Mutex<[EventStreamEnd]>([])
  }

  func respond(to request: HTTPRequest) async -> HTTPResponse {
    switch request.path {
    case "/echo":
      return HTTPResponse(
        status: 200, headers: [("Content-Type", "application/octet-stream")],
        body: .bytes(request.body))
    case "/slow":
      try? await Task.sleep(for: .milliseconds(400))
      return .json(Array("\"done\"".utf8))
    case "/hops":
      let count = await Hops().count()
      return .json(Array(String(count).utf8))
    case "/never":
      try? await Task.sleep(for: .seconds(5))
      return .json(Array("\"late\"".utf8))
    case "/long":
      return .json([UInt8](repeating: UInt8(ascii: "7"), count: 10_000))
    case "/who":
      let text = "\(request.method.rawValue) \(request.remoteAddress) \(request.isLoopback)"
      return HTTPResponse(status: 200, body: .bytes(Array(text.utf8)))
    case "/file":
      return HTTPResponse(status: 200, body: .file(path: request.query("path") ?? ""))
    case "/events":
      let list = streams
      let stream = EventStream(outboxBytesMax: 100_000) { end in
        list.ends.withLock { $0.append(end) }
      }
      stream.send(EventText.event(id: "1", data: Array("hello".utf8)))
      list.open.withLock { $0.append(stream) }
      return HTTPResponse(status: 200, body: .events(stream))
    default:
      return HTTPResponse(status: 404)
    }
  }
}

/// Work that waits in every way there is: for child tasks side by side, an actor, another thread.
private actor Hops {
  private var steps = 0

  func count() async -> Int {
    await withTaskGroup(of: Void.self) { group in
      for index in 0..<4 {
        group.addTask {
          if index.isMultiple(of: 2) { try? await Task.sleep(for: .microseconds(200)) }
          await Task.yield()
          await self.step()
        }
      }
    }
    let elsewhere = await onThread { 1 }
    return steps + elsewhere
  }

  private func step() { steps += 1 }
}

/// Servers on a free port, one for each way to start handlers, stopped at the end.
func withServer(
  _ change: (inout HTTPSettings) -> Void = { _ in },
  _ body: @escaping @Sendable (HTTPServer, EchoHandler) throws -> Void
) async throws {
  for startsInline in [false, true] {
    var settings = HTTPSettings(port: 0)
    settings.startsHandlersInline = startsInline
    settings.threads = startsInline ? 2 : 1
    change(&settings)
    let handler = EchoHandler()
    let server = try HTTPServer(settings: settings, handler: handler)
    let result = await onThread { Result { try body(server, handler) } }
    await server.stop(within: 2_000)
    try result.get()
  }
}

/// Runs blocking code away from the threads that Swift's tasks share.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
  await withCheckedContinuation { continuation in
    DedicatedThread { continuation.resume(returning: body()) }.detach()
  }
}

/// Waits until `condition` holds; false when it does not within ten seconds.
func eventually(_ condition: () -> Bool) -> Bool {
  for _ in 0..<2_000 {
    if condition() { return true }
    usleep(5_000)
  }
  return condition()
}

extension LoopbackResponse {
  var text: String { String(decoding: body, as: UTF8.self) }
}
