package import City
package import Handling
package import Pack
package import Ports

/// What somebody adds as evidence, in the words of the caller.
package struct ExhibitDraft: Sendable {
  package var form: Exhibit.Form
  package var line: String?
  package var file: FileDigest
  package var takenAt: Instant
  package var position: Position?
  package var place = ""
  package var taker = ""
  package var device = ""
  package var note = ""

  package init(form: Exhibit.Form, file: FileDigest, takenAt: Instant) {
    self.form = form
    self.file = file
    self.takenAt = takenAt
  }
}

/// Why evidence was not added, shown or withdrawn.
package enum EvidenceFault: Error, Equatable {
  case unknownCase
  case unknownExhibit
  /// Evidence of a closed case stays as it is.
  case closed
  /// It was withdrawn before.
  case withdrawn
  case refused(field: String, rule: String, facts: [String: String])
  case store(StoreFault)
  case file(FileFault)

  package var code: String {
    switch self {
    case .unknownCase: "case.unknown"
    case .unknownExhibit: "evidence.unknown"
    case .closed: "evidence.case_closed"
    case .withdrawn: "evidence.withdrawn"
    case .refused: "evidence.refused"
    case .store(let fault): fault.code
    case .file(let fault): fault.code
    }
  }
}

/// The evidence of a case, with its checklist and its chain of custody.
package struct EvidenceStanding: Sendable {
  package let `case`: Case
  /// All of it, withdrawn pieces too, in the order in which it was added.
  package let exhibits: [Exhibit]
  /// The newest first, at most `EvidenceDesk.actsMax`.
  package let acts: [CustodyAct]
  /// All withdrawals, however old.
  package let withdrawals: [CustodyAct]
  /// nil where no pack has one for the case's item.
  package let checklist: EvidenceChecklist?

  package var counting: [Exhibit] { EvidenceCheck.standing(exhibits, withdrawals) }
  package var lines: [EvidenceCheck.Line] {
    checklist.map { EvidenceCheck.lines($0, counting) } ?? []
  }
  package var isComplete: Bool { EvidenceCheck.missing(checklist, counting).isEmpty }
}

