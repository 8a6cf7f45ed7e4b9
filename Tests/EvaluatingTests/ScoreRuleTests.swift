import City
import Pack
import Testing

@testable import Evaluating

struct ScoreRuleTests {
  /// 2026-11-20 12:00 in China.
  static let noon = Instant(milliseconds: 1_795_147_200_000)
  static let month = 2026 * 12 + 10

  static func state(unit: Int64? = 5, item: String? = "water", due: Int64? = 60) -> CaseState {
    CaseState(
      stage: "x", item: item, grade: .blue, area: .outside,
      unit: unit.map { UnitPath([ID(1), ID($0)]) } ?? .none, handler: nil,
      due: due.map { noon.advanced(byMilliseconds: $0 * Duration.minute) }, order: nil,
      since: noon, closedAt: nil, verdict: nil, version: 3, reworks: 0, returns: 0)
  }

  static func counts(_ change: (inout ScoreCounts) -> Void) -> ScoreCounts {
    var counts = ScoreCounts()
    change(&counts)
    return counts
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let effects: [FlowEffect]
    var before: CaseState? = ScoreRuleTests.state()
    var after = ScoreRuleTests.state()
    var reported: Int64?
    var at: Int64 = 30
    let expected: (unit: Int64, counts: ScoreCounts)?
    var testDescription: String { name }
  }

  static let inTime = counts {
    $0.closed = 1
    $0.closedInTime = 1
    $0.handlingMilliseconds = 30 * Duration.minute
    $0.weight = 1_500
    $0.weightInTime = 1_500
  }
  static let late = counts {
    $0.closed = 1
    $0.handlingMilliseconds = 90 * Duration.minute
    $0.weight = 1_500
  }
  static let lateCheck = counts {
    $0.closed = 1
    $0.closedInTime = 1
    $0.handlingMilliseconds = 90 * Duration.minute
    $0.weight = 1_500
    $0.weightInTime = 1_500
  }

  static let rows: [Row] = [
    Row(
      name: "dispatched", effects: [.dispatch], before: state(unit: nil),
      expected: (5, counts { $0.dispatched = 1 })),
    Row(
      name: "reassigned counts for the new unit", effects: [.dispatch], before: state(unit: 4),
      expected: (5, counts { $0.dispatched = 1 })),
    Row(name: "rework", effects: [.rework], expected: (5, counts { $0.reworks = 1 })),
    Row(
      name: "given back counts for the former unit", effects: [.giveBack],
      before: state(unit: 4), after: state(unit: nil),
      expected: (4, counts { $0.returns = 1 })),
    Row(name: "closed in time", effects: [.close(.passed)], expected: (5, inTime)),
    Row(name: "closed late", effects: [.close(.passed)], at: 90, expected: (5, late)),
    Row(
      name: "reported in time, checked late", effects: [.close(.passed)], reported: 60, at: 90,
      expected: (5, lateCheck)),
    Row(
      name: "reported late", effects: [.close(.passed)], reported: 61, at: 90,
      expected: (5, late)),
    Row(
      name: "no deadline", effects: [.close(.passed)], after: state(due: nil), at: 90,
      expected: (5, lateCheck)),
    Row(
      name: "false alarm", effects: [.close(.notConfirmed)],
      expected: (5, counts { $0.notConfirmed = 1 })),
    Row(name: "void", effects: [.close(.void)], expected: nil),
    Row(name: "no unit", effects: [.close(.passed)], after: state(unit: nil), expected: nil),
    Row(
      name: "nothing said of a unit", effects: [.accept, .assign, .report, .reclassify],
      expected: nil),
    Row(
      name: "two effects, one change", effects: [.reclassify, .dispatch, .rework],
      expected: (
        5,
        counts {
          $0.dispatched = 1
          $0.reworks = 1
        }
      )),
  ]

  @Test("steps become counts", arguments: rows)
  func changes(_ row: Row) {
    let got = ScoreRule.changes(
      before: row.before, after: row.after, effects: row.effects, street: ID(9), weight: 1_500,
      dispatchedAt: Self.noon,
      reportedAt: row.reported.map { Self.noon.advanced(byMilliseconds: $0 * Duration.minute) },
      at: Self.noon.advanced(byMilliseconds: row.at * Duration.minute))
    let expected = row.expected.map { expected in
      [
        ScoreChange(
          key: ScoreKey(unit: ID(expected.unit), street: ID(9), item: "water", month: Self.month),
          counts: expected.counts)
      ]
    }
    #expect(got == expected ?? [])
  }

