import Foundation
import Glibc
import JSONText
import StoreConformance
import Synchronization
import Testing

/// Servers that end without notice, at random moments under load.
@Suite("a server is killed", .serialized)
struct KillTests {
  static let killsUsual = 5
  static let killsLong = 50
  static let clients = 4
  static let seed: UInt64 = 20_261_121

  static var kills: Int {
    ProcessInfo.processInfo.environment["CIVICLOOP_LONG"] == nil ? killsUsual : killsLong
  }

  @Test("what was acknowledged is there after every restart, none of it twice")
  func kills() throws {
    print("seed \(Self.seed), \(Self.kills) kills")
    let scratch = try Scratch()
    let data = try scratch.demonstration()
    var source = SeededSource(seed: Self.seed)
    var server = try Server(data: data)
    let sessions = try Sessions(port: server.port)
    #expect(!sessions.unit.isEmpty)
    var counts = Counts()
    for round in 1...Self.kills {
      let rounds = load(
        server, sessions, round: round, milliseconds: source.number(20...900))
      server = try Server(data: data)
      let check = RestartCheck(caller: Caller(port: server.port), sessions: sessions)
      for known in rounds {
        counts.add(known)
        for fault in check.faults(known, counts: &counts) {
          Issue.record("round \(round): \(fault)")
        }
      }
    }
    #expect(counts.signals > 0 && counts.steps > 0)
    #expect(server.stop() == 0)
    let verified = try Program.must(["verify"], data: data)
    #expect(verified["intact"]?.bool == true)
    #expect(verified["tablesEqual"]?.bool == true)
    print(
      """
      \(Self.kills) kills: \(counts.signals) signals (\(counts.joined) joined) and \(counts.steps) \
      steps acknowledged and found; of \(counts.unanswered) unanswered signals \
      \(counts.keptUnanswered) were kept, of \(counts.openSteps) unanswered steps \
      \(counts.keptSteps); \(verified["entries"]?.integer ?? 0) entries
      """)
  }

  struct Counts {
    var signals = 0
    var joined = 0
    var steps = 0
    var unanswered = 0
    var keptUnanswered = 0
    var openSteps = 0
    var keptSteps = 0

    mutating func add(_ known: Acknowledged) {
      signals += known.filed.count
      joined += known.filed.filter { $0.outcome == "joined" }.count
      steps += known.filed.map(\.steps.count).reduce(0, +)
      unanswered += known.unanswered.count
      openSteps += known.filed.filter { $0.open != nil }.count
    }
  }

  /// Loads a server and kills it after a time; what each client was told.
  private func load(
    _ server: Server, _ sessions: Sessions, round: Int, milliseconds: Int
  ) -> [Acknowledged] {
    let results = Mutex<[Acknowledged]>([])
    let faults = Mutex<[String]>([])
    let port = server.port
    let group = DispatchGroup()
    for number in 0..<Self.clients {
      group.enter()
      Thread.detachNewThread {
        var loader = Loader(
          sessions: sessions, number: number, seed: Self.seed &+ UInt64(round))
        var known = Acknowledged()
        let found = loader.run(port: port, round: round, into: &known)
        let final = known
        results.withLock { $0.append(final) }
        faults.withLock { $0 += found }
        group.leave()
      }
    }
    usleep(UInt32(milliseconds) * 1_000)
    server.kill()
    group.wait()
    for fault in faults.withLock({ $0 }) { Issue.record("round \(round): \(fault)") }
    return results.withLock { $0 }
  }
}

/// Asks a server that came back for everything that the one before had acknowledged.
struct RestartCheck {
  let caller: Caller
  let sessions: Sessions

  func faults(_ known: Acknowledged, counts: inout KillTests.Counts) -> [String] {
    var faults: [String] = []
    for filed in known.filed {
      faults += repeated(filed)
      faults += stands(filed, counts: &counts)
    }
    for unanswered in known.unanswered {
      let parts = unanswered.split(separator: "\n", maxSplits: 1).map(String.init)
      faults += settle(parts[0], parts[1], counts: &counts)
    }
    return faults
  }

  /// The same signal again changes nothing and names the same records.
  private func repeated(_ filed: Acknowledged.Filed) -> [String] {
    guard let answer = caller.send("POST", "/signals", filed.body, as: sessions.reception) else {
      return ["\(filed.external): no answer"]
    }
    let isSame =
      answer.status == 200 && answer.json["outcome"]?.string == "repeated"
      && answer.json["signal"]?.string == filed.signal
      && answer.json["event"]?.string == filed.event && answer.json["case"]?.string == filed.case
    return isSame ? [] : ["\(filed.external) sent again: \(answer)"]
  }

  /// The case stands where the last acknowledged step left it, or one unanswered step further.
  private func stands(_ filed: Acknowledged.Filed, counts: inout KillTests.Counts) -> [String] {
    guard filed.outcome == "opened" else { return [] }
    guard
      let found = caller.send("GET", "/cases/\(filed.case)", as: sessions.duty),
      let history = caller.send("GET", "/cases/\(filed.case)/steps", as: sessions.duty),
      let version = found.json["version"]?.integer,
      let steps = (history.json["elements"] ?? history.json["steps"])?.array
    else { return ["\(filed.external): case \(filed.case) is gone"] }
    let isPersons = { (step: JSON) in step["staff"]?["id"] != nil }
    let actions = steps.prefix(Int(version)).filter(isPersons).compactMap { $0["action"]?.string }
    // Between the two questions the engine may take steps of its own, such as naming who checks.
    guard Int(version) <= steps.count, !steps.dropFirst(Int(version)).contains(where: isPersons)
    else {
      return ["\(filed.external): version \(version), steps \(actions)"]
    }
    if actions == filed.steps { return [] }
    if let open = filed.open, actions == filed.steps + [open] {
      counts.keptSteps += 1
      return []
    }
    return ["\(filed.external): acknowledged \(filed.steps), found \(actions)"]
  }

  /// A signal that found no answer was kept or not: sent again it is there, and only once.
  private func settle(
    _ external: String, _ body: String, counts: inout KillTests.Counts
  ) -> [String] {
    guard
      let first = caller.send("POST", "/signals", body, as: sessions.reception),
      let second = caller.send("POST", "/signals", body, as: sessions.reception)
    else { return ["\(external): no answer"] }
    if first.status == 200 { counts.keptUnanswered += 1 }
    let isOnce =
      (first.status == 200 || first.status == 201) && second.status == 200
      && second.json["outcome"]?.string == "repeated"
      && first.json["signal"]?.string == second.json["signal"]?.string
    return isOnce ? [] : ["\(external) unanswered: \(first), then \(second)"]
  }
}
