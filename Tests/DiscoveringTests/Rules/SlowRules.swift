import City
import Pack

@testable import Discovering

/// The plain meaning of rules, second by second, over the whole history, with no thought of speed.
/// At each second time comes first (holds, silence, ends of windows), then the observations.
struct SlowRules {
  struct Reading: Hashable {
    let stream: Int
    let second: Int
    let value: Double
  }
  struct Row: Hashable, Comparable, CustomStringConvertible {
    let subject: String
    let openedAt: Int
    let second: Int
    let kind: String
    let grade: String
    let value: Double

    var description: String { "\(subject) \(openedAt) \(second) \(kind) \(grade) \(value)" }
    static func < (left: Self, right: Self) -> Bool {
      (left.subject, left.second, left.openedAt) < (right.subject, right.second, right.openedAt)
    }
  }

  let rule: Rule
  let world: RuleWorld
  private(set) var rows: [Row] = []
  private var ladders: [String: SlowLadder] = [:]
  private var history: [Int: [Reading]] = [:]
  private var held: [Int: Bool] = [:]

  /// All changes over readings that are in order, up to and including the last second.
  static func rows(
    _ rule: Rule, _ world: RuleWorld, _ readings: [Reading], until end: Int
  ) -> [Row] {
    var slow = SlowRules(rule: rule, world: world)
    let bySecond = Dictionary(grouping: readings, by: \.second)
    for second in (readings.map(\.second).min() ?? 0)...end {
      slow.pass(second)
      for reading in bySecond[second] ?? [] { slow.read(reading) }
    }
    return slow.rows.sorted()
  }

  /// What rules see of readings that come in any order: in order, each time once, none too late.
  static func admitted(_ readings: [Reading], latenessSeconds: Int) -> [Reading] {
    var seen: [Reading] = []
    for stream in Set(readings.map(\.stream)).sorted() {
      var newest = Int.min
      var released = Int.min
      var waiting: [Reading] = []
      for reading in readings where reading.stream == stream {
        if reading.second > released, !waiting.contains(where: { $0.second == reading.second }) {
          waiting.append(reading)
          newest = max(newest, reading.second)
        }
        waiting.sort { $0.second < $1.second }
        while let first = waiting.first, first.second <= newest - latenessSeconds {
          released = first.second
          seen.append(waiting.removeFirst())
        }
      }
      seen += waiting
    }
    return seen
  }

  init(rule: Rule, world: RuleWorld) {
    self.rule = rule
    self.world = world
  }

  private mutating func climb(_ subject: String, _ scalar: Double, _ second: Int) {
    let sign: Double = rule.side == .above ? 1 : -1
    ladders[subject, default: SlowLadder(rule)].see(scalar * sign, second)
    collect(subject)
  }

  private mutating func collect(_ subject: String) {
    let made = ladders[subject]?.takeMoves() ?? []
    rows += made.map { move in
      Row(
        subject: subject, openedAt: move.openedAt, second: move.second, kind: move.kind,
        grade: move.grade, value: move.value)
    }
  }

  // MARK: Time

  private mutating func pass(_ second: Int) {
    switch rule.form {
    case .window(let window): endWindows(window, second)
    case .silence:
      for (stream, readings) in history {
        guard let last = readings.last?.second else { continue }
        let subject = "\(stream)"
        var ladder = ladders[subject] ?? SlowLadder(rule)
        ladder.beSilent((second - last) * 1_000, second)
        ladders[subject] = ladder
        collect(subject)
      }
    case .flapping(let level, let within):
      for stream in history.keys {
        let count = crossings(stream, level, second, within)
        pass("\(stream)", count, second)
      }
    case .several(let condition, let level, let within):
      for (subject, members) in groups(level) where ladders[subject] != nil {
        pass(subject, count(members, condition, second, within), second)
      }
    default:
      for subject in ladders.keys.sorted() {
        ladders[subject]?.pass(second)
        collect(subject)
      }
    }
  }

  /// Time alone changed what the form computes.
  private mutating func pass(_ subject: String, _ scalar: Double, _ second: Int) {
    ladders[subject]?.pass(second)
    collect(subject)
    climb(subject, scalar, second)
  }

  private mutating func endWindows(_ window: RuleWindow, _ second: Int) {
    let (width, step): (Int64, Int64)
    switch window.shape {
    case .tumbling(let span): (width, step) = (span, span)
    case .sliding(let span, let stepping): (width, step) = (span, stepping)
    case .count: return
    }
    guard second % Int(step / 1_000) == 0 else { return }
    for (stream, readings) in history {
      let inside = readings.filter {
        second - Int(width / 1_000) <= $0.second && $0.second < second
      }
      let hasBegun = readings.contains { $0.second < second }
      guard !inside.isEmpty || window.aggregate == .count && hasBegun else { continue }
      climb("\(stream)", Self.aggregate(inside.map(\.value), window.aggregate), second)
    }
  }

