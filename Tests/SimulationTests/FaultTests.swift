import Foundation
import Glibc
import JSONText
import MQTTClient
import StoreConformance
import Synchronization
import Testing

/// Broker and server are killed and the disk is full, on a seeded schedule, while devices send.
@Suite("faults on the way of observations", .serialized)
struct FaultTests {
  static let seed: UInt64 = 20_261_122
  static let gauges = 6
  /// Readings of one batch of one gauge; one alarm each.
  static let batch = 8
  /// 2026-11-01T00:00:00Z; a reading a minute from there.
  static let begin: Int64 = 1_793_491_200_000

  enum FaultKind: CaseIterable { case server, broker, both, disk, stop }

  static func code(_ gauge: Int) -> String { "F\(gauge)" }

  /// Low, then high for a while: an alarm opens with the first high reading and ends with the next
  /// low one.
  static func value(_ index: Int) -> Double { index % batch < 4 ? 1 : 40 }

  /// What one way has sent and been told to be safe: readings of its gauges up to an index.
  final class Sender: Sendable {
    let gauges: [Int]
    let sent = Mutex(0)
    private let hold = Mutex(())
    private let ends = Atomic<Bool>(false)
    private let done = DispatchSemaphore(value: 0)

    init(gauges: [Int]) { self.gauges = gauges }

    /// Sends batch after batch; one that was not acknowledged is sent again.
    /// - Parameter send: whether all of a payload was acknowledged.
    func start(_ send: @escaping @Sendable (_ payload: String) -> Bool) {
      Thread.detachNewThread { [self] in
        var next = 0
        while !ends.load(ordering: .acquiring) {
          let payload = payload(next)
          if hold.withLock({ _ in send(payload) }) {
            next += FaultTests.batch
            let reached = next
            sent.withLock { $0 = reached }
            usleep(200_000)
          } else {
            usleep(50_000)
          }
        }
        done.signal()
      }
    }

    private func payload(_ first: Int) -> String {
      let readings = (first..<first + FaultTests.batch).flatMap { index in
        gauges.map { gauge in
          """
          {"device":"\(FaultTests.code(gauge))","measure":"tilt",\
          "at":\(FaultTests.begin + Int64(index) * 60_000),"value":\(FaultTests.value(index))}
          """
        }
      }
      return "[\(readings.joined(separator: ","))]"
    }

    /// Nothing is on its way to the other side during `body`.
    func paused(_ body: () -> Void) { hold.withLock { _ in body() } }

    func stop() {
      ends.store(true, ordering: .releasing)
      done.wait()
    }
  }

  /// The server and its broker as they are now.
  private final class World {
    let data: String
    let broker: Broker
    let words: [String]
    var server: Server

    init(data: String, broker: Broker) throws {
      self.data = data
      self.broker = broker
      let path = data + "/brokers.json"
      try """
      {"brokers":[{"host":"127.0.0.1","port":\(broker.port),"clientId":"civicloop",\
      "topics":["civicloop/observations"]}]}
      """.write(toFile: path, atomically: true, encoding: .utf8)
      words = ["--brokers", path]
      server = try Server(data: data, words: words)
    }

    func restart() throws { server = try Server(data: data, words: words) }
  }

  /// Publishes to a broker that comes and goes.
  ///
  /// Sendable by hand: one thread alone uses it.
  private final class Publishing: @unchecked Sendable {
    private let port: UInt16
    private var publisher: MQTTPublisher?

    init(port: UInt16) { self.port = port }

    func send(_ payload: String) -> Bool {
      var settings = MQTTSettings(host: "127.0.0.1", port: port, clientID: "devices")
      settings.isPersistent = false
      do throws(MQTTFault) {
        let open: MQTTPublisher
        if let publisher { open = publisher } else { open = try MQTTPublisher(settings) }
        publisher = open
        try open.publish("civicloop/observations", Array(payload.utf8))
        try open.flush()
        return true
      } catch {
        publisher?.close()
        publisher = nil
        return false
      }
    }
  }

  @Test("what was acknowledged is there, no alarm is lost and none is doubled")
  func schedule() throws {
    guard Broker.isInstalled else { return }
    let rounds = ProcessInfo.processInfo.environment["CIVICLOOP_LONG"] == nil ? 5 : 30
    print("seed \(Self.seed), \(rounds) faults")
    let before = signal(SIGXFSZ, SIG_IGN)
    defer { signal(SIGXFSZ, before) }
    let scratch = try Scratch()
    let data = try scratch.demonstration()
    try BrokerTests.register(
      (0..<Self.gauges).map(Self.code), kind: "manhole-sensor", data: data)
    let broker = try Broker(folder: scratch.path + "/broker", isSecured: false)
    let world = try World(data: data, broker: broker)
    let sessions = try Sessions(port: world.server.port)
    let byBroker = Sender(gauges: [0, 1, 2])
    let byHTTP = Sender(gauges: [3, 4, 5])
    let port = Mutex(world.server.port)
    let publishing = Publishing(port: broker.port)
    byBroker.start { publishing.send($0) }
    byHTTP.start { payload in
      let caller = Caller(port: port.withLock { $0 })
      return caller.send("POST", "/observations", payload, as: sessions.reception)?.status == 200
    }
    var source = SeededSource(seed: Self.seed)
    var schedule = FaultKind.allCases
    for round in 0..<rounds {
      if round % schedule.count == 0 { schedule.sort { _, _ in source.chance(50) } }
      usleep(UInt32(source.number(300...1_200)) * 1_000)
      try fault(
        schedule[round % schedule.count], world, byBroker,
        milliseconds: source.number(200...1_500))
      port.withLock { $0 = world.server.port }
    }
    usleep(1_000_000)
    byBroker.stop()
    byHTTP.stop()
    let sent = [byBroker, byHTTP].flatMap { sender in
      sender.gauges.map { (gauge: $0, readings: sender.sent.withLock { $0 }) }
    }
    #expect(sent.allSatisfy { $0.readings > 0 }, "\(sent)")
    expectAlarms(sent, Caller(port: world.server.port), sessions)
    #expect(world.server.stop() == 0)
    try expectHistory(sent, data)
    let verified = try Program.must(["verify"], data: data)
    #expect(verified["intact"]?.bool == true && verified["tablesEqual"]?.bool == true)
    #expect(verified["observationsIntact"]?.bool == true)
    try expectCopy(data, scratch.path, readings: sent.reduce(0) { $0 + $1.readings })
    print("\(sent.map(\.readings)) readings acknowledged and found")
  }

