/// Versions of the protocol that are spoken.
package enum MQTTVersion: UInt8, Sendable {
  case v3 = 4
  case v5 = 5
}

/// Writes packets of MQTT 3.1.1 and 5, of which a subscriber and a publisher need few.
package enum MQTTPacket {
  /// The largest packet that the protocol knows, in bytes.
  static let bytesMax = 268_435_455

  /// Asks for a session.
  static func connect(_ settings: MQTTSettings) -> [UInt8] {
    var body = text("MQTT") + [settings.version.rawValue]
    var flags: UInt8 = settings.isPersistent ? 0 : 0x02
    if settings.login != nil { flags |= 0x80 }
    if settings.password != nil { flags |= 0x40 }
    body.append(flags)
    body += number(UInt16(clamping: settings.keepAliveSeconds))
    if settings.version == .v5 {
      var properties: [UInt8] = [0x21] + number(UInt16(clamping: settings.receiveMax))
      if settings.isPersistent {
        let seconds = UInt32(clamping: settings.sessionSeconds)
        properties += [0x11] + (0..<4).map { UInt8(truncatingIfNeeded: seconds >> (24 - 8 * $0)) }
      }
      body += length(properties.count) + properties
    }
    body += text(settings.clientID)
    if let login = settings.login { body += text(login) }
    if let password = settings.password { body += text(password) }
    return packet(0x10, body)
  }

  /// Asks for topics, at QoS 1.
  static func subscribe(
    _ topics: [String], id: UInt16, version: MQTTVersion
  ) -> [UInt8] {
    var body = number(id)
    if version == .v5 { body.append(0) }
    for topic in topics { body += text(topic) + [1] }
    return packet(0x82, body)
  }

  /// A message; with an id it is sent at QoS 1.
  static func publish(
    _ topic: String, _ payload: [UInt8], id: UInt16?, version: MQTTVersion,
    into bytes: inout [UInt8]
  ) {
    let properties = version == .v5 ? 1 : 0
    let count = 2 + topic.utf8.count + (id == nil ? 0 : 2) + properties + payload.count
    bytes.append(id == nil ? 0x30 : 0x32)
    bytes += length(count)
    bytes += text(topic)
    if let id { bytes += number(id) }
    if version == .v5 { bytes.append(0) }
    bytes += payload
  }

  /// Says that a message is safe.
  static func acknowledge(_ id: UInt16, into bytes: inout [UInt8]) {
    bytes.append(0x40)
    bytes.append(2)
    bytes.append(UInt8(id >> 8))
    bytes.append(UInt8(id & 0xFF))
  }

  static let ping: [UInt8] = [0xC0, 0]
  static let disconnect: [UInt8] = [0xE0, 0]

  private static func packet(_ head: UInt8, _ body: [UInt8]) -> [UInt8] {
    [head] + length(body.count) + body
  }

  private static func text(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8.prefix(65_535))
    return number(UInt16(bytes.count)) + bytes
  }

  private static func number(_ number: UInt16) -> [UInt8] {
    [UInt8(number >> 8), UInt8(number & 0xFF)]
  }

  /// Seven bits a byte, the lowest first.
  private static func length(_ count: Int) -> [UInt8] {
    var rest = count
    var bytes: [UInt8] = []
    repeat {
      let byte = UInt8(rest & 0x7F)
      rest >>= 7
      bytes.append(rest > 0 ? byte | 0x80 : byte)
    } while rest > 0
    return bytes
  }
}

/// What a broker sends.
enum MQTTEvent: Equatable {
  /// `code` 0 = accepted.
  case connected(code: UInt8, hasSession: Bool, keepAliveSeconds: Int?)
  case subscribed(id: UInt16, codes: [UInt8])
  case acknowledged(id: UInt16, code: UInt8)
  case pong
  case disconnected(code: UInt8)
}

/// Messages as they came in one breath: their texts and payloads lie in one buffer.
package struct MQTTBatch: Sendable, Equatable {
  /// One message.
  package struct Message: Sendable, Equatable {
    package let topic: Range<Int>
    package let payload: Range<Int>
    /// nil at QoS 0.
    let id: UInt16?
  }
  package internal(set) var bytes: [UInt8] = []
  package internal(set) var messages: [Message] = []

  /// The topic of a message of this packet.
  package func topic(_ message: Message) -> String {
    String(decoding: bytes[message.topic], as: UTF8.self)
  }
}

/// Why what a broker sent cannot be read.
package enum MQTTParseFault: Error, Equatable {
  case tooLarge(bytes: Int)
  case malformed
}

/// Cuts the bytes of a connection into packets. Pure; what is not whole yet stays.
struct MQTTParser {
  let version: MQTTVersion
  /// Larger packets end the connection.
  let packetBytesMax: Int
  private var waiting: [UInt8] = []

