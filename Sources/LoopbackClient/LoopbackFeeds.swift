import CEpoll
import Glibc
import Synchronization
import Threads

/// Reads many streams of server-sent events on one thread.
///
/// Unchecked: `connections` is filled before the thread starts and then belongs to it.
package final class LoopbackFeeds: @unchecked Sendable {
  /// One event, valid during the call that brings it.
  package struct Event {
    /// Which of the streams, from 0.
    package let feed: Int
    /// The text after `id: `; empty when there is none.
    package let id: UnsafeRawBufferPointer
    /// The whole event, without the empty line after it.
    package let text: UnsafeRawBufferPointer
    /// Steady nanoseconds at which its bytes were read.
    package let receivedNanoseconds: Int64
  }

  private final class Connection {
    let socket: Int32
    var pending: [UInt8] = []
    var sawHead = false

    init(socket: Int32) { self.socket = socket }
  }

  private let poll: Int32
  private let wake: Int32
  private var connections: [Connection?] = []
  private var indexes: [Int32: Int] = [:]
  private let open: Atomic<Int>
  private var thread: DedicatedThread?

  /// Opens `count` streams of `path` and starts to read.
  ///
  /// - Parameter onEvent: called on the reading thread, for every event but comments.
  /// - Throws: `.connect` or `.write` when one cannot be opened.
  package init(
    port: UInt16, path: String, headers: [(String, String)] = [], count: Int,
    onEvent: @escaping @Sendable (Event) -> Void
  ) throws(LoopbackFault) {
    poll = epoll_create1(Int32(EPOLL_CLOEXEC))
    wake = eventfd(0, Int32(EFD_CLOEXEC))
    open = Atomic(count)
    _ = civicloop_epoll_change(poll, EPOLL_CTL_ADD, wake, EPOLLIN.rawValue)
    var text = "GET \(path) HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    let request = Array((text + "\r\n").utf8)
    for index in 0..<count {
      let socket = try LoopbackSocket.connect(port: port)
      guard send(socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
        throw .write(errorNumber: errno)
      }
      connections.append(Connection(socket: socket))
      indexes[socket] = index
      _ = civicloop_epoll_change(poll, EPOLL_CTL_ADD, socket, EPOLLIN.rawValue)
    }
    thread = DedicatedThread { [self] in run(onEvent) }
  }

  /// Streams that are still open.
  package var openCount: Int { open.load(ordering: .relaxed) }

  /// Closes all streams and ends the thread; call it once.
  package func close() {
    eventfd_write(wake, 1)
    thread?.join()
    for connection in connections { if let connection { Glibc.close(connection.socket) } }
    connections = []
    open.store(0, ordering: .relaxed)
    Glibc.close(poll)
    Glibc.close(wake)
  }

  private func run(_ onEvent: (Event) -> Void) {
    var events = [epoll_event](repeating: epoll_event(), count: 256)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = epoll_wait(poll, &events, Int32(events.count), -1)
      for slot in 0..<max(0, Int(count)) {
        let descriptor = withUnsafePointer(to: &events[slot], civicloop_event_descriptor)
        if descriptor == wake { return }
        guard let index = indexes[descriptor], let connection = connections[index] else {
          continue
        }
        let received = recv(descriptor, buffer.baseAddress, buffer.count, 0)
        guard received > 0 else {
          connections[index] = nil
          indexes[descriptor] = nil
          Glibc.close(descriptor)
          open.subtract(1, ordering: .relaxed)
          continue
        }
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let now = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<received])
        Self.take(bytes, connection, feed: index, at: now, onEvent)
      }
    }
  }

  private static func take(
    _ bytes: UnsafeRawBufferPointer, _ connection: Connection, feed: Int, at now: Int64,
    _ onEvent: (Event) -> Void
  ) {
    if connection.pending.isEmpty {
      let used = scan(bytes, connection, feed: feed, at: now, onEvent)
      connection.pending.append(contentsOf: bytes[used...])
      return
    }
    connection.pending.append(contentsOf: bytes)
    let used = connection.pending.withUnsafeBytes {
      scan($0, connection, feed: feed, at: now, onEvent)
    }
    connection.pending.removeFirst(used)
  }

  /// Hands on every whole event; returns how many bytes they were.
  private static func scan(
    _ bytes: UnsafeRawBufferPointer, _ connection: Connection, feed: Int, at now: Int64,
    _ onEvent: (Event) -> Void
  ) -> Int {
    var start = 0
    if !connection.sawHead {
      guard let end = find(bytes, from: 0, "\r\n\r\n") else { return 0 }
      connection.sawHead = true
      start = end + 4
    }
    while let end = find(bytes, from: start, "\n\n") {
      let text = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
      if text.first != UInt8(ascii: ":") {
        var id = UnsafeRawBufferPointer(rebasing: text[..<0])
        if text.starts(with: "id: ".utf8) {
          let stop = text.firstIndex(of: 0x0A) ?? text.count
          id = UnsafeRawBufferPointer(rebasing: text[4..<stop])
        }
        onEvent(Event(feed: feed, id: id, text: text, receivedNanoseconds: now))
      }
      start = end + 2
    }
    return start
  }

  private static func find(
    _ bytes: UnsafeRawBufferPointer, from: Int, _ text: StaticString
  ) -> Int? {
    let length = text.utf8CodeUnitCount
    guard let base = bytes.baseAddress else { return nil }
    var at = from
    while at + length <= bytes.count {
      let first = Int32(text.utf8Start[0])
      guard let hit = memchr(base + at, first, bytes.count - length + 1 - at) else { return nil }
      if memcmp(hit, text.utf8Start, length) == 0 { return UnsafeRawPointer(hit) - base }
      at = UnsafeRawPointer(hit) - base + 1
    }
    return nil
  }
}
