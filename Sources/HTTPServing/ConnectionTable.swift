import Glibc
import Synchronization

/// All open connections, for counting, for cutting the slow ones and for stopping.
///
/// A connection is removed before its socket is closed, both under the lock or after it: so a
/// number found here is never another connection's socket.
final class ConnectionTable: Sendable {
  private struct Rows {
    var connections: [ObjectIdentifier: Connection] = [:]
    var byAddress: [AddressKey: Int] = [:]
  }

  private let rows = Mutex(Rows())
  private let limits: HTTPLimits

  init(limits: HTTPLimits) { self.limits = limits }

  var count: Int { rows.withLock { $0.connections.count } }

  /// Whether one more connection from there is within the limits.
  func hasRoom(for peer: PeerAddress) -> Bool {
    rows.withLock { rows in
      rows.connections.count < limits.connectionsMax
        && (peer.isLoopback
          || rows.byAddress[peer.key, default: 0] < limits.connectionsPerAddressMax)
    }
  }

  func add(_ connection: Connection) {
    rows.withLock { rows in
      rows.connections[ObjectIdentifier(connection)] = connection
      rows.byAddress[connection.peer.key, default: 0] += 1
    }
  }

  func remove(_ connection: Connection) {
    rows.withLock { rows in
      rows.connections[ObjectIdentifier(connection)] = nil
      let count = rows.byAddress[connection.peer.key, default: 1] - 1
      rows.byAddress[connection.peer.key] = count > 0 ? count : nil
    }
  }

  /// Shuts the sockets of connections that are overdue; the library then finds them closed.
  /// Returns why, one entry each.
  ///
  /// With `alsoLeft`, those are shut too whose clients have gone: the library waits for edges,
  /// and misses an end that came together with the last bytes.
  func cutOverdue(at now: Int64, alsoLeft: Bool) -> [String] {
    rows.withLock { rows in
      rows.connections.values.compactMap { connection in
        let reason = connection.overdue(at: now, limits)
        if reason != nil || alsoLeft && connection.hasLeft(at: now) {
          shutdown(connection.socket, Int32(SHUT_RDWR))
        }
        return reason
      }
    }
  }

  /// The connections whose handlers have not answered; each is claimed for the caller.
  func claimRunning() -> [Connection] {
    rows.withLock { rows in rows.connections.values.filter { $0.claimRunning() } }
  }
}
