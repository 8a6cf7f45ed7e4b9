import City
import Pack

extension StoryParser {
  /// An amount and its measure.
  func limit(_ tokens: inout StoryTokens) throws(Fault) -> TimeLimit {
    let amount = try number(&tokens, PackLimits.amountRange)
    let word = try next(&tokens, "a measure of time")
    guard let measure = words.measure(word) else {
      throw Fault(detail: "`\(word)` is no measure of time")
    }
    return TimeLimit(amount: amount, measure: measure)
  }
}
