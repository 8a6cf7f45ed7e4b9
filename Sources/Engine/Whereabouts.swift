package import City
import Synchronization

/// Where people were seen last by what they did on the spot; in memory alone.
package final class Whereabouts: Sendable {
  /// People remembered.
  package static let staffMax = 50_000
  /// How long a place says where somebody is.
  package static let freshMilliseconds = 4 * Duration.hour

  private struct Seen {
    let position: Position
    let at: Instant
  }

  private let seen = Mutex<[ID<Staff>: Seen]>([:])

  /// Somebody did something at a place. An earlier one than what is known says nothing.
  package func saw(_ staff: ID<Staff>, at position: Position, _ instant: Instant) {
    seen.withLock { seen in
      if let known = seen[staff], known.at > instant { return }
      if seen[staff] == nil, seen.count >= Self.staffMax { return }
      seen[staff] = Seen(position: position, at: instant)
    }
  }

  /// Where he was seen lately; nil = nobody knows.
  package func position(of staff: ID<Staff>, at now: Instant) -> Position? {
    seen.withLock { seen in
      guard let known = seen[staff],
        now.millisecondsSince(known.at) <= Self.freshMilliseconds
      else { return nil }
      return known.position
    }
  }
}
