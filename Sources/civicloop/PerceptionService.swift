import City
import Engine
import Glibc
import JSONText
import MQTTClient
import Pack
import Ports
import Readings
import StoreObservations
import Synchronization

/// Perception from start to graceful stop: history, rules, verdicts, and the ways in by MQTT.
final class PerceptionService: Sendable {
  /// How long changes of devices are gathered before they are taken into use.
  static let settleMilliseconds: Int64 = 2_000

  private struct Working {
    var told: Instant?
    var tasks: [Task<Void, Never>] = []
    var subscribers: [MQTTSubscriber] = []
  }

  let perception: Perception
  let follower: PerceptionFollower
  let store: SegmentedObservationStore
  private let brokers: [MQTTSettings]
  private let devices: DemonstrationDevices?
  private let kept: (@Sendable (ReadingBatch) -> Void)?
  private let working = Mutex(Working())

  /// Up to when the devices of the demonstration told everything; nil = there are none.
  var told: Instant? { working.withLock { $0.told } }

  /// Opens the history and begins.
  ///
  /// - Parameters:
  ///   - brokers: none where observations come by HTTP only.
  ///   - rules: nil = those of the packs.
  ///   - devices: the demonstration's, which first tell what they said while nobody listened: were
  ///     rules to look before that, they would find every device silent.
  ///   - kept: told of what came by MQTT once it is on disk.
  static func start(
    engine: Engine, folder: String, brokers: [MQTTSettings] = [], rules: [Rule]? = nil,
    devices: DemonstrationDevices? = nil, kept: (@Sendable (ReadingBatch) -> Void)? = nil
  ) async throws -> PerceptionService {
    do throws(StoreFault) {
      let store = try SegmentedObservationStore(folder: folder, time: engine.time)
      let service = try await PerceptionService(
        try await Perception(engine: engine, observations: store), store: store, brokers: brokers,
        rules: rules, devices: devices, kept: kept)
      try await service.begin()
      return service
    } catch {
      throw WorkFault(message: "observations cannot be opened: \(error)")
    }
  }

  /// The same history for an engine that comes after; it follows nothing until it begins.
  func succeeded(by engine: Engine, rules: [Rule]?) async throws -> PerceptionService {
    try await PerceptionService(
      try await Perception(succeeding: perception, in: engine), store: store, brokers: brokers,
      rules: rules, devices: devices, kept: kept)
  }

  private init(
    _ perception: Perception, store: SegmentedObservationStore, brokers: [MQTTSettings],
    rules: [Rule]?,
    devices: DemonstrationDevices?, kept: (@Sendable (ReadingBatch) -> Void)?
  ) async throws(StoreFault) {
    self.store = store
    self.brokers = brokers
    self.devices = devices
    self.kept = kept
    self.perception = perception
    follower = PerceptionFollower(
      perception: perception, rules: rules ?? perception.engine.catalogue.rules,
      links: try await DeviceLinks.load(perception.engine, perception.table))
  }

  /// Lets rules look, and brokers and the demonstration's devices be heard.
  func begin() async throws(StoreFault) {
    let told: Instant?
    if let devices { told = try await devices.catchUp(perception) } else { told = nil }
    let engine = perception.engine
    let verdicts = AlarmVerdicts(engine: engine)
    let watch = DeviceWatch(engine: engine, perception: perception, follower: follower)
    let subscribers = brokers.map(subscriber)
    for subscriber in subscribers { subscriber.start() }
    working.withLock { [perception, follower] working in
      working.told = told
      working.tasks = [
        Task { await follower.follow() }, Task { await verdicts.follow() },
        Task { await watch.follow() }, Task { await perception.traces.follow() },
      ]
      working.subscribers = subscribers
    }
  }

  private func subscriber(_ settings: MQTTSettings) -> MQTTSubscriber {
    let intake = MQTTIntake(perception: perception, allowed: settings.topics, kept: kept)
    return MQTTSubscriber(settings: settings) { [perception] event in
      switch event {
      case .connected: Output.say("broker \(settings.host): connected")
      case .lost(let fault):
        if fault.isCredentials {
          perception.refuse(.credentials, settings.host, from: "mqtt")
        }
        Output.say("broker \(settings.host): \(fault)")
      }
    } receive: { batch in
      await intake.receive(batch)
    }
  }

  /// Acknowledges what is in hand and says how far the rules came; readings that come by HTTP are
  /// still kept.
  func end() async {
    let (tasks, subscribers) = working.withLock { working in
      defer { (working.tasks, working.subscribers) = ([], []) }
      return (working.tasks, working.subscribers)
    }
    await Task.detached { for subscriber in subscribers { subscriber.stop() } }.value
    for task in tasks { task.cancel() }
    await tasks.first?.value
  }

  /// Ends, and closes the history.
  func stop() async {
    await end()
    store.close()
  }
}

