import Synchronization

/// Why an event stream ended.
package enum EventStreamEnd: String, Equatable, Sendable {
  /// We closed it.
  case closed
  /// The client went away.
  case vanished
  /// The client read too slowly, and its outbox was full.
  case slow
  /// The server would not take it: too many streams.
  case refused
}

/// One client's stream of server-sent events.
///
/// A handler makes one, returns it as the body of its response and keeps it to send events. What
/// is sent before the client is connected waits in the outbox. Bytes sent to many streams are
/// shared, never copied per stream until they go to the socket.
package final class EventStream: Sendable {
  private struct Outbox {
    var pieces: [[UInt8]] = []
    /// Pieces before this one are sent; of this one, `offset` bytes are.
    var first = 0
    var offset = 0
    var bytes = 0
    var isQueued = false
    var closing: EventStreamEnd?
    var isEnded = false
    var hub: EventHub?
    /// Let go when it was called: owners may sit in it.
    var onClose: (@Sendable (EventStreamEnd) -> Void)?
  }

  /// Bytes that may wait for a client. One that falls further behind is cut off: it reconnects
  /// and resumes from the last id it saw.
  package static let outboxBytesMaxDefault = 256 * 1_024

  private let outbox = Mutex(Outbox())
  private let outboxBytesMax: Int

  /// - Parameter onClose: called once, when the stream has ended; it must be quick.
  package init(
    outboxBytesMax: Int = outboxBytesMaxDefault,
    onClose: @escaping @Sendable (EventStreamEnd) -> Void = { _ in }
  ) {
    self.outboxBytesMax = outboxBytesMax
    outbox.withLock { $0.onClose = onClose }
  }

  /// Puts an event (see `EventText`) into the client's outbox.
  ///
  /// - Returns: false when the stream has ended or ends by this: the outbox was full.
  @discardableResult
  package func send(_ event: [UInt8]) -> Bool {
    let (isTaken, hub) = outbox.withLock { outbox -> (Bool, EventHub?) in
      guard outbox.closing == nil, !outbox.isEnded else { return (false, nil) }
      let fits = outbox.bytes + event.count <= outboxBytesMax
      if fits {
        outbox.pieces.append(event)
        outbox.bytes += event.count
      } else {
        outbox.closing = .slow
      }
      return (fits, Self.queue(&outbox))
    }
    hub?.enqueue(self)
    return isTaken
  }

  /// Ends the stream after what waits was offered to the client once more.
  package func close() { end(.closed) }

  func end(_ reason: EventStreamEnd) {
    let hub = outbox.withLock { outbox -> EventHub? in
      guard outbox.closing == nil, !outbox.isEnded else { return nil }
      outbox.closing = reason
      return Self.queue(&outbox)
    }
    hub?.enqueue(self)
  }

  /// The hub to tell, when it has not been told yet.
  private static func queue(_ outbox: inout Outbox) -> EventHub? {
    guard !outbox.isQueued, let hub = outbox.hub else { return nil }
    outbox.isQueued = true
    return hub
  }

  // From here on: for the hub alone.

  /// Connects the stream to its hub, which looks at it once at least.
  func attach(to hub: EventHub) {
    outbox.withLock { outbox in
      outbox.hub = hub
      outbox.isQueued = true
    }
    hub.enqueue(self)
  }

  func unqueue() { outbox.withLock { $0.isQueued = false } }

  var closing: EventStreamEnd? { outbox.withLock { $0.closing } }

  /// Copies what waits into `buffer`, as much as fits.
  func gather(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    outbox.withLock { outbox in
      var filled = 0
      var offset = outbox.offset
      for piece in outbox.pieces[outbox.first...] {
        let count = min(piece.count - offset, buffer.count - filled)
        guard count > 0 || piece.isEmpty else { break }
        piece.withUnsafeBytes { bytes in
          let part = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
          UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<filled + count])
            .copyMemory(from: part)
        }
        filled += count
        offset = 0
      }
      return filled
    }
  }

  /// Forgets the first `count` waiting bytes: they are sent.
  func consume(_ count: Int) {
    outbox.withLock { outbox in
      outbox.bytes -= count
      var rest = count + outbox.offset
      while outbox.first < outbox.pieces.count, rest >= outbox.pieces[outbox.first].count {
        rest -= outbox.pieces[outbox.first].count
        outbox.pieces[outbox.first] = []
        outbox.first += 1
      }
      outbox.offset = rest
      if outbox.first == outbox.pieces.count {
        outbox.pieces.removeAll(keepingCapacity: outbox.pieces.capacity <= 64)
        outbox.first = 0
      } else if outbox.first >= 256 {
        outbox.pieces.removeFirst(outbox.first)
        outbox.first = 0
      }
    }
  }

  /// Marks the stream as ended and tells its owner.
  func ended(_ reason: EventStreamEnd) {
    let onClose = outbox.withLock { outbox in
      defer {
        outbox.isEnded = true
        outbox.pieces = []
        outbox.hub = nil
        outbox.onClose = nil
      }
      return outbox.onClose
    }
    onClose?(reason)
  }
}

/// The text form of server-sent events.
package enum EventText {
  static let heartbeat: [UInt8] = [UInt8(ascii: ":"), 0x0A, 0x0A]

  /// One event. Line breaks inside `data` become several data lines, as the format asks; `id`
  /// and `event` must not hold any, and are cut at one.
  package static func event(id: String?, event: String? = nil, data: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(data.count + 48)
    func field(_ name: StaticString, _ value: String?) {
      guard let value else { return }
      text.append(
        contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
      text.append(contentsOf: value.utf8.prefix { $0 != 0x0A && $0 != 0x0D && $0 != 0 })
      text.append(0x0A)
    }
    field("id: ", id)
    field("event: ", event)
    for line in data.split(separator: 0x0A, omittingEmptySubsequences: false) {
      text.append(contentsOf: "data: ".utf8)
      text.append(contentsOf: line.last == 0x0D ? line.dropLast() : line)
      text.append(0x0A)
    }
    text.append(0x0A)
    return text
  }
}
