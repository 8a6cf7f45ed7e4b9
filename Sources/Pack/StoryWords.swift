package import City

/// The words that stories are written in, as people of the trade say them.
package struct StoryWords: Equatable, Sendable {
  /// A word of the format.
  package enum Word: String, CaseIterable, Sendable {
    // The head.
    case story, date, street, unit, duties, hours, ofStreet
    // What happens.
    case wait, register, item, on, by, to, staff, into, photos, documents
    case east, west, north, south
    // What must follow.
    case unclassified, opened, joined, stage, due, refused, closed, outside, graded
  }

  /// A word of steps that move deadlines, of what they move, of groups and of sensors.
  package enum HandlingWord: String, CaseIterable, Sendable {
    case reason, limit, clock, answer, group
    case alarm, cleared, again
    case minutes, hours, days, workingHours, workingDays
  }

  /// A word of ledgers and rounds.
  package enum RegisterWord: String, CaseIterable, Sendable {
    case strike, reopen, ledger, standing, struck
    case visit, sound, faulty, left
    case series
  }

  /// A word of what vitals say.
  package enum VitalWord: String, CaseIterable, Sendable {
    case vital, red, orange, yellow, blue, normal
  }

  /// English where the pack gives none.
  package var vital: [VitalWord: String] = [:]
  /// English where the pack gives none.
  package var registers: [RegisterWord: String] = [:]
  /// English where the pack gives none.
  package var handling: [HandlingWord: String] = [:]
  package let words: [Word: String]
  package let channels: [Channel: String]
  /// Of the verdicts that end a case.
  package let verdicts: [Verdict: String]

  package init(
    words: [Word: String], channels: [Channel: String], verdicts: [Verdict: String]
  ) {
    self.words = words
    self.channels = channels
    self.verdicts = verdicts
  }

  /// How the format's word is written; its English name where the pack gives none.
  package subscript(word: Word) -> String { words[word] ?? word.rawValue }

  /// How a word of handling is written; its English name where the pack gives none.
  package subscript(handling word: HandlingWord) -> String { handling[word] ?? word.rawValue }

  /// How a word of ledgers and rounds is written; its English name where the pack gives none.
  package subscript(register word: RegisterWord) -> String { registers[word] ?? word.rawValue }

  /// How a word of vitals is written; its English name where the pack gives none.
  package subscript(vital word: VitalWord) -> String { vital[word] ?? word.rawValue }

  /// The grade that is called so; nil where none is.
  package func grade(_ text: String) -> Grade? {
    Grade.allCases.first { grade in
      VitalWord(rawValue: grade.rawValue).map { self[vital: $0] } == text
    }
  }

  /// The measure that is called so; nil where none is.
  package func measure(_ text: String) -> TimeLimit.Measure? {
    TimeLimit.Measure.allCases.first { measure in
      HandlingWord(rawValue: measure.rawValue).map { self[handling: $0] } == text
    }
  }

  /// The channel that is called so; nil where none is.
  package func channel(_ text: String) -> Channel? {
    Channel.allCases.first { channels[$0] == text }
  }

  /// The verdict that is called so; nil where none is.
  package func verdict(_ text: String) -> Verdict? {
    Verdict.allCases.first { verdicts[$0] == text }
  }
}
