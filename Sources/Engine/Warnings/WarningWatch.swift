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
    let links = engine.catalogue.hazardLinks
    for kind in WarningKind.inOrder(engine.catalogue.warnings, links: links) {
      var found = await vitals.findings(isFull ? kind : kind.quick)
      if isFull {
        slow[kind.code] = found.filter { $0.value.source != .alarms }
      } else {
        found.merge(slow[kind.code] ?? [:]) { WarningFinding.graver($0, $1) ?? $0 }
      }
      let announced = WarningFinding.announced(kind, by: standing, links: links, at: now)
      found.merge(announced) { WarningFinding.graver($0, $1) ?? $0 }
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

  private func decide(
    _ kind: WarningKind, _ found: [ID<Area>: WarningFinding], _ standing: inout [Warning],
    at now: Instant
  ) async throws(StoreFault) -> Int {
    var changed = 0
    let directory = engine.directory
    let turn = WarningTurn(
      kind, standing: standing, found: found, calm: &calm, at: now
    ) { directory.path(of: $0) }
    for (place, state) in turn.changed {
      let warning = standing[place]
      if let written = try await commit(warning.becoming(state), since: warning) {
        standing[place] = written
        calm[warning.id] = nil
        changed += 1
      }
    }
    for (path, finding) in turn.issued {
      standing.append(
        try await issue(kind, path, finding, WarningDecision(kind: kind), at: now))
      changed += 1
    }
    return changed
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
