import City
import Foundation
import Pack

@testable import Discovering

/// The plain meaning of rules, moment by moment. At each moment time comes first (holds, silence,
/// ends of windows), then the observations.
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

    /// Sums and distances may differ in their last bits by the order of adding.
    static func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }

    var description: String { "\(subject) \(openedAt) \(second) \(kind) \(grade) \(value)" }
    static func < (left: Self, right: Self) -> Bool {
      (left.subject, left.second, left.openedAt) < (right.subject, right.second, right.openedAt)
    }
  }

  let rule: Rule
  let world: RuleWorld
  private let conditions: SlowConditions
  private(set) var rows: [Row] = []
  private var ladders: [String: SlowLadder] = [:]
  private var history: [Int: [Reading]] = [:]
  private var held: [Int: Bool] = [:]
  /// What was last computed, where time alone may change it.
  private var computed: [String: Double] = [:]
  /// The reading that a rate is taken from, the one that a value has not left, and on which side of
  /// a level it is, with the seconds at which it crossed.
  private var bases: [Int: Reading] = [:]
  private var anchors: [Int: Reading] = [:]
  private var sides: [Int: Bool] = [:]
  private var crossed: [Int: [Int]] = [:]

  /// All changes over readings that are in order, up to and including the last second.
  /// - Parameters:
  ///   - explained: when the alarm named by `unless` was open, by stream.
  ///   - moments: seconds at which anything may happen; nil = every second.
  static func rows(
    _ rule: Rule, _ world: RuleWorld, _ readings: [Reading], until end: Int,
    explained: [Int: [Range<Int>]] = [:], moments: [Int]? = nil
  ) -> [Row] {
    var slow = SlowRules(rule: rule, world: world, explained: explained)
    let bySecond = Dictionary(grouping: readings, by: \.second)
    for second in moments ?? Array((readings.map(\.second).min() ?? 0)...end) {
      slow.pass(second)
      for reading in bySecond[second] ?? [] { slow.read(reading) }
    }
    return slow.rows.sorted()
  }

  /// Seconds at which anything can happen, where nothing keeps the rule from raising: readings, what
  /// holds and spans that begin with them end at, and ends of windows.
  static func moments(
    _ rule: Rule, _ world: RuleWorld, _ readings: [Reading], until end: Int
  ) -> [Int] {
    let holds = rule.levels.flatMap { level in
      rule.form.isWindow ? [] : [level.hold, level.clearHold]
    }
    var spans: [Int64] = [0]
    switch rule.form {
    case .silence: spans += rule.levels.map { Int64($0.raise) }
    case .flapping(_, let within): spans.append(within)
    case .several(_, _, let within): spans.append(within)
    default: break
    }
    let after = Set(
      spans.flatMap { span in holds.map { Int(span + $0) / 1_000 } + [Int(span) / 1_000] })
    var moments = Set(readings.flatMap { reading in after.map { reading.second + $0 } })
    if case .window(let window) = rule.form, let step = window.stepSeconds,
      let first = readings.map(\.second).min()
    {
      let shift = world.offsetMinutes * 60
      let begin = (first + shift) / step * step - shift
      moments.formUnion(stride(from: begin, through: end, by: step))
    }
    return moments.filter { $0 <= end }.sorted()
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

  init(rule: Rule, world: RuleWorld, explained: [Int: [Range<Int>]] = [:]) {
    self.rule = rule
    self.world = world
    conditions = SlowConditions(rule: rule, world: world, explained: explained)
  }

  private func newLadder(_ subject: String) -> SlowLadder {
    let conditions = conditions
    return SlowLadder(rule) { conditions.isBlocked(Int(subject), $0) }
  }

  private mutating func climb(_ subject: String, _ scalar: Double, _ second: Int) {
    let sign: Double = rule.side == .above ? 1 : -1
    let new = newLadder(subject)
    ladders[subject, default: new].see(scalar * sign, second)
    computed[subject] = scalar
    collect(subject)
  }

  private mutating func collect(_ subject: String) {
    let made = ladders[subject]?.takeMoves() ?? []
    rows += made.map { move in
      Row(
        subject: subject, openedAt: move.openedAt, second: move.second, kind: move.kind,
        grade: move.grade, value: Row.rounded(move.value))
    }
  }

  // MARK: Time

  private mutating func pass(_ second: Int) {
    switch rule.form {
    case .window(let window): endWindows(window, second)
    case .silence:
      for stream in history.keys.sorted() {
        guard let last = history[stream]?.last?.second else { continue }
        let subject = "\(stream)"
        let new = newLadder(subject)
        ladders[subject, default: new].beSilent(since: last, second)
        collect(subject)
      }
    case .flapping(_, let within):
      for stream in history.keys.sorted() {
        pass("\(stream)", crossings(stream, second, within), second)
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

  /// Time alone may have changed what the form computes.
  private mutating func pass(_ subject: String, _ scalar: Double, _ second: Int) {
    ladders[subject]?.pass(second)
    collect(subject)
    if scalar != computed[subject] { climb(subject, scalar, second) }
  }

  private mutating func endWindows(_ window: RuleWindow, _ second: Int) {
    let (width, step): (Int64, Int64)
    switch window.shape {
    case .tumbling(let span): (width, step) = (span, span)
    case .sliding(let span, let stepping): (width, step) = (span, stepping)
    case .count: return
    }
    guard (second + world.offsetMinutes * 60) % Int(step / 1_000) == 0 else { return }
    for stream in history.keys.sorted() {
      let inside = Self.inside(history[stream] ?? [], second - Int(width / 1_000)..<second)
      let hasBegun = history[stream]?.first.map { $0.second < second } ?? false
      guard !inside.isEmpty || window.aggregate == .count && hasBegun else { continue }
      // Of a stream that began within it, a count or sum that is small says nothing.
      let isWhole = history[stream]?.first.map { $0.second <= second - Int(width / 1_000) } ?? false
      guard isWhole || rule.side == .above || ![.count, .sum].contains(window.aggregate) else {
        continue
      }
      climb("\(stream)", Self.aggregate(inside.map(\.value), window.aggregate), second)
    }
  }

  private static func inside(_ readings: [Reading], _ span: Range<Int>) -> [Reading] {
    readings.reversed().prefix { $0.second >= span.lowerBound }
      .filter { $0.second < span.upperBound }.reversed()
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
    let (stream, second) = (subject(of: reading.stream), reading.second)
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
      guard let rate = rate(reading, per, over, within) else { return }
      climb(subject, sign == .absolute ? abs(rate) : rate, second)
    case .stuck(let band):
      if abs(reading.value - (anchors[stream]?.value ?? .infinity)) > band {
        anchors[stream] = reading
      }
      climb(subject, Double((second - (anchors[stream]?.second ?? second)) * 1_000), second)
    case .flapping(let level, let within):
      if reading.value != level {
        let above = reading.value > level
        if let side = sides[stream], side != above { crossed[stream, default: []].append(second) }
        sides[stream] = above
      }
      climb(subject, crossings(stream, second, within), second)
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
    climb("\(own)", Self.scalar(fence, x.value, y.value), reading.second)
  }

  /// Squares and roads straight to the north only, so that this needs no geometry.
  private static func scalar(_ fence: RuleFence, _ x: Double, _ y: Double) -> Double {
    func holds(_ ring: [Position]) -> Bool {
      (ring[0].longitude..<ring[2].longitude).contains(x)
        && (ring[0].latitude..<ring[2].latitude).contains(y)
    }
    switch fence {
    case .inside(.ring(let ring)): return holds(ring) ? 1 : 0
    case .outside(.ring(let ring)): return holds(ring) ? 0 : 1
    case .route(let line):
      let metresPerDegree = Position.earthRadiusMetres * .pi / 180
      return abs(x - line[0].longitude) * cos(y * .pi / 180) * metresPerDegree
    default: return 0
    }
  }

  // MARK: Parts of the history

  private func isOwn(_ stream: Int) -> Bool {
    rule.measure.isEmpty || world.streams[stream].measure == rule.measure
  }

  /// The stream whose alarm it is: of a device as a whole its first.
  private func subject(of stream: Int) -> Int {
    guard rule.measure.isEmpty else { return stream }
    let device = world.streams[stream].device
    return world.streams.firstIndex { $0.device == device } ?? stream
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

  private func crossings(_ stream: Int, _ second: Int, _ within: Int64) -> Double {
    let recent = (crossed[stream] ?? []).reversed().prefix { (second - $0) * 1_000 < Int(within) }
    return Double(recent.count)
  }

  private mutating func rate(
    _ reading: Reading, _ per: Int64, _ over: Int64, _ within: Int64
  ) -> Double? {
    guard let before = bases[reading.stream] else {
      bases[reading.stream] = reading
      return nil
    }
    let passed = (reading.second - before.second) * 1_000
    guard passed >= Int(over) else { return nil }
    bases[reading.stream] = reading
    guard passed <= Int(within) else { return nil }
    return (reading.value - before.value) / Double(passed) * Double(per)
  }
}

extension RuleWindow {
  /// How often a window ends; nil where observations are counted.
  fileprivate var stepSeconds: Int? {
    switch shape {
    case .tumbling(let width): Int(width / 1_000)
    case .sliding(_, let step): Int(step / 1_000)
    case .count: nil
    }
  }
}
