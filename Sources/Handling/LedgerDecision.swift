package import City
package import Pack

/// Why a line of a ledger was not struck off or reopened. Every case is the caller's to show.
package enum LedgerRefusal: Error, Equatable {
  /// It is struck off already, or stands already.
  case state(LedgerEntry.State)
  /// None of the posts that may.
  case post([String])
  /// What is asked as proof and was not shown.
  case proofMissing([Ledger.Proof])
  /// Cases at the thing that are still open.
  case casesOpen([CaseNumber])
  case wordsMissing
  /// Longer, or more, than a line keeps.
  case tooLong
  case tooMany

  /// Clients switch on this. Once released it never changes.
  package var code: String {
    switch self {
    case .state: "ledger.state"
    case .post: "ledger.post"
    case .proofMissing: "ledger.proof_missing"
    case .casesOpen: "ledger.cases_open"
    case .wordsMissing: "ledger.words_missing"
    case .tooLong: "ledger.too_long"
    case .tooMany: "ledger.too_many"
    }
  }
}

/// What somebody does to a line of a ledger.
package struct LedgerStep: Sendable {
  package let staff: ID<Staff>
  package let posts: [String]
  package let words: String
  package let files: [EvidenceFile]
  package let at: Instant

  package init(
    staff: ID<Staff>, posts: [String], words: String, files: [EvidenceFile], at: Instant
  ) {
    self.staff = staff
    self.posts = posts
    self.words = words
    self.files = files
    self.at = at
  }

  fileprivate func shows(_ proof: Ledger.Proof) -> Bool {
    switch proof {
    case .note: !words.isEmpty
    case .photo: files.contains { $0.form == .photo }
    case .document: files.contains { $0.form == .document }
    }
  }

  fileprivate func act(_ form: LedgerEntry.Act.Form) -> LedgerEntry.Act {
    LedgerEntry.Act(form: form, at: at, staff: staff, words: words, files: files.map(\.file))
  }
}

extension LedgerEntry {
  /// The line struck off by a person who shows what the ledger asks.
  /// - Parameter open: cases at the thing that are not closed.
  package func struck(
    by step: LedgerStep, in ledger: Ledger, open: [CaseNumber]
  ) throws(LedgerRefusal) -> LedgerEntry {
    try check(step, in: ledger, asking: .open)
    let missing = ledger.proof.filter { !step.shows($0) }
    guard missing.isEmpty else { throw .proofMissing(missing) }
    guard !ledger.asksClosedCases || open.isEmpty else { throw .casesOpen(open) }
    return changed(to: .struck, step.act(.struck))
  }

  /// The line standing again, with the reason.
  package func reopened(
    by step: LedgerStep, in ledger: Ledger, due: Instant?
  ) throws(LedgerRefusal) -> LedgerEntry {
    try check(step, in: ledger, asking: .struck)
    guard !step.words.isEmpty else { throw .wordsMissing }
    var next = changed(to: .open, step.act(.reopened))
    next.due = due
    return next
  }

  /// The line standing again because what made it came back; nil where it stands, or holds no more.
  package func returned(_ words: String, at now: Instant, due: Instant?) -> LedgerEntry? {
    guard state == .struck, acts.count < Self.actsMax else { return nil }
    let text = String(words.prefix(Self.wordsMax))
    var next = changed(
      to: .open, Act(form: .reopened, at: now, staff: nil, words: text, files: []))
    next.due = due
    return next
  }

  /// The line struck off by the engine, for its case was none; nil where it does not stand.
  package func voided(at now: Instant) -> LedgerEntry? {
    guard state == .open, acts.count < Self.actsMax else { return nil }
    return changed(to: .struck, Act(form: .voided, at: now, staff: nil, words: "", files: []))
  }

  private func check(
    _ step: LedgerStep, in ledger: Ledger, asking wanted: State
  ) throws(LedgerRefusal) {
    guard state == wanted else { throw .state(state) }
    guard !Set(ledger.posts).isDisjoint(with: step.posts) else { throw .post(ledger.posts) }
    guard step.words.count <= Self.wordsMax else { throw .tooLong }
    guard step.files.count <= Self.filesMax, acts.count < Self.actsMax else { throw .tooMany }
  }

  private func changed(to state: State, _ act: Act) -> LedgerEntry {
    var next = self
    next.state = state
    next.acts.append(act)
    next.version += 1
    return next
  }
}
