package import City
package import Pack
package import Ports

/// What a person agreed to or took back, opened for who may read it.
package struct ConsentRecord: Hashable, Sendable {
  package let at: Instant
  package let details: ConsentDetails
}

/// One purpose that a person says yes or no to.
package struct ConsentDraft: Hashable, Sendable {
  package let purpose: Purpose
  package let isGiven: Bool
  package let way: ConsentDetails.Way
  /// Who writes it down, and what the person asked for; nil and empty where he does so himself.
  package let staff: ID<Staff>?
  package let reason: String

  package init(
    _ purpose: Purpose, isGiven: Bool, way: ConsentDetails.Way, staff: ID<Staff>? = nil,
    reason: String = ""
  ) {
    self.purpose = purpose
    self.isGiven = isGiven
    self.way = way
    self.staff = staff
    self.reason = reason
  }
}

/// Why a consent was not kept, or a use of somebody's contact was refused.
package enum ConsentFault: Error, Equatable {
  /// Nobody left his name or number, or his key was destroyed.
  case nobody
  /// The law has it so: nobody is asked.
  case duty(String)
  case tooMany(max: Int)
  /// He was asked and did not agree, or was never asked.
  case missing(purpose: String)
  case withdrawn(purpose: String)
  case sealing(SealingFault)
  case store(StoreFault)

  package var code: String {
    switch self {
    case .nobody: "consent.nobody"
    case .duty: "consent.duty"
    case .tooMany: "consent.too_many"
    case .missing: "consent.missing"
    case .withdrawn: "consent.withdrawn"
    case .sealing(let fault): fault.code
    case .store(let fault): fault.code
    }
  }
}

