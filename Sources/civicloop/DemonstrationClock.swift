import City
import Engine
import Links
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

extension DemonstrationClock {
  /// A clock that stands at a moment somebody wrote, or goes with the machine where none did.
  ///
  /// A time without a zone is the city's.
  convenience init(_ written: String?) throws {
    self.init()
    guard let written else { return }
    do throws(TimeFault) {
      let time = try WrittenTime.read(written)
      let offset = time.offsetMinutes ?? EngineSettings().offsetMinutes
      hold(
        at: Instant(
          milliseconds: Int64(time.date.daysSinceEpoch) * Duration.day + time.millisecondOfDay
            - Int64(offset) * Duration.minute))
    } catch {
      throw UsageFault(message: "`\(written)` is no time: \(error.code)")
    }
  }
}
