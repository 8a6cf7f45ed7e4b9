package import City

/// A list of what must be put right (台账), struck off line by line with proof (销号).
package struct Ledger: Equatable, Sendable {
  /// Clock days that a line may be given.
  package static let daysRange = 1...3_650

  /// What makes a line.
  package enum Source: Equatable, Sendable {
    /// A thing that a risk model grades so or graver.
    case graded(model: String, from: Grade)
    /// A case under one of these items.
    case cases([String])
  }

  /// What can be asked as proof.
  package enum Proof: String, CaseIterable, Sendable {
    case note, photo, document
  }

  package let code: String
  package let name: String
  package let source: Source
  /// What whoever strikes a line off must show, all of it.
  package let proof: [Proof]
  /// Codes of the posts that may strike off and reopen.
  package let posts: [String]
  /// By when a line must be struck off, counted from when it was opened; nil = no day.
  package let days: Int?
  /// Whether no case at the thing may be open any more.
  package let asksClosedCases: Bool
  /// Shown to users.
  package let why: String

  package init(
    code: String, name: String, source: Source, proof: [Proof], posts: [String], days: Int?,
    asksClosedCases: Bool, why: String
  ) {
    self.code = code
    self.name = name
    self.source = source
    self.proof = proof
    self.posts = posts
    self.days = days
    self.asksClosedCases = asksClosedCases
    self.why = why
  }
}

extension PackLint {
  mutating func checkLedgers() {
    for (index, ledger) in pack.ledgers.enumerated() {
      let subject = PackSubject(.ledgers, index)
      switch ledger.source {
      case .graded(let code, let from):
        require(code, in: known.risks, "risk model", subject)
        if let model = pack.risks.first(where: { $0.code == code }), model.name(of: from) == nil {
          report(.riskLines, subject, ["code": code, "detail": "no line has the ledger's grade"])
        }
      case .cases(let items):
        for item in items { require(item, in: known.items, "item", subject) }
      }
      for post in ledger.posts {
        require(post, in: Set(known.posts.keys), "post", subject)
      }
    }
  }
}
