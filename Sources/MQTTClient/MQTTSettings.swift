/// How a broker is reached and what is asked of it.
package struct MQTTSettings: Sendable {
  package var host: String
  package var port: UInt16
  package var version = MQTTVersion.v5
  /// The session's name at the broker: it must stay the same for what came meanwhile to be sent.
  package var clientID: String
  package var login: String?
  package var password: String?
  /// Topic filters to subscribe to, at QoS 1.
  package var topics: [String] = []
  /// Whether the broker keeps what comes while nobody is connected.
  package var isPersistent = true
  /// So long it keeps that (version 5), in seconds.
  package var sessionSeconds = 7 * 86_400
  package var keepAliveSeconds = 30
  /// Messages that the broker may send before the first is acknowledged (version 5; in version 3
  /// the broker's own limit holds).
  package var receiveMax = 65_535
  /// A larger packet ends the connection, in bytes.
  package var packetBytesMax = 1 << 20
  /// nil = without TLS.
  package var security: MQTTSecurity?
  /// Waits between attempts to connect, doubled each time from the first to the last, in ms.
  package var backOffMilliseconds = 500...30_000

  package init(host: String, port: UInt16, clientID: String) {
    self.host = host
    self.port = port
    self.clientID = clientID
  }
}

/// How TLS is spoken: 1.2 at least, and the broker's certificate must be its host's.
package struct MQTTSecurity: Sendable {
  /// A file of certificates that are trusted; nil = the system's.
  package var authorities: String?
  /// Files of a certificate of ours and its key, where the broker asks for them.
  package var certificate: String?
  package var key: String?

  package init(authorities: String? = nil, certificate: String? = nil, key: String? = nil) {
    self.authorities = authorities
    self.certificate = certificate
    self.key = key
  }
}

/// Why a connection failed or ended. `detail` is for operators.
package enum MQTTFault: Error, Equatable {
  case unreachable(detail: String)
  case security(detail: String)
  /// The broker refused the session, for example for wrong credentials.
  case refused(code: UInt8)
  /// The broker refused a topic.
  case topicRefused(String)
  case closed
  case silent
  case parse(MQTTParseFault)
  /// The receiver could not keep the messages; they come again.
  case notKept

  /// Whether the broker did not accept name or password: codes 4 and 5 of 3.1.1, 0x86 and 0x87 of 5.
  package var isCredentials: Bool {
    if case .refused(let code) = self { [4, 5, 0x86, 0x87].contains(code) } else { false }
  }
}
