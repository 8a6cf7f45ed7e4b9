package import City
package import Pack

/// What one look at everything changes of the warnings of one kind. Decided alike for now and, in a
/// replay, for any moment of the past.
package struct WarningTurn: Sendable {
  /// Standing warnings that change, by their places in the list given.
  package private(set) var changed: [(place: Int, state: WarningState)] = []
  /// Where a new warning is issued, for what.
  package private(set) var issued: [(area: AreaPath, finding: WarningFinding)] = []

  /// - Parameters:
  ///   - standing: all warnings that stand, of any kind.
  ///   - found: what speaks for the kind now, by area.
  ///   - calm: since when each warning is calm; brought up to date.
  ///   - path: where an area lies; outside = it is gone.
  package init(
    _ kind: WarningKind, standing: [Warning], found: [ID<Area>: WarningFinding],
    calm: inout [ID<Warning>: Instant], at now: Instant, path: (ID<Area>) -> AreaPath
  ) {
    let decision = WarningDecision(kind: kind)
    var after = standing
    for place in standing.indices where Self.isOurs(standing[place], kind) {
      let warning = standing[place]
      let finding = warning.area.innermost.flatMap { found[$0] }
      if finding?.grade.rank ?? 0 >= warning.state.grade.rank {
        calm[warning.id] = nil
      } else if calm[warning.id] == nil {
        calm[warning.id] = now
      }
      guard
        let next = decision.next(warning.state, finding, calmSince: calm[warning.id], at: now)
      else { continue }
      changed.append((place, next))
      after[place] = warning.becoming(next)
    }
    for (area, finding) in found.sorted(by: { $0.key < $1.key }) {
      let path = path(area)
      guard !path.areas.isEmpty, !Self.isWarned(kind, path, finding, after, at: now),
        !issued.contains(where: { Self.covers($0.area, $0.finding.grade, path, finding) })
      else { continue }
      issued.append((path, finding))
    }
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
          || covers(warning.area, warning.state.grade, path, finding))
    }
  }

  private static func covers(
    _ area: AreaPath, _ grade: Grade, _ path: AreaPath, _ finding: WarningFinding
  ) -> Bool {
    grade.rank >= finding.grade.rank && area.innermost.map { path.lies(in: $0) } ?? false
  }
}

extension WarningFinding {
  /// What standing warnings announce of a kind, by area (灾害链).
  package static func announced(
    _ kind: WarningKind, by standing: [Warning], links: [HazardLink], at now: Instant
  ) -> [ID<Area>: WarningFinding] {
    var found: [ID<Area>: WarningFinding] = [:]
    for link in links where link.to == kind.code {
      for cause in standing where cause.kind == link.from && cause.stands(at: now) {
        guard let area = cause.area.innermost, let grade = link.grade(after: cause.state.grade)
        else { continue }
        var finding = WarningFinding(
          grade: grade, source: .chain,
          why: WarningSentence.text(kind.say, ["cause": cause.title]))
        finding.cause = cause.id
        finding.expectedAt = cause.state.from.advanced(
          byMilliseconds: Int64(link.lagMinutes) * Duration.minute)
        found[area] = graver(found[area], finding)
      }
    }
    return found
  }
}

extension WarningKind {
  /// Kinds, each after those that announce it, so that a chain runs through in one turn.
  package static func inOrder(
    _ kinds: [WarningKind], links: [HazardLink]
  ) -> [WarningKind] {
    var open = kinds
    var ordered: [WarningKind] = []
    while !open.isEmpty {
      let codes = Set(open.map(\.code))
      let next = open.firstIndex { kind in
        !links.contains { $0.to == kind.code && codes.contains($0.from) }
      }
      ordered.append(open.remove(at: next ?? 0))
    }
    return ordered
  }
}
