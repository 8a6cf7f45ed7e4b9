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

  /// What the engine reports when a line still stands after its day.
  package struct Late: Equatable, Sendable {
    /// Under which item; no item that the ledger itself lists, or each report would be a line.
    package let item: String
    /// In which words: `{ledger}`, `{title}`, `{unit}` and `{days}` are filled in.
    package let words: String

    package init(item: String, words: String) {
      self.item = item
      self.words = words
    }
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
  /// nil = a line that is late is only shown as late.
  package let late: Late?
  /// Shown to users.
  package let why: String

  package init(
    code: String, name: String, source: Source, proof: [Proof], posts: [String], days: Int?,
    asksClosedCases: Bool, late: Late?, why: String
  ) {
    self.code = code
    self.name = name
    self.source = source
    self.proof = proof
    self.posts = posts
    self.days = days
    self.asksClosedCases = asksClosedCases
    self.late = late
    self.why = why
  }

  /// What is said of a line that is late; empty where nothing is.
  package func lateWords(title: String, unit: String) -> String {
    let values = [
      ("ledger", name), ("title", title), ("unit", unit), ("days", days.map(String.init) ?? ""),
    ]
    return values.reduce(late?.words ?? "") { $0.replacing("{\($1.0)}", with: $1.1) }
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
        if let late = ledger.late, items.contains(late.item) {
          report(.ledgerCircle, subject, ["item": late.item])
        }
      }
      if let late = ledger.late { require(late.item, in: known.items, "item", subject) }
      for post in ledger.posts {
        require(post, in: Set(known.posts.keys), "post", subject)
      }
    }
  }
}
