import City
import Evaluating
import Pack
import Testing

@Suite("Entitlements")
struct EntitlementTests {
  static func day(_ year: Int, _ month: Int, _ day: Int) -> CivilDate {
    CivilDate(year: year, month: month, day: day) ?? CivilDate(daysSinceEpoch: 0)
  }

  static func policy(
    _ code: String, from: CivilDate = day(2025, 7, 1), to: CivilDate? = nil,
    group: String? = nil, grade: Grade = .orange, below: Double = 3_000, _ amount: PolicyAmount,
    most: Double? = nil, locked: String? = nil
  ) -> Policy {
    Policy(
      code: code, name: code, kind: "household", from: from, to: to, group: group, grade: grade,
      conditions: [RiskCondition(input: .field("perHead"), test: .below(below))], amount: amount,
      most: most, locked: locked, source: "")
  }

  static func answer(
    _ policies: [Policy], _ facts: [String: Double], on day: CivilDate = day(2026, 1, 1)
  ) -> EntitlementAnswer {
    EntitlementRules(policies, on: day).answer(kind: "household") { input in
      if case .field(let name) = input { facts[name].map { .number($0) } } else { nil }
    }
  }

  struct Row: Sendable {
    let amount: PolicyAmount
    let most: Double?
    let facts: [String: Double]
    let expected: Int64?
  }

  static let rows = [
    Row(amount: .fixed(500), most: nil, facts: ["perHead": 1], expected: 50_000),
    Row(
      amount: .each(410, field: "disabled"), most: nil, facts: ["perHead": 1, "disabled": 2],
      expected: 82_000),
    Row(
      amount: .topUp(standard: 1_595, income: "income", heads: "members"), most: nil,
      facts: ["perHead": 1, "income": 2_000, "members": 3], expected: 278_500),
    Row(
      amount: .topUp(standard: 1_595, income: "income", heads: "members"), most: nil,
      facts: ["perHead": 1, "income": 9_000, "members": 3], expected: 0),
    // Nine tenths of what is still borne after insurance.
    Row(
      amount: .share(percent: 90, cost: "cost", less: ["insured"], beyond: 0), most: nil,
      facts: ["perHead": 1, "cost": 10_000, "insured": 6_000], expected: 360_000),
    Row(
      amount: .share(percent: 90, cost: "cost", less: ["insured"], beyond: 1_000), most: 2_000,
      facts: ["perHead": 1, "cost": 10_000, "insured": 6_000], expected: 200_000),
    Row(
      amount: .share(percent: 90, cost: "cost", less: ["insured"], beyond: 0), most: nil,
      facts: ["perHead": 1, "cost": 10_000], expected: nil),
  ]

  @Test("come to an amount in hundredths, or to none where facts are missing", arguments: rows)
  func amount(_ row: Row) {
    let answer = Self.answer([Self.policy("p", row.amount, most: row.most)], row.facts)
    #expect(answer.entitlements.first?.amount == row.expected)
  }

  @Test("are in force within their days, in the newest version that has begun")
  func versions() {
    let old = Self.policy("p", from: Self.day(2024, 7, 1), to: Self.day(2025, 6, 30), .fixed(1))
    let new = Self.policy("p", from: Self.day(2025, 7, 1), .fixed(2))
    let next = Self.policy("p", from: Self.day(2026, 7, 1), .fixed(3))
    func total(_ day: CivilDate) -> Int64 {
      Self.answer([new, old, next], ["perHead": 1], on: day).total
    }
    #expect(total(Self.day(2024, 6, 30)) == 0)
    #expect(total(Self.day(2024, 7, 1)) == 100)
    #expect(total(Self.day(2025, 6, 30)) == 100)
    #expect(total(Self.day(2025, 7, 1)) == 200)
    #expect(total(Self.day(2030, 1, 1)) == 300)
  }

  @Test("of one group are had once, the higher one")
  func groups() {
    let low = Self.policy("low", group: "living", .fixed(100))
    let high = Self.policy("high", group: "living", grade: .red, .fixed(300))
    let other = Self.policy("other", .fixed(50))
    let answer = Self.answer([low, high, other], ["perHead": 1])
    #expect(answer.entitlements.map(\.standing) == [.covered(by: "high"), .entitled, .entitled])
    #expect(answer.total == 35_000)
    #expect(answer.grade == .red)
  }

  @Test("keep the difference for whoever had more before")
  func locked() {
    let policy = Self.policy("p", .fixed(300), locked: "previous")
    let more = Self.answer([policy], ["perHead": 1, "previous": 420])
    let less = Self.answer([policy], ["perHead": 1, "previous": 200])
    #expect(more.entitlements.first?.kept == 12_000 && more.total == 42_000)
    #expect(less.entitlements.first?.kept == 0 && less.total == 30_000)
  }

  @Test("are open where facts are missing, and say which and how sure they are")
  func missing() {
    let policy = Self.policy("p", .each(300, field: "pupils"))
    let none = Self.answer([policy], [:]).entitlements.first
    #expect(none?.standing == .open && none?.missing == ["perHead", "pupils"])
    #expect(none?.sureness == 0)
    let half = Self.answer([policy], ["pupils": 2]).entitlements.first
    #expect(half?.standing == .open && half?.sureness == 0.5)
    let refused = Self.answer([policy], ["perHead": 9_999]).entitlements.first
    #expect(refused?.standing == .refused(condition: 0) && refused?.amount == 0)
  }
}