/// Evidence: added once, never changed; who sees it, withdraws it, hands it on or takes it out is on
/// record before it happens.
package struct EvidenceDesk: Sendable {
  /// Pieces of evidence of one case.
  package static let exhibitsMax = 200
  /// Acts of custody that are read of one case.
  package static let actsMax = 2_000
  /// Characters of a place, of who took it, and of the device.
  package static let labelMax = 200
  package static let noteMax = 500
  /// Who looks again within this time is not put on record again.
  static let seenAgainMilliseconds = Duration.hour
  /// Clocks of cameras may be so much ahead of ours.
  static let aheadMilliseconds = 5 * Duration.minute

  let engine: Engine
  let files: any FileKeeping

  package init(engine: Engine, files: any FileKeeping) {
    self.engine = engine
    self.files = files
  }

  /// - Throws: `unknownCase` also where the case lies outside the scope.
  package func standing(
    of id: ID<Case>, within scope: Scope
  ) async throws(EvidenceFault) -> EvidenceStanding {
    let dossier: Dossier
    do throws(DeskFault) {
      dossier = try await Desk(engine: engine).dossier(of: id)
    } catch {
      if case .store(let fault) = error { throw .store(fault) }
      throw .unknownCase
    }
    guard dossier.lies(in: scope) else { throw .unknownCase }
    let found = dossier.case
    return try await stored { () throws(StoreFault) in
      EvidenceStanding(
        case: found, exhibits: try await engine.store.exhibits(of: id),
        acts: try await engine.store.custody(of: id, kind: nil, limit: Self.actsMax),
        withdrawals: try await engine.store.custody(
          of: id, kind: .withdrawn, limit: Self.exhibitsMax),
        checklist: engine.catalogue.checklist(item: found.state.item))
    }
  }

  /// Adds a file that is kept already.
  package func add(
    _ draft: ExhibitDraft, to id: ID<Case>, by caller: Caller, request: String
  ) async throws(EvidenceFault) -> Exhibit {
    let standing = try await standing(of: id, within: caller.scope)
    guard standing.case.state.closedAt == nil else { throw .closed }
    let file = try await check(draft, standing)
    let personal = PersonalNote(engine: engine)
    let found = standing.case
    let (place, note) = try await stored { () throws(StoreFault) in
      (
        try await personal.masked(draft.place, about: found),
        try await personal.masked(draft.note, about: found)
      )
    }
    let now = engine.time.now
    let exhibit = Exhibit(
      id: engine.newID(), case: id, form: draft.form, line: draft.line, file: draft.file,
      byteCount: file.byteCount, takenAt: draft.takenAt, position: draft.position, place: place,
      taker: draft.taker, device: draft.device, note: note, addedAt: now,
      addedBy: caller.journaledStaff)
    try await commit("evidence.added", [.exhibit(exhibit)], found, caller.actor, request)
    return exhibit
  }

  private func check(
    _ draft: ExhibitDraft, _ standing: EvidenceStanding
  ) async throws(EvidenceFault) -> StoredFile {
    let file: StoredFile?
    do throws(FileFault) {
      file = try await files.describe(draft.file)
    } catch {
      throw .file(error)
    }
    guard let file else { throw .refused(field: "file", rule: "file.unknown", facts: [:]) }
    guard draft.form.fits(file.mediaType) else {
      throw .refused(
        field: "form", rule: "evidence.form_of_file", facts: ["file": file.mediaType])
    }
    if let code = draft.line {
      let lines = standing.checklist?.lines ?? []
      guard let line = lines.first(where: { $0.code == code }) else {
        throw .refused(
          field: "line", rule: "word.unknown",
          facts: ["allowed": lines.map(\.code).joined(separator: ",")])
      }
      guard line.form == draft.form else {
        throw .refused(
          field: "form", rule: "evidence.form_of_line", facts: ["allowed": line.form.rawValue])
      }
    }
    let latest = engine.time.now.advanced(byMilliseconds: Self.aheadMilliseconds)
    guard draft.takenAt <= latest else {
      throw .refused(field: "takenAt", rule: "time.future", facts: [:])
    }
    guard !draft.taker.allSatisfy(\.isWhitespace) else {
      throw .refused(field: "taker", rule: "field.required", facts: [:])
    }
    guard standing.exhibits.count < Self.exhibitsMax else {
      throw .refused(
        field: "file", rule: "evidence.too_many", facts: ["max": String(Self.exhibitsMax)])
    }
    guard !standing.counting.contains(where: { $0.file == draft.file }) else {
      throw .refused(field: "file", rule: "evidence.known", facts: [:])
    }
    return file
  }

  /// Puts on record that somebody opens these pieces of evidence now; who did so within the hour is
  /// not put on record again.
  package func see(
    _ exhibits: [Exhibit], of standing: EvidenceStanding, by caller: Caller, request: String
  ) async throws(EvidenceFault) {
    let now = engine.time.now
    let known = Set(
      standing.acts.filter {
        $0.kind == .seen && $0.staff == caller.journaledStaff
          && now.millisecondsSince($0.at) < Self.seenAgainMilliseconds
      }.compactMap(\.exhibit))
    let facts = exhibits.filter { !known.contains($0.id) }.map { exhibit in
      Fact.custody(act(.seen, standing.case, exhibit.id, caller))
    }
    guard !facts.isEmpty else { return }
    try await commit("evidence.seen", facts, standing.case, caller.actor, request)
  }

  /// Says that a piece of evidence does not count; it stays where it is, with the reason.
  package func withdraw(
    _ id: ID<Exhibit>, reason: String, by caller: Caller, request: String
  ) async throws(EvidenceFault) {
    let exhibit = try await stored { () throws(StoreFault) in try await engine.store.load(id) }
    guard let exhibit else { throw .unknownExhibit }
    let standing = try await standing(of: exhibit.case, within: caller.scope)
    guard standing.case.state.closedAt == nil else { throw .closed }
    guard standing.counting.contains(where: { $0.id == id }) else { throw .withdrawn }
    let withdrawal = act(.withdrawn, standing.case, id, caller, note: reason)
    try await commit(
      "evidence.withdrawn", [.custody(withdrawal)], standing.case, caller.actor, request)
  }

  /// Puts on record that a package was made, by its digest.
  package func export(
    _ package: Digest, of standing: EvidenceStanding, by caller: Caller, request: String
  ) async throws(EvidenceFault) {
    let made = act(.exported, standing.case, nil, caller, package: package)
    try await commit("evidence.exported", [.custody(made)], standing.case, caller.actor, request)
  }

  private func act(
    _ kind: CustodyAct.Kind, _ found: Case, _ exhibit: ID<Exhibit>?, _ caller: Caller,
    package: Digest? = nil, note: String = ""
  ) -> CustodyAct {
    CustodyAct(
      id: engine.newID(), case: found.id, exhibit: exhibit, kind: kind, at: engine.time.now,
      staff: caller.journaledStaff, unit: nil, package: package, note: note)
  }

  private func commit(
    _ kind: String, _ facts: [Fact], _ found: Case, _ actor: Actor, _ request: String
  ) async throws(EvidenceFault) {
    _ = try await stored { () throws(StoreFault) in
      try await engine.store.commit(
        ChangeSet(
          kind: kind, at: engine.time.now, actor: actor,
          subject: SubjectReference(kind: "case", id: found.id.rawValue), request: request,
          conditions: [], facts: facts))
    }
  }

  private func stored<Answer>(
    _ body: () async throws(StoreFault) -> Answer
  ) async throws(EvidenceFault) -> Answer {
    do throws(StoreFault) {
      return try await body()
    } catch {
      throw .store(error)
    }
  }
}

extension Caller {
  /// nil = the local administrator, whom no roster has.
  var journaledStaff: ID<Staff>? {
    if case .staff(let id) = actor { id } else { nil }
  }
}

extension Exhibit.Form {
  /// Whether a file of this media type can be such a proof.
  func fits(_ mediaType: String) -> Bool {
    switch self {
    case .picture: mediaType.hasPrefix("image/")
    case .video: mediaType.hasPrefix("video/")
    case .reading: mediaType.hasPrefix("text/")
    case .document: mediaType.hasPrefix("text/") || mediaType == "application/pdf"
    }
  }
}
