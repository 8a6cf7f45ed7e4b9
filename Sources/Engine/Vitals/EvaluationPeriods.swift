package import City
package import Evaluating
import Pack
package import Ports

/// Why a score was not frozen, or an appeal not taken.
package enum PeriodFault: Error, Equatable {
  case unknownFormula
  /// The period, the line or the appeal is not there, or not the caller's to see.
  case unknown
  /// The period is not over.
  case notOver
  /// It was frozen before.
  case frozen(ID<EvaluationPeriod>)
  case tooMany(max: Int)
  /// The case stands behind no number of this line.
  case notItsCase
  case appealedAlready
  /// Nobody decides his own appeal.
  case sameHand
  case decidedAlready
  case words(field: String, max: Int)
  case crowded
  case store(StoreFault)

  package var code: String {
    switch self {
    case .unknownFormula: "evaluation.unknown"
    case .unknown: "period.unknown"
    case .notOver: "period.not_over"
    case .frozen: "period.frozen"
    case .tooMany: "period.too_many"
    case .notItsCase: "appeal.not_its_case"
    case .appealedAlready: "appeal.appealed_already"
    case .sameHand: "appeal.same_hand"
    case .decidedAlready: "appeal.decided_already"
    case .words: "text.too_long"
    case .crowded: "appeal.crowded"
    case .store(let fault): fault.code
    }
  }
}

// Periods whose scores were frozen, counted again, and corrected by appeals.
extension VitalDesk {
  /// Freezes the scores of a period that is over: of all that the journal says now. Call `follow`
  /// before.
  package func freeze(
    _ code: String, _ period: Period, by staff: ID<Staff>, actor: Actor, request: String
  ) async throws(PeriodFault) -> EvaluationPeriod {
    guard let formula = formula(code) else { throw .unknownFormula }
    let now = engine.time.now
    guard period.to <= now else { throw .notOver }
    let lines = table(formula, period, cases, without: [])
    guard lines.count <= EvaluationPeriod.linesMax else {
      throw .tooMany(max: EvaluationPeriod.linesMax)
    }
    let frozen = EvaluationPeriod(
      id: engine.newID(), formula: code, from: period.from, to: period.to, frozenAt: now,
      staff: staff, sequence: position, lines: lines)
    do throws(StoreFault) {
      _ = try await engine.store.commit(
        ChangeSet(
          kind: "evaluation.frozen", at: now, actor: actor,
          subject: SubjectReference(kind: "period", id: frozen.id.rawValue), request: request,
          conditions: [.periodAbsent(key: frozen.key)], facts: [.period(frozen)]))
      return frozen
    } catch {
      guard case .conflict = error else { throw .store(error) }
      let known = try await periods().first { $0.key == frozen.key }
      throw known.map { .frozen($0.id) } ?? .crowded
    }
  }

  private func periods() async throws(PeriodFault) -> [EvaluationPeriod] {
    do throws(StoreFault) {
      return try await engine.store.periods()
    } catch {
      throw .store(error)
    }
  }

  /// The lines of a frozen period, made again from the journal's entries up to its number.
  package func recount(
    _ frozen: EvaluationPeriod
  ) async throws(PeriodFault) -> [FrozenLine] {
    guard let formula = formula(frozen.formula),
      let period = Period(from: frozen.from, to: frozen.to)
    else { throw .unknownFormula }
    return table(formula, period, try await book(upTo: frozen.sequence), without: [])
  }

  /// Cases as the journal's first entries have them.
  private func book(upTo sequence: Int64) async throws(PeriodFault) -> CaseBook {
    var book = CaseBook(
      items: engine.catalogue.items.map { ($0.code, $0.weight) },
      contactClocks: engine.catalogue.contactClocks, marks: engine.catalogue.caseMarks,
      keepsChanges: false)
    var position: Int64 = 0
    do throws(StoreFault) {
      while position < sequence {
        let entries = try await engine.store.entries(after: position, limit: Self.entriesMax)
        guard let last = entries.last else { break }
        for entry in entries where entry.sequence <= sequence {
          for fact in entry.facts { book.take(fact) }
        }
        position = last.sequence
      }
    } catch {
      throw .store(error)
    }
    return book
  }

