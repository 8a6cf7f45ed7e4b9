import City
import Handling
import Pack
import Testing

/// What becomes of open orders when shifts end.
struct ShiftRuleTests {
  private static func at(_ hour: Int64) -> Instant { StepFixture.minute(hour * 60) }

  private static func duty(_ staff: Int64, _ from: Int64, _ to: Int64) -> Duty {
    Duty(id: ID(staff * 100 + from), staff: ID(staff), unit: ID(2), from: at(from), to: at(to))
  }

  @Test("who is off is told by his last shift, unless another of his runs")
  func ended() {
    let duties = [
      Self.duty(1, 0, 4), Self.duty(2, 0, 4), Self.duty(2, 4, 8), Self.duty(3, 0, 2),
      Self.duty(3, 2, 4), Self.duty(4, 5, 9),
      // Struck out: it never ran.
      Self.duty(5, 3, 3),
    ]
    #expect(ShiftRule.ended(duties, at: Self.at(4)) == [ID(1): Self.at(4), ID(3): Self.at(4)])
    #expect(ShiftRule.ended(duties, at: Self.at(3)) == [:])
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    var stage = "handling"
    var state = WorkOrderState.accepted
    var opened: Int64 = 1
    var given: (hour: Int64, action: String)?
    var hasRule = true
    let expected: Bool
    var testDescription: String { name }
  }

  static let rows = [
    Row(name: "what he had", expected: true),
    Row(name: "not accepted yet", stage: "dispatched", state: .open, expected: true),
    Row(name: "in a stage that the flow keeps", stage: "suspended", expected: false),
    Row(name: "reported", stage: "checking", state: .reported, expected: false),
    Row(name: "opened after his shift", opened: 5, expected: false),
    Row(name: "named after his shift", given: (6, "assign"), expected: false),
    Row(name: "named before, spoken of after", given: (6, "contact"), expected: true),
    Row(name: "named before the end", given: (3, "assign"), expected: true),
    Row(name: "a flow that hands nothing over", hasRule: false, expected: false),
  ]

  @Test("what is left behind", arguments: rows)
  func left(_ row: Row) {
    var flow = StepFixture.flow
    if row.hasRule {
      flow.handsOver = FlowHandOver(stages: ["dispatched", "handling"], words: "", why: "")
    }
    var state = StepFixture.filed().state
    state.stage = row.stage
    let order = WorkOrder(
      id: ID(1), case: ID(1_000), unit: StepFixture.drains, staff: ID(20), state: row.state,
      openedAt: Self.at(row.opened), due: nil, acceptedAt: nil, reportedAt: nil, endedAt: nil)
    let steps = row.given.map { given in
      [
        Step(
          case: ID(1_000), sequence: 1, action: given.action, from: row.stage, to: row.stage,
          at: Self.at(given.hour), staff: nil, unit: .none, note: "", evidence: [],
          tookMilliseconds: 0)
      ]
    }
    let isLeft = ShiftRule.isLeft(
      order, of: StepFixture.filed().moved(to: state), in: flow, since: Self.at(4),
      steps: steps ?? [], giving: ["assign"])
    #expect(isLeft == row.expected)
  }

  @Test("the next is of the same post and unit, with the fewest at hand")
  func next() {
    func person(_ id: Int64, _ unit: Int64, _ posts: [String]) -> Staff {
      Staff(
        id: ID(id), code: "", name: "", unit: ID(unit), posts: posts, area: nil, active: true)
    }
    let giver = person(20, 2, ["handler"])
    let order = WorkOrder(
      id: ID(1), case: ID(1_000), unit: StepFixture.drains, staff: giver.id, state: .accepted,
      openedAt: Self.at(0), due: nil, acceptedAt: nil, reportedAt: nil, endedAt: nil)
    let people = [
      giver, person(21, 2, ["handler"]), person(22, 3, ["unit-head", "handler"]),
      person(23, 2, ["unit-head"]), person(24, 4, ["handler"]), person(25, 2, ["handler"]),
    ]
    let paths: [ID<City.Unit>: UnitPath] = [
      ID(2): StepFixture.drains, ID(3): StepFixture.team, ID(4): StepFixture.parks,
    ]
    func next(_ loads: [ID<Staff>: Int]) -> Int64? {
      ShiftRule.next(
        for: order, of: giver, among: people, loads: loads, path: { paths[$0] ?? .none }
      )?.id.rawValue
    }
    #expect(next([ID(20): 0, ID(21): 3, ID(22): 2, ID(23): 0, ID(24): 0]) == 22)
    #expect(next([ID(21): 2, ID(25): 2]) == 21, "of equals the lower id")
    #expect(next([ID(20): 0, ID(23): 0, ID(24): 0]) == nil)
  }
}
