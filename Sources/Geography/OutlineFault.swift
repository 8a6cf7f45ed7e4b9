package import City

/// What is wrong with the outlines of an area tree, as a check before import finds it.
package enum OutlineFault: Hashable, Sendable {
  case repeatedID(ID<Area>)
  case repeatedCode(String, ID<Area>, ID<Area>)
  /// The parents do not lead to a city one level at a time.
  case adrift(ID<Area>)
  /// `detail` is the geometry library's own word, for operators.
  case invalid(ID<Area>, detail: String)
  /// Two areas of one level share ground.
  case overlap(ID<Area>, ID<Area>, squareMetres: Double)
  /// Ground of the child lies outside the nearest outlined area above it.
  case outsideParent(ID<Area>, parent: ID<Area>, squareMetres: Double)
  /// Ground of the parent that none of its children covers, all of which have outlines.
  case gap(in: ID<Area>, squareMetres: Double)
  /// The geometry library gave up on these two; `detail` is for operators.
  case unanswered(ID<Area>, ID<Area>, detail: String)

  /// Stable, for clients.
  package var code: String {
    switch self {
    case .repeatedID: "area.repeated_id"
    case .repeatedCode: "area.repeated_code"
    case .adrift: "area.adrift"
    case .invalid: "area.outline_invalid"
    case .overlap: "area.overlap"
    case .outsideParent: "area.outside_parent"
    case .gap: "area.gap"
    case .unanswered: "area.unanswered"
    }
  }

  /// All faults of a tree, those of its shape first, then ground by ground in the order of ids.
  ///
  /// Shared, missing or protruding ground counts from `toleranceSquareMetres` on: sources that
  /// draw the same border twice differ by some metres everywhere.
  package static func all(
    in areas: [Area], toleranceSquareMetres: Double
  ) -> [OutlineFault] {
    let survey = OutlineSurvey(areas: areas, toleranceSquareMetres: toleranceSquareMetres)
    return survey.treeFaults() + survey.invalid + survey.overlaps() + survey.parentFaults()
  }
}

/// The valid outlines of a tree as geometries, and the questions put to them.
private struct OutlineSurvey {
  struct Ground {
    let area: Area
    let geometry: GeometrySession.Geometry
    let outline: Outline
    let bounds: BoundingBox
  }

  let areas: [Area]
  let index: AreaIndex
  let toleranceSquareMetres: Double
  let session = GeometrySession()
  private(set) var grounds: [Ground] = []
  private(set) var invalid: [OutlineFault] = []

  init(areas: [Area], toleranceSquareMetres: Double) {
    self.areas = areas
    self.toleranceSquareMetres = toleranceSquareMetres
    index = AreaIndex(areas)
    for area in index.areas {
      guard let outline = area.outline else { continue }
      if case .invalid(let detail, _) = outline.validity {
        invalid.append(.invalid(area.id, detail: detail))
      } else if let geometry = try? session.geometry(of: outline), let bounds = outline.bounds {
        grounds.append(Ground(area: area, geometry: geometry, outline: outline, bounds: bounds))
      }
    }
  }

  func treeFaults() -> [OutlineFault] {
    var faults: [OutlineFault] = []
    var ids: Set<ID<Area>> = []
    var codes: [String: ID<Area>] = [:]
    for area in areas {
      guard ids.insert(area.id).inserted else {
        faults.append(.repeatedID(area.id))
        continue
      }
      if let first = codes[area.code] {
        faults.append(.repeatedCode(area.code, first, area.id))
      } else {
        codes[area.code] = area.id
      }
    }
    return faults + index.adrift.map { .adrift($0) }
  }

  /// Sweeps from west to east, so that only neighbours meet.
  func overlaps() -> [OutlineFault] {
    var faults: [OutlineFault] = []
    for level in AreaLevel.allCases {
      let swept = grounds.filter { $0.area.level == level }
        .sorted { ($0.bounds.west, $0.area.id) < ($1.bounds.west, $1.area.id) }
      for (place, left) in swept.enumerated() {
        for right in swept[(place + 1)...] {
          guard right.bounds.west <= left.bounds.east else { break }
          guard right.bounds.meets(left.bounds) else { continue }
          let pair = left.area.id < right.area.id ? (left, right) : (right, left)
          let fault = judged(pair.0.area.id, pair.1.area.id) { () throws(GeometryFault) in
            try session.intersection(of: left.geometry, and: right.geometry)
          } naming: {
            .overlap(pair.0.area.id, pair.1.area.id, squareMetres: $0)
          }
          if let fault { faults.append(fault) }
        }
      }
    }
    return faults
  }

  func parentFaults() -> [OutlineFault] {
    let groundOf = Dictionary(uniqueKeysWithValues: grounds.map { ($0.area.id, $0) })
    return grounds.flatMap { ground in
      [protrusion(of: ground, among: groundOf), gap(in: ground, among: groundOf)].compactMap { $0 }
    }
  }

  private func protrusion(of child: Ground, among grounds: [ID<Area>: Ground]) -> OutlineFault? {
    // A parent that has no outline is passed over: the next one above must hold the child.
    let above = index.path(of: child.area.id).areas.dropLast().reversed()
    guard let parent = above.lazy.compactMap({ grounds[$0] }).first else { return nil }
    return judged(child.area.id, parent.area.id) { () throws(GeometryFault) in
      try session.difference(of: child.geometry, and: parent.geometry)
    } naming: {
      .outsideParent(child.area.id, parent: parent.area.id, squareMetres: $0)
    }
  }

  private func gap(in parent: Ground, among grounds: [ID<Area>: Ground]) -> OutlineFault? {
    let children = index.children(of: parent.area.id)
    let outlined = children.compactMap { grounds[$0.id]?.outline }
    guard !children.isEmpty, outlined.count == children.count else { return nil }
    return judged(parent.area.id, parent.area.id) { () throws(GeometryFault) in
      try session.difference(of: parent.geometry, and: session.union(of: outlined))
    } naming: {
      .gap(in: parent.area.id, squareMetres: $0)
    }
  }

  /// Names the fault where the ground that an operation leaves is larger than the tolerance.
  private func judged(
    _ left: ID<Area>, _ right: ID<Area>,
    _ operation: () throws(GeometryFault) -> GeometrySession.Geometry,
    naming fault: (Double) -> OutlineFault
  ) -> OutlineFault? {
    do throws(GeometryFault) {
      let squareMetres = try session.outline(of: operation()).squareMetres
      return squareMetres > toleranceSquareMetres ? fault(squareMetres) : nil
    } catch {
      return .unanswered(left, right, detail: "\(error)")
    }
  }
}
