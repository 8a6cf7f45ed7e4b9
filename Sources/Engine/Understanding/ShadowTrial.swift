import City
package import Ports

/// What models in trial said of cases that are closed by now, against what became of them.
package struct ShadowTrial: Sendable {
  /// Closed cases looked at, the newest.
  package static let casesMax = 20_000

  /// How one version did.
  package struct Figures: Hashable, Sendable {
    package var cases = 0
    package var right = 0
    /// Above its line, and right of these.
    package var sure = 0
    package var sureRight = 0
  }

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// By version of the item's model.
  package func figures() async throws(StoreFault) -> [Int: Figures] {
    var figures: [Int: Figures] = [:]
    var before: Int64?
    var seen = 0
    repeat {
      var query = CaseQuery(
        scope: .everything, page: PageRequest(limit: PageRequest.limitMax, before: before))
      query.open = false
      let page = try await engine.store.cases(query)
      for found in page.elements where found.state.verdict == .passed {
        guard let shadow = try await engine.store.choice(of: found.id)?.shadow else { continue }
        let right = shadow.item == found.state.item ? 1 : 0
        figures[shadow.model, default: Figures()].cases += 1
        figures[shadow.model, default: Figures()].right += right
        guard shadow.isSure else { continue }
        figures[shadow.model, default: Figures()].sure += 1
        figures[shadow.model, default: Figures()].sureRight += right
      }
      seen += page.elements.count
      before = page.next
    } while before != nil && seen < Self.casesMax
    return figures
  }
}
