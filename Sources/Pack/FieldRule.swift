import City

/// What the value of a kind's field must be beside its form; what is nil or empty asks nothing.
package struct FieldRule: Equatable, Sendable {
  /// As people write it behind a number, for example 毫米.
  package var unit: String?
  package var least: Double?
  package var greatest: Double?
  /// The only values; empty = any.
  package var choices: [String] = []
  /// How a text is built; see `FieldPattern`.
  package var pattern: String?
  /// Whether no two things of the kind may have the same value; an empty value is none.
  package var isUnique = false

  package init() {}

  /// The rule that a value breaks, with what mends it; nil where it fits. An empty value fits: what
  /// must be there is asked elsewhere.
  package func broken(by value: String) -> (rule: String, facts: [String: String])? {
    if value.isEmpty { return nil }
    if !choices.isEmpty, !choices.contains(value) {
      return ("choice.unknown", ["choices": choices.joined(separator: ", ")])
    }
    if let pattern, !FieldPattern.fits(value, pattern) {
      return ("text.pattern", ["pattern": pattern])
    }
    guard least != nil || greatest != nil, let number = Double(value) else { return nil }
    if let least, number < least { return ("number.least", ["min": Self.text(least)]) }
    if let greatest, number > greatest { return ("number.greatest", ["max": Self.text(greatest)]) }
    return nil
  }

  private static func text(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? String(number)
  }
}

/// How a text is built, as people of the trade write it: `9` is any digit, `A` any letter from A to
/// Z, `*` at the end anything; every other character stands for itself.
package enum FieldPattern {
  /// Whether a text is built so.
  package static func fits(_ text: String, _ pattern: String) -> Bool {
    var rest = Substring(text)
    for mark in pattern {
      if mark == "*" { return true }
      guard let next = rest.popFirst() else { return false }
      switch mark {
      case "9": guard next.isASCII, next.isNumber else { return false }
      case "A": guard next.isASCII, next.isLetter, next.isUppercase else { return false }
      default: guard next == mark else { return false }
      }
    }
    return rest.isEmpty
  }

  /// Whether a pattern can be read: `*` stands at its end alone.
  package static func isSound(_ pattern: String) -> Bool {
    !pattern.isEmpty && !pattern.dropLast().contains("*")
  }
}

extension PackLint {
  /// Ranges and patterns of fields that nothing could fulfil.
  mutating func checkFields() {
    for (index, kind) in pack.kinds.enumerated() {
      for (number, field) in kind.fields.enumerated() {
        for detail in field.faults {
          report(
            .fieldRule, PackSubject(.kinds, index, .field, number),
            ["code": field.name, "detail": detail])
        }
      }
    }
  }
}

extension KindField {
  var faults: [String] {
    var faults: [String] = []
    if let least = rule.least, let greatest = rule.greatest, least > greatest {
      faults.append("`least` must not be above `greatest`")
    }
    if rule.least != nil || rule.greatest != nil, form != .number {
      faults.append("only numbers have `least` and `greatest`")
    }
    if let pattern = rule.pattern, form != .text || !FieldPattern.isSound(pattern) {
      faults.append("`pattern` belongs to texts; `*` stands at its end alone")
    }
    if !rule.choices.isEmpty, form != .text { faults.append("only texts have `choices`") }
    if rule.isUnique, form == .boolean || !rule.choices.isEmpty {
      faults.append("`unique` belongs to values of which there are as many as things")
    }
    return faults
  }
}
