import City
import Pack

/// What a step says besides who takes it and what he shows.
struct StoryHandling {
  var reason: String?
  var limit: TimeLimit?
  var answers: [String: String] = [:]
  var group: String?
}

extension StoryParser {
  /// A word of a step that moves deadlines, fills a form in or calls a group.
  func take(
    _ word: String, _ tokens: inout StoryTokens, into handling: inout StoryHandling
  ) throws(Fault) {
    switch word {
    case words[handling: .reason]:
      handling.reason = try code(.reason, next(&tokens, "a reason"))
    case words[handling: .answer]: try answer(&tokens, &handling.answers)
    case words[handling: .limit]: handling.limit = try limit(&tokens)
    case words[handling: .group]:
      handling.group = try code(.group, next(&tokens, "a group"))
    default: throw Fault(detail: "`\(word)` is not known for a step")
    }
  }

  /// What other systems and devices tell; nil for any other word.
  func takeTelling(_ word: String, _ tokens: inout StoryTokens) throws(Fault) -> StoryAct? {
    switch word {
    case words[register: .series]: try takeSeries(&tokens)
    case words[handling: .cleared]: .alarm(on: try signal(&tokens), isCleared: true)
    case words[handling: .again]: .alarm(on: try signal(&tokens), isCleared: false)
    default: nil
    }
  }

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
