import City
import Discovering
import Glibc
import Synchronization
import Threads

/// Threads that read a file together and each look after one shard.
///
/// In each round every thread parses the next piece of the file into columns by shard; when all
/// have met, every thread lets its shard take the columns in the order of the pieces. So each
/// shard sees the order of arrival, and only the meeting is shared.
final class ShardCrew: Sendable {
  private struct Outcome {
    var changes: [AlarmChange] = []
    var readings = 0
    var bytes = 0
    var faultOffset: Int?
  }

  private let program: RuleProgram
  private let shardOf: [UInt8]
  private let file: MappedFile
  private let isCSV: Bool
  private let threads: Int
  private let meeting: Meeting
  /// By round (odd, even), piece and shard.
  private let columns: [[[ReadingColumns]]]
  private let outcome = Mutex(Outcome())
  /// An alarm's time is known once time has passed behind the last reading.
  private static let afterwardsMilliseconds = Duration.day

  init(program: RuleProgram, shardOf: [UInt8], file: MappedFile, isCSV: Bool, threads: Int) {
    self.program = program
    self.shardOf = shardOf
    self.file = file
    self.isCSV = isCSV
    self.threads = threads
    meeting = Meeting(threads)
    let capacity =
      isCSV
      ? LineReadings.chunkBytes / LineReadings.lineBytesMin + 1
      : BinaryReadings.chunkBytes / BinaryReadings.recordBytes
    columns = (0..<2).map { _ in
      (0..<threads).map { _ in
        (0..<threads).map { _ in ReadingColumns(capacity: capacity) }
      }
    }
  }

  var changes: [AlarmChange] { outcome.withLock(\.changes) }
  var readings: Int { outcome.withLock(\.readings) }
  var bytes: Int { outcome.withLock(\.bytes) }
  var faultOffset: Int? { outcome.withLock(\.faultOffset) }

  func run() {
    let others = (1..<threads).map { thread in DedicatedThread { self.work(thread) } }
    work(0)
    for other in others { other.join() }
  }

  private func work(_ thread: Int) {
    let shard = RuleShard(program, shard: thread)
    let chunk = isCSV ? LineReadings.chunkBytes : BinaryReadings.chunkBytes
    let rounds = (file.bytes.count + chunk * threads - 1) / (chunk * threads)
    var changes: [AlarmChange] = []
    var newest: Int64 = 0
    for round in 0..<rounds {
      let set = columns[round % 2]
      for column in set[thread] { column.count = 0 }
      let start = (round * threads + thread) * chunk
      if start < file.bytes.count { parse(start, chunk, into: set[thread]) }
      meeting.wait()
      for piece in set {
        let column = piece[thread]
        shard.take(
          streams: UnsafeBufferPointer(start: column.streams, count: column.count),
          times: UnsafeBufferPointer(start: column.times, count: column.count),
          values: UnsafeBufferPointer(start: column.values, count: column.count), into: &changes)
        if column.count > 0 { newest = max(newest, column.times[column.count - 1]) }
      }
    }
    shard.advance(
      to: Instant(milliseconds: newest + Self.afterwardsMilliseconds), into: &changes)
    let (taken, bytes) = (shard.counts.taken, shard.bytes)
    outcome.withLock { outcome in
      outcome.changes += changes
      outcome.readings += taken
      outcome.bytes += bytes
    }
  }

  private func parse(_ start: Int, _ chunk: Int, into columns: [ReadingColumns]) {
    let end = min(start + chunk, file.bytes.count)
    let fault =
      isCSV
      ? LineReadings.parse(file.bytes, from: start, to: end, shardOf, into: columns)
      : BinaryReadings.parse(file.bytes, from: start, to: end, shardOf, into: columns)
    guard let fault else { return }
    outcome.withLock { $0.faultOffset = min($0.faultOffset ?? fault, fault) }
  }
}

/// Where threads wait for each other.
///
/// Sendable by hand: the barrier is made and destroyed by its owner and made for many threads.
final class Meeting: @unchecked Sendable {
  private let barrier: UnsafeMutablePointer<pthread_barrier_t>

  init(_ threads: Int) {
    barrier = .allocate(capacity: 1)
    pthread_barrier_init(barrier, nil, UInt32(threads))
  }

  deinit {
    pthread_barrier_destroy(barrier)
    barrier.deallocate()
  }

  func wait() { pthread_barrier_wait(barrier) }
}
