package import City
import Synchronization

/// Which areas hold a point; built once from the area tree, then asked by any number of threads.
///
/// Areas whose parents do not lead to a city one level at a time have no path, and areas without a
/// usable outline are reached by the tree alone; both are listed, never refused.
package final class AreaIndex: Sendable {
  /// Every area given, in the order of their ids; of two with the same id the first.
  package let areas: [Area]
  /// Areas that hang on nothing, hang in a circle or skip a level: no path ends at them.
  package let adrift: [ID<Area>]
  /// Areas with an outline that the geometry library cannot build.
  package let unbuilt: [ID<Area>]

  private let places: [ID<Area>: Int]
  private let codes: [String: Int]
  private let paths: [AreaPath]
  private let childPlaces: [ID<Area>: [Int]]
  /// Paths of the outlined areas, the deepest first and then by id: the first that holds a point wins.
  private let rankedPaths: [AreaPath]
  private let rankedOutlines: [Outline]
  /// Readers that nobody uses now. A prepared geometry changes while it is asked, so that every
  /// thread takes a reader of its own; as many are kept as were ever in use at once, up to the limit.
  private let idle: Mutex<[AreaReader]>

  /// How many idle readers are kept; each holds a copy of all outlines.
  package static let readersIdleMax = 16

  package init(_ given: [Area]) {
    var seen: Set<ID<Area>> = []
    let areas = given.filter { seen.insert($0.id).inserted }.sorted { $0.id < $1.id }
    let places = Dictionary(uniqueKeysWithValues: areas.indices.map { (areas[$0].id, $0) })
    let paths = areas.map { Self.path(to: $0, areas: areas, places: places) }

    // By level first: the innermost area answers. Then by id: a point on a border has one answer.
    let candidates = areas.indices
      .filter { areas[$0].outline != nil && paths[$0] != .outside }
      .sorted {
        (-areas[$0].level.depth, areas[$0].id) < (-areas[$1].level.depth, areas[$1].id)
      }
    let session = GeometrySession()
    let (built, unbuilt) = candidates.reduce(into: ([Int](), [Int]())) { split, place in
      let works = areas[place].outline.map { (try? session.geometry(of: $0)) != nil } ?? false
      if works { split.0.append(place) } else { split.1.append(place) }
    }

    self.areas = areas
    self.places = places
    self.paths = paths
    adrift = areas.indices.filter { paths[$0] == .outside }.map { areas[$0].id }
    self.unbuilt = unbuilt.map { areas[$0].id }.sorted()
    codes = Dictionary(areas.indices.map { (areas[$0].code, $0) }) { first, _ in first }
    childPlaces = Dictionary(
      grouping: areas.indices.filter { areas[$0].parent != nil },
      by: { areas[$0].parent ?? areas[$0].id })
    rankedPaths = built.map { paths[$0] }
    rankedOutlines = built.compactMap { areas[$0].outline }
    idle = Mutex([AreaReader(outlines: rankedOutlines)])
  }

  /// The areas that hold a point, from the city down; `.outside` where none does.
  ///
  /// The innermost outlined area decides, its parents follow by the tree. A point on a border
  /// belongs to the neighbour with the smallest id. Any thread may ask at any time.
  package func path(holding position: Position) -> AreaPath {
    let reader = idle.withLock { $0.popLast() } ?? AreaReader(outlines: rankedOutlines)
    let rank = reader.firstOutline(holding: position)
    idle.withLock { readers in
      if readers.count < Self.readersIdleMax { readers.append(reader) }
    }
    return rank.map { rankedPaths[$0] } ?? .outside
  }

  /// The path that ends at an area; `.outside` where it is unknown or adrift.
  package func path(of area: ID<Area>) -> AreaPath {
    places[area].map { paths[$0] } ?? .outside
  }

  /// The area with an id; nil where it was not given.
  package func area(_ id: ID<Area>) -> Area? { places[id].map { areas[$0] } }

  /// The area with an administrative or grid code; of several the one with the smallest id.
  package func area(code: String) -> Area? { codes[code].map { areas[$0] } }

  /// The areas directly below one, in the order of their ids.
  package func children(of area: ID<Area>) -> [Area] {
    (childPlaces[area] ?? []).map { areas[$0] }
  }

  private static func path(
    to area: Area, areas: [Area], places: [ID<Area>: Int]
  ) -> AreaPath {
    var chain = [area.id]
    var current = area
    // Levels fall by one with every parent, so that a circle ends here too.
    while current.level.depth > 0 {
      guard let parent = current.parent, let place = places[parent],
        areas[place].level.depth == current.level.depth - 1
      else { return .outside }
      current = areas[place]
      chain.append(current.id)
    }
    guard current.parent == nil else { return .outside }
    return AreaPath(chain.reversed())
  }
}
