import Discovering
import Testing

/// Whether a pair is taken for the same problem, by the prior and after learning.
struct LikenessTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var metres: Double? = 5
    var hours = 1.0
    var closedHours: Double?
    let isSame: Bool
  }

  static let reach = LikenessReach(metres: 50, milliseconds: 72 * 3_600_000)
  static let rows = [
    Row(testDescription: "near, soon, open", isSame: true),
    Row(testDescription: "at the edge of place and time", metres: 49, hours: 71, isSame: true),
    Row(testDescription: "too far", metres: 51, isSame: false),
    Row(testDescription: "too late", hours: 73, isSame: false),
    Row(testDescription: "place not known", metres: nil, isSame: false),
    Row(testDescription: "closed days ago", hours: 70, closedHours: 40, isSame: false),
  ]

  @Test("the prior is the rule", arguments: rows)
  func prior(_ row: Row) {
    let likeness = LikenessWeights.prior.likeness(of: pair(row), within: Self.reach)
    #expect((likeness.value >= 0.5) == row.isSame)
  }

  @Test("without examples the prior stays")
  func nothingLearned() {
    #expect(LikenessWeights.learned(from: []) == .prior)
  }

  @Test("many splits turn a pair around, and the reasons are weighty first")
  func learned() {
    let near = pair(Self.rows[0])
    let examples = (0..<200).map { _ in
      LikenessExample(traits: near.traits(within: Self.reach), isSame: false, weight: 1)
    }
    let likeness = LikenessWeights.learned(from: examples).likeness(of: near, within: Self.reach)
    #expect(likeness.value < 0.1)
    let sizes = likeness.reasons.map { abs($0.weight) }
    #expect(sizes == sizes.sorted(by: >))
  }

  @Test("of each group one trait holds")
  func groups() {
    for row in Self.rows {
      let traits = pair(row).traits(within: Self.reach)
      #expect(traits.count == 9 && Set(traits).count == 9)
    }
  }

  private func pair(_ row: Row) -> LikenessPair {
    var pair = LikenessPair(
      sinceFirst: row.hours * 3_600_000, sinceLast: row.hours * 3_600_000, reports: 1)
    pair.metres = row.metres
    pair.sinceClosed = row.closedHours.map { $0 * 3_600_000 }
    return pair
  }
}