  @Test("months turn at the city's midnight")
  func months() throws {
    let day = try #require(CivilDate(year: 2026, month: 12, day: 1)).daysSinceEpoch
    let midnight = Instant(milliseconds: Int64(day) * Duration.day - 8 * Duration.hour)
    #expect(ScoreRule.month(of: midnight) == 2026 * 12 + 11)
    #expect(ScoreRule.month(of: midnight.advanced(byMilliseconds: -1)) == 2026 * 12 + 10)
    #expect(ScoreRule.month(of: Instant(milliseconds: -1), offsetMinutes: 0) == 1969 * 12 + 11)
  }
}

struct ScoreCardTests {
  @Test("nothing closed, no points")
  func nothing() {
    let card = ScoreCard(ScoreCounts())
    #expect(card.points == nil)
    #expect(card.inTimeRate == nil)
    #expect(card.handlingMilliseconds == nil)
    var counts = ScoreCounts()
    counts.dispatched = 3
    counts.returns = 1
    #expect(ScoreCard(counts).points == nil)
    #expect(ScoreCard(counts).returnRate == 1.0 / 3)
  }

  @Test("points follow the formula")
  func points() throws {
    var counts = ScoreCounts()
    counts.dispatched = 10
    counts.closed = 8
    counts.closedInTime = 6
    counts.reworks = 2
    counts.returns = 1
    counts.notConfirmed = 2
    counts.handlingMilliseconds = 8_000
    counts.weight = 8_000
    counts.weightInTime = 4_000
    let card = ScoreCard(counts)
    #expect(card.inTimeRate == 0.75)
    #expect(card.weightedInTimeRate == 0.5)
    #expect(card.reworkRate == 0.2)
    #expect(card.returnRate == 0.1)
    #expect(card.notConfirmedRate == 0.2)
    #expect(card.handlingMilliseconds == 1_000)
    #expect(card.points == 60 * 0.5 + 30 * 0.8 + 10 * 0.9)
    let formula = try #require(ScoreFormula(inTime: 100, firstTime: 0, kept: 0))
    #expect(ScoreCard(counts, formula: formula).points == 50)
  }

  @Test("all well is 100, all ill is 0, and nothing lies beyond")
  func bounds() {
    var well = ScoreCounts()
    well.dispatched = 1
    well.closed = 1
    well.closedInTime = 1
    #expect(ScoreCard(well).points == 100)
    var ill = ScoreCounts()
    ill.closed = 1
    ill.returns = 5
    ill.reworks = 1_000_000
    ill.weight = 1_000
    let points = ScoreCard(ill).points ?? -1
    #expect(points >= 0 && points < 0.001)
  }

  @Test("a formula makes 100")
  func formula() {
    #expect(ScoreFormula(inTime: 60, firstTime: 30, kept: 11) == nil)
    #expect(ScoreFormula(inTime: 110, firstTime: -10, kept: 0) == nil)
    #expect(ScoreFormula(inTime: 60, firstTime: 30, kept: 10) == .standard)
  }

  @Test("a case that is reopened and closed again counts once, in the month of its last close")
  func reopened() {
    var closed = ScoreRuleTests.state()
    closed.closedAt = ScoreRuleTests.noon.advanced(byMilliseconds: 30 * Duration.minute)
    closed.verdict = .passed
    func changes(
      _ before: CaseState?, _ after: CaseState, _ effect: FlowEffect, days: Int64
    ) -> [ScoreChange] {
      let at = closed.closedAt!.advanced(byMilliseconds: days * Duration.day)
      return ScoreRule.changes(
        before: before, after: after, effects: [effect], street: nil, weight: 1_500,
        dispatchedAt: ScoreRuleTests.noon, reportedAt: nil, at: at)
    }
    for days in [Int64(1), 20] {
      var sums: [ScoreKey: ScoreCounts] = [:]
      let open = ScoreRuleTests.state(unit: nil)
      for change in changes(ScoreRuleTests.state(), closed, .close(.passed), days: 0)
        + changes(closed, open, .reopen, days: days)
      {
        sums[change.key] = (sums[change.key] ?? ScoreCounts()) + change.counts
      }
      #expect(sums.values.reduce(0) { $0 + $1.closed } == 0)
      #expect(sums.values.reduce(0) { $0 + $1.closedInTime } == 0)
      #expect(sums.values.reduce(0) { $0 + $1.weight } == 0)
      #expect(sums.values.reduce(0) { $0 + $1.handlingMilliseconds } == 0)
      #expect(sums.values.reduce(0) { $0 + $1.reworks } == 1)
      #expect(sums.count == (days > 10 ? 2 : 1), "the close is taken out of its own month")
    }
  }
}