  private func formula(_ code: String) -> EvaluationFormula? {
    engine.catalogue.evaluations.first { $0.code == code }
  }

  private func table(
    _ formula: EvaluationFormula, _ period: Period, _ book: CaseBook, without: Set<Int64>
  ) -> [FrozenLine] {
    let grouping = grouping(formula.subject, .everything, book)
    let found = Evaluation(
      formula, book: book, period: period, catalogue: engine.catalogue
    ) { row in
      without.contains(row.id) ? nil : grouping.key(row)
    }
    return found.lines.map { line in
      let (key, name) = grouping.name(line.key)
      return FrozenLine(
        key: key, name: name, points: line.points, adjusted: line.adjusted,
        parts: zip(formula.parts, line.parts).map { part, own in
          FrozenPart(
            code: part.code, count: own.count, per: own.per, rate: own.rate, points: own.points)
        })
    }
  }

  /// Whether a caller may see a line: what is judged lies within his scope.
  package func sees(_ line: FrozenLine, of frozen: EvaluationPeriod, scope: Scope) -> Bool {
    guard scope != .everything else { return true }
    guard let formula = formula(frozen.formula), let id = Int64(line.key) else { return false }
    let directory = engine.directory
    switch formula.subject {
    case .unit:
      let area = directory.units[ID(id)]?.area.map { directory.path(of: $0) } ?? .outside
      return scope.holds(area: area, unit: directory.path(of: ID<Unit>(id)))
    case .street: return scope.holds(area: directory.path(of: ID<Area>(id)), unit: .none)
    case .person:
      let unit = directory.staff[ID(id)].map { directory.path(of: $0.unit) } ?? .none
      return scope.holds(area: .outside, unit: unit)
    case .item, .channel: return false
    }
  }

  // MARK: Appeals

  /// Says that a case should not count in a line.
  package func appeal(
    _ draft: AppealDraft, by staff: ID<Staff>, actor: Actor, request: String, scope: Scope
  ) async throws(PeriodFault) -> Appeal {
    guard draft.reason.unicodeScalars.count <= Appeal.wordsMax else {
      throw .words(field: "reason", max: Appeal.wordsMax)
    }
    let frozen = try await load(draft.period)
    guard let line = frozen.lines.first(where: { $0.key == draft.key }),
      sees(line, of: frozen, scope: scope)
    else { throw .unknown }
    let known = try await appeals(of: frozen.id)
    guard known.count < Appeal.appealsMax else { throw .tooMany(max: Appeal.appealsMax) }
    guard !known.contains(where: { $0.key == draft.key && $0.case == draft.case }) else {
      throw .appealedAlready
    }
    guard try await isBehind(draft.case, line, frozen) else { throw .notItsCase }
    let appeal = Appeal(
      id: engine.newID(), period: frozen.id, key: draft.key, case: draft.case,
      reason: draft.reason, at: engine.time.now, staff: staff)
    try await commit(appeal, "appeal.made", actor, request, conditions: [])
    return appeal
  }

  private func isBehind(
    _ id: ID<Case>, _ line: FrozenLine, _ frozen: EvaluationPeriod
  ) async throws(PeriodFault) -> Bool {
    guard let formula = formula(frozen.formula),
      let period = Period(from: frozen.from, to: frozen.to)
    else { throw .unknownFormula }
    let book = try await book(upTo: frozen.sequence)
    guard let place = book.place(of: id) else { return false }
    let row = book.rows[place]
    let grouping = grouping(formula.subject, .everything, book)
    guard let key = grouping.key(row), grouping.name(key).key == line.key else { return false }
    let found = Evaluation(
      formula, book: book, period: period, catalogue: engine.catalogue, key: grouping.key)
    return formula.parts.indices.contains { part in
      [true, false].contains { counted in
        found.rows(
          of: key, part: part, counted: counted, book: book, period: period,
          key: { $0.id == row.id ? grouping.key($0) : nil }
        ).contains { $0.id == row.id }
      }
    }
  }

