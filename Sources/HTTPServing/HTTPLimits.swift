/// Every limit of the server, in one place.
package struct HTTPLimits: Sendable {
  /// Bytes of one request body. Beyond: 413.
  package var bodyBytesMax = 1 << 20
  /// Bytes read and thrown away after a body grew too long, so that the client still sees the
  /// 413. Beyond: the connection is closed.
  package var drainBytesMax = 1 << 20
  /// Bytes of the request line and all header fields. Beyond: 431.
  package var headerBytesMax = 16_384
  /// Bytes of the request target (path and query). Beyond: 414.
  package var targetBytesMax = 8_192
  /// Open connections in all, event streams apart. Beyond: closed as soon as accepted.
  package var connectionsMax = 4_096
  /// Open connections from one address, event streams apart; loopback is not counted.
  package var connectionsPerAddressMax = 512
  /// From accepting, or from the request line, to the end of the header fields.
  package var headerMilliseconds: Int64 = 10_000
  /// From the end of the header fields to the end of the body.
  package var bodyMilliseconds: Int64 = 30_000
  /// How long a connection may stay open between requests.
  package var idleMilliseconds: Int64 = 60_000
  /// From the answer being ready to its last byte being taken by the system.
  package var writeMilliseconds: Int64 = 300_000
  /// Open event streams. Beyond: 503.
  package var eventStreamsMax = 2_048
  /// Open event streams from one address, loopback not counted. Beyond: 503.
  package var eventStreamsPerAddressMax = 256
  /// Requests of one address over time; nil lets everything through. Loopback is not counted.
  package var rate: RateLimit.Settings? = RateLimit.Settings()

  package init() {}

  /// Memory the HTTP library may use for one connection: twice what we admit, so that a header
  /// beyond our limit reaches us and gets our answer.
  var connectionMemoryBytes: Int { 2 * (headerBytesMax + targetBytesMax) }
}

/// How the server behaves within its limits.
package struct HTTPSettings: Sendable {
  /// Whether a handler runs on the socket's thread up to the first point where it waits. That
  /// saves two changes of thread per request, and suits handlers that compute little before they
  /// wait: one that computes long holds up all other connections of that thread.
  package var startsHandlersInline = false
  /// An IPv4 or IPv6 address in numbers.
  package var address: String
  /// 0 asks the system for a free one; `HTTPServer.port` tells which.
  package var port: UInt16
  /// Threads that talk to sockets.
  package var threads: UInt32 = 1
  package var limits = HTTPLimits()
  /// Bodies below this size are not worth compressing.
  package var gzipBytesMin = 1_024
  /// Whether `X-Forwarded-For` is believed when the peer is on loopback: set it behind a proxy
  /// on the same machine, and only there. Without it all clients of such a proxy count as one
  /// address, with one rate.
  package var trustsForwardedFor = false
  package var events = EventSettings()

  package init(address: String = "127.0.0.1", port: UInt16) {
    self.address = address
    self.port = port
  }
}

/// How event streams are fed.
package struct EventSettings: Sendable {
  /// Silence after which a comment is sent, so that vanished clients are noticed.
  package var heartbeatMilliseconds: Int64 = 15_000
  /// After a write, events for a stream are gathered this long and sent in one write.
  package var gatherMilliseconds: Int64 = 40
  /// How long sent bytes may stay unacknowledged before the client counts as vanished.
  package var unacknowledgedMilliseconds: Int32 = 30_000

  package init() {}
}
