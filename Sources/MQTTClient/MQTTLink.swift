import Glibc

/// One connection to a broker: the packets over the bytes. For one thread.
final class MQTTLink {
  private let settings: MQTTSettings
  private let socket: MQTTSocket
  private var parser: MQTTParser
  private var buffer = [UInt8](repeating: 0, count: MQTTSubscriber.readBytes)
  private var batch = MQTTBatch()
  private var events: [MQTTEvent] = []
  private var keepAliveSeconds: Int
  private var lastSent = MQTTLink.seconds
  private var lastHeard = MQTTLink.seconds

  init(_ settings: MQTTSettings) throws(MQTTFault) {
    self.settings = settings
    socket = try MQTTSocket(settings)
    parser = MQTTParser(version: settings.version, packetBytesMax: settings.packetBytesMax)
    keepAliveSeconds = settings.keepAliveSeconds
  }

  /// Seconds of a clock that only goes forward.
  private static var seconds: Int {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return now.tv_sec
  }

  func close() { socket.close() }

  /// Says hello. Returns whether the broker still knew the session.
  func open() throws(MQTTFault) -> Bool {
    try write(MQTTPacket.connect(settings))
    let event = try expect { if case .connected = $0 { true } else { false } }
    guard case .connected(let code, let hasSession, let keepAlive) = event else { throw .closed }
    guard code == 0 else { throw .refused(code: code) }
    if let keepAlive { keepAliveSeconds = keepAlive }
    return hasSession
  }

  func subscribe() throws(MQTTFault) {
    guard !settings.topics.isEmpty else { return }
    try write(MQTTPacket.subscribe(settings.topics, id: 1, version: settings.version))
    let event = try expect { if case .subscribed = $0 { true } else { false } }
    guard case .subscribed(_, let codes) = event else { throw .closed }
    for (topic, code) in zip(settings.topics, codes) where code >= 0x80 {
      throw .topicRefused(topic)
    }
  }

  /// Waits for one event of the handshake; messages that come before it are kept.
  private func expect(_ isIt: (MQTTEvent) -> Bool) throws(MQTTFault) -> MQTTEvent {
    let start = Self.seconds
    while true {
      if let index = events.firstIndex(where: isIt) { return events.remove(at: index) }
      guard Self.seconds - start < 10 else { throw .silent }
      if socket.waitForBytes(milliseconds: 500) { try read() }
    }
  }

  /// What came within the time; empty where nothing did.
  func next(waitMilliseconds: Int32, messagesMax: Int) throws(MQTTFault) -> MQTTBatch {
    try keepAlive()
    if batch.messages.isEmpty, socket.waitForBytes(milliseconds: waitMilliseconds) { try read() }
    while batch.messages.count < messagesMax, socket.waitForBytes(milliseconds: 0) { try read() }
    for case .disconnected(let code) in events { throw .refused(code: code) }
    events.removeAll(keepingCapacity: true)
    defer { batch = MQTTBatch() }
    return batch
  }

  func acknowledge(_ batch: MQTTBatch) throws(MQTTFault) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(batch.messages.count * 4)
    for message in batch.messages {
      if let id = message.id { MQTTPacket.acknowledge(id, into: &bytes) }
    }
    if !bytes.isEmpty { try write(bytes) }
  }

  /// How many of ours were acknowledged meanwhile, at least one.
  func acknowledgements(waitMilliseconds: Int32) throws(MQTTFault) -> Int {
    var count = 0
    while count == 0 {
      guard socket.waitForBytes(milliseconds: waitMilliseconds) else { throw .silent }
      try read()
      for event in events {
        switch event {
        case .acknowledged: count += 1
        case .disconnected(let code): throw .refused(code: code)
        default: break
        }
      }
      events.removeAll(keepingCapacity: true)
    }
    return count
  }

  func leave() throws(MQTTFault) { try write(MQTTPacket.disconnect) }

  func write(_ bytes: [UInt8]) throws(MQTTFault) {
    try socket.write(bytes)
    lastSent = Self.seconds
  }

  private func read() throws(MQTTFault) {
    let count = try socket.read(into: &buffer)
    lastHeard = Self.seconds
    do throws(MQTTParseFault) {
      try parser.take(buffer[..<count], batch: &batch, events: &events)
    } catch {
      throw .parse(error)
    }
  }

  /// Says that we are here, and notices that the broker is not.
  private func keepAlive() throws(MQTTFault) {
    guard keepAliveSeconds > 0 else { return }
    let now = Self.seconds
    if now - lastSent >= keepAliveSeconds * 3 / 4 || now - lastHeard >= keepAliveSeconds {
      if now - lastSent >= keepAliveSeconds / 4 { try write(MQTTPacket.ping) }
    }
    guard now - lastHeard < keepAliveSeconds * 2 else { throw .silent }
  }
}
