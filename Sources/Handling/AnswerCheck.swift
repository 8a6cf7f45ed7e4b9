import City
import Pack

/// Whether the answers of a step fit the form of its action.
enum AnswerCheck {
  /// In Unicode scalars.
  static let answerMax = 500

  static func check(_ answers: [String: String], _ form: [FlowField]) throws(StepRefusal) {
    let known = Set(form.map(\.code))
    for field in answers.keys.sorted() where !known.contains(field) {
      throw .unknownAnswer(field)
    }
    let missing = form.filter { field in
      field.isRequired && (answers[field.code] ?? "").allSatisfy(\.isWhitespace)
    }
    guard missing.isEmpty else { throw .answersMissing(missing.map(\.code)) }
    for field in form {
      guard let answer = answers[field.code], !answer.isEmpty else { continue }
      guard answer.unicodeScalars.count <= answerMax else {
        throw .answerTooLong(field: field.code, max: answerMax)
      }
      guard field.choices.isEmpty || field.choices.contains(answer) else {
        throw .answerNotAllowed(field: field.code, allowed: field.choices)
      }
    }
  }
}
