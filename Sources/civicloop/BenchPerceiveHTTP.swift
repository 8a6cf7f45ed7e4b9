import City
import Engine
import Glibc
import JSONText
import LoopbackClient
import Pack
import Ports
import Synchronization
import Threads

/// What both ways in are measured on: gauges with four rules each.
struct BenchPerception {
  /// A rule of each sort that a live mix has, on every level of a gauge.
  static let rules: [Rule] = [
    Rule(
      code: "mix-mean", name: "mean", kind: kind, measure: measure,
      form: .window(
        RuleWindow(shape: .tumbling(milliseconds: 300_000), aggregate: .mean)),
      levels: [RuleLevel(grade: .blue, raise: 500, clear: 450, hold: 2)], say: "", why: ""),
    Rule(
      code: "mix-level", name: "level", kind: kind, measure: measure, form: .value,
      levels: [RuleLevel(grade: .yellow, raise: 600, clear: 550, hold: 300_000)], say: "", why: ""),
    Rule(
      code: "mix-rate", name: "rate", kind: kind, measure: measure,
      form: .rate(
        perMilliseconds: 60_000, overMilliseconds: 0, withinMilliseconds: 600_000, .signed),
      levels: [RuleLevel(grade: .orange, raise: 100_000, clear: 50_000)], say: "", why: ""),
    Rule(
      code: "mix-silent", name: "silent", kind: kind, measure: measure, form: .silence,
      levels: [RuleLevel(grade: .blue, raise: 900_000, clear: 900_000)], say: "", why: ""),
  ]
  static let kind = "water-gauge"
  static let measure = "level"

  /// Makes a district and its gauges in an empty folder.
  static func prepare(_ data: String, streams: Int) async throws {
    try DataFolder.makeFolder(data)
    _ = try await BenchDistrict.make(data)
    let folder = try await DataFolder.open(data, note: "bench", clock: SystemClock())
    let entries = (0..<streams).map { number -> DeviceEntry in
      var thing = ThingEntry(kind: kind, code: "G\(number)")
      thing.name = thing.code
      return DeviceEntry(thing: thing)
    }
    _ = try await DeviceImport(engine: folder.engine).save(entries, by: .local("bench"))
    await folder.close()
  }

  /// A believable level: most gauges lie low, none crosses a limit.
  static func value(_ stream: Int, _ round: Int) -> Int { 200 + (stream &* 31 &+ round &* 7) % 150 }

  /// Bytes of the process that are in memory.
  static var residentBytes: Double {
    guard let bytes = FileText.read("/proc/self/statm") else { return 0 }
    let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    return parts.count > 1 ? (Double(parts[1]) ?? 0) * 4_096 : 0
  }

  /// Waits until the rules have read all that was accepted.
  static func settle(_ service: PerceptionService) async {
    while await service.follower.observationsRead < service.perception.accepted {
      try? await Task.sleep(for: .milliseconds(5))
    }
  }
}

/// `civicloop bench perceive --mode http`: batches of 1,000 over HTTP, durable, rules on.
enum BenchPerceiveHTTP {
  static let batch = 1_000
  static let clients = 4

  static func run(_ arguments: Arguments) async throws -> Int32 {
    let streams = try arguments.integer("streams", 110_000, in: batch...1_000_000)
    let seconds = try arguments.integer("seconds", 30, in: 1...3_600)
    try await BenchPerception.prepare(arguments.data, streams: streams)
    let folder = try await DataFolder.open(arguments.data, note: "bench", clock: SystemClock())
    let before = BenchPerception.residentBytes
    var settings = ServeSettings()
    settings.port = 0
    let server = try await RunningServer.start(
      folder, settings: settings, demonstration: nil, rules: BenchPerception.rules)
    let key = try ReplayCommand.signIn(
      LoopbackClient(port: server.port), login: "bench-reception",
      password: BenchDistrict.password)
    let port = server.port
    let watch = Stopwatch()
    let measured = await Task.detached {
      send(port: port, key: key, streams: streams, seconds: seconds)
    }.value
    let spent = watch.seconds
    let perception = await server.perception
    await BenchPerception.settle(perception)
    let total = watch.seconds
    let evaluations = await perception.follower.evaluations
    let accepted = perception.perception.accepted
    let bytes = (BenchPerception.residentBytes - before) / Double(streams)
    await server.stop()
    await folder.close()
    Output.result { writer in
      writer.member("observationsPerSecond", Double(accepted) / spent)
      writer.member("evaluationsPerSecond", Double(evaluations) / total)
      writer.member("p99Milliseconds", Percentile.of(measured.milliseconds.sorted(), 0.99))
      writer.member("bytesPerStream", bytes)
      writer.member("observations", accepted)
      writer.member("errors", measured.errors)
    }
    return measured.errors == 0 ? 0 : 1
  }

  private struct Measured: Sendable {
    var milliseconds: [Double] = []
    var errors = 0
  }

  private static func send(port: UInt16, key: String, streams: Int, seconds: Int) -> Measured {
    let all = Mutex(Measured())
    let threads = (0..<clients).map { number in
      DedicatedThread {
        let own = client(number, port: port, key: key, streams: streams, seconds: seconds)
        all.withLock {
          $0.milliseconds += own.milliseconds
          $0.errors += own.errors
        }
      }
    }
    for thread in threads { thread.join() }
    return all.withLock { $0 }
  }

  private static func client(
    _ number: Int, port: UInt16, key: String, streams: Int, seconds: Int
  ) -> Measured {
    let client = LoopbackClient(port: port)
    let watch = Stopwatch()
    var measured = Measured()
    var round = 0
    // Clients share the streams: each begins at a place of its own.
    var next = streams / clients * number
    while watch.seconds < Double(seconds) {
      var writer = JSONWriter(capacity: batch * 80)
      let now = SystemClock().now.milliseconds
      writer.beginArray()
      for _ in 0..<batch {
        next = next + 1 < streams ? next + 1 : 0
        writer.beginObject()
        writer.member("device", "G\(next)")
        writer.member("measure", BenchPerception.measure)
        writer.member("at", now)
        writer.member("value", BenchPerception.value(next, round))
        writer.endObject()
      }
      writer.endArray()
      round += 1
      let start = watch.seconds
      let response = try? client.send(
        "POST", "/api/v1/observations",
        headers: [("Authorization", "Bearer \(key)"), ("Content-Type", "application/json")],
        body: writer.take())
      measured.milliseconds.append((watch.seconds - start) * 1_000)
      if response?.status != 200 { measured.errors += 1 }
    }
    return measured
  }
}
