import City
package import Pack

/// The sentence that says why, from the pack's words.
package enum AlarmSentence {
  /// Fills the rule's `say`: {value} {limit} {last} {unit} {seconds} {minutes} {hours} and what the
  /// caller names, such as {device}, {area} and {grade}. What is unknown shows as `?`.
  ///
  /// The time is how long the condition had held at the change. Where the form itself computes
  /// milliseconds (silence, stuck), value and limit are told in minutes.
  /// - Parameter names: words by name, without braces.
  package static func text(
    of change: AlarmChange, by rule: Rule, names: [String: String]
  ) -> String {
    var words = names
    let facts = change.facts
    let scale = rule.form.countsTime ? Double(Duration.minute) : 1
    let held = Double(change.at.millisecondsSince(facts.since))
    words["value"] = written(facts.value / scale)
    words["limit"] = written(facts.limit / scale)
    if let last = facts.lastValue { words["last"] = written(last) }
    words["seconds"] = written(held / Double(Duration.second))
    words["minutes"] = written(held / Double(Duration.minute))
    words["hours"] = written(held / Double(Duration.hour))
    var text = ""
    var rest = Substring(rule.say)
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      text += rest[..<open]
      text += words[String(rest[rest.index(after: open)..<close])] ?? "?"
      rest = rest[rest.index(after: close)...]
    }
    return text + rest
  }

  /// At most two decimals, none where they are 0.
  static func written(_ number: Double) -> String {
    guard abs(number) < 1e15 else { return "\(number)" }
    let hundredths = Int64((abs(number) * 100).rounded())
    let sign = number < 0 && hundredths > 0 ? "-" : ""
    let (whole, part) = hundredths.quotientAndRemainder(dividingBy: 100)
    guard part > 0 else { return "\(sign)\(whole)" }
    let decimals = part % 10 == 0 ? "\(part / 10)" : part < 10 ? "0\(part)" : "\(part)"
    return "\(sign)\(whole).\(decimals)"
  }
}
