import City
import Evaluating
import Pack
package import Ports

/// Issues, raises, lowers and lifts warnings by the conditions and chains of the packs, and follows
/// their plans.
///
/// Each turn is decided from what stands in the store and from the numbers of the city; the only
/// thing held besides is since when a warning is calm, which a restart lets begin anew.
package actor WarningWatch {
  /// Under this name it acts.
  package static let name = "warnings"
  /// How often alarms and cases are looked at, and how often vitals of observations and forecasts.
  static let restMilliseconds: Int64 = Duration.minute
  static let fullMilliseconds: Int64 = 15 * Duration.minute

  private let engine: Engine
  private let vitals: VitalDesk
  private let warnings: Warnings
  private var calm: [ID<Warning>: Instant] = [:]
  private var lookedAt: Instant?
  /// What observations and forecasts said when they were looked at last.
  private var slow: [String: [ID<Area>: WarningFinding]] = [:]

  package init(engine: Engine, vitals: VitalDesk) {
    self.engine = engine
    self.vitals = vitals
    warnings = Warnings(engine: engine)
  }

  /// Watches until the task is cancelled.
  package func run() async {
    // A start is busy enough: observations and forecasts are looked at when it is over.
    lookedAt = engine.time.now
    while !Task.isCancelled {
      do throws(StoreFault) {
        try await turn()
      } catch {
        // A full disk or a closing store: what was missed is found in the next turn.
      }
      try? await Task.sleep(for: .milliseconds(Self.restMilliseconds))
    }
  }

  /// One look at everything.
  /// - Returns: how many warnings changed.
  @discardableResult
  package func turn() async throws(StoreFault) -> Int {
    guard !engine.catalogue.warnings.isEmpty else { return 0 }
    let now = engine.time.now
    let isFull = lookedAt.map { now.millisecondsSince($0) >= Self.fullMilliseconds } ?? true
    if isFull { try await vitals.refresh() } else { try await vitals.follow() }
    var standing = try await warnings.standing()
    var changed = 0
    for kind in order {
      var found = await vitals.findings(isFull ? kind : kind.quick)
      if isFull {
        slow[kind.code] = found.filter { $0.value.source != .alarms }
      } else {
        found.merge(slow[kind.code] ?? [:]) { WarningFinding.graver($0, $1) ?? $0 }
      }
      announce(kind, standing, &found, at: now)
      changed += try await decide(kind, found, &standing, at: now)
    }
    if isFull { lookedAt = now }
    changed += try await end(&standing, at: now)
    for warning in standing where warning.state.liftedAt == nil {
      try await warnings.followPlan(warning)
    }
    let ids = Set(standing.map(\.id))
    calm = calm.filter { ids.contains($0.key) }
    return changed
  }

  /// Kinds, each after those that announce it, so that a chain runs through in one turn.
  private var order: [WarningKind] {
    var open = engine.catalogue.warnings
    var ordered: [WarningKind] = []
    while !open.isEmpty {
      let codes = Set(open.map(\.code))
      let next = open.firstIndex { kind in
        !engine.catalogue.hazardLinks.contains { $0.to == kind.code && codes.contains($0.from) }
      }
      ordered.append(open.remove(at: next ?? 0))
    }
    return ordered
  }

  /// Adds what standing warnings announce of a kind.
  private func announce(
    _ kind: WarningKind, _ standing: [Warning], _ found: inout [ID<Area>: WarningFinding],
    at now: Instant
  ) {
    for link in engine.catalogue.hazardLinks where link.to == kind.code {
      for cause in standing where cause.kind == link.from && cause.stands(at: now) {
        guard let area = cause.area.innermost, let grade = link.grade(after: cause.state.grade)
        else { continue }
        var finding = WarningFinding(
          grade: grade, source: .chain,
          why: WarningSentence.text(kind.say, ["cause": cause.title]))
        finding.cause = cause.id
        finding.expectedAt = cause.state.from.advanced(
          byMilliseconds: Int64(link.lagMinutes) * Duration.minute)
        found[area] = WarningFinding.graver(found[area], finding)
      }
    }
  }

  private func decide(
    _ kind: WarningKind, _ found: [ID<Area>: WarningFinding], _ standing: inout [Warning],
    at now: Instant
  ) async throws(StoreFault) -> Int {
    var changed = 0
    let decision = WarningDecision(kind: kind)
    for index in standing.indices where Self.isOurs(standing[index], kind) {
      let warning = standing[index]
      let finding = warning.area.innermost.flatMap { found[$0] }
      if finding?.grade.rank ?? 0 >= warning.state.grade.rank {
        calm[warning.id] = nil
      } else if calm[warning.id] == nil {
        calm[warning.id] = now
      }
      guard
        let next = decision.next(
          warning.state, finding, calmSince: calm[warning.id], at: now)
      else { continue }
      if let written = try await commit(warning.becoming(next), since: warning) {
        standing[index] = written
        calm[warning.id] = nil
        changed += 1
      }
    }
    for (area, finding) in found.sorted(by: { $0.key < $1.key }) {
      let path = engine.directory.path(of: area)
      guard !path.areas.isEmpty, !Self.isWarned(kind, path, finding, standing, at: now) else {
        continue
      }
      standing.append(try await issue(kind, path, finding, decision, at: now))
      changed += 1
    }
    return changed
  }

  /// Whether the watch may change it: what people and other systems say stands until its time.
  private static func isOurs(_ warning: Warning, _ kind: WarningKind) -> Bool {
    warning.kind == kind.code && warning.state.liftedAt == nil
      && warning.source != .person && warning.source != .message
  }

  /// Whether a standing warning of the kind says it already, for this area or for one above.
  private static func isWarned(
    _ kind: WarningKind, _ path: AreaPath, _ finding: WarningFinding, _ standing: [Warning],
    at now: Instant
  ) -> Bool {
    standing.contains { warning in
      warning.kind == kind.code && warning.stands(at: now)
        && (warning.area == path && isOurs(warning, kind)
          || warning.state.grade.rank >= finding.grade.rank
            && warning.area.innermost.map { path.lies(in: $0) } ?? false)
    }
  }

  private func issue(
    _ kind: WarningKind, _ path: AreaPath, _ finding: WarningFinding,
    _ decision: WarningDecision, at now: Instant
  ) async throws(StoreFault) -> Warning {
    let id: ID<Warning> = engine.newID()
    let place = path.innermost?.rawValue ?? 0
    let warning = Warning(
      id: id, key: "\(kind.code)/\(place)/\(now.milliseconds / Duration.minute)", kind: kind.code,
      title: kind.name, area: path, issuedAt: now, source: finding.source, cause: finding.cause,
      sender: "", state: decision.issued(finding, at: now))
    return try await warnings.save(warning, actor: .engine(Self.name), request: "")
  }

  /// Ends what people and other systems issued once its time is over.
  private func end(_ standing: inout [Warning], at now: Instant) async throws(StoreFault) -> Int {
    var changed = 0
    for index in standing.indices where standing[index].state.liftedAt == nil {
      let warning = standing[index]
      let isForeign = warning.source == .person || warning.source == .message
      let isUnknown = warning.kind.flatMap { engine.catalogue.warning(code: $0) } == nil
      guard isForeign || isUnknown, now >= warning.state.to,
        let kind = try? warnings.kind(
          isUnknown ? nil : warning.kind, title: warning.title)
      else { continue }
      let state = WarningDecision(kind: kind).lifted(warning.state, at: now, by: nil, why: "")
      if let written = try await commit(warning.becoming(state), since: warning) {
        standing[index] = written
        changed += 1
      }
    }
    return changed
  }

  /// nil where somebody else changed it meanwhile: the next turn decides anew.
  private func commit(_ next: Warning, since before: Warning) async throws(StoreFault) -> Warning? {
    do throws(StoreFault) {
      return try await warnings.commit(
        next, since: before, actor: .engine(Self.name), request: "")
    } catch {
      guard case .conflict = error else { throw error }
      return nil
    }
  }
}

extension WarningKind {
  /// The kind with those conditions alone that the journal answers.
  fileprivate var quick: WarningKind {
    WarningKind(
      code: code, name: name, category: category, level: level,
      conditions: conditions.filter { if case .alarms = $0.test { true } else { false } },
      validHours: validHours, calmMinutes: calmMinutes, plan: plan, measures: measures,
      truth: truth, words: words, say: say, why: why)
  }
}