/// Keeps what people agree to, sealed for each, and is asked before their contact is used.
package struct ConsentDesk: Sendable {
  /// Characters of what a person asked for.
  package static let reasonMax = 200
  /// Cases that are looked at for one part of a list of those who may be called.
  static let lookedAtMax = 2_000

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// All that is known of a person, the oldest first; what no key opens any more is left out.
  package func records(of reporter: ID<Reporter>) async throws(StoreFault) -> [ConsentRecord] {
    try await engine.store.consents(of: reporter).compactMap { consent in
      guard let bytes = try? engine.sealing.open(consent.details) else { return nil }
      return ConsentText.decode(bytes).map { ConsentRecord(at: consent.at, details: $0) }
    }
  }

  /// Keeps what a person says; what he said before in the same words changes nothing.
  ///
  /// - Parameter onlyFirst: whether what he said of a purpose before stands, as for a report that
  ///   is sent again.
  package func keep(
    _ drafts: [ConsentDraft], of reporter: ID<Reporter>, onlyFirst: Bool = false, by actor: Actor,
    request: String
  ) async throws(ConsentFault) {
    let known = try await stored { () throws(StoreFault) in try await records(of: reporter) }
    let person = try await stored { () throws(StoreFault) in
      try await engine.store.load(reporter)
    }
    guard let subject = person?.details?.subject else { throw .nobody }
    let now = engine.time.now
    var facts: [Fact] = []
    for draft in drafts {
      guard draft.purpose.basis == .consent else { throw .duty(draft.purpose.code) }
      let last = known.last { $0.details.purpose == draft.purpose.code }?.details
      guard !onlyFirst || last == nil else { continue }
      let isSame = last?.isGiven == draft.isGiven && last?.wording == draft.purpose.version
      if isSame { continue }
      let details = ConsentDetails(
        purpose: draft.purpose.code, isGiven: draft.isGiven, wording: draft.purpose.version,
        way: draft.way, staff: draft.staff, reason: draft.reason)
      do throws(SealingFault) {
        let sealed = try engine.sealing.seal(ConsentText.encode(details), for: subject)
        facts.append(
          .consent(Consent(id: engine.newID(), reporter: reporter, at: now, details: sealed)))
      } catch {
        throw .sealing(error)
      }
    }
    guard !facts.isEmpty else { return }
    guard known.count + facts.count <= Consent.recordsMax else {
      throw .tooMany(max: Consent.recordsMax)
    }
    let changes = ChangeSet(
      kind: "person.consent", at: now, actor: actor,
      subject: SubjectReference(kind: "reporter", id: reporter.rawValue), request: request,
      conditions: [], facts: facts)
    _ = try await stored { () throws(StoreFault) in try await engine.store.commit(changes) }
  }

  /// Refuses to show a reporter's contact where its use needs a consent that is not there.
  package func check(
    _ duty: Reveal.Duty, of found: Case, by caller: Caller
  ) async throws(ConsentFault) {
    guard let use = use(duty, by: caller),
      let purpose = engine.catalogue.purposes.first(where: { $0.use == use }),
      let reporter = found.filing.reporter
    else { return }
    let said = try await stored { () throws(StoreFault) in
      try await self.said(of: purpose, by: reporter)
    }
    guard !purpose.permits(said, through: found.filing.channel) else { return }
    throw said == nil ? .missing(purpose: purpose.name) : .withdrawn(purpose: purpose.name)
  }

  /// Which use a duty is; nil where the law alone decides. Who takes reports in handles them by
  /// duty; everybody else gets in touch.
  private func use(_ duty: Reveal.Duty, by caller: Caller) -> Purpose.Use? {
    switch duty {
    case .law: return nil
    case .callBack: return .callBack
    case .handle, .verify, .other:
      let kind = engine.directory.units[caller.staff.unit]?.kind
      return kind == .centre || kind == .streetCentre ? .handling : .contact
    }
  }

  private func said(
    of purpose: Purpose, by reporter: ID<Reporter>
  ) async throws(StoreFault) -> Bool? {
    try await records(of: reporter).last { $0.details.purpose == purpose.code }?.details.isGiven
  }

  /// Of a list of cases those whose reporter may be called back, without those that nobody left a
  /// contact for. At most `lookedAtMax` cases are looked at; where more are left, `next` says where
  /// to go on, even of a part without elements.
  package func callable(_ query: CaseQuery) async throws(StoreFault) -> Page<Case> {
    let purpose = engine.catalogue.purposes.first { $0.use == .callBack }
    let limit = query.page.limit
    var (found, next, looked) = ([Case](), query.page.before, 0)
    repeat {
      var part = query
      part.page = PageRequest(
        limit: min(PageRequest.limitMax, Self.lookedAtMax - looked), before: next)
      let page = try await engine.store.cases(part)
      for one in page.elements {
        looked += 1
        next = one.id.rawValue
        guard let reporter = one.filing.reporter, try await holds(reporter) else { continue }
        let said: Bool? =
          if let purpose { try await self.said(of: purpose, by: reporter) } else { nil }
        guard purpose?.permits(said, through: one.filing.channel) ?? true else { continue }
        found.append(one)
        if found.count == limit { return Page(elements: found, next: next) }
      }
      if page.next == nil { return Page(elements: found, next: nil) }
    } while looked < Self.lookedAtMax
    return Page(elements: found, next: next)
  }

  /// Whether his contact can still be opened.
  private func holds(_ reporter: ID<Reporter>) async throws(StoreFault) -> Bool {
    try await engine.store.load(reporter)?.details != nil
  }

  private func stored<Answer>(
    _ body: () async throws(StoreFault) -> Answer
  ) async throws(ConsentFault) -> Answer {
    do throws(StoreFault) {
      return try await body()
    } catch {
      throw .store(error)
    }
  }
}

/// A consent's details as the bytes that are sealed.
enum ConsentText {
  private static let separator: Character = "\u{1F}"

  static func encode(_ details: ConsentDetails) -> [UInt8] {
    let parts = [
      details.purpose, details.isGiven ? "1" : "0", String(details.wording), details.way.rawValue,
      details.staff.map { String($0.rawValue) } ?? "", details.reason,
    ]
    return Array(parts.joined(separator: String(separator)).utf8)
  }

  /// Reads what `encode` wrote; nil for anything else.
  static func decode(_ bytes: [UInt8]) -> ConsentDetails? {
    let parts = String(decoding: bytes, as: UTF8.self)
      .split(separator: separator, maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 6, let wording = Int(parts[2]),
      let way = ConsentDetails.Way(rawValue: parts[3])
    else { return nil }
    return ConsentDetails(
      purpose: parts[0], isGiven: parts[1] == "1", wording: wording, way: way,
      staff: Int64(parts[4]).map { ID($0) }, reason: parts[5])
  }
}
