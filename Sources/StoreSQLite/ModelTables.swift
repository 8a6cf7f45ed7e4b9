package import City
package import Ports

extension Table where Record == ModelVersion {
  static let models = Table(
    "models",
    [
      "id", "subject", "number", "digest", "examples_digest", "examples", "classes", "bytes",
      "trained_at", "trial_cases", "trial_right", "trial_sure", "trial_sure_right",
      "trial_rival_right",
    ],
    values: { version in
      let trial = version.trial
      let head: [SQLValue] = [
        version.id.sql, .text(version.subject.rawValue), .integer(Int64(version.number)),
        .blob(version.digest.bytes), .blob(version.examplesDigest.bytes),
      ]
      let numbers = [version.examples, version.classes, version.bytes]
      let figures = [trial.cases, trial.right, trial.sure, trial.sureRight]
      return head + numbers.map { .integer(Int64($0)) }
        + [.integer(version.trainedAt.milliseconds)] + figures.map { .integer(Int64($0)) }
        + [.optional(trial.rivalRight.map(Int64.init))]
    },
    read: { row in
      ModelVersion(
        id: row.id(0), subject: row.word(1), number: Int(row.integer(2)), digest: row.digest(3),
        examplesDigest: row.digest(4), examples: Int(row.integer(5)),
        classes: Int(row.integer(6)), bytes: Int(row.integer(7)), trainedAt: row.instant(8),
        trial: ModelTrial(
          cases: Int(row.integer(9)), right: Int(row.integer(10)), sure: Int(row.integer(11)),
          sureRight: Int(row.integer(12)), rivalRight: row.optionalInteger(13).map(Int.init)))
    })
}

extension Table where Record == ModelUse {
  static let modelUses = Table(
    "model_uses", ["subject", "in_force", "before", "shadow"],
    values: { use in
      [.text(use.subject.rawValue)]
        + [use.inForce, use.before, use.shadow].map { .optional($0.map(Int64.init)) }
    },
    read: { row in
      ModelUse(
        subject: row.word(0), inForce: row.optionalInteger(1).map(Int.init),
        before: row.optionalInteger(2).map(Int.init),
        shadow: row.optionalInteger(3).map(Int.init))
    })
}

extension Table where Record == MachineChoice {
  static let choices = Table(
    "choices",
    [
      "case_id", "at", "item", "sure", "model", "guesses", "shadow_model", "shadow_item",
      "shadow_permille", "shadow_sure",
    ],
    values: { choice in
      let shadow = choice.shadow
      return [
        choice.case.sql, .integer(choice.at.milliseconds), .optional(choice.item),
        .integer(choice.isSure ? 1 : 0), .optional(choice.model.map(Int64.init)),
        .text(GuessList.joined(choice.guesses)), .optional(shadow.map { Int64($0.model) }),
        .optional(shadow?.item), .optional(shadow.map { Int64($0.permille) }),
        .optional(shadow.map { Int64($0.isSure ? 1 : 0) }),
      ]
    },
    read: { row in
      var shadow: ShadowGuess?
      if let model = row.optionalInteger(6) {
        shadow = ShadowGuess(
          model: Int(model), item: row.text(7), permille: Int(row.integer(8)),
          isSure: row.integer(9) != 0)
      }
      return MachineChoice(
        case: row.id(0), at: row.instant(1), item: row.optionalText(2),
        isSure: row.integer(3) != 0, model: row.optionalInteger(4).map(Int.init),
        guesses: GuessList.split(row.text(5)), shadow: shadow)
    })
}

extension Table where Record == LexiconWord {
  static let words = Table(
    "words", ["text", "use", "target"],
    values: { [.text($0.text), .text($0.use.rawValue), .text($0.target)] },
    read: { LexiconWord(text: $0.text(0), use: $0.word(1), target: $0.text(2)) })
}

/// Guesses in one column: a list of lists of words.
enum GuessList {
  static func joined(_ guesses: [ItemGuess]) -> String {
    WordList.joined(
      guesses.map { guess in
        WordList.joined(
          [guess.item, String(guess.permille), guess.source.rawValue] + guess.reasons)
      })
  }

  static func split(_ text: String) -> [ItemGuess] {
    WordList.split(text).map { part in
      let words = WordList.split(part)
      guard words.count >= 3, let permille = Int(words[1]),
        let source = ChoiceSource(rawValue: words[2])
      else { preconditionFailure("the column holds no guesses") }
      return ItemGuess(
        item: words[0], permille: permille, source: source, reasons: Array(words.dropFirst(3)))
    }
  }
}

extension SQLiteStore {
  package func models() async throws(StoreFault) -> [ModelVersion] {
    try await all(.models, "1 ORDER BY id")
  }

  package func modelUses() async throws(StoreFault) -> [ModelUse] {
    try await all(.modelUses, "1 ORDER BY subject")
  }

  package func choice(of id: ID<Case>) async throws(StoreFault) -> MachineChoice? {
    try await first(.choices, "case_id = ?", [id.sql])
  }

  package func words() async throws(StoreFault) -> [LexiconWord] {
    try await all(.words, "1 ORDER BY text")
  }
}