  static func aggregate(_ values: [Double], _ aggregate: RuleWindow.Aggregate) -> Double {
    switch aggregate {
    case .least: return values.min() ?? 0
    case .greatest: return values.max() ?? 0
    case .mean: return values.reduce(0, +) / Double(values.count)
    case .sum: return values.reduce(0, +)
    case .count: return Double(values.count)
    case .distinct: return Double(Set(values).count)
    case .percentile(let percent):
      let rank = Int((percent / 100 * Double(values.count)).rounded(.up))
      return values.sorted()[min(max(rank, 1), values.count) - 1]
    }
  }

  // MARK: Observations

  private mutating func read(_ reading: Reading) {
    let (stream, second) = (reading.stream, reading.second)
    let subject = "\(stream)"
    let before = last(stream)
    if isOwn(stream), rule.form == .silence { ladders[subject]?.hear(second, before) }
    collect(subject)
    history[stream, default: []].append(reading)
    let readings = history[stream] ?? []
    switch rule.form {
    case .value: climb(subject, reading.value, second)
    case .range(let least, let greatest):
      climb(subject, reading.value < least || reading.value > greatest ? 1 : 0, second)
    case .rate(let per, let over, let within, let sign):
      guard let rate = Self.rate(readings, per, over, within) else { return }
      climb(subject, sign == .absolute ? abs(rate) : rate, second)
    case .stuck(let band):
      climb(subject, Double(Self.unchanged(readings, band) * 1_000), second)
    case .flapping(let level, let within):
      climb(subject, crossings(stream, level, second, within), second)
    case .window(let window):
      guard case .count(let number) = window.shape, readings.count % number == 0 else { return }
      climb(subject, Self.aggregate(readings.suffix(number).map(\.value), window.aggregate), second)
    case .several(let condition, let level, let within):
      for (subject, members) in groups(level) where members.contains(stream) {
        climb(subject, count(members, condition, second, within), second)
      }
    case .sequence(let first, let measure, let then, let within):
      guard isOwn(stream), then.isMet(by: reading.value) else {
        if isOwn(stream) {
          held[stream] = false
          climb(subject, 0, second)
        }
        return
      }
      let other = partner(stream, measure)
      let met = (history[other] ?? []).last { first.isMet(by: $0.value) }?.second
      let follows = met.map { (second - $0) * 1_000 <= Int(within) } ?? false
      let holds = held[stream] ?? false || follows
      held[stream] = holds
      climb(subject, holds ? 1 : 0, second)
    case .neighbours(let form): compare(reading, form)
    case .fence(let fence, let latitude): locate(reading, fence, latitude)
    case .silence: break
    }
  }

  private mutating func compare(_ reading: Reading, _ form: RuleNeighbours) {
    guard let here = world.streams[reading.stream].position else { return }
    let near = world.streams.indices.filter { $0 != reading.stream }
      .compactMap { index in
        world.streams[index].position.map { (metres: here.metres(to: $0), index: index) }
      }
      .filter { $0.metres <= form.metres }
      .sorted { ($0.metres, $0.index) < ($1.metres, $1.index) }.prefix(form.devicesMax)
    let values = near.compactMap { history[$0.index]?.last }
      .filter { (reading.second - $0.second) * 1_000 < Int(form.withinMilliseconds) }
      .map(\.value).sorted()
    guard values.count >= form.devicesMin else { return }
    let half = values.count / 2
    let median =
      values.count % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2
    climb("\(reading.stream)", abs(reading.value - median), reading.second)
  }

  private mutating func locate(_ reading: Reading, _ fence: RuleFence, _ latitude: String) {
    let device = world.streams[reading.stream].device
    let own = world.streams.firstIndex { $0.device == device && $0.measure == rule.measure } ?? 0
    let other = partner(own, latitude)
    guard let x = history[own]?.last, let y = history[other]?.last, x.second == y.second
    else { return }
    // Squares only, so that this needs no geometry.
    guard case .inside(.ring(let ring)) = fence else { return }
    let isInside =
      (ring[0].longitude..<ring[2].longitude).contains(x.value)
      && (ring[0].latitude..<ring[2].latitude).contains(y.value)
    climb("\(own)", isInside ? 1 : 0, reading.second)
  }

  // MARK: Parts of the history

  private func isOwn(_ stream: Int) -> Bool {
    world.streams[stream].measure == rule.measure
  }

  private func last(_ stream: Int) -> Int { history[stream]?.last?.second ?? 0 }

