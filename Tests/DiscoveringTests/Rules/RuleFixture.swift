import City
import Pack

@testable import Discovering

/// Numbers from a seed.
struct RuleRandom {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next(_ range: Range<Int>) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return range.lowerBound + Int(state >> 33) % range.count
  }
}

enum RuleFixture {
  /// 2026-01-01T00:00:00Z; all seconds of tests count from here.
  static let begin: Int64 = 1_767_225_600_000

  static func time(_ second: Int) -> Int64 { begin + Int64(second) * 1_000 }
  static func second(_ instant: Instant) -> Int { Int((instant.milliseconds - begin) / 1_000) }

  static func rule(
    _ form: RuleForm, _ levels: [RuleLevel], side: RuleSide = .above, lateness: Int64 = 0,
    active: RuleSchedule = RuleSchedule(), dependency: RuleDependency? = nil, code: String = "r",
    kind: String = "gauge", measure: String = "level"
  ) -> Rule {
    Rule(
      code: code, name: code, kind: kind, measure: measure, form: form, side: side,
      levels: levels, active: active, latenessMilliseconds: lateness, dependency: dependency,
      say: "", why: "")
  }

  /// Devices in two areas, 100 m apart in a row, each with a stream of every measure.
  static func world(devices: Int, measures: [String]) -> RuleWorld {
    var streams: [RuleStream] = []
    for device in 0..<devices {
      for measure in measures {
        streams.append(
          RuleStream(
            number: StreamNumber(UInt32(streams.count)), device: ID(Int64(device) + 1),
            code: "g\(device)", kind: "gauge", measure: measure,
            area: AreaPath([ID(1), ID(Int64(device % 2) + 10)]),
            position: Position(longitude: 121.4 + Double(device) * 0.001, latitude: 31.2)))
      }
    }
    return RuleWorld(streams: streams)
  }

  static func rows(_ changes: [AlarmChange]) -> [SlowRules.Row] {
    changes.map { change in
      let subject =
        switch change.key.subject {
        case .stream(let stream): "\(stream.rawValue)"
        case .area(let area): "area \(area.rawValue)"
        }
      return SlowRules.Row(
        subject: subject, openedAt: second(change.key.openedAt), second: second(change.at),
        kind: change.kind.rawValue, grade: change.grade.rawValue,
        value: SlowRules.Row.rounded(change.facts.value))
    }
  }

  static func observations(_ readings: [SlowRules.Reading]) -> [Observation] {
    readings.map {
      Observation(
        stream: StreamNumber(UInt32($0.stream)), at: Instant(milliseconds: time($0.second)),
        value: $0.value)
    }
  }

  /// How a history is fed.
  struct Feeding {
    /// Whether the shard is made anew from a snapshot now and then.
    var restarts = false
    /// Whether time passes right up to each reading.
    var isEager = false
  }

  /// All changes of a program over readings, time passing at chance moments before what is to come.
  static func run(
    _ program: RuleProgram, _ readings: [SlowRules.Reading], until end: Int,
    random: inout RuleRandom, feeding: Feeding = Feeding()
  ) -> [AlarmChange] {
    var changes: [AlarmChange] = []
    let observations = observations(readings)
    var least = Array(repeating: end, count: readings.count + 1)
    for index in readings.indices.reversed() {
      least[index] = min(least[index + 1], readings[index].second)
    }
    for index in 0..<program.shards {
      var shard = RuleShard(program, shard: index)
      var place = 0
      while place < observations.count {
        if feeding.isEager {
          shard.advance(to: Instant(milliseconds: time(least[place]) - 1), into: &changes)
        }
        let count = feeding.isEager ? 1 : min(random.next(1..<6), observations.count - place)
        observations[place..<place + count].withContiguousStorageIfAvailable {
          shard.take($0, into: &changes)
        }
        place += count
        if feeding.restarts, random.next(0..<8) == 0 {
          let again = RuleShard(program, shard: index)
          let isRestored = (try? again.restore(shard.snapshot())) != nil
          precondition(isRestored, "a snapshot is taken by the program that made it")
          shard = again
        }
        guard random.next(0..<3) == 0 else { continue }
        shard.advance(
          to: Instant(milliseconds: time(least[place]) - Int64(random.next(1..<90_000))),
          into: &changes)
      }
      shard.advance(to: Instant(milliseconds: time(end)), into: &changes)
    }
    return changes
  }
}
