import City
import Dispatching
import Testing

@Suite struct PersonProposalTests {
  private static func candidate(
    _ id: Int64, _ set: (inout PersonCandidate) -> Void = { _ in }
  ) -> PersonCandidate {
    var candidate = PersonCandidate(staff: ID(id))
    set(&candidate)
    return candidate
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let candidates: [PersonCandidate]
    let expected: [Int64]
    var testDescription: String { name }
  }

  static let rows = [
    Row(name: "nobody", candidates: [], expected: []),
    Row(name: "equals by id", candidates: [candidate(2), candidate(1)], expected: [1, 2]),
    Row(
      name: "on duty before his own grid",
      candidates: [candidate(1) { $0.ownArea = .grid }, candidate(2) { $0.isOnDuty = true }],
      expected: [2, 1]),
    Row(
      name: "the nearer the grid the better",
      candidates: [
        candidate(1) { $0.ownArea = .street }, candidate(2) { $0.ownArea = .grid },
        candidate(3) { $0.ownArea = .neighbourhood },
      ], expected: [2, 3, 1]),
    Row(
      name: "load outweighs a grid",
      candidates: [
        candidate(1) {
          $0.ownArea = .grid
          $0.open = 8
        }, candidate(2),
      ], expected: [2, 1]),
    Row(
      name: "who did it before, and who is near",
      candidates: [
        candidate(1) { $0.metres = 1_500 }, candidate(2) { $0.metres = 100 },
        candidate(3) { $0.done = 3 },
      ], expected: [3, 2, 1]),
    Row(
      name: "who is absent is not named",
      candidates: [
        candidate(1) {
          $0.isOnDuty = true
          $0.isAbsent = true
        }, candidate(2) { $0.standsInFor = ID(1) },
      ], expected: [2]),
  ]

  @Test("the best first", arguments: rows)
  func order(_ row: Row) {
    let choices = PersonProposal.choices(row.candidates)
    #expect(choices.map(\.staff.rawValue) == row.expected)
    for choice in choices {
      #expect(choice.points == choice.reasons.reduce(0) { $0 + $1.points })
    }
  }

  static let checkerRows = [
    Row(
      name: "only who is on duty, where anybody is",
      candidates: [
        candidate(1) { $0.metres = 10 },
        candidate(2) {
          $0.isOnDuty = true
          $0.metres = 9_000
        },
      ], expected: [2]),
    Row(
      name: "off duty, the nearest; who is nowhere known last",
      candidates: [
        candidate(1), candidate(2) { $0.metres = 1_500 }, candidate(3) { $0.metres = 700 },
      ], expected: [3, 2, 1]),
    Row(
      name: "distance before load",
      candidates: [
        candidate(1) {
          $0.metres = 300
          $0.open = 50
        }, candidate(2) { $0.metres = 900 },
      ], expected: [1, 2]),
    Row(
      name: "equally near, by load, then by id",
      candidates: [
        candidate(1) {
          $0.metres = 410
          $0.open = 3
        },
        candidate(2) {
          $0.metres = 590
          $0.open = 1
        },
        candidate(3) {
          $0.metres = 450
          $0.open = 1
        },
      ], expected: [2, 3, 1]),
    Row(
      name: "who is absent is not named",
      candidates: [candidate(1) { $0.isAbsent = true }, candidate(2)], expected: [2]),
  ]

  @Test("who should check it", arguments: checkerRows)
  func checkers(_ row: Row) {
    #expect(PersonProposal.checkers(row.candidates).map(\.staff.rawValue) == row.expected)
  }
}
