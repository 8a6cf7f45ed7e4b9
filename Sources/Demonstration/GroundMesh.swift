import City
import Geography
import Glibc

/// A corner of the mesh, by column and row.
struct MeshNode: Hashable {
  let column: Int
  let row: Int
}

/// A face of the mesh, by column and row of its lower left corner.
struct MeshCell: Hashable {
  let column: Int
  let row: Int
}

/// The bent lattice that the whole demonstration district is cut from.
///
/// Every corner and every edge's middle is made once, so that neighbours share their points to the
/// last bit: nothing gapes and nothing overlaps, whatever is united.
struct GroundMesh {
  static let columns = 48
  static let rows = 30
  /// The lattice line along which the river runs.
  static let riverRow = 10
  /// A thousand faces of this side make 55 km².
  static let cellMetres = 234.5

  /// Open sea off the mouth of the Yangtze: no real district is ever covered by the demonstration.
  static let originLongitude = 122.32
  static let originLatitude = 31.02

  let frame: LocalFrame
  private let nodes: [Position]
  /// Middles of the edges that run east from a node, and north from it.
  private let eastMiddles: [Position]
  private let northMiddles: [Position]

  /// - Parameter borders: closed chains of nodes whose steps are rounded off, as grown borders are.
  init(borders: [[MeshNode]], random: inout DemonstrationRandom) {
    let origin = Position(longitude: Self.originLongitude, latitude: Self.originLatitude)
    guard let origin else { preconditionFailure("the origin is a point of the globe") }
    let frame = LocalFrame(origin: origin)
    let bend = Bend(random: &random)
    let width = Self.columns + 1
    let count = width * (Self.rows + 1)
    let raw = (0..<count).map { place in
      bend.point(column: place % width, row: place / width)
        + Self.jitter(Self.nodeJitterMetres, &random)
    }
    let plane = Self.eased(raw, along: borders)
    func middle(_ place: Int, _ other: Int) -> Position {
      let end = other < count ? plane[other] : plane[place]
      return Self.rounded(
        (plane[place] + end) * 0.5 + Self.jitter(Self.middleJitterMetres, &random), frame)
    }
    self.frame = frame
    nodes = plane.map { Self.rounded($0, frame) }
    eastMiddles = (0..<count).map { middle($0, $0 + 1) }
    northMiddles = (0..<count).map { middle($0, $0 + width) }
  }

  private static let nodeJitterMetres = 20.0
  private static let middleJitterMetres = 7.0

  /// Draws every node of a border toward the middle of its two neighbours there, so that the
  /// steps of the lattice become slopes. Half the way at most: no cell folds over.
  private static func eased(_ nodes: [PlanePoint], along borders: [[MeshNode]]) -> [PlanePoint] {
    var pulls: [Int: [PlanePoint]] = [:]
    for border in borders {
      let places = border.map { $0.row * (columns + 1) + $0.column }
      for (number, place) in places.enumerated() {
        let before = nodes[places[(number + places.count - 1) % places.count]]
        let after = nodes[places[(number + 1) % places.count]]
        pulls[place, default: []].append((before + after) * 0.5 - nodes[place])
      }
    }
    var eased = nodes
    for (place, all) in pulls {
      // Where borders meet they pull in turn; none of them alone decides.
      let sum = all.dropFirst().reduce(all[0], +)
      eased[place] = nodes[place] + sum * (easing / Double(all.count))
    }
    return eased
  }

  private static let easing = 0.5

  private static func jitter(
    _ metres: Double, _ random: inout DemonstrationRandom
  ) -> PlanePoint {
    PlanePoint(
      east: random.double(in: -metres...metres), north: random.double(in: -metres...metres))
  }

  /// To seven digits, about a centimetre: as exact as a survey, and short in files.
  static func rounded(_ point: PlanePoint, _ frame: LocalFrame) -> Position {
    guard let exact = frame.position(of: point),
      let rounded = Position(
        longitude: (exact.longitude * 1e7).rounded() / 1e7,
        latitude: (exact.latitude * 1e7).rounded() / 1e7)
    else { preconditionFailure("the district lies far from the edge of the globe") }
    return rounded
  }

  subscript(node: MeshNode) -> Position {
    nodes[node.row * (Self.columns + 1) + node.column]
  }

  /// The middle of the edge between two neighbouring nodes.
  func middle(_ first: MeshNode, _ second: MeshNode) -> Position {
    let low = (first.row, first.column) < (second.row, second.column) ? first : second
    let place = low.row * (Self.columns + 1) + low.column
    return first.row == second.row ? eastMiddles[place] : northMiddles[place]
  }

  /// All points along a chain of neighbouring nodes, both ends included.
  func points(along chain: [MeshNode]) -> [Position] {
    guard let last = chain.last else { return [] }
    return zip(chain, chain.dropFirst()).flatMap { [self[$0], middle($0, $1)] } + [self[last]]
  }

  /// The outline of a closed chain of nodes; its last node is not its first.
  func outline(around chain: [MeshNode]) -> Outline {
    let points = points(along: chain + chain.prefix(1)).dropLast()
    return Outline(polygons: [Polygon(outer: Ring(points: Array(points)))])
  }

  /// A point within a cell: `east` and `north` run from 0 to 1 across it.
  func point(in cell: MeshCell, east: Double, north: Double) -> PlanePoint {
    func corner(_ column: Int, _ row: Int) -> PlanePoint {
      frame.point(of: self[MeshNode(column: cell.column + column, row: cell.row + row)])
    }
    let south = corner(0, 0) * (1 - east) + corner(1, 0) * east
    let far = corner(0, 1) * (1 - east) + corner(1, 1) * east
    return south * (1 - north) + far * north
  }
}

/// How the square lattice is bent: long waves, a meander along the river, a turn of the whole.
private struct Bend {
  private let phases: [Double]

  private static let meanderMetres = 380.0
  private static let meanderWaveMetres = 3_700.0
  /// How far from the river its meander is still felt.
  private static let meanderReachMetres = 2_900.0
  private static let turnRadians = 0.19

  init(random: inout DemonstrationRandom) {
    phases = (0..<5).map { _ in random.double(in: 0...(2 * .pi)) }
  }

  func point(column: Int, row: Int) -> PlanePoint {
    let x = Double(column - GroundMesh.columns / 2) * GroundMesh.cellMetres
    let y = Double(row - GroundMesh.rows / 2) * GroundMesh.cellMetres
    let fromRiver =
      Double(row - GroundMesh.riverRow) * GroundMesh.cellMetres / Self.meanderReachMetres
    let meander =
      Self.meanderMetres * exp(-fromRiver * fromRiver)
      * (sin(2 * .pi * x / Self.meanderWaveMetres + phases[0])
        + 0.25 * sin(2 * .pi * x / 1_900 + phases[1]))
    let bentX =
      x + 70 * sin(2 * .pi * y / 3_300 + phases[2]) + 50 * sin(2 * .pi * x / 4_100 + phases[3])
    let bentY = y + meander + 60 * sin(2 * .pi * x / 2_900 + y / 1_800 + phases[4])
    return PlanePoint(
      east: bentX * cos(Self.turnRadians) - bentY * sin(Self.turnRadians),
      north: bentX * sin(Self.turnRadians) + bentY * cos(Self.turnRadians))
  }
}
