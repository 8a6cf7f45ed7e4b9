import City
import Ports
import Synchronization

/// The machine's clock, which may be held at a moment of the past while that past is made.
final class DemonstrationClock: TimeSource {
  private let held = Mutex<Instant?>(nil)

  var now: Instant { held.withLock { $0 } ?? SystemClock().now }

  /// Stands still at a moment until it is set again or let go.
  func hold(at moment: Instant) { held.withLock { $0 = moment } }

  /// Goes with the machine again.
  func release() { held.withLock { $0 = nil } }
}