  private func fault(
    _ kind: FaultKind, _ world: World, _ byBroker: Sender, milliseconds: Int
  ) throws {
    let pause: () -> Void = { _ = usleep(UInt32(milliseconds) * 1_000) }
    switch kind {
    case .server:
      world.server.kill()
      pause()
      try world.restart()
    case .stop:
      #expect(world.server.stop() == 0)
      try world.restart()
    case .broker, .both:
      // A broker that forgets what it acknowledged is not ours to make good: it writes down first.
      byBroker.paused {
        world.broker.save()
        world.broker.kill()
      }
      if kind == .both { world.server.kill() }
      pause()
      try world.broker.start()
      if kind == .both { try world.restart() }
    case .disk:
      try world.server.limitFiles(bytes: 4_096)
      pause()
      try world.server.limitFiles(bytes: rlim_t.max)
    }
  }

  /// Alarms by what the rule says of readings that were sent: opened and ended, once each.
  private func expectAlarms(
    _ sent: [(gauge: Int, readings: Int)], _ caller: Caller, _ sessions: Sessions
  ) {
    for (gauge, readings) in sent {
      let path = "/things?kind=manhole-sensor&words=\(Self.code(gauge))"
      let found = caller.send("GET", path, as: sessions.duty)
      guard let id = found?.json["elements"]?.array?.first?["id"]?.string else {
        Issue.record("\(Self.code(gauge)) is gone")
        continue
      }
      let expected = readings / Self.batch
      var opened: [String] = []
      let isReached = BrokerTests.wait {
        let alarms = Self.alarms(of: id, caller, sessions)
        opened = alarms.compactMap { $0["openedAt"]?.string }
        return opened.count >= expected && alarms.count { $0["clearedAt"]?.string == nil } <= 1
      }
      #expect(isReached && opened.count == expected, "gauge \(gauge): \(opened.count), \(expected)")
      #expect(Set(opened).count == opened.count, "gauge \(gauge)")
    }
  }

  private static func alarms(of id: String, _ caller: Caller, _ sessions: Sessions) -> [JSON] {
    var all: [JSON] = []
    var next = ""
    repeat {
      let path = "/alarms?device=\(id)&rule=manhole-tilt&limit=500" + next
      guard let page = caller.send("GET", path, as: sessions.duty) else { return all }
      all += page.json["elements"]?.array ?? []
      next = page.json["next"]?.string.map { "&before=\($0)" } ?? ""
    } while !next.isEmpty
    return all
  }

  /// Every reading is in the history, each once, with its value.
  private func expectHistory(_ sent: [(gauge: Int, readings: Int)], _ data: String) throws {
    for (gauge, readings) in sent {
      let out = data + "-series.csv"
      let made = try Program.must(
        [
          "export", "series", "--device", Self.code(gauge), "--measure", "tilt", "--from",
          "2026-11-01T00:00:00Z", "--to", "2027-01-01", "--out", out,
        ], data: data)
      #expect(made["rows"]?.integer ?? 0 >= Int64(readings), "gauge \(gauge)")
      let rows = String(decoding: Files.read(out), as: UTF8.self).split(whereSeparator: \.isNewline)
      let cells = rows.dropFirst().map { $0.split(separator: ",") }
      let values = cells.compactMap { Double($0[6]) }
      #expect(values == values.indices.map(Self.value) && values.count >= readings)
      let times = cells.map { Self.milliseconds($0[2]) }
      #expect(times == times.indices.map { Self.begin + Int64($0) * 60_000 }, "gauge \(gauge)")
    }
  }

  private static func milliseconds(_ text: Substring) -> Int64? {
    let formatter = ISO8601DateFormatter()
    formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
    return formatter.date(from: String(text)).map { Int64($0.timeIntervalSince1970 * 1_000) }
  }

  /// A backup holds the observations too, and a restored folder is whole.
  private func expectCopy(_ data: String, _ scratch: String, readings: Int) throws {
    let backup = scratch + "/copy"
    let made = try Program.must(["backup", backup], data: data)
    #expect(made["observationsIntact"]?.bool == true)
    try Program.must(["restore", backup], data: scratch + "/again")
    let verified = try Program.must(["verify"], data: scratch + "/again")
    #expect(verified["observationsIntact"]?.bool == true)
    let inLog = verified["observationsInLog"]?.integer ?? 0
    #expect(inLog >= Int64(readings))
  }
}