/// Links of devices, for rules that look past one device.
enum DeviceLinks {
  static func load(_ engine: Engine, _ table: DeviceTable) async throws(StoreFault) -> [Link] {
    var links: Set<Link> = []
    for device in table.devices where device.kind.code == "gateway" {
      links.formUnion(try await engine.store.links(of: device.thing.id, limit: 100_000))
    }
    return links.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
  }
}

/// Takes changed devices into use: follows the journal for things of kinds that measure and for
/// times in which they are worked on.
struct DeviceWatch: Sendable {
  let engine: Engine
  let perception: Perception
  let follower: PerceptionFollower

  func follow() async {
    guard var position = try? await engine.store.lastSequence() else { return }
    while !Task.isCancelled {
      await engine.store.settled(after: position)
      guard !Task.isCancelled,
        let entries = try? await engine.store.entries(after: position, limit: 1_024),
        let last = entries.last
      else { return }
      position = last.sequence
      guard entries.contains(where: { $0.facts.contains(where: isDevice) }) else { continue }
      // More of them may be on their way: they are taken together.
      try? await Task.sleep(for: .milliseconds(PerceptionService.settleMilliseconds))
      position = (try? await engine.store.lastSequence()) ?? position
      guard (try? await perception.reload()) != nil else { continue }
      await follower.restart()
    }
  }

  private func isDevice(_ fact: Fact) -> Bool {
    switch fact {
    case .thing(let thing): engine.catalogue.kind(code: thing.kind)?.isDevice ?? false
    case .maintenance: true
    default: false
    }
  }
}

/// Messages of a broker on the one path in.
actor MQTTIntake {
  /// So many readings are taken together.
  static let readingsMax = 10_000

  private let perception: Perception
  private let allowed: [String]
  private let kept: (@Sendable (ReadingBatch) -> Void)?
  private var forms: TopicForms
  private var reader = PayloadReader()

  init(
    perception: Perception, allowed: [String], kept: (@Sendable (ReadingBatch) -> Void)? = nil
  ) {
    self.kept = kept
    self.perception = perception
    self.allowed = allowed
    forms = TopicForms(perception.engine.catalogue.mappings)
  }

  /// - Returns: false where the store did not keep them; the broker sends them again.
  func receive(_ messages: MQTTBatch) async -> Bool {
    var batch = ReadingBatch()
    let now = perception.engine.time.now
    for message in messages.messages {
      let topic = messages.topic(message)
      guard allowed.contains(where: { TopicForms.matches($0, topic) }) else {
        perception.refuse(.topic, topic, from: "mqtt")
        continue
      }
      guard let form = forms.form(of: topic) else {
        perception.refuse(.noMapping, topic, from: "mqtt")
        continue
      }
      messages.bytes.withUnsafeBufferPointer { bytes in
        reader.read(
          UnsafeBufferPointer(rebasing: bytes[message.payload]), as: form, topic: topic,
          now: now, into: &batch)
      }
      if batch.readings.count >= Self.readingsMax {
        guard await take(batch) else { return false }
        batch = ReadingBatch()
      }
    }
    return await take(batch)
  }

  private func take(_ batch: ReadingBatch) async -> Bool {
    guard !batch.readings.isEmpty || !batch.failures.isEmpty else { return true }
    do throws(StoreFault) {
      _ = try await perception.take(batch, from: "mqtt")
      kept?(batch)
      return true
    } catch {
      return false
    }
  }
}

/// The brokers of a file: `{"brokers":[{"host":"…","port":1883,"clientId":"…","topics":["…"]}]}`.
enum BrokerFile {
  static func read(_ path: String) throws -> [MQTTSettings] {
    guard let bytes = FileText.read(path),
      let json = try? JSON.parse(bytes, limits: .request), let list = json["brokers"]?.array
    else { throw UsageFault(message: "\(path) is no file of brokers") }
    return try list.map { try settings($0, path) }
  }

  private static func settings(_ json: JSON, _ path: String) throws -> MQTTSettings {
    let topics = json["topics"]?.array?.compactMap(\.string) ?? []
    guard let host = json["host"]?.string, let name = json["clientId"]?.string, !topics.isEmpty
    else { throw UsageFault(message: "\(path): a broker needs host, clientId and topics") }
    let port = json["port"]?.integer ?? (json["tls"] == nil ? 1_883 : 8_883)
    guard let port = UInt16(exactly: port) else {
      throw UsageFault(message: "\(path): port is 1 to 65535")
    }
    var settings = MQTTSettings(host: host, port: port, clientID: name)
    settings.topics = topics
    settings.login = json["login"]?.string
    settings.password = json["password"]?.string
    if json["version"]?.integer == 3 { settings.version = .v3 }
    if let tls = json["tls"] {
      settings.security = MQTTSecurity(
        authorities: tls["authorities"]?.string, certificate: tls["certificate"]?.string,
        key: tls["key"]?.string)
    }
    return settings
  }
}
