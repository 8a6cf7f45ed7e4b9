package import City

/// Whether an outline can be used as ground, and if not why.
package enum OutlineValidity: Equatable, Sendable {
  case valid
  /// `detail` is the geometry library's own word, for operators; `near` is where it saw the fault.
  case invalid(detail: String, near: Position?)
}

/// What the geometry library could not do; `detail` is for operators.
package enum GeometryFault: Error, Equatable {
  /// A ring of fewer than three distinct points, or no face at all.
  case tooFewPoints
  case failed(detail: String)

  /// Stable, for clients.
  package var code: String {
    switch self {
    case .tooFewPoints: "geometry.too_few_points"
    case .failed: "geometry.failed"
    }
  }
}

extension Ring {
  /// Area in square metres, positive where the points run counter-clockwise.
  ///
  /// Exact on the ellipsoid but for the bend of long edges. Two faces that share an edge add up
  /// without remainder.
  package var signedSquareMetres: Double {
    guard points.count >= 3 else { return 0 }
    let eastOrigin = Ellipsoid.equalAreaEast(longitude: points[0].longitude)
    let northOrigin = Ellipsoid.equalAreaNorth(latitude: points[0].latitude)
    var sum = 0.0
    var previousEast = 0.0
    var previousNorth = 0.0
    for point in points.dropFirst() {
      let east = Ellipsoid.equalAreaEast(longitude: point.longitude) - eastOrigin
      let north = Ellipsoid.equalAreaNorth(latitude: point.latitude) - northOrigin
      sum += previousEast * north - east * previousNorth
      previousEast = east
      previousNorth = north
    }
    return sum / 2
  }
}

extension Polygon {
  /// Area in square metres, without the holes.
  package var squareMetres: Double {
    holes.reduce(abs(outer.signedSquareMetres)) { $0 - abs($1.signedSquareMetres) }
  }
}

extension Outline {
  /// Area in square metres; overlapping faces count twice.
  package var squareMetres: Double { polygons.reduce(0) { $0 + $1.squareMetres } }

  /// The smallest box around it; nil where it has no point.
  package var bounds: BoundingBox? {
    BoundingBox(around: polygons.lazy.flatMap(\.outer.points))
  }

  /// The same outline with every point changed.
  package func mapped(_ change: (Position) -> Position) -> Outline {
    Outline(
      polygons: polygons.map { polygon in
        Polygon(
          outer: Ring(points: polygon.outer.points.map(change)),
          holes: polygon.holes.map { Ring(points: $0.points.map(change)) })
      })
  }

  /// Whether faces are simple, apart and with their holes inside.
  package var validity: OutlineValidity {
    let session = GeometrySession()
    do throws(GeometryFault) {
      return session.validity(of: try session.geometry(of: self))
    } catch {
      switch error {
      case .tooFewPoints: return .invalid(detail: "Too few points", near: bounds?.corner)
      case .failed(let detail): return .invalid(detail: detail, near: nil)
      }
    }
  }

  /// The middle of its mass; may lie outside a bent outline.
  package func centroid() throws(GeometryFault) -> Position {
    let session = GeometrySession()
    return try session.centroid(of: session.geometry(of: self))
  }

  /// A point that surely lies within, fit for a label.
  package func pointOnSurface() throws(GeometryFault) -> Position {
    let session = GeometrySession()
    return try session.pointOnSurface(of: session.geometry(of: self))
  }

  /// The ground that both cover; no face where they only touch.
  package func intersection(with other: Outline) throws(GeometryFault) -> Outline {
    let session = GeometrySession()
    let answer = try session.intersection(
      of: session.geometry(of: self), and: session.geometry(of: other))
    return try session.outline(of: answer)
  }

  /// The ground that any of them covers.
  package static func union(of outlines: [Outline]) throws(GeometryFault) -> Outline {
    let session = GeometrySession()
    return try session.outline(of: session.union(of: outlines))
  }

  /// Shared area divided by covered area: 1 where both are the same ground, 0 where apart.
  package func likeness(to other: Outline) throws(GeometryFault) -> Double {
    let covered = try Outline.union(of: [self, other]).squareMetres
    guard covered > 0 else { return 0 }
    return try intersection(with: other).squareMetres / covered
  }

  /// Fewer points, none farther than `metres` from the line it stood for; still valid.
  package func simplified(metres: Double) throws(GeometryFault) -> Outline {
    let session = GeometrySession()
    let answer = try session.simplified(
      session.geometry(of: self), degrees: max(metres, 0) / Self.metresPerDegreeMax)
    return try session.outline(of: answer)
  }

  /// No degree is longer anywhere, so that a tolerance in degrees stays within the metres asked for.
  private static let metresPerDegreeMax = 111_694.0
}

extension BoundingBox {
  fileprivate var corner: Position? { Position(longitude: west, latitude: south) }
}
