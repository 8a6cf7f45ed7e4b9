import City
import Engine
import Glibc
import JSONText
import MQTTClient
import Pack
import Ports
import Readings
import Synchronization
import Threads

/// `civicloop bench perceive --mode mqtt`: one observation a message, QoS 1, through a real broker,
/// acknowledged when durable, rules on. One message in `floodEvery` crosses a limit whose alarm
/// becomes a signal and so an event: how long that takes is measured too.
enum BenchPerceiveMQTT {
  /// Of so many messages one crosses the limit, each on a stream of its own.
  static let floodEvery = 1_000

  static func run(_ arguments: Arguments) async throws -> Int32 {
    let streams = try arguments.integer("streams", 110_000, in: 100...1_000_000)
    let seconds = try arguments.integer("seconds", 30, in: 1...3_600)
    let rate = try arguments.integer("rate", 0, in: 0...1_000_000)
    try await BenchPerception.prepare(arguments.data, streams: streams)
    let broker = try BrokerProcess.start(data: arguments.data)
    defer { broker.stop() }
    let folder = try await DataFolder.open(arguments.data, note: "bench", clock: SystemClock())
    var settings = MQTTSettings(host: "127.0.0.1", port: broker.port, clientID: "bench")
    settings.topics = [TopicForms.ownTopic]
    let delays = Mutex<[Double]>([])
    let before = BenchPerception.residentBytes
    let service = try await PerceptionService.start(
      engine: folder.engine, folder: ObservationFolder.path(folder), brokers: [settings],
      rules: BenchPerception.rules + [try flood(folder.engine.catalogue)]
    ) { batch in
      let now = SystemClock().now
      let own = batch.readings.compactMap { $0.at.map { Double(now.millisecondsSince($0)) } }
      delays.withLock { $0 += own }
    }
    var publishing = settings
    publishing.clientID = "bench-publisher"
    publishing.topics = []
    publishing.isPersistent = false
    let sender = publishing
    try? await Task.sleep(for: .milliseconds(500))
    let store = folder.engine.store
    let begin = try await store.lastSequence()
    let watcher = Task.detached { await visible(store, after: begin) }
    let watch = Stopwatch()
    let sent = await Task.detached {
      publish(sender, streams: streams, seconds: seconds, rate: rate)
    }.value
    // What the broker still holds comes on.
    while service.perception.accepted < sent, watch.seconds < Double(seconds) * 3 + 10 {
      try? await Task.sleep(for: .milliseconds(5))
    }
    let spent = watch.seconds
    await BenchPerception.settle(service)
    let total = watch.seconds
    // Alarms of the last messages are still on their way to events.
    try? await Task.sleep(for: .seconds(2))
    watcher.cancel()
    let accepted = service.perception.accepted
    let evaluations = await service.follower.evaluations
    let bytes = (BenchPerception.residentBytes - before) / Double(streams)
    await service.stop()
    await folder.close()
    let events = await watcher.value.sorted()
    let sorted = delays.withLock { $0.sorted() }
    Output.result { writer in
      writer.member("observationsPerSecond", Double(accepted) / spent)
      writer.member("evaluationsPerSecond", Double(evaluations) / total)
      writer.member("p99Milliseconds", Percentile.of(sorted, 0.99))
      writer.member("events", events.count)
      writer.member("visibleP50Milliseconds", Percentile.of(events, 0.5))
      writer.member("visibleP99Milliseconds", Percentile.of(events, 0.99))
      writer.member("bytesPerStream", bytes)
      writer.member("observations", accepted)
      writer.member("sent", sent)
    }
    return accepted >= sent && sent > 0 ? 0 : 1
  }

  private static func flood(_ catalogue: Catalogue) throws -> Rule {
    guard let item = catalogue.items.first(where: { $0.joinMetres == 0 || !$0.automatic }) else {
      throw WorkFault(message: "no item fits the benchmark")
    }
    return Rule(
      code: "mix-flood", name: "flood", kind: BenchPerception.kind,
      measure: BenchPerception.measure, form: .value,
      levels: [RuleLevel(grade: .red, raise: 900, clear: 800)], say: "", why: "",
      item: item.code)
  }

  /// Follows the journal as the live feed does until the task is cancelled.
  ///
  /// - Returns: for each signal of an alarm, milliseconds from its observation to the moment its
  ///   event is on disk and readable.
  private static func visible(_ store: any Store, after begin: Int64) async -> [Double] {
    var last = begin
    var delays: [Double] = []
    while !Task.isCancelled {
      guard let entries = try? await store.entries(after: last, limit: 256) else { return delays }
      guard let newest = entries.last else {
        try? await Task.sleep(for: .milliseconds(2))
        continue
      }
      last = newest.sequence
      let now = SystemClock().now
      for entry in entries {
        for case .signal(let signal) in entry.facts where signal.channel == .device {
          delays.append(Double(now.millisecondsSince(signal.occurredAt)))
        }
      }
    }
    return delays
  }

  /// - Returns: how many messages the broker has acknowledged.
  private static func publish(
    _ settings: MQTTSettings, streams: Int, seconds: Int, rate: Int
  ) -> Int {
    guard let publisher = try? MQTTPublisher(settings) else { return 0 }
    defer { publisher.close() }
    let watch = Stopwatch()
    var sent = 0
    do throws(MQTTFault) {
      while watch.seconds < Double(seconds) {
        if rate > 0, Double(sent) > watch.seconds * Double(rate) {
          usleep(500)
          continue
        }
        let stream = sent % streams
        let isFlood = sent % floodEvery == 0
        var writer = JSONWriter(capacity: 128)
        writer.beginObject()
        writer.member("device", "G\(stream)")
        writer.member("measure", BenchPerception.measure)
        writer.member("at", SystemClock().now.milliseconds)
        writer.member("value", isFlood ? 950 : BenchPerception.value(stream, sent / streams))
        writer.endObject()
        try publisher.publish(TopicForms.ownTopic, writer.take())
        sent += 1
      }
      try publisher.flush()
    } catch {
      Output.say("publisher: \(error)")
    }
    return sent
  }
}

/// A Mosquitto of our own, on a free port of this machine.
struct BrokerProcess {
  /// Where Debian puts it.
  static let program = "/usr/sbin/mosquitto"

  let port: UInt16
  private let process: pid_t

  static func start(data: String) throws -> BrokerProcess {
    guard access(program, X_OK) == 0 else { throw WorkFault(message: "mosquitto is not installed") }
    let port = try ServerProcess.freePort()
    let path = data + "/mosquitto.conf"
    let lines = [
      "listener \(port) 127.0.0.1", "allow_anonymous true", "max_queued_messages 1000000",
      "persistence false", "log_type error", "set_tcp_nodelay true",
    ]
    guard FileText.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: path) else {
      throw WorkFault(message: "\(path) cannot be written")
    }
    let words = [program, "-c", path]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    // Threads of the task pool hold signals back; the broker must not inherit that.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var process = pid_t()
    guard posix_spawn(&process, program, nil, &attributes, &arguments, environ) == 0 else {
      throw WorkFault(message: "mosquitto could not be started")
    }
    usleep(300_000)
    return BrokerProcess(port: port, process: process)
  }

  func stop() {
    kill(process, SIGTERM)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }
}
