import City
import Discovering
package import Ports
import Synchronization

/// Asks other systems for their tickets by a timer, and takes what they push.
///
/// A ticket is known by its profile and its own id, so that what comes twice, by either way, is one
/// signal. How far an exchange came is kept after its tickets are: a crash between asks again.
package final class ExchangeDesk: Sendable {
  /// How often it looks whether an exchange is due.
  static let restMilliseconds: Int64 = 1_000
  /// Characters of what the journal says of refused rows of one page.
  static let refusalsNoteMax = 2_000

  private let engine: Engine
  private let exchanging: any TicketExchanging
  private let held: Mutex<[String: ExchangeState]>

  package init(engine: Engine, exchanging: any TicketExchanging) {
    self.engine = engine
    self.exchanging = exchanging
    let now = engine.time.now
    held = Mutex(
      Dictionary(
        uniqueKeysWithValues: exchanging.terms.map { terms in
          var state = ExchangeState(terms: terms)
          if terms.pull != nil { state.nextAt = now }
          return (terms.code, state)
        }))
  }

  /// How every exchange goes, in the settings' order.
  package var states: [ExchangeState] {
    held.withLock { held in exchanging.terms.compactMap { held[$0.code] } }
  }

  private func change(_ code: String, _ change: (inout ExchangeState) -> Void) {
    held.withLock { held in
      guard var state = held[code] else { return }
      change(&state)
      held[code] = state
    }
  }

  /// Asks until the task is cancelled.
  package func run() async {
    while !Task.isCancelled {
      await turn()
      try? await Task.sleep(for: .milliseconds(Self.restMilliseconds))
    }
  }

  /// Asks every exchange that is due, one after the other.
  package func turn() async {
    for state in states {
      guard let due = state.nextAt, due <= engine.time.now, !Task.isCancelled else { continue }
      await ask(state.terms)
    }
  }

  private func ask(_ terms: ExchangeTerms) async {
    change(terms.code) { $0.askedAt = engine.time.now }
    do throws(ExchangeFault) {
      try await pages(terms)
      change(terms.code) { $0.succeed(at: engine.time.now) }
    } catch {
      change(terms.code) {
        $0.fail(error.detail, at: engine.time.now, chance: Double.random(in: 0..<1))
      }
    }
  }

  private func pages(_ terms: ExchangeTerms) async throws(ExchangeFault) {
    let follower = Self.follower(terms.code)
    var known: FollowerPosition?
    do throws(StoreFault) {
      known = try await engine.store.position(of: follower)
    } catch {
      throw ExchangeFault(detail: error.code)
    }
    var mark = known?.mark ?? ""
    var count = known?.position ?? 0
    for _ in 0..<(terms.pull?.pagesMax ?? 0) {
      if Task.isCancelled { return }
      let page = try await exchanging.pull(from: terms.code, after: mark)
      let (_, refused) = try await take(page.rows, terms, request: "")
      count += Int64(page.rows.count)
      if page.mark != mark || !refused.isEmpty {
        try await keep(page.mark, count, refused, follower)
        mark = page.mark
      }
      if page.isLast { return }
    }
  }

  private static func follower(_ code: String) -> String { "exchange:" + code }

  private func keep(
    _ mark: String, _ count: Int64, _ refused: [ForeignRefusal], _ follower: String
  ) async throws(ExchangeFault) {
    let now = engine.time.now
    var position = FollowerPosition(follower: follower, position: count, at: now)
    position.mark = mark
    let words = refused.map { "\($0.ticket) \($0.field) \($0.rule)" }.joined(separator: "; ")
    let note = String(words.prefix(Self.refusalsNoteMax))
    do throws(StoreFault) {
      _ = try await engine.store.commit(
        ChangeSet(
          kind: "exchange.asked", at: now, actor: .engine("exchange"),
          subject: SubjectReference(kind: "exchange", id: 0), request: "", conditions: [],
          facts: [.followed(position)] + (note.isEmpty ? [] : [.note(note)])))
    } catch {
      throw ExchangeFault(detail: error.code)
    }
  }

  // MARK: What comes

  /// Checks and takes what another system sent by itself.
  /// - Returns: what became of each row, in their order.
  /// - Throws: `PushFault`; then nothing of the message counts, and what was taken is told as
  ///   repeated when it comes again.
  package func push(
    _ message: PushedMessage, to code: String, request: String
  ) async throws(PushFault) -> [ToldRow] {
    guard let terms = exchanging.terms.first(where: { $0.code == code }), terms.takesPush else {
      throw .refused(.unknown)
    }
    let rows: [ForeignRow]
    do throws(PushRefusal) {
      rows = try exchanging.read(message, for: code)
    } catch {
      change(code) { $0.pushesRefused[error.code, default: 0] += 1 }
      throw .refused(error)
    }
    do throws(ExchangeFault) {
      return try await take(rows, terms, request: request).told
    } catch {
      throw .unavailable
    }
  }

  private func take(
    _ rows: [ForeignRow], _ terms: ExchangeTerms, request: String
  ) async throws(ExchangeFault) -> (told: [ToldRow], refused: [ForeignRefusal]) {
    var told: [ToldRow] = []
    for (index, row) in rows.enumerated() {
      switch row {
      case .refused(let refusal):
        var line = ToldRow(row: refusal.row, ticket: refusal.ticket, outcome: .refused)
        line.refusal = refusal
        told.append(line)
      case .ticket(let ticket):
        told.append(try await take(ticket, row: index + 1, terms, request: request))
      }
    }
    let (now, final) = (engine.time.now, told)
    let refused = held.withLock { $0[terms.code]?.count(final, at: now) ?? [] }
    return (told, refused)
  }

  private func take(
    _ ticket: ForeignTicket, row: Int, _ terms: ExchangeTerms, request: String
  ) async throws(ExchangeFault) -> ToldRow {
    do throws(IntakeFault) {
      let outcome = try await file(ticket, terms, request: request)
      let told: ExchangeState.Outcome =
        switch outcome.kind {
        case .opened: ticket.closedAt == nil ? .opened : .history
        case .joined: .joined
        case .repeated: .repeated
        }
      var line = ToldRow(row: row, ticket: ticket.id, outcome: told)
      line.number = try await number(of: outcome)
      return line
    } catch {
      return try Self.refused(ticket, row: row, error)
    }
  }

  private static func refused(
    _ ticket: ForeignTicket, row: Int, _ fault: IntakeFault
  ) throws(ExchangeFault) -> ToldRow {
    switch fault {
    case .rival:
      return ToldRow(row: row, ticket: ticket.id, outcome: .rival)
    case .refused, .unknownThing:
      var field = ""
      var rule = fault.code
      if case .refused(let findings) = fault, let first = findings.first {
        (field, rule) = (first.field, first.rule)
      }
      var line = ToldRow(row: row, ticket: ticket.id, outcome: .refused)
      line.refusal = ForeignRefusal(row: row, ticket: ticket.id, field: field, rule: rule)
      return line
    case .crowded, .sealing, .store: throw ExchangeFault(detail: fault.code)
    }
  }

  /// What is open goes the way of every new signal; what the other side closed is history.
  private func file(
    _ ticket: ForeignTicket, _ terms: ExchangeTerms, request: String
  ) async throws(IntakeFault) -> IntakeOutcome {
    var draft = SignalDraft()
    draft.externalID = "\(terms.profile):\(ticket.id)"
    draft.item = ticket.item
    draft.title = ticket.title
    draft.text = ticket.text
    draft.address = ticket.address
    draft.longitude = ticket.position?.longitude
    draft.latitude = ticket.position?.latitude
    draft.occurredAt = ticket.createdAt
    draft.reporterName = ticket.reporterName
    draft.reporterPhone = ticket.reporterPhone
    let signal = IncomingSignal(
      channel: terms.channel, draft: draft, raw: ticket.raw, findsItem: ticket.findsItem)
    let actor = Actor.engine("exchange")
    guard let closedAt = ticket.closedAt, try await isNew(draft.externalID, terms) else {
      return try await Intake(engine: engine).take(signal, by: actor, request: request)
    }
    return try await History(engine: engine).take(
      HistoricTicket(
        signal: signal, filedAt: ticket.createdAt, closedAt: closedAt, unit: unit(ticket.unit),
        reply: ticket.reply, joins: false), by: actor, request: request)
  }

  private func isNew(_ id: String, _ terms: ExchangeTerms) async throws(IntakeFault) -> Bool {
    do throws(StoreFault) {
      return try await engine.store.signal(channel: terms.channel, externalID: id) == nil
    } catch {
      throw .store(error)
    }
  }

  private func unit(_ name: String?) -> ID<Unit>? {
    guard let name else { return nil }
    let directory = engine.directory
    return directory.unitIDs[name] ?? directory.units.values.first { $0.name == name }?.id
  }

  private func number(of outcome: IntakeOutcome) async throws(IntakeFault) -> CaseNumber? {
    if let number = outcome.number { return number }
    guard let id = outcome.case else { return nil }
    do throws(StoreFault) {
      return try await engine.store.load(id)?.filing.number
    } catch {
      throw .store(error)
    }
  }
}

/// Why what was pushed did not count.
package enum PushFault: Error, Equatable {
  case refused(PushRefusal)
  /// Later it may.
  case unavailable
}
