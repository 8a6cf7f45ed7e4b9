import HTTPServing
import Synchronization
import Testing

/// A handler is exchanged with no request on either side of it.
@Suite struct HandlerGateTests {
  private final class Slow: HTTPHandler {
    let status: Int
    let running = Atomic<Int>(0)

    init(_ status: Int) { self.status = status }

    func respond(to request: HTTPRequest) async -> HTTPResponse {
      running.add(1, ordering: .relaxed)
      try? await Task.sleep(for: .milliseconds(5))
      running.subtract(1, ordering: .relaxed)
      return HTTPResponse(status: status, headers: [], body: .bytes([]))
    }
  }

  @Test func everyRequestIsAnsweredByOneOfBoth() async {
    let (old, new) = (Slow(200), Slow(201))
    let gate = HandlerGate(old)
    let request = HTTPRequest(method: .get, path: "/", query: [])
    let answers = await withTaskGroup(of: Int.self) { group in
      for number in 0..<200 {
        group.addTask {
          try? await Task.sleep(for: .milliseconds(number / 10))
          return await gate.respond(to: request).status
        }
      }
      try? await Task.sleep(for: .milliseconds(10))
      await gate.shut()
      #expect(old.running.load(ordering: .relaxed) == 0)
      try? await Task.sleep(for: .milliseconds(20))
      #expect(new.running.load(ordering: .relaxed) == 0)
      gate.open(new)
      return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
    #expect(Set(answers.keys).isSubset(of: [200, 201]))
    #expect(answers.values.reduce(0, +) == 200)
    #expect(await gate.respond(to: request).status == 201)
  }
}
