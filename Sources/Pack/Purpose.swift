package import City

/// What a reporter's name and number are used for, and on what ground (处理目的): a line of the
/// pack.
package struct Purpose: Hashable, Sendable {
  /// What the engine does with them; it asks the purpose before.
  package enum Use: String, CaseIterable, Sendable {
    /// The report is handled by whoever takes reports in.
    case handling
    /// He is called back about the result (回访).
    case callBack
    /// Whoever handles or checks the case sees his number, to get in touch (联系诉求人).
    case contact
  }

  /// Why it may be done.
  package enum Basis: String, CaseIterable, Sendable {
    /// It is the city's duty by law: nobody is asked, and nobody takes it back.
    case duty
    /// The person agreed, and may take it back.
    case consent
  }

  /// Versions of the words.
  package static let versionRange = 1...10_000

  package let code: String
  package let name: String
  package let use: Use
  package let basis: Basis
  /// Channels whose reporters are asked with the report. Who reports through another agreed there,
  /// as that channel's own rules have it, and may take it back all the same.
  package let asked: Set<Channel>
  /// Of the words; another wording is another version.
  package let version: Int
  /// What the person reads.
  package let wording: String
  /// The law or decision that this follows, or why it is so.
  package let why: String

  package init(
    code: String, name: String, use: Use, basis: Basis, asked: Set<Channel>, version: Int,
    wording: String, why: String
  ) {
    self.code = code
    self.name = name
    self.use = use
    self.basis = basis
    self.asked = asked
    self.version = version
    self.wording = wording
    self.why = why
  }

  /// Whether it may be done for somebody who told us through a channel.
  /// - Parameter said: what he said last; nil = nothing.
  package func permits(_ said: Bool?, through channel: Channel) -> Bool {
    switch basis {
    case .duty: true
    case .consent: said ?? !asked.contains(channel)
    }
  }
}

// What is wrong with a pack's purposes.
extension PackLint {
  mutating func checkPurposes() {
    var codes: Set<String> = []
    var uses: Set<Purpose.Use> = []
    for (index, purpose) in pack.purposes.enumerated() {
      let subject = PackSubject(.purposes, index)
      if !codes.insert(purpose.code).inserted || !uses.insert(purpose.use).inserted {
        report(.codeTwice, subject, ["what": "purpose", "code": purpose.code])
      }
      let mayAsk = purpose.use != .handling
      if purpose.basis == .consent && !mayAsk || purpose.basis == .duty && !purpose.asked.isEmpty {
        report(.purposeBasis, subject, ["code": purpose.code])
      }
    }
  }
}
