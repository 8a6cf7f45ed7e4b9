import City
import Testing

@testable import Dispatching

@Suite struct ItemDecisionTests {
  private static let road = guess("road", 990, .model)
  private static let noise = guess("noise", 600, .model)
  private static let lamp = guess("lamp", 400, .words)
  private static let noiseWords = guess("noise", 300, .words)
  private static let policy = DispatchPolicy(lines: ["road": 995], standard: 900)

  private static func guess(
    _ item: String, _ permille: Int, _ source: ChoiceSource
  ) -> ItemGuess {
    ItemGuess(item: item, permille: permille, source: source, reasons: [])
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var rule: [ItemGuess] = []
    var model: [ItemGuess] = []
    var words: [ItemGuess] = []
    var policy = ItemDecisionTests.policy
    let expected: ItemDecision
  }

  static let rows = [
    Row(
      testDescription: "a phrase of the pack goes before the model",
      rule: [guess("lamp", 1_000, .rule)], model: [road],
      policy: DispatchPolicy(lines: [:], standard: 900),
      expected: .settled(guess("lamp", 1_000, .rule))),
    Row(
      testDescription: "phrases of two items settle nothing",
      rule: [guess("lamp", 500, .rule), guess("noise", 500, .rule)], words: [lamp],
      expected: .settled(lamp)),
    Row(
      testDescription: "the model settles above the standard line", model: [road],
      policy: DispatchPolicy(lines: [:], standard: 900), expected: .settled(road)),
    Row(
      testDescription: "an item's own line goes before the standard", model: [road],
      expected: .proposed([road])),
    Row(
      testDescription: "below the line, and the words say otherwise: a person chooses",
      model: [noise], words: [lamp], expected: .proposed([noise, lamp])),
    Row(
      testDescription: "below the line, and the words say the same", model: [noise],
      words: [noiseWords, lamp], expected: .agreed([noise, lamp])),
    Row(
      testDescription: "the best of model and words first, and nothing that is all but impossible",
      model: [noise, guess("road", 200, .model), guess("fire", 9, .model)], words: [lamp],
      expected: .proposed([noise, lamp, guess("road", 200, .model)])),
    Row(
      testDescription: "a best guess is shown however unlikely it is",
      model: [guess("fire", 9, .model)], expected: .proposed([guess("fire", 9, .model)])),
    Row(
      testDescription: "without a model the words settle it", words: [lamp],
      expected: .settled(lamp)),
    Row(testDescription: "nothing is known", expected: .unknown),
    Row(
      testDescription: "an item that is gone from the catalogue",
      rule: [guess("gone", 1_000, .rule)], model: [guess("gone", 1_000, .model)],
      expected: .unknown),
    Row(
      testDescription: "a line above 1,000 settles nothing",
      model: [guess("noise", 1_000, .model)],
      policy: DispatchPolicy(lines: [:], standard: 2_000),
      expected: .proposed([guess("noise", 1_000, .model)])),
  ]

  @Test("the order of proof: pack rule, model, words, person", arguments: rows)
  func decide(_ row: Row) {
    let known: Set = ["road", "noise", "lamp", "fire"]
    let decided = ItemDecision.decide(
      rule: row.rule, model: row.model, words: row.words, policy: row.policy,
      known: known.contains)
    #expect(decided == row.expected)
  }
}