  /// Decides an appeal; where it is upheld the line is counted again without its case and those of
  /// all appeals of the line that were upheld before.
  package func decide(
    _ id: ID<Appeal>, uphold: Bool, answer: String, by staff: ID<Staff>, actor: Actor,
    request: String
  ) async throws(PeriodFault) -> Appeal {
    guard answer.unicodeScalars.count <= Appeal.wordsMax else {
      throw .words(field: "answer", max: Appeal.wordsMax)
    }
    guard let found = try await loadAppeal(id) else { throw .unknown }
    guard found.state == .open else { throw .decidedAlready }
    guard found.staff != staff else { throw .sameHand }
    var appeal = found
    appeal.state = uphold ? .upheld : .refused
    appeal.decidedAt = engine.time.now
    appeal.decidedBy = staff
    appeal.answer = answer
    appeal.version += 1
    if uphold {
      let frozen = try await load(found.period)
      guard let formula = formula(frozen.formula),
        let period = Period(from: frozen.from, to: frozen.to)
      else { throw .unknownFormula }
      let upheld = try await appeals(of: frozen.id)
        .filter { $0.key == found.key && $0.state == .upheld }
      let without = Set((upheld + [found]).map(\.case.rawValue))
      let book = try await book(upTo: frozen.sequence)
      appeal.corrected =
        table(formula, period, book, without: without).first { $0.key == found.key }
        ?? FrozenLine(
          key: found.key, name: "", points: nil, adjusted: nil, parts: [])
    }
    try await commit(
      appeal, "appeal.\(appeal.state.rawValue)", actor, request,
      conditions: [.appealVersion(id, found.version)])
    return appeal
  }

  private func commit(
    _ appeal: Appeal, _ kind: String, _ actor: Actor, _ request: String, conditions: [Condition]
  ) async throws(PeriodFault) {
    do throws(StoreFault) {
      _ = try await engine.store.commit(
        ChangeSet(
          kind: kind, at: engine.time.now, actor: actor,
          subject: SubjectReference(kind: "appeal", id: appeal.id.rawValue), request: request,
          conditions: conditions, facts: [.appeal(appeal)]))
    } catch {
      if case .conflict = error { throw .decidedAlready }
      throw .store(error)
    }
  }

  package func load(_ id: ID<EvaluationPeriod>) async throws(PeriodFault) -> EvaluationPeriod {
    let found: EvaluationPeriod?
    do throws(StoreFault) {
      found = try await engine.store.load(id)
    } catch {
      throw .store(error)
    }
    guard let found else { throw .unknown }
    return found
  }

  package func appeals(
    of period: ID<EvaluationPeriod>
  ) async throws(PeriodFault) -> [Appeal] {
    do throws(StoreFault) {
      return try await engine.store.appeals(of: period)
    } catch {
      throw .store(error)
    }
  }

  private func loadAppeal(_ id: ID<Appeal>) async throws(PeriodFault) -> Appeal? {
    do throws(StoreFault) {
      return try await engine.store.load(id)
    } catch {
      throw .store(error)
    }
  }
}

/// What a unit says against its score.
package struct AppealDraft: Sendable {
  package let period: ID<EvaluationPeriod>
  package let key: String
  package let `case`: ID<Case>
  package let reason: String

  package init(period: ID<EvaluationPeriod>, key: String, case: ID<Case>, reason: String) {
    self.period = period
    self.key = key
    self.case = `case`
    self.reason = reason
  }
}

extension CaseBook {
  /// Takes in what a fact of the journal says of cases; others change nothing.
  mutating func take(_ fact: Fact) {
    switch fact {
    case .caseFiled(let filed): file(filed)
    case .caseMoved(let id, let state): move(id, to: state)
    case .order(let order): take(order)
    case .event(let event): take(event)
    case .judgement(let judgement): take(judgement)
    case .step(let step): take(step)
    default: break
    }
  }
}
