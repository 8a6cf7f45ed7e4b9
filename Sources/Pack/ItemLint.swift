extension PackLint {
  /// Words shorter than this speak for nothing.
  package static let wordCharactersMin = 2

  mutating func checkItems() {
    for (index, item) in pack.items.enumerated() {
      let subject = PackSubject(.items, index)
      require(item.category, in: known.categories, "category", subject)
      require(item.flow, in: known.flows, "flow", subject)
      if item.handleClock == nil { report(.itemNoHandleClock, subject, ["code": item.code]) }
      checkClocks(item, index)
      checkRules(item, index)
      for requirement in Requirement.allCases
      where item.evidence.contains(requirement) && !Self.evidence.contains(requirement) {
        report(.itemEvidence, subject, ["value": requirement.rawValue])
      }
      if (item.joinMetres > 0) != (item.joinMilliseconds > 0) { report(.itemJoin, subject) }
    }
  }

  /// What a person can show.
  private static let evidence: Set<Requirement> = [.note, .photo, .document]

  private mutating func checkClocks(_ item: Item, _ index: Int) {
    var names: Set<String> = []
    for (clockIndex, clock) in item.clocks.enumerated()
    where !names.insert(clock.name).inserted {
      report(
        .codeTwice, PackSubject(.items, index, .clock, clockIndex),
        ["what": "clock", "code": clock.name])
    }
  }

  private mutating func checkRules(_ item: Item, _ index: Int) {
    for (ruleIndex, rule) in item.responsibility.enumerated() {
      let subject = PackSubject(.items, index, .rule, ruleIndex)
      if let kind = rule.thingKind { require(kind, in: known.kinds, "kind", subject) }
      if let level = known.duties[rule.duty] {
        checkPlace(rule, level, subject)
      } else {
        report(.referenceUnknown, subject, ["what": "duty", "code": rule.duty])
      }
      if ruleIndex > 0, item.responsibility[ruleIndex - 1].fitsAlways {
        report(.ruleUnreachable, subject)
      }
    }
    if item.responsibility.last?.fitsAlways != true {
      let last = max(0, item.responsibility.count - 1)
      report(.ruleLast, PackSubject(.items, index, .rule, last), ["code": item.code])
    }
  }

  private mutating func checkPlace(
    _ rule: ResponsibilityRule, _ level: DutyWord.Level, _ subject: PackSubject
  ) {
    switch (rule.place, level) {
    case (.owner, _), (.district, .district), (.street, .street): return
    case (.district, .street), (.street, .district):
      report(
        .rulePlace, subject,
        ["duty": rule.duty, "level": level.rawValue, "place": rule.place.rawValue])
    }
  }

  mutating func checkWords(_ dependencies: [Pack]) {
    var owners: [String: String] = [:]
    for item in dependencies.flatMap(\.items) {
      for word in item.words + item.settledBy { owners[word] = item.code }
    }
    for (index, item) in pack.items.enumerated() {
      let words = item.words.enumerated().map { ($1, PackSubject(.items, index, .word, $0)) }
      let phrases = item.settledBy.enumerated().map {
        ($1, PackSubject(.items, index, .phrase, $0))
      }
      for (word, subject) in words + phrases {
        if word.count < Self.wordCharactersMin { report(.wordShort, subject, ["word": word]) }
        if let other = owners[word] {
          report(.wordShared, subject, ["word": word, "other": other])
        } else {
          owners[word] = item.code
        }
      }
    }
  }
}

extension ResponsibilityRule {
  /// Whether it fits every case of its item.
  var fitsAlways: Bool { thingKind == nil && areas.isEmpty && place == .district }
}
