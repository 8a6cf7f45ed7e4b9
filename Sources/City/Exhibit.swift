/// One piece of evidence of a case (证据): a file, and how it came about. It never changes.
package struct Exhibit: Hashable, Sendable {
  /// What sort of proof it is.
  package enum Form: String, CaseIterable, Sendable {
    case picture, video
    /// What a device measured, as text.
    case reading
    case document
  }

  package let id: ID<Exhibit>
  package let `case`: ID<Case>
  package let form: Form
  /// Code of the line of the checklist that it answers; nil = none.
  package let line: String?
  /// SHA-256 of the file's content.
  package let file: FileDigest
  package let byteCount: Int
  package let takenAt: Instant
  package let position: Position?
  /// Where it was taken, in words.
  package let place: String
  /// Who took it, as whoever adds it says.
  package let taker: String
  /// What it was taken with.
  package let device: String
  package let note: String
  package let addedAt: Instant
  /// nil = the local administrator.
  package let addedBy: ID<Staff>?

  package init(
    id: ID<Exhibit>, case: ID<Case>, form: Form, line: String?, file: FileDigest, byteCount: Int,
    takenAt: Instant, position: Position?, place: String, taker: String, device: String,
    note: String, addedAt: Instant, addedBy: ID<Staff>?
  ) {
    self.id = id
    self.case = `case`
    self.form = form
    self.line = line
    self.file = file
    self.byteCount = byteCount
    self.takenAt = takenAt
    self.position = position
    self.place = place
    self.taker = taker
    self.device = device
    self.note = note
    self.addedAt = addedAt
    self.addedBy = addedBy
  }
}

/// One link of the chain of custody (证据保管): what became of evidence after it was added.
package struct CustodyAct: Hashable, Sendable {
  /// What became of it.
  package enum Kind: String, CaseIterable, Sendable {
    /// Somebody opened the file.
    case seen
    /// It counts no more; the file and what was said of it stay.
    case withdrawn
    /// The case's evidence went with an order to another unit.
    case handed
    /// A package of the case's evidence was made.
    case exported
  }

  package let id: ID<CustodyAct>
  package let `case`: ID<Case>
  /// nil = all evidence of the case.
  package let exhibit: ID<Exhibit>?
  package let kind: Kind
  package let at: Instant
  /// nil = the local administrator.
  package let staff: ID<Staff>?
  /// To whom it was handed.
  package let unit: ID<Unit>?
  /// SHA-256 of the package that was made.
  package let package: Digest?
  package let note: String

  package init(
    id: ID<CustodyAct>, case: ID<Case>, exhibit: ID<Exhibit>?, kind: Kind, at: Instant,
    staff: ID<Staff>?, unit: ID<Unit>?, package: Digest?, note: String
  ) {
    self.id = id
    self.case = `case`
    self.exhibit = exhibit
    self.kind = kind
    self.at = at
    self.staff = staff
    self.unit = unit
    self.package = package
    self.note = note
  }
}
