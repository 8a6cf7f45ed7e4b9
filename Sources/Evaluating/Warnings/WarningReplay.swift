package import City
package import Pack

/// What would have been issued over a past, turn by turn: the life of warnings by the same decisions
/// as in service, with nobody who issues or lifts by hand.
package struct WarningReplay: Sendable {
  private let kinds: [WarningKind]
  private let links: [HazardLink]
  private var standing: [Warning] = []
  private var over: [Warning] = []
  private var calm: [ID<Warning>: Instant] = [:]
  private var count: Int64 = 0

  package init(kinds: [WarningKind], links: [HazardLink]) {
    self.kinds = WarningKind.inOrder(kinds, links: links)
    self.links = links
  }

  /// All that were issued, in the order in which they were.
  package var warnings: [Warning] { (over + standing).sorted { $0.id < $1.id } }

  /// One look at everything at a moment; moments must not go back.
  /// - Parameter find: what the conditions of a kind find then, by area.
  package mutating func turn(
    at now: Instant, path: (ID<Area>) -> AreaPath,
    find: (WarningKind) -> [ID<Area>: WarningFinding]
  ) {
    for kind in kinds {
      let announced = WarningFinding.announced(kind, by: standing, links: links, at: now)
      let found = find(kind).merging(announced) { WarningFinding.graver($0, $1) ?? $0 }
      let turn = WarningTurn(
        kind, standing: standing, found: found, calm: &calm, at: now, path: path)
      for (place, state) in turn.changed {
        calm[standing[place].id] = nil
        standing[place] = standing[place].becoming(state)
      }
      for (area, finding) in turn.issued {
        count += 1
        standing.append(
          Warning(
            id: ID(count), key: "\(kind.code)/\(count)", kind: kind.code, title: kind.name,
            area: area, issuedAt: now, source: finding.source, cause: finding.cause, sender: "",
            state: WarningDecision(kind: kind).issued(finding, at: now)))
      }
    }
    over += standing.filter { $0.state.liftedAt != nil }
    standing.removeAll { $0.state.liftedAt != nil }
    let ids = Set(standing.map(\.id))
    calm = calm.filter { ids.contains($0.key) }
  }
}
