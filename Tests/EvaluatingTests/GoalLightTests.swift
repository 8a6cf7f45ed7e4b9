import City
import Pack
import Testing

@testable import Evaluating

@Suite struct GoalLightTests {
  private static let today = CivilDate(year: 2026, month: 6, day: 15)!

  private static func day(_ month: Int, _ day: Int) -> CivilDate {
    CivilDate(year: 2026, month: month, day: day)!
  }

  private static func goal(
    _ form: Goal.Form, target: Double? = nil, worse: RuleSide = .below,
    _ milestones: [(CivilDate, Double?)]
  ) -> Goal {
    Goal(
      code: "g", name: "g", form: form, duty: "d", target: target, unit: "", worse: worse,
      vital: nil,
      milestones: milestones.enumerated().map {
        GoalMilestone(code: "m\($0)", name: "", due: $1.0, value: $1.1)
      }, proof: "", why: "")
  }

  private static func report(_ milestone: String?, _ value: Double? = nil) -> TaskReport {
    TaskReport(
      id: ID(1), goal: "g", milestone: milestone, value: value, note: "", proof: [],
      at: Instant(milliseconds: 0), staff: nil)
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let goal: Goal
    var reports: [TaskReport] = []
    var measured: Double?
    let light: GoalStanding.Light
    var testDescription: String { name }
  }

  static let rows: [Row] = [
    Row(
      name: "a passed milestone is red",
      goal: goal(.task, [(day(3, 31), nil), (day(12, 1), nil)]), light: .red),
    Row(
      name: "reached, the next far away: green",
      goal: goal(.task, [(day(3, 31), nil), (day(12, 1), nil)]), reports: [report("m0")],
      light: .green),
    Row(
      name: "within thirty days: yellow", goal: goal(.task, [(day(7, 15), nil)]),
      light: .yellow),
    Row(
      name: "thirty-one days: green", goal: goal(.task, [(day(7, 16), nil)]), light: .green),
    Row(
      name: "today is not passed", goal: goal(.task, [(day(6, 15), nil)]), light: .yellow),
    Row(
      name: "all milestones: reached", goal: goal(.task, [(day(3, 31), nil)]),
      reports: [report("m0")], light: .reached),
    Row(
      name: "an indicator at its target is reached",
      goal: goal(.indicator, target: 50, [(day(3, 1), 25)]), reports: [report(nil, 50)],
      light: .reached),
    Row(
      name: "an indicator past its milestone's value is green",
      goal: goal(.indicator, target: 50, [(day(3, 1), 25)]), reports: [report(nil, 30)],
      light: .green),
    Row(
      name: "an indicator short of it is red",
      goal: goal(.indicator, target: 50, [(day(3, 1), 25)]), reports: [report(nil, 20)],
      light: .red),
    Row(
      name: "less is better", goal: goal(.indicator, target: 5, worse: .above, []),
      measured: 4, light: .reached),
    Row(
      name: "less is better, and it is more", goal: goal(.indicator, target: 5, worse: .above, []),
      measured: 6, light: .green),
    Row(
      name: "what is measured takes the place of what is reported",
      goal: goal(.indicator, target: 50, [(day(3, 1), 25)]), reports: [report(nil, 60)],
      measured: 10, light: .red),
    Row(
      name: "nothing known", goal: goal(.indicator, target: 50, [(day(12, 1), 25)]),
      light: .green),
  ]

  @Test("lights follow milestones and values", arguments: rows)
  func lights(_ row: Row) {
    let standing = GoalStanding(
      row.goal, reports: row.reports, measured: row.measured, today: Self.today)
    #expect(standing.light == row.light)
  }
}
