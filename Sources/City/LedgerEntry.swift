/// One line of a ledger (台账): what must be put right, until it is struck off with proof (销号).
package struct LedgerEntry: Hashable, Sendable {
  /// What was done to one line, at most.
  package static let actsMax = 200
  /// Characters of what is said of an act.
  package static let wordsMax = 500
  /// Files shown with one act.
  package static let filesMax = 20

  /// Whether it still stands.
  package enum State: String, CaseIterable, Sendable {
    case open
    /// Struck off.
    case struck
  }

  /// Something that was done to it.
  package struct Act: Hashable, Sendable {
    /// What was done.
    package enum Form: String, CaseIterable, Sendable {
      case opened, struck, reopened
      /// Struck off by the engine, for its case turned out to be none.
      case voided
    }
    package let form: Form
    package let at: Instant
    /// nil = the engine by the ledger's rules.
    package let staff: ID<Staff>?
    /// Personal details are masked in it.
    package let words: String
    /// What was shown as proof.
    package let files: [FileDigest]

    package init(
      form: Form, at: Instant, staff: ID<Staff>?, words: String, files: [FileDigest]
    ) {
      self.form = form
      self.at = at
      self.staff = staff
      self.words = words
      self.files = files
    }
  }

  package let id: ID<LedgerEntry>
  /// Code of the ledger in a pack.
  package let ledger: String
  /// What it is about: a thing, a case, or a case at a thing.
  package let thing: ID<Thing>?
  package let `case`: ID<Case>?
  /// What it is called in lists, as it was when the line was opened.
  package let title: String
  package let address: String
  /// Where it lies and who answers for it, as of the last act.
  package var area: AreaPath
  package var unit: UnitPath
  /// By when it must be struck off; nil = the ledger sets no day.
  package var due: Instant?
  package var state: State
  /// The oldest first; the first one opened it.
  package var acts: [Act]
  package var version: Int

  package init(
    id: ID<LedgerEntry>, ledger: String, thing: ID<Thing>?, case: ID<Case>?, title: String,
    address: String, area: AreaPath, unit: UnitPath, due: Instant?, opened: Act
  ) {
    self.id = id
    self.ledger = ledger
    self.thing = thing
    self.case = `case`
    self.title = title
    self.address = address
    self.area = area
    self.unit = unit
    self.due = due
    state = .open
    acts = [opened]
    version = 1
  }

  /// What a ledger has one line of: a case, else a thing.
  package var key: String {
    Self.key(ledger, thing: thing, case: `case`)
  }

  /// The key of a line of a ledger.
  package static func key(_ ledger: String, thing: ID<Thing>?, case: ID<Case>?) -> String {
    if let number = `case` { return "\(ledger)/case/\(number.rawValue)" }
    return "\(ledger)/thing/\(thing?.rawValue ?? 0)"
  }
}
