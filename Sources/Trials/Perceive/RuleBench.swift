import City
import Discovering
import Glibc
package import Pack
import Synchronization
import Threads

/// What rules cost on decoded observations in memory.
package struct RuleBench: Sendable {
  /// What a run came to.
  package struct Result: Sendable {
    package let observations: Int
    package let evaluations: Int
    package let seconds: Double
    /// Processor time of all threads together, without the making of observations.
    package let processorSeconds: Double
    package let changes: Int
    package let bytesPerStream: Double
  }

  /// Threads, each with one shard of the streams.
  package static let threads = 2
  /// Streams tell a value so often.
  private static let intervalMilliseconds = Duration.minute
  /// Rounds of values that are made beforehand and then repeated at later times.
  private static let roundsMax = 30
  /// Time passes (`advance`) so often in a round.
  private static let advancesPerRound = 6
  /// 2026-01-01T00:00:00Z.
  private static let begin: Int64 = 1_767_225_600_000

  private let program: RuleProgram
  private let numbers: [[UInt32]]
  private let streams: Int

  /// - Parameter areas: in how many areas the streams lie, evenly.
  package init(rules: [Rule], streams: Int, areas: Int = 1) {
    let kind = rules.first?.kind ?? ""
    let measure = rules.first?.measure ?? ""
    let list = (0..<streams).map { stream in
      RuleStream(
        number: StreamNumber(UInt32(stream)), device: ID(Int64(stream) + 1), code: "\(stream)",
        kind: kind, measure: measure, area: AreaPath([ID(Int64(stream % areas) + 1)]))
    }
    let grounds = (0..<areas).map {
      Area(
        id: ID(Int64($0) + 1), parent: nil, level: .city, code: "\($0)", name: "", outline: nil)
    }
    program = RuleProgram(
      rules: rules, world: RuleWorld(streams: list, areas: grounds), shards: Self.threads)
    let program = program
    numbers = (0..<Self.threads).map { shard in
      list.map(\.number).filter { program.shard(of: $0) == shard }.map(\.rawValue)
    }
    self.streams = streams
  }

  /// The same rules, each made for every one of `areas` areas by itself.
  package static func multiplied(_ rules: [Rule], areas: Int) -> [Rule] {
    (0..<areas).flatMap { area in rules.map { $0.narrowed(to: "\(area)") } }
  }

  /// Runs until so much time has passed.
  package func run(seconds: Double, seed: UInt64) -> Result {
    let total = Mutex((observations: 0, evaluations: 0, wall: 0.0, busy: 0.0, changes: 0, bytes: 0))
    let work: @Sendable (Int) -> Void = { thread in
      let one = self.run(shard: thread, seconds: seconds, seed: seed)
      total.withLock { total in
        total.observations += one.observations
        total.evaluations += one.evaluations
        total.wall = max(total.wall, one.wall)
        total.busy += one.busy
        total.changes += one.changes
        total.bytes += one.bytes
      }
    }
    let others = (1..<Self.threads).map { thread in DedicatedThread { work(thread) } }
    work(0)
    for other in others { other.join() }
    let sum = total.withLock { $0 }
    return Result(
      observations: sum.observations, evaluations: sum.evaluations, seconds: sum.wall,
      processorSeconds: sum.busy, changes: sum.changes,
      bytesPerStream: Double(sum.bytes) / Double(max(streams, 1)))
  }

  private typealias Part = (
    observations: Int, evaluations: Int, wall: Double, busy: Double, changes: Int, bytes: Int
  )

  private func run(shard index: Int, seconds: Double, seed: UInt64) -> Part {
    let shard = RuleShard(program, shard: index)
    let numbers = numbers[index]
    let rounds = MadeRounds(numbers.count, rounds: Self.roundsMax, seed: seed + UInt64(index))
    let columns = ReadingColumns(capacity: numbers.count)
    for number in numbers { columns.append(number, 0, 0) }
    var part: Part = (0, 0, 0, 0, 0, 0)
    var changes: [AlarmChange] = []
    var round = 0
    while part.wall < seconds {
      let start = Self.begin + Int64(round) * Self.intervalMilliseconds
      for place in numbers.indices {
        let offset = Int64(place) * Self.intervalMilliseconds / Int64(numbers.count)
        columns.times[place] = start + offset
        columns.values[place] = rounds.value(place, round)
      }
      let clocks = ThreadClocks()
      for piece in 0..<Self.advancesPerRound {
        let from = numbers.count * piece / Self.advancesPerRound
        let count = numbers.count * (piece + 1) / Self.advancesPerRound - from
        shard.take(
          streams: UnsafeBufferPointer(start: columns.streams + from, count: count),
          times: UnsafeBufferPointer(start: columns.times + from, count: count),
          values: UnsafeBufferPointer(start: columns.values + from, count: count),
          into: &changes)
        guard count > 0 else { continue }
        shard.advance(
          to: Instant(milliseconds: columns.times[from + count - 1] - 1), into: &changes)
      }
      let passed = clocks.passed()
      part.wall += passed.wall
      part.busy += passed.processor
      part.changes += changes.count
      changes.removeAll(keepingCapacity: true)
      round += 1
    }
    part.observations = shard.counts.taken
    part.evaluations = shard.counts.evaluations
    part.bytes = shard.bytes
    return part
  }
}

extension Rule {
  fileprivate func narrowed(to area: String) -> Rule {
    Rule(
      code: "\(code)-\(area)", name: name, kind: kind, measure: measure,
      scope: RuleScope(areas: [area]), form: form, side: side, levels: levels, active: active,
      latenessMilliseconds: latenessMilliseconds, dependency: dependency, say: say, why: why,
      item: item, signalFrom: signalFrom)
  }
}

/// Values that wander, with a flood now and then, made before the clock runs.
private struct MadeRounds {
  private let values: [Float]
  private let streams: Int
  private let rounds: Int

  init(_ streams: Int, rounds: Int, seed: UInt64) {
    self.streams = streams
    self.rounds = rounds
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func next() -> Double {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Double(state >> 11) / Double(1 << 53)
    }
    var values = [Float](repeating: 0, count: streams * rounds)
    for stream in 0..<streams {
      let base = 200 + 150 * next()
      // One stream in fifty has a flood of some rounds.
      let isFlooded = next() < 0.02
      let from = Int(next() * Double(rounds))
      for round in 0..<rounds {
        let flood = isFlooded && (from..<from + 12).contains(round) ? 500.0 : 0
        values[round * streams + stream] = Float(base + flood + 20 * next())
      }
    }
    self.values = values
  }

  func value(_ stream: Int, _ round: Int) -> Double {
    Double(values[round % rounds * streams + stream])
  }
}

/// Wall time, and processor time of the calling thread, from a moment on.
private struct ThreadClocks {
  private let wall = Self.read(CLOCK_MONOTONIC)
  private let processor = Self.read(CLOCK_THREAD_CPUTIME_ID)

  func passed() -> (wall: Double, processor: Double) {
    (Self.read(CLOCK_MONOTONIC) - wall, Self.read(CLOCK_THREAD_CPUTIME_ID) - processor)
  }

  private static func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