  private func partner(_ stream: Int, _ measure: String) -> Int {
    let device = world.streams[stream].device
    return world.streams.firstIndex { $0.device == device && $0.measure == measure } ?? 0
  }

  private func groups(_ level: AreaLevel) -> [(subject: String, members: [Int])] {
    let byArea = Dictionary(grouping: world.streams.indices) { world.streams[$0].area[level] }
    return byArea.compactMap { area, members in area.map { ("area \($0.rawValue)", members) } }
  }

  private func count(
    _ members: [Int], _ condition: RuleCondition, _ second: Int, _ within: Int64
  ) -> Double {
    Double(
      members.count { member in
        guard let last = history[member]?.last else { return false }
        return condition.isMet(by: last.value) && (second - last.second) * 1_000 < Int(within)
      })
  }

  private func crossings(
    _ stream: Int, _ level: Double, _ second: Int, _ within: Int64
  ) -> Double {
    var side: Bool?
    var count = 0
    for reading in history[stream] ?? [] where reading.value != level {
      let above = reading.value > level
      if let side, side != above, (second - reading.second) * 1_000 < Int(within) { count += 1 }
      side = above
    }
    return Double(count)
  }

  private static func rate(
    _ readings: [Reading], _ per: Int64, _ over: Int64, _ within: Int64
  ) -> Double? {
    var base: Reading?
    var rate: Double?
    for reading in readings {
      rate = nil
      guard let before = base else {
        base = reading
        continue
      }
      let passed = (reading.second - before.second) * 1_000
      guard passed >= Int(over) else { continue }
      if passed <= Int(within) {
        rate = (reading.value - before.value) / Double(passed) * Double(per)
      }
      base = reading
    }
    return rate
  }

  private static func unchanged(_ readings: [Reading], _ band: Double) -> Int {
    guard var anchor = readings.first else { return 0 }
    for reading in readings where abs(reading.value - anchor.value) > band { anchor = reading }
    return (readings.last?.second ?? 0) - anchor.second
  }
}

/// Levels of one subject, as the documents tell it.
struct SlowLadder {
  struct Move {
    let openedAt: Int
    let second: Int
    let kind: String
    let grade: String
    let value: Double
  }
  private let rule: Rule
  private let sign: Double
  private var level = 0
  private var openedAt = 0
  /// Since when (or how many times in a row) each level has been passed or left.
  private var since: [Int?]
  private var scalar = 0.0
  private var moves: [Move] = []

  init(_ rule: Rule) {
    self.rule = rule
    sign = rule.side == .above ? 1 : -1
    since = rule.levels.map { _ in nil }
  }

  mutating func takeMoves() -> [Move] {
    defer { moves = [] }
    return moves
  }

  mutating func see(_ scalar: Double, _ second: Int) {
    self.scalar = scalar
    for (index, step) in rule.levels.enumerated() {
      let isPast =
        index >= level ? scalar > step.raise * sign : scalar < step.clear * sign
      if rule.form.isWindow {
        since[index] = isPast ? (since[index] ?? 0) + 1 : nil
      } else {
        since[index] = isPast ? since[index] ?? second : nil
      }
    }
    settle(second)
  }

  mutating func pass(_ second: Int) { if !rule.form.isWindow { settle(second) } }

  private mutating func settle(_ second: Int) {
    func isReady(_ index: Int, _ hold: Int64) -> Bool {
      guard let since = since[index] else { return false }
      return rule.form.isWindow ? since >= max(hold, 1) : (second - since) * 1_000 >= hold
    }
    if let up = (level..<rule.levels.count).last(where: { isReady($0, rule.levels[$0].hold) }) {
      move(to: up + 1, second, scalar * sign)
    } else if let down = (0..<level).first(where: { isReady($0, rule.levels[$0].clearHold) }) {
      move(to: down, second, scalar * sign)
    }
  }

  mutating func beSilent(_ milliseconds: Int, _ second: Int) {
    while level < rule.levels.count, Double(milliseconds) >= rule.levels[level].raise {
      move(to: level + 1, second, Double(milliseconds))
    }
  }

  mutating func hear(_ second: Int, _ last: Int) {
    if level > 0 { move(to: 0, second, Double((second - last) * 1_000)) }
  }

  private mutating func move(to next: Int, _ second: Int, _ value: Double) {
    if level == 0 { openedAt = second }
    let kind = level == 0 ? "opened" : next == 0 ? "cleared" : next > level ? "raised" : "lowered"
    let grade = rule.levels[max(next == 0 ? level : next, 1) - 1].grade
    for index in min(level, next)..<max(level, next) { since[index] = nil }
    level = next
    moves.append(
      Move(
        openedAt: openedAt, second: second, kind: kind, grade: grade.rawValue, value: value))
  }
}
