package import Pack

/// The sentence that says why, from the pack's words.
package enum AlarmSentence {
  /// Fills the rule's `say`: {value} {limit} {unit} {seconds} {minutes} {hours} {grade} and names
  /// given by the caller, such as {device} and {area}. What is unknown shows as `?`.
  /// - Parameter names: words by name, without braces.
  package static func text(
    of change: AlarmChange, by rule: Rule, names: [String: String]
  ) -> String { "" }
}
