package import City
import Geography
package import Language
package import Ports

/// One known place that an address may mean.
package struct PlaceMatch: Sendable {
  package let address: String
  package let position: Position
  package let area: AreaPath
  package let by: LocatedBy
  /// In hundredths.
  package let confidence: Int
  /// What stands there; nil where the place is an area.
  package let thing: Thing?
}

/// What is known of a written address.
package struct PlaceFinding: Sendable {
  package let parsed: ParsedAddress
  /// nil where nothing is sure enough for a point.
  package let position: Position?
  package let area: AreaPath
  /// nil where nothing of it is known.
  package let located: Located?
  /// The surest first.
  package let matches: [PlaceMatch]
}

/// Finds where written addresses lie.
package struct Places: Sendable {
  /// From here on a place is a point on the map, in hundredths; below it is an area at most.
  static let pointConfidence = 60
  /// A street or neighbourhood that a text names.
  static let nameConfidence = 50

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// What is known of an address, as far as the caller may see it.
  package func find(_ text: String, by caller: Caller) async throws(StoreFault) -> PlaceFinding {
    try await find(text, within: caller.scope)
  }

  /// What is known of an address within a scope.
  package func find(_ text: String, within scope: Scope) async throws(StoreFault) -> PlaceFinding {
    await engine.loadPlaces()
    let parsed = engine.places.parser.parse(text)
    let seesAll = UnifiedSearch.openKinds(scope).contains(.thing)
    let visible = candidates(parsed).filter { candidate in
      seesAll || scope.holds(area: candidate.area, unit: .none)
    }
    let place = decide(visible, named: named(in: text))
    var matches: [PlaceMatch] = []
    for candidate in visible {
      let thing: Thing?
      if let source = candidate.source {
        thing = try await engine.store.load(ID<Thing>(source))
      } else {
        thing = nil
      }
      matches.append(
        PlaceMatch(
          address: candidate.address, position: candidate.position, area: candidate.area,
          by: candidate.by, confidence: candidate.confidence, thing: thing))
    }
    return PlaceFinding(
      parsed: parsed, position: place.position, area: place.area, located: place.located,
      matches: matches)
  }

  /// Where a report lies.
  struct Place {
    let position: Position?
    let area: AreaPath
    let located: Located?
  }

  /// Where a report without a point lies, by its address and text.
  func locate(address: String, text: String) async -> Place {
    let named = named(in: address + " " + text)
    guard !address.isEmpty else { return decide([], named: named) }
    await engine.loadPlaces()
    return decide(candidates(engine.places.parser.parse(address)), named: named)
  }

  /// A street or neighbourhood that a text names.
  private func named(in text: String) -> AreaPath {
    let directory = engine.directory
    guard
      let code = engine.areaWords.best(in: engine.understanding.simplified(text))?.code,
      let id = directory.areaIDs[code]
    else { return .outside }
    return directory.path(of: id)
  }

  private struct Candidate {
    let address: String
    let position: Position
    let area: AreaPath
    /// The area that holds all places of the same words.
    let common: AreaPath
    let by: LocatedBy
    let confidence: Int
    let source: Int64?
  }

  private func candidates(_ parsed: ParsedAddress) -> [Candidate] {
    let index = engine.directory.areaIndex
    return engine.places.candidates(for: parsed).map { candidate in
      let entry = candidate.entry
      let paths = candidate.spots.map { index.path(holding: $0) }
      return Candidate(
        address: entry.address, position: entry.position,
        area: index.path(holding: entry.position), common: AreaPath.common(of: paths),
        by: candidate.reason.located, confidence: Int((candidate.confidence * 100).rounded()),
        source: entry.source)
    }
  }

  /// A sure candidate gives a point, unless the words name another street; a road or neighbourhood
  /// gives an area; else the named area stands.
  private func decide(_ candidates: [Candidate], named: AreaPath) -> Place {
    func contradicts(_ area: AreaPath) -> Bool {
      guard let street = named[.street], let other = area[.street] else { return false }
      return street != other
    }
    if let sure = candidates.first(where: {
      $0.confidence >= Self.pointConfidence && !contradicts($0.area)
    }) {
      return Place(
        position: sure.position, area: sure.area == .outside ? named : sure.area,
        located: Located(by: sure.by, confidence: sure.confidence))
    }
    if named != .outside {
      return Place(
        position: nil, area: named, located: Located(by: .name, confidence: Self.nameConfidence))
    }
    if let near = candidates.first(where: { $0.common != .outside }) {
      let by: LocatedBy = near.by == .neighbourhood ? .neighbourhood : .road
      return Place(
        position: nil, area: near.common,
        located: Located(by: by, confidence: min(near.confidence, Self.nameConfidence)))
    }
    return Place(position: nil, area: .outside, located: nil)
  }
}

extension AreaPath {
  /// The innermost area that holds all of these; `.outside` where there is none.
  static func common(of paths: [AreaPath]) -> AreaPath {
    guard let first = paths.first else { return .outside }
    var areas = first.areas
    for path in paths.dropFirst() {
      let same = zip(areas, path.areas).prefix { $0 == $1 }.count
      areas = Array(areas.prefix(same))
    }
    return AreaPath(areas)
  }
}

extension Gazetteer.Reason {
  /// The reason as records keep it.
  var located: LocatedBy {
    switch self {
    case .sameNumber: .number
    case .sameCrossing: .crossing
    case .samePlace: .place
    case .nearNumber: .nearNumber
    case .sameRoad: .road
    case .sameNeighbourhood: .neighbourhood
    }
  }
}