  init(version: MQTTVersion, packetBytesMax: Int) {
    self.version = version
    self.packetBytesMax = packetBytesMax
  }

  /// Takes what came; whole messages are added to `batch`, the rest are events in order.
  mutating func take(
    _ bytes: ArraySlice<UInt8>, batch: inout MQTTBatch, events: inout [MQTTEvent]
  ) throws(MQTTParseFault) {
    waiting.append(contentsOf: bytes)
    var at = 0
    while let (head, start, end) = try nextPacket(at) {
      switch head >> 4 {
      case 3: try publish(head, start, end, &batch)
      case 2, 4, 9, 13, 14: events.append(try event(head >> 4, start, end))
      default: throw .malformed
      }
      at = end
    }
    waiting.removeFirst(at)
  }

  /// The next whole packet from `at` on; nil where it is not whole.
  private func nextPacket(_ at: Int) throws(MQTTParseFault) -> (UInt8, Int, Int)? {
    guard at < waiting.count,
      let (length, start) = try variable(at + 1, waiting.count)
    else { return nil }
    guard length <= packetBytesMax else { throw .tooLarge(bytes: length) }
    guard start + length <= waiting.count else { return nil }
    return (waiting[at], start, start + length)
  }

  /// A number of one to four bytes; nil where it is not whole.
  private func variable(
    _ at: Int, _ end: Int
  ) throws(MQTTParseFault) -> (number: Int, after: Int)? {
    var number = 0
    for offset in 0..<4 {
      guard at + offset < end else { return nil }
      let byte = Int(waiting[at + offset])
      number |= (byte & 0x7F) << (7 * offset)
      if byte & 0x80 == 0 { return (number, at + offset + 1) }
    }
    throw .malformed
  }

  /// Where the properties of version 5 end; `at` itself in version 3.
  private func afterProperties(_ at: Int, _ end: Int) throws(MQTTParseFault) -> Int {
    guard version == .v5 else { return at }
    guard let (length, start) = try variable(at, end), start + length <= end else {
      throw .malformed
    }
    return start + length
  }

  private func number(_ at: Int, _ end: Int) throws(MQTTParseFault) -> UInt16 {
    guard at + 2 <= end else { throw .malformed }
    return UInt16(waiting[at]) << 8 | UInt16(waiting[at + 1])
  }

  private func publish(
    _ head: UInt8, _ start: Int, _ end: Int, _ batch: inout MQTTBatch
  ) throws(MQTTParseFault) {
    let quality = head >> 1 & 3
    let topicEnd = start + 2 + Int(try number(start, end))
    guard quality < 2, topicEnd <= end else { throw .malformed }
    var at = topicEnd
    var id: UInt16?
    if quality == 1 {
      id = try number(at, end)
      at += 2
    }
    at = try afterProperties(at, end)
    let offset = batch.bytes.count - (start + 2)
    batch.bytes.append(contentsOf: waiting[(start + 2)..<end])
    batch.messages.append(
      MQTTBatch.Message(
        topic: (start + 2 + offset)..<(topicEnd + offset), payload: (at + offset)..<(end + offset),
        id: id))
  }

  private func event(
    _ kind: UInt8, _ start: Int, _ end: Int
  ) throws(MQTTParseFault) -> MQTTEvent {
    switch kind {
    case 2:
      guard start + 2 <= end else { throw .malformed }
      return .connected(
        code: waiting[start + 1], hasSession: waiting[start] & 1 == 1,
        keepAliveSeconds: try keepAlive(start + 2, end))
    case 4:
      return .acknowledged(
        id: try number(start, end), code: start + 2 < end ? waiting[start + 2] : 0)
    case 9:
      let id = try number(start, end)
      let codes = try afterProperties(start + 2, end)
      return .subscribed(id: id, codes: Array(waiting[codes..<end]))
    case 13: return .pong
    default: return .disconnected(code: start < end ? waiting[start] : 0)
    }
  }

  /// The broker may name another time to keep alive than was asked for. Other properties are skipped
  /// by their known lengths; an unknown one ends the search.
  private func keepAlive(_ at: Int, _ end: Int) throws(MQTTParseFault) -> Int? {
    guard version == .v5, at < end, let (length, first) = try variable(at, end),
      first + length <= end
    else { return nil }
    var place = first
    let stop = first + length
    while place < stop {
      switch waiting[place] {
      case 0x13: return Int(try number(place + 1, stop))
      case 0x21, 0x22: place += 3
      case 0x11, 0x27: place += 5
      case 0x24, 0x25, 0x28, 0x29, 0x2A: place += 2
      case 0x12, 0x15, 0x1A, 0x1C, 0x1F, 0x16:
        place += 3 + Int(try number(place + 1, stop))
      default: return nil
      }
    }
    return nil
  }
}
