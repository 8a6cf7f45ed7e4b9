import City
import Pack
import Testing

@testable import Evaluating

@Suite struct WarningTests {
  static let kind = WarningKind(
    code: "rain", name: "rain", category: .weather, level: .street, conditions: [],
    validHours: 4, calmMinutes: 30,
    plan: [
      WarningPlanLine(from: .yellow, item: "a", text: "a"),
      WarningPlanLine(from: .red, item: "b", text: "b"),
    ],
    measures: [
      WarningMeasure(from: .blue, text: "look"), WarningMeasure(from: .orange, text: "close"),
    ],
    truth: nil, words: [], say: "", why: "")
  static let start = Instant(milliseconds: 1_795_154_400_000)

  private static func after(minutes: Int64) -> Instant {
    start.advanced(byMilliseconds: minutes * Duration.minute)
  }

  private static func finding(_ grade: Grade) -> WarningFinding {
    WarningFinding(grade: grade, source: .alarms, why: grade.rawValue)
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let found: Grade?
    /// Minutes since the issue, and since it is calm.
    let minutes: Int64
    let calm: Int64?
    let change: WarningChange.Kind?
    var testDescription: String {
      "\(found?.rawValue ?? "nothing") after \(minutes), calm \(calm ?? 0): \(String(describing: change))"
    }
  }

  /// Of an orange warning that holds for four hours.
  static let rows: [Row] = [
    Row(found: .orange, minutes: 60, calm: nil, change: nil),
    Row(found: .orange, minutes: 121, calm: nil, change: .prolonged),
    Row(found: .red, minutes: 1, calm: nil, change: .raised),
    Row(found: .yellow, minutes: 60, calm: 29, change: nil),
    Row(found: .yellow, minutes: 60, calm: 30, change: .lowered),
    Row(found: .yellow, minutes: 240, calm: 0, change: .lowered),
    Row(found: nil, minutes: 60, calm: 29, change: nil),
    Row(found: nil, minutes: 60, calm: 30, change: .lifted),
    Row(found: nil, minutes: 240, calm: nil, change: .lifted),
  ]

  @Test("a warning lives by what speaks for it", arguments: rows)
  func life(_ row: Row) throws {
    let decision = WarningDecision(kind: Self.kind)
    let state = decision.issued(Self.finding(.orange), at: Self.start)
    #expect(state.measures == ["look", "close"] && state.to == Self.after(minutes: 240))
    let now = Self.after(minutes: row.minutes)
    let next = decision.next(
      state, row.found.map(Self.finding),
      calmSince: row.calm.map { now.advanced(byMilliseconds: -$0 * Duration.minute) }, at: now)
    #expect(next?.changes.last?.kind == row.change)
    guard let next else { return }
    #expect(next.version == state.version + 1)
    #expect((next.liftedAt != nil) == (row.change == .lifted))
    if row.change == .lowered { #expect(next.grade == .yellow && next.measures == ["look"]) }
  }

  @Test("the plan follows the gravest grade that there was")
  func plan() {
    let decision = WarningDecision(kind: Self.kind)
    let blue = decision.issued(Self.finding(.blue), at: Self.start)
    #expect(decision.planned(blue) == [])
    let red = decision.graded(
      blue, .red, until: nil, why: "", at: Self.after(minutes: 1), by: nil)
    let lower = decision.graded(
      red, .blue, until: nil, why: "", at: Self.after(minutes: 2), by: nil)
    #expect(decision.planned(lower) == [0, 1])
    #expect(lower.changes.map(\.kind) == [.issued, .raised, .lowered])
  }

  @Test("of many changes the first and the newest are kept")
  func changes() {
    let decision = WarningDecision(kind: Self.kind)
    var state = decision.issued(Self.finding(.blue), at: Self.start)
    for minute in 1...Int64(Warning.changesMax + 50) {
      state = decision.graded(
        state, minute % 2 == 0 ? .blue : .red, until: nil, why: "",
        at: Self.after(minutes: minute), by: nil)
    }
    #expect(state.changes.count == Warning.changesMax)
    #expect(state.changes.first?.kind == .issued)
    #expect(state.changes.last?.at == Self.after(minutes: Int64(Warning.changesMax + 50)))
  }

  // MARK: Scores

  static let truth = WarningTruth(items: ["x"], rules: [], from: .blue, least: 2, graceHours: 1)
  static let west = AreaPath([ID(1), ID(2), ID(3)])
  static let east = AreaPath([ID(1), ID(2), ID(4)])

  private static func warning(
    _ id: Int64, _ area: AreaPath, from: Int64, to: Int64
  ) -> Warning {
    var state = WarningDecision(kind: kind).issued(finding(.yellow), at: after(minutes: from))
    state.liftedAt = after(minutes: to)
    return Warning(
      id: ID(id), key: "\(id)", kind: "rain", title: "", area: area,
      issuedAt: after(minutes: from), source: .alarms, cause: nil, sender: "", state: state)
  }

  private static func score(
    _ warnings: [Warning], _ moments: [(AreaPath, Int64)], now: Int64 = 10_000
  ) -> WarningScore {
    WarningScore(
      kind: kind, truth: truth, warnings: warnings,
      moments: moments.map { .init(area: $0.0, at: after(minutes: $0.1)) },
      period: Period(from: start, to: after(minutes: 2_000))!, now: after(minutes: now))
  }

  @Test("hit, miss, false and lead time by hand")
  func scored() {
    let score = Self.score(
      [
        // Hit, 40 minutes before.
        Self.warning(1, Self.west, from: 0, to: 100),
        // Nothing came.
        Self.warning(2, Self.east, from: 200, to: 260),
        // For both streets: what came in the east is its too.
        Self.warning(3, AreaPath([ID(1), ID(2)]), from: 1_000, to: 1_060),
      ],
      [
        (Self.west, 40), (Self.west, 70),
        // One alone is no occurrence.
        (Self.west, 400),
        // Nobody warned.
        (Self.east, 600), (Self.east, 610),
        // Within the grace after the end.
        (Self.east, 1_100), (Self.east, 1_110),
      ])
    #expect(score.judged.map { $0.occurrence != nil } == [true, false, true])
    #expect(score.hits == 2 && score.falseOnes == 1)
    #expect(score.missed.map(\.from) == [Self.after(minutes: 600)])
    #expect(score.judged[0].leadMilliseconds == 40 * Duration.minute)
    #expect(score.precision == 2.0 / 3.0)
    #expect(score.warnedShare == 2.0 / 3.0)
    #expect(score.leadMilliseconds == 100 * Duration.minute)
  }

  @Test("a warning that comes late is a hit without lead, and no early one")
  func late() {
    let score = Self.score(
      [Self.warning(1, Self.west, from: 50, to: 100)], [(Self.west, 10), (Self.west, 60)])
    #expect(score.hits == 1 && score.late == 1 && score.warned == 0)
    #expect(score.judged[0].leadMilliseconds == -40 * Duration.minute)
    #expect(score.leadMilliseconds == nil && score.warnedShare == 0)
  }

  @Test("what still stands and came to nothing is not judged yet")
  func open() {
    let score = Self.score([Self.warning(1, Self.west, from: 0, to: 100)], [], now: 120)
    #expect(score.falseOnes == 0 && score.judged[0].isOpen && score.precision == nil)
  }

  @Test("without warnings and without anything to warn of there is no number")
  func nothing() {
    let score = Self.score([], [])
    #expect(score.precision == nil && score.warnedShare == nil && score.leadMilliseconds == nil)
  }
}
