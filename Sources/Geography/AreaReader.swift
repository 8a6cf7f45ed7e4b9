import CGEOS
import City

/// A spatial tree over outlines with their prepared forms, asked by one thread at a time.
///
/// `@unchecked Sendable`: it is handed from thread to thread through the lock of `AreaIndex`, and
/// only who took it out of there touches it.
final class AreaReader: @unchecked Sendable {
  private let session = GeometrySession()
  private let tree: OpaquePointer
  /// The prepared forms look into these, so that both live equally long.
  private var geometries: [GeometrySession.Geometry] = []
  private var prepared: [OpaquePointer] = []
  private var found: [Int] = []

  private static let treeNodeCapacity = 10

  /// Wants outlines that the library was seen to build.
  init(outlines: [Outline]) {
    guard let tree = GEOSSTRtree_create_r(session.handle, Self.treeNodeCapacity) else {
      preconditionFailure("no memory for a spatial tree")
    }
    self.tree = tree
    for (rank, outline) in outlines.enumerated() {
      guard let geometry = try? session.geometry(of: outline),
        let form = geometry.lend({ GEOSPrepare_r(session.handle, $0) })
      else { preconditionFailure("an outline that was built before cannot be built again") }
      geometries.append(geometry)
      prepared.append(form)
      // The tree hands back an address; ours stands for a rank and is never followed. Null means
      // nothing to the tree's callers, hence the one.
      geometry.lend {
        GEOSSTRtree_insert_r(
          session.handle, tree, $0, UnsafeMutableRawPointer(bitPattern: rank + 1))
      }
    }
  }

  deinit {
    for form in prepared { GEOSPreparedGeom_destroy_r(session.handle, form) }
    GEOSSTRtree_destroy_r(session.handle, tree)
  }

  /// The first outline, in the order given, that holds the point or has it on its border.
  func firstOutline(holding position: Position) -> Int? {
    guard !prepared.isEmpty,
      let point = try? session.owned(
        GEOSGeom_createPointFromXY_r(session.handle, position.longitude, position.latitude))
    else { return nil }
    return point.lend { pointer in
      found.removeAll(keepingCapacity: true)
      GEOSSTRtree_query_r(
        session.handle, tree, pointer,
        { item, owner in
          guard let owner else { return }
          let reader = Unmanaged<AreaReader>.fromOpaque(owner).takeUnretainedValue()
          reader.found.append(Int(bitPattern: item) - 1)
        }, Unmanaged.passUnretained(self).toOpaque())
      found.sort()
      return found.first { GEOSPreparedIntersects_r(session.handle, prepared[$0], pointer) == 1 }
    }
  }
}
