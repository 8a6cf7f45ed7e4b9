package import City

/// What a reply to a person's question looks like from its words and times: a hint with reasons for
/// whoever verifies the case, never a verdict.
package struct ReplyQuality: Hashable, Sendable {
  /// Something seen in the reply; the page says it in words.
  package enum Reason: String, CaseIterable, Sendable {
    /// Besides greetings and thanks, hardly anything is said.
    case courtesyAlone = "courtesy_alone"
    /// It shares almost no words with the question.
    case anotherMatter = "another_matter"
    /// It asks the person for details or to telephone, and says nothing of the matter itself.
    case asksBack = "asks_back"
    /// It passes the matter on and names no result.
    case passedOn = "passed_on"
    /// No finding, rule or result is named.
    case noGrounds = "no_grounds"
    /// Parts of the question are not taken up.
    case partsMissing = "parts_missing"
    /// It came after the limit.
    case late
  }

  /// Whether it seems to answer the question.
  package let answers: Bool
  /// Whether it seems to answer all of it, with grounds.
  package let isComplete: Bool
  /// nil where no limit was given, or the times contradict each other.
  package let isInTime: Bool?
  package let reasons: [Reason]

  /// The words that replies are judged by.
  package struct Words: Sendable {
    /// Phrases that say nothing of the matter.
    package let courtesy: [String]
    /// Phrases that ask the person for something.
    package let asking: [String]
    /// Phrases that hand the matter on.
    package let passing: [String]
    /// Phrases of a finding, a rule or a result.
    package let grounds: [String]

    package init(courtesy: [String], asking: [String], passing: [String], grounds: [String]) {
      self.courtesy = courtesy
      self.asking = asking
      self.passing = passing
      self.grounds = grounds
    }
  }

  /// Characters that a reply needs besides courtesy to say anything: a short sentence.
  static let substanceMin = 25
  /// Share of the question's pairs of characters that a reply on the same matter takes up.
  static let sharedMin = 0.02
  /// Share of the question's sentences with a pair that the reply takes up, for completeness.
  static let partsMin = 0.6
  /// Longer texts are read so far and no farther, in characters.
  static let scalarsMax = 20_000

  /// Judges one reply.
  ///
  /// - Parameter limit: milliseconds that the reply may take; nil = none.
  package static func judged(
    question: String, reply: String, asked: Instant?, replied: Instant?, limit: Int64?,
    words: Words
  ) -> ReplyQuality {
    let question = TextForm.normalised(String(question.prefix(scalarsMax)))
    let reply = TextForm.normalised(String(reply.prefix(scalarsMax)))
    let substance = substance(of: reply, without: words.courtesy)
    let asksBack = holds(reply, words.asking)
    let hasGrounds = holds(reply, words.grounds)
    let (shared, parts) = taken(up: reply, of: question)
    var reasons: [Reason] = []
    if substance < substanceMin { reasons.append(.courtesyAlone) }
    if shared < sharedMin && !hasGrounds && !question.isEmpty { reasons.append(.anotherMatter) }
    if asksBack && !hasGrounds { reasons.append(.asksBack) }
    let answers = reasons.isEmpty
    if holds(reply, words.passing) && !hasGrounds { reasons.append(.passedOn) }
    if !hasGrounds { reasons.append(.noGrounds) }
    if parts < partsMin { reasons.append(.partsMissing) }
    let isComplete = reasons.isEmpty
    var isInTime: Bool?
    if let asked, let replied, let limit, replied >= asked {
      isInTime = replied.milliseconds - asked.milliseconds <= limit
    }
    if isInTime == false { reasons.append(.late) }
    return ReplyQuality(
      answers: answers, isComplete: isComplete, isInTime: isInTime, reasons: reasons)
  }

  private static func holds(_ text: String, _ phrases: [String]) -> Bool {
    let bytes = Array(text.utf8)
    return phrases.contains { phrase in
      let wanted = Array(TextForm.normalised(phrase).utf8)
      guard !wanted.isEmpty, wanted.count <= bytes.count else { return false }
      return (0...bytes.count - wanted.count).contains { start in
        bytes[start] == wanted[0] && bytes[start..<start + wanted.count].elementsEqual(wanted)
      }
    }
  }

  /// Letters and ideographs that are left when the courtesy is taken out.
  private static func substance(of reply: String, without phrases: [String]) -> Int {
    let automaton = WordAutomaton(
      Set(phrases.map(TextForm.normalised)).filter { !$0.isEmpty }.sorted().map { Array($0.utf8) })
    let lengths = Set(phrases.map(TextForm.normalised)).filter { !$0.isEmpty }.sorted()
      .map(\.utf8.count)
    var bytes = Array(reply.utf8)
    var ends: [Range<Int>] = []
    bytes.withUnsafeBufferPointer { bytes in
      automaton.forEachMatch(in: bytes) { pattern, end in
        ends.append(end - lengths[pattern]..<end)
        return true
      }
    }
    for range in ends { for place in range { bytes[place] = 0x20 } }
    return String(decoding: bytes, as: UTF8.self).unicodeScalars.filter {
      let sort = ScalarForm.sort($0.value)
      return sort == .ideograph || sort == .word
    }.count
  }

  /// Of the question's pairs the share that the reply has too, and of its sentences the share with
  /// such a pair.
  private static func taken(up reply: String, of question: String) -> (Double, Double) {
    let known = Set(SearchTokens.tokens(of: reply).filter { $0.unicodeScalars.count > 1 })
    var pairs = 0
    var found = 0
    var sentences = 0
    var touched = 0
    let ends: Set<Character> = ["。", "!", "?", ";", "\n"]
    for sentence in question.split(whereSeparator: { ends.contains($0) }) {
      let own = Set(
        SearchTokens.tokens(of: String(sentence)).filter { $0.unicodeScalars.count > 1 })
      guard own.count > 3 else { continue }
      let both = own.intersection(known).count
      pairs += own.count
      found += both
      sentences += 1
      touched += both > 0 ? 1 : 0
    }
    return (
      pairs > 0 ? Double(found) / Double(pairs) : 1,
      sentences > 0 ? Double(touched) / Double(sentences) : 1
    )
  }
}
