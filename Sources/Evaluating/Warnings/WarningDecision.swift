package import City
package import Pack

/// What speaks for a warning in one area now.
package struct WarningFinding: Hashable, Sendable {
  package let grade: Grade
  package let source: Warning.Source
  /// The sentence that says so.
  package let why: String
  /// When what is warned of is expected; nil = now.
  package var expectedAt: Instant?
  /// The warning that announces it.
  package var cause: ID<Warning>?

  package init(grade: Grade, source: Warning.Source, why: String) {
    self.grade = grade
    self.source = source
    self.why = why
  }

  /// The graver of two; of equals what is there before what is expected, then the first.
  package static func graver(_ left: WarningFinding?, _ right: WarningFinding?) -> WarningFinding? {
    guard let left else { return right }
    guard let right else { return left }
    func order(_ finding: WarningFinding) -> (Int, Int) {
      (finding.grade.rank, finding.expectedAt == nil ? 1 : 0)
    }
    return order(right) > order(left) ? right : left
  }
}

/// The life of a warning: issued, raised, prolonged, lowered, lifted.
package struct WarningDecision: Sendable {
  let kind: WarningKind

  package init(kind: WarningKind) {
    self.kind = kind
  }

  private var validMilliseconds: Int64 { Int64(kind.validHours) * Duration.hour }
  private var calmMilliseconds: Int64 { Int64(kind.calmMinutes) * Duration.minute }

  /// A new warning's first state.
  package func issued(
    _ finding: WarningFinding, at now: Instant, by staff: ID<Staff>? = nil, until: Instant? = nil
  ) -> WarningState {
    let from = finding.expectedAt ?? now
    return WarningState(
      grade: finding.grade, from: from,
      to: until ?? max(from, now).advanced(byMilliseconds: validMilliseconds), why: finding.why,
      measures: kind.measures(at: finding.grade),
      changes: [
        WarningChange(
          kind: .issued, grade: finding.grade, at: now, staff: staff, why: finding.why)
      ])
  }

  /// What becomes of a standing warning; nil = nothing.
  /// - Parameters:
  ///   - finding: what speaks for it now; nil = nothing does.
  ///   - calmSince: since when less than its grade spoke for it; nil where its grade does now.
  package func next(
    _ state: WarningState, _ finding: WarningFinding?, calmSince: Instant?, at now: Instant
  ) -> WarningState? {
    let isCalm = calmSince.map { now.millisecondsSince($0) >= calmMilliseconds } ?? false
    guard let finding else {
      guard isCalm || now >= state.to else { return nil }
      return lifted(state, at: now, by: nil, why: "")
    }
    let rank = finding.grade.rank
    if rank > state.grade.rank { return changed(state, finding, .raised, at: now) }
    if rank < state.grade.rank {
      return isCalm || now >= state.to ? changed(state, finding, .lowered, at: now) : nil
    }
    // Renewed when half of its time is over, so that it does not run out under those who watch it.
    guard state.to.millisecondsSince(now) < validMilliseconds / 2 else { return nil }
    return changed(state, finding, .prolonged, at: now)
  }

  private func changed(
    _ state: WarningState, _ finding: WarningFinding, _ change: WarningChange.Kind,
    at now: Instant
  ) -> WarningState {
    var next = state
    next.grade = finding.grade
    // What is there already is not expected later.
    next.from = min(state.from, finding.expectedAt ?? now)
    next.to = max(finding.expectedAt ?? now, now).advanced(byMilliseconds: validMilliseconds)
    next.why = finding.why
    next.measures = kind.measures(at: finding.grade)
    next.add(
      WarningChange(kind: change, grade: finding.grade, at: now, staff: nil, why: finding.why))
    next.version += 1
    return next
  }

  /// The grade that a person, or another system, gives a standing warning.
  package func graded(
    _ state: WarningState, _ grade: Grade, until: Instant?, why: String, at now: Instant,
    by staff: ID<Staff>?
  ) -> WarningState {
    var next = state
    let change: WarningChange.Kind =
      grade.rank > state.grade.rank
      ? .raised : grade.rank < state.grade.rank ? .lowered : .prolonged
    next.grade = grade
    next.to = until ?? max(state.to, now.advanced(byMilliseconds: validMilliseconds))
    if !why.isEmpty { next.why = why }
    next.measures = kind.measures(at: grade)
    next.add(WarningChange(kind: change, grade: grade, at: now, staff: staff, why: why))
    next.version += 1
    return next
  }

  /// Ends a warning.
  package func lifted(
    _ state: WarningState, at now: Instant, by staff: ID<Staff>?, why: String
  ) -> WarningState {
    var next = state
    next.liftedAt = now
    next.to = min(state.to, now)
    next.add(
      WarningChange(kind: .lifted, grade: state.grade, at: now, staff: staff, why: why))
    next.version += 1
    return next
  }

  /// Lines of the plan that the gravest grade so far calls for, by their numbers.
  package func planned(_ state: WarningState) -> [Int] {
    let gravest = state.changes.map(\.grade.rank).max() ?? state.grade.rank
    return kind.plan.indices.filter { kind.plan[$0].from.rank <= gravest }
  }
}

/// Fills the places of a sentence; what nothing fills stays as it is.
package enum WarningSentence {
  /// The sentence with the values of its places.
  package static func text(_ say: String, _ values: [String: String]) -> String {
    var said = ""
    var rest = Substring(say)
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      let place = String(rest[rest.index(after: open)..<close])
      said += rest[..<open] + (values[place] ?? "{\(place)}")
      rest = rest[rest.index(after: close)...]
    }
    return said + rest
  }
}
