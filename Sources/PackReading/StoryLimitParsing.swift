import City
import Pack

extension StoryParser {
  /// A line of a form: `FIELD=ANSWER`.
  func answer(_ tokens: inout StoryTokens, _ answers: inout [String: String]) throws(Fault) {
    let text = try next(&tokens, "a field and its answer")
    let parts = text.split(separator: "=", maxSplits: 1)
    guard parts.count == 2 else { throw Fault(detail: "`\(text)` must be FIELD=ANSWER") }
    answers[try code(.field, String(parts[0]))] = String(parts[1])
  }

  /// An amount and its measure.
  func limit(_ tokens: inout StoryTokens) throws(Fault) -> TimeLimit {
    let amount = try number(&tokens, PackLimits.amountRange)
    let word = try next(&tokens, "a measure of time")
    guard let measure = words.measure(word) else {
      throw Fault(detail: "`\(word)` is no measure of time")
    }
    return TimeLimit(amount: amount, measure: measure)
  }

  /// A vital and the grade that it must have.
  func vital(_ tokens: inout StoryTokens) throws(Fault) -> StoryExpectation {
    let vital = try code(.vital, next(&tokens, "a vital"))
    let name = try next(&tokens, "a grade")
    if name == words[vital: .normal] { return .vital(vital, nil) }
    guard let grade = words.grade(name) else { throw Fault(detail: "`\(name)` is no grade") }
    return .vital(vital, grade)
  }
}
