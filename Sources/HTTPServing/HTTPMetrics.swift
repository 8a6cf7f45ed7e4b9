import Synchronization

/// What the server counts, at one moment. All but the open ones only grow.
package struct HTTPCounts: Equatable, Sendable {
  package var requests = 0
  /// Answers by hundreds: index 2 counts the 2xx.
  package var responsesByClass = [Int](repeating: 0, count: 6)
  package var connectionsOpen = 0
  package var streamsOpen = 0
  /// Handlers that have not answered yet, and answers not yet sent.
  package var requestsOpen = 0
  /// Header and body bytes received.
  package var bytesIn = 0
  /// Body bytes handed to the system, event streams included.
  package var bytesOut = 0
  /// Refusals by code, and connections cut: `connection.full`, `connection.slow_header`,
  /// `connection.slow_body`, `connection.slow_reader`, `stream.slow`.
  package var refused: [String: Int] = [:]
}

/// The counters behind `HTTPCounts`.
final class HTTPMetrics: Sendable {
  let requests = Atomic<Int>(0)
  let informational = Atomic<Int>(0)
  let successful = Atomic<Int>(0)
  let redirected = Atomic<Int>(0)
  let clientErrors = Atomic<Int>(0)
  let serverErrors = Atomic<Int>(0)
  let connectionsOpen = Atomic<Int>(0)
  let streamsOpen = Atomic<Int>(0)
  let requestsOpen = Atomic<Int>(0)
  let bytesIn = Atomic<Int>(0)
  let bytesOut = Atomic<Int>(0)
  private let refused = Mutex<[String: Int]>([:])

  func refuse(_ reason: String) {
    refused.withLock { $0[reason, default: 0] += 1 }
  }

  func answered(_ status: Int) {
    switch status {
    case 200..<300: successful.add(1, ordering: .relaxed)
    case 300..<400: redirected.add(1, ordering: .relaxed)
    case 400..<500: clientErrors.add(1, ordering: .relaxed)
    case 500...: serverErrors.add(1, ordering: .relaxed)
    default: informational.add(1, ordering: .relaxed)
    }
  }

  func counts() -> HTTPCounts {
    var counts = HTTPCounts()
    counts.requests = requests.load(ordering: .relaxed)
    counts.responsesByClass = [
      0, informational.load(ordering: .relaxed), successful.load(ordering: .relaxed),
      redirected.load(ordering: .relaxed), clientErrors.load(ordering: .relaxed),
      serverErrors.load(ordering: .relaxed),
    ]
    counts.connectionsOpen = connectionsOpen.load(ordering: .relaxed)
    counts.streamsOpen = streamsOpen.load(ordering: .acquiring)
    counts.requestsOpen = requestsOpen.load(ordering: .relaxed)
    counts.bytesIn = bytesIn.load(ordering: .relaxed)
    counts.bytesOut = bytesOut.load(ordering: .relaxed)
    counts.refused = refused.withLock { $0 }
    return counts
  }
}
