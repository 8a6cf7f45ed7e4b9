import CGEOS
import City

/// One context of the geometry library, with the geometries made in it. One thread at a time.
final class GeometrySession {
  let handle: GEOSContextHandle_t
  private var lastError = ""

  init() {
    guard let handle = GEOS_init_r() else { preconditionFailure("no memory for a context") }
    self.handle = handle
    GEOSContext_setErrorMessageHandler_r(
      handle,
      { message, owner in
        guard let message, let owner else { return }
        Unmanaged<GeometrySession>.fromOpaque(owner).takeUnretainedValue().lastError =
          String(cString: message)
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  deinit { GEOS_finish_r(handle) }

  /// Takes over what a call returned, or says why it returned nothing.
  func owned(_ pointer: OpaquePointer?) throws(GeometryFault) -> Geometry {
    guard let pointer else { throw .failed(detail: lastError) }
    return Geometry(pointer: pointer, session: self)
  }

  /// A geometry of the library; freed with this object.
  final class Geometry {
    private let pointer: OpaquePointer
    /// Kept, because freeing needs the context.
    private let session: GeometrySession

    fileprivate init(pointer: OpaquePointer, session: GeometrySession) {
      self.pointer = pointer
      self.session = session
    }

    deinit { GEOSGeom_destroy_r(session.handle, pointer) }

    /// Lends the pointer, and stays alive until `body` is through with it.
    func lend<Answer, Fault: Error>(
      _ body: (OpaquePointer) throws(Fault) -> Answer
    ) throws(Fault) -> Answer {
      try withExtendedLifetime(self) { () throws(Fault) in try body(pointer) }
    }
  }
}

// MARK: Ours to theirs

extension GeometrySession {
  func geometry(of outline: Outline) throws(GeometryFault) -> Geometry {
    guard !outline.polygons.isEmpty else { throw .tooFewPoints }
    if outline.polygons.count == 1 { return try owned(polygon(of: outline.polygons[0])) }
    var parts: [OpaquePointer?] = []
    do throws(GeometryFault) {
      for polygon in outline.polygons { parts.append(try self.polygon(of: polygon)) }
    } catch {
      for part in parts { GEOSGeom_destroy_r(handle, part) }
      throw error
    }
    return try collection(of: parts)
  }

  func union(of outlines: [Outline]) throws(GeometryFault) -> Geometry {
    var parts: [OpaquePointer?] = []
    do throws(GeometryFault) {
      for outline in outlines {
        // The library wants a flat list, and copies what it is given away.
        parts.append(try geometry(of: outline).lend { GEOSGeom_clone_r(handle, $0) })
      }
    } catch {
      for part in parts { GEOSGeom_destroy_r(handle, part) }
      throw error
    }
    let collected = try owned(
      GEOSGeom_createCollection_r(
        handle, Int32(GEOS_GEOMETRYCOLLECTION.rawValue), &parts, UInt32(parts.count)))
    return try owned(collected.lend { GEOSUnaryUnion_r(handle, $0) })
  }

  private func collection(of parts: [OpaquePointer?]) throws(GeometryFault) -> Geometry {
    var parts = parts
    return try owned(
      GEOSGeom_createCollection_r(
        handle, Int32(GEOS_MULTIPOLYGON.rawValue), &parts, UInt32(parts.count)))
  }

  private func polygon(of polygon: Polygon) throws(GeometryFault) -> OpaquePointer {
    let shell = try ring(of: polygon.outer)
    var holes: [OpaquePointer?] = []
    do throws(GeometryFault) {
      for hole in polygon.holes { holes.append(try ring(of: hole)) }
    } catch {
      GEOSGeom_destroy_r(handle, shell)
      for hole in holes { GEOSGeom_destroy_r(handle, hole) }
      throw error
    }
    // The polygon owns its rings from here on, also where it is refused.
    guard let made = GEOSGeom_createPolygon_r(handle, shell, &holes, UInt32(holes.count)) else {
      throw .failed(detail: lastError)
    }
    return made
  }

  private func ring(of ring: Ring) throws(GeometryFault) -> OpaquePointer {
    var points = ring.points
    if let first = points.first, points.last != first { points.append(first) }
    guard points.count >= 4 else { throw .tooFewPoints }
    let numbers = points.flatMap { [$0.longitude, $0.latitude] }
    guard
      let sequence = GEOSCoordSeq_copyFromBuffer_r(
        handle, numbers, UInt32(points.count), 0, 0),
      let made = GEOSGeom_createLinearRing_r(handle, sequence)
    else { throw .failed(detail: lastError) }
    return made
  }
}

// MARK: Questions

extension GeometrySession {
  func validity(of geometry: Geometry) -> OutlineValidity {
    var reason: UnsafeMutablePointer<CChar>?
    var place: OpaquePointer?
    let answer = geometry.lend { GEOSisValidDetail_r(handle, $0, 0, &reason, &place) }
    defer {
      if let reason { GEOSFree_r(handle, reason) }
      if let place { GEOSGeom_destroy_r(handle, place) }
    }
    if answer == 1 { return .valid }
    return .invalid(
      detail: reason.map { String(cString: $0) } ?? lastError,
      near: place.flatMap { try? position(at: $0) })
  }

  func centroid(of geometry: Geometry) throws(GeometryFault) -> Position {
    try owned(geometry.lend { GEOSGetCentroid_r(handle, $0) }).lend(position(at:))
  }

  func pointOnSurface(of geometry: Geometry) throws(GeometryFault) -> Position {
    try owned(geometry.lend { GEOSPointOnSurface_r(handle, $0) }).lend(position(at:))
  }

  func intersection(of left: Geometry, and right: Geometry) throws(GeometryFault) -> Geometry {
    try owned(left.lend { first in right.lend { GEOSIntersection_r(handle, first, $0) } })
  }

  func difference(of left: Geometry, and right: Geometry) throws(GeometryFault) -> Geometry {
    try owned(left.lend { first in right.lend { GEOSDifference_r(handle, first, $0) } })
  }

  func simplified(_ geometry: Geometry, degrees: Double) throws(GeometryFault) -> Geometry {
    try owned(geometry.lend { GEOSTopologyPreserveSimplify_r(handle, $0, degrees) })
  }
}

// MARK: Theirs to ours

extension GeometrySession {
  /// The faces of a geometry; lines and points among them are left out.
  func outline(of geometry: Geometry) throws(GeometryFault) -> Outline {
    var polygons: [Polygon] = []
    try geometry.lend { pointer throws(GeometryFault) in
      try collect(pointer, into: &polygons)
    }
    return Outline(polygons: polygons)
  }

  private func collect(
    _ pointer: OpaquePointer, into polygons: inout [Polygon]
  ) throws(GeometryFault) {
    switch UInt32(bitPattern: GEOSGeomTypeId_r(handle, pointer)) {
    case GEOS_POLYGON.rawValue:
      guard GEOSisEmpty_r(handle, pointer) == 0 else { return }
      polygons.append(try polygon(from: pointer))
    case GEOS_MULTIPOLYGON.rawValue, GEOS_GEOMETRYCOLLECTION.rawValue:
      for index in 0..<GEOSGetNumGeometries_r(handle, pointer) {
        guard let part = GEOSGetGeometryN_r(handle, pointer, index) else { continue }
        try collect(part, into: &polygons)
      }
    default: return
    }
  }

  private func polygon(from pointer: OpaquePointer) throws(GeometryFault) -> Polygon {
    var holes: [Ring] = []
    for index in 0..<max(GEOSGetNumInteriorRings_r(handle, pointer), 0) {
      holes.append(try ring(from: GEOSGetInteriorRingN_r(handle, pointer, index)))
    }
    return Polygon(
      outer: try ring(from: GEOSGetExteriorRing_r(handle, pointer)), holes: holes)
  }

  private func ring(from pointer: OpaquePointer?) throws(GeometryFault) -> Ring {
    guard let pointer, let sequence = GEOSGeom_getCoordSeq_r(handle, pointer) else {
      throw .failed(detail: lastError)
    }
    var count: UInt32 = 0
    guard GEOSCoordSeq_getSize_r(handle, sequence, &count) == 1 else {
      throw .failed(detail: lastError)
    }
    var numbers = [Double](repeating: 0, count: Int(count) * 2)
    guard GEOSCoordSeq_copyToBuffer_r(handle, sequence, &numbers, 0, 0) == 1 else {
      throw .failed(detail: lastError)
    }
    // The library repeats the first point at the end; our rings do not.
    return Ring(
      points: (0..<max(Int(count) - 1, 0)).compactMap { index in
        Position(longitude: numbers[index * 2], latitude: numbers[index * 2 + 1])
      })
  }

  private func position(at pointer: OpaquePointer) throws(GeometryFault) -> Position {
    var longitude = 0.0
    var latitude = 0.0
    guard GEOSGeomGetX_r(handle, pointer, &longitude) == 1,
      GEOSGeomGetY_r(handle, pointer, &latitude) == 1,
      let position = Position(longitude: longitude, latitude: latitude)
    else { throw .failed(detail: lastError) }
    return position
  }
}
