package import City
import Pack

/// The running state of the rules over one part of the streams. Not to be used from two threads at
/// once; shards know nothing of each other, so there is nothing to lock.
///
/// The same observations and advances in the same order give the same changes. Where no observation
/// comes later than an advance said, the changes do not even depend on when `advance` was called.
package final class RuleShard {
  /// What became of observations.
  package struct Counts: Hashable, Sendable {
    package var taken = 0
    /// Observations read by rules bound to their stream, one for each such rule.
    package var evaluations = 0
    /// Same stream and time as one before: the first stands.
    package var repeated = 0
    /// Earlier than one of their stream that rules have seen, beyond the allowed lateness.
    package var late = 0
    /// Not finite.
    package var notFinite = 0
  }

  package private(set) var counts = Counts()

  /// - Parameter shard: from 0 below `program.shards`.
  package init(_ program: RuleProgram, shard: Int) {}

  /// Looks at observations in the order of the log; those of other shards' streams, or of none, are
  /// passed over. Changes are appended in the order in which they were decided.
  package func take(
    _ observations: UnsafeBufferPointer<Observation>, into changes: inout [AlarmChange]
  ) {}

  /// The same from columns; all three are equally long. Times are milliseconds UTC.
  package func take(
    streams: UnsafeBufferPointer<UInt32>, times: UnsafeBufferPointer<Int64>,
    values: UnsafeBufferPointer<Double>, into changes: inout [AlarmChange]
  ) {}

  /// Lets time pass: silence, holds that need no observation, ends of windows. The caller says that
  /// it expects no observation at or before `time` any more: the clock less what devices and lines
  /// may take. An earlier one that comes all the same is still looked at.
  package func advance(to time: Instant, into changes: inout [AlarmChange]) {}

  /// All running state; fits only a shard of the same program.
  package func snapshot() -> [UInt8] { [] }

  /// - Throws: where the bytes are damaged or of another program; the shard is as new then.
  package func restore(_ snapshot: [UInt8]) throws(RuleSnapshotFault) {}

  /// Opens, without saying so, what was open before a cold start (no snapshot fits): call once
  /// with the journal's open episodes, then feed the log from `warmMilliseconds` before and throw
  /// the changes away that the journal already has (by `EpisodeKey` and kind).
  package func adopt(_ open: [OpenEpisode]) {}
}

/// Why a snapshot cannot be used.
package enum RuleSnapshotFault: Error, Equatable {
  case otherProgram, damaged
}
