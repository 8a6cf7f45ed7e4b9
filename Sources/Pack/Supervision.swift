package import City

/// How the levels above watch over cases (督办), as a table of the pack.
package struct SupervisionRules: Equatable, Sendable {
  /// Posts that remind, order, judge replies and draw spot checks.
  package let supervisors: Set<String>
  /// Posts of a unit that reply.
  package let repliers: Set<String>
  /// Posts that look at what spot checks drew.
  package let checkers: Set<String>
  /// From the handler upward; the order of the file.
  package let ladder: [LadderLine]
  /// Where a pack says nothing, nobody supervises.
  package static let none = SupervisionRules(
    supervisors: [], repliers: [], checkers: [], ladder: [])

  package init(
    supervisors: Set<String>, repliers: Set<String>, checkers: Set<String>, ladder: [LadderLine]
  ) {
    self.supervisors = supervisors
    self.repliers = repliers
    self.checkers = checkers
    self.ladder = ladder
  }

  /// From how many reporters on a problem is one of many people; nil where no line says so.
  package var groupPeople: Int? { ladder.compactMap(\.people).min() }
}

/// One step of the ladder: when who is told, and whether a reply is wanted.
package struct LadderLine: Equatable, Sendable {
  /// Where those are found who are told.
  package enum Reach: String, CaseIterable, Sendable {
    /// Whoever handles the case; while nobody does, the posts of the unit that has it.
    case handler
    /// The unit that has the case.
    case unit
    /// The centre of the street or town where the case lies.
    case street
    /// The district's centre.
    case centre
  }

  /// What words may name of the case.
  package static let placeholders: Set<String> = ["number", "title", "address", "unit", "due"]

  package let code: String
  package let name: String
  package let form: Supervision.Form
  /// The light of the case's deadline that it waits for; nil = it waits for people.
  package let light: Light?
  /// How long after the deadline it comes, in the unit's hours; nil = with the light.
  package let after: TimeLimit?
  /// How many people must have reported the problem; nil = it waits for a light.
  package let people: Int?
  package let reach: Reach
  /// Who is told there.
  package let posts: Set<String>
  /// How long the reply may take; nil = none is wanted.
  package let reply: TimeLimit?
  /// What is said, with placeholders.
  package let words: String
  /// Shown to users.
  package let why: String

  package init(
    code: String, name: String, form: Supervision.Form, light: Light?, after: TimeLimit?,
    people: Int?, reach: Reach, posts: Set<String>, reply: TimeLimit?, words: String, why: String
  ) {
    self.code = code
    self.name = name
    self.form = form
    self.light = light
    self.after = after
    self.people = people
    self.reach = reach
    self.posts = posts
    self.reply = reply
    self.words = words
    self.why = why
  }
}

/// Sentences with `{names}` of what they speak of.
package enum Placeholders {
  /// The names that stand in a sentence, in their order.
  package static func names(in words: String) -> [String] {
    words.split(separator: "{", omittingEmptySubsequences: false).dropFirst().compactMap { part in
      part.firstIndex(of: "}").map { String(part[..<$0]) }
    }
  }

  /// The sentence with what its names stand for; a name without a value stays as it is.
  package static func filled(_ words: String, _ values: [String: String]) -> String {
    var filled = ""
    for (index, part) in words.split(separator: "{", omittingEmptySubsequences: false).enumerated()
    {
      guard index > 0, let end = part.firstIndex(of: "}") else {
        filled += (index > 0 ? "{" : "") + part
        continue
      }
      let name = String(part[..<end])
      filled += (values[name] ?? "{\(name)}") + part[part.index(after: end)...]
    }
    return filled
  }
}

// What is wrong with a pack's supervision.
extension PackLint {
  mutating func checkSupervision() {
    guard let rules = pack.supervision else { return }
    let whole = PackSubject(.supervision)
    for post in rules.supervisors.union(rules.repliers).union(rules.checkers).sorted() {
      require(post, in: Set(known.posts.keys), "post", whole)
    }
    var codes: Set<String> = []
    for (index, line) in rules.ladder.enumerated() {
      let subject = PackSubject(.supervision, 0, .line, index)
      if !codes.insert(line.code).inserted {
        report(.codeTwice, subject, ["what": "line", "code": line.code])
      }
      for post in line.posts.sorted() { require(post, in: Set(known.posts.keys), "post", subject) }
      if (line.light == nil) == (line.people == nil) {
        report(.ladderCause, subject, ["code": line.code])
      }
      if line.after != nil && line.light != .overdue {
        report(.ladderAfter, subject, ["code": line.code])
      }
      if (line.form == .order) != (line.reply != nil) || line.form == .spotCheck {
        report(.ladderReply, subject, ["code": line.code])
      }
      for name in Placeholders.names(in: line.words)
      where !LadderLine.placeholders.contains(name) {
        report(
          .referenceUnknown, subject, ["what": "placeholder", "code": name])
      }
    }
  }
}
