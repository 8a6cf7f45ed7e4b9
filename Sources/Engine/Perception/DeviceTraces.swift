package import City
package import Evaluating
package import Ports

/// Follows the log of observations and remembers of each stream what its health is judged by.
///
/// It keeps nothing on disk: a start reads the log of the last day again.
package actor DeviceTraces {
  /// How far back a start reads, in milliseconds: as long as the log is kept.
  static let backMilliseconds = 26 * Duration.hour
  /// Observations read at once.
  static let runMax = 65_536
  /// How long it sleeps without work, in milliseconds.
  static let idleMilliseconds: Int64 = 1_000

  private let observations: any ObservationStore
  private let time: any TimeSource
  private var position: LogPosition?
  /// By the number of the stream.
  private var traces: ContiguousArray<StreamTrace> = []
  /// Since when it has been listening; devices that are silent since are silent for that long.
  private var beganAt: Instant
  /// Whether it came to the end of the log once.
  package private(set) var isCurrent = false

  init(observations: any ObservationStore, time: any TimeSource) {
    self.observations = observations
    self.time = time
    beganAt = time.now
  }

  /// Follows until the task is cancelled. A store that does not answer is asked again.
  package func follow() async {
    while !Task.isCancelled {
      do throws(StoreFault) {
        if try await step() { continue }
      } catch {
        // What could not be read is read the next time.
      }
      try? await Task.sleep(for: .milliseconds(Self.idleMilliseconds))
    }
  }

  /// Takes the next observations.
  /// - Returns: whether there may be more at once.
  package func step() async throws(StoreFault) -> Bool {
    let from: LogPosition
    if let position {
      from = position
    } else {
      from = try await observations.position(
        at: time.now.advanced(byMilliseconds: -Self.backMilliseconds))
    }
    let run = try await observations.log(from: from, limit: Self.runMax)
    // Another turn may have come here meanwhile.
    guard position == nil || position == from else { return true }
    for observation in run.observations {
      let stream = Int(observation.stream.rawValue)
      if stream >= traces.count {
        traces.append(
          contentsOf: repeatElement(
            StreamTrace(), count: max(stream + 1, traces.count * 5 / 4) - traces.count))
      }
      traces[stream].take(observation.value, at: observation.at)
      if observation.at < beganAt { beganAt = observation.at }
    }
    position = run.next
    if run.observations.isEmpty { isCurrent = true }
    return !run.observations.isEmpty
  }

  /// All traces, by the number of the stream, and since when they were followed. A stream beyond
  /// the end never told anything.
  package var all: (traces: ContiguousArray<StreamTrace>, beganAt: Instant) { (traces, beganAt) }
}
