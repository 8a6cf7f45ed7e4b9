import City
import Geography
import Testing

struct TileTests {
  /// Some district of 14 km around this point.
  static let middle = (longitude: 121.4, latitude: 31.25)

  static func position(_ longitude: Double, _ latitude: Double) throws -> Position {
    try #require(Position(longitude: longitude, latitude: latitude))
  }

  static func seeded(_ seed: UInt64) -> SeededRandom { SeededRandom(seed: seed) }

  /// The tile that holds a point.
  static func address(_ zoom: Int, _ position: Position) throws -> TileAddress {
    let world = try #require(TileAddress(zoom: 0, column: 0, row: 0))
    let point = world.point(of: position)
    let side = Double(1 << zoom)
    return try #require(
      TileAddress(
        zoom: zoom, column: Int(point.x / TileAddress.extent * side),
        row: Int(point.y / TileAddress.extent * side)))
  }

  @Test("addresses outside of the world are none")
  func addresses() {
    #expect(TileAddress(zoom: 0, column: 0, row: 0) != nil)
    #expect(TileAddress(zoom: 0, column: 1, row: 0) == nil)
    #expect(TileAddress(zoom: 3, column: 7, row: 8) == nil)
    #expect(TileAddress(zoom: -1, column: 0, row: 0) == nil)
    #expect(TileAddress(zoom: TileAddress.zoomMax + 1, column: 0, row: 0) == nil)
  }

  @Test("known corners of the map: the equator's middle, and a tile of Shanghai")
  func knownPlaces() throws {
    let world = try #require(TileAddress(zoom: 0, column: 0, row: 0))
    let zero = world.point(of: try Self.position(0, 0))
    #expect(abs(zero.x - 2_048) < 1e-6 && abs(zero.y - 2_048) < 1e-6)
    // As other map software numbers it.
    let shanghai = try Self.address(10, try Self.position(121.47, 31.23))
    #expect(shanghai.column == 857 && shanghai.row == 418)
  }

  @Test("a position comes back from the plane", arguments: [UInt64(1), 2, 3])
  func thereAndBack(seed: UInt64) throws {
    var random = Self.seeded(seed)
    for _ in 0..<200 {
      let zoom = Int.random(in: 0...TileAddress.zoomMax, using: &random)
      let place = try Self.position(
        .random(in: -179...179, using: &random), .random(in: -84...84, using: &random))
      let address = try Self.address(zoom, place)
      let back = try #require(address.position(of: address.point(of: place)))
      #expect(back.metres(to: place) < 0.01, "seed \(seed), zoom \(zoom), \(place)")
      #expect(address.box(margin: 0).contains(place), "seed \(seed), zoom \(zoom), \(place)")
    }
  }

  @Test("what is written is read the same by another reader", arguments: [UInt64(1), 2, 3, 4])
  func writtenAndRead(seed: UInt64) throws {
    var random = Self.seeded(seed)
    var features: [TileFeature] = []
    for number in 0..<50 {
      func point() -> TilePoint {
        TilePoint(
          x: Double(Int.random(in: -64...4_160, using: &random)),
          y: Double(Int.random(in: -64...4_160, using: &random)))
      }
      let (from, to) = (point(), point())
      let box: [TilePoint] = [
        from, TilePoint(x: from.x + 9, y: from.y), TilePoint(x: from.x + 9, y: from.y + 7),
        TilePoint(x: from.x, y: from.y + 7),
      ]
      let shape: TileFeature.Shape =
        switch number % 3 {
        case 0: .point(from)
        case 1: .lines([[from, to]])
        default: .faces([[box]])
        }
      features.append(
        TileFeature(
          shape: shape,
          attributes: [
            ("name", .text("路\(number % 7)")), ("width", .number(Double(number) / 4)),
          ]))
    }
    var tile = VectorTile()
    tile.add(layer: "first", features)
    tile.add(layer: "empty", [])
    let read = try #require(ReadTile(tile.encoded), "seed \(seed)")
    #expect(read.layers.map(\.name) == ["first"])
    let layer = try #require(read["first"])
    #expect(layer.version == 2 && layer.extent == 4_096)
    for (number, (given, found)) in zip(features, layer.features).enumerated() {
      #expect(found.attributes["name"] == .text("路\(number % 7)"))
      #expect(found.attributes["width"] == .number(Double(number) / 4))
      switch given.shape {
      case .point(let point):
        #expect(found.type == 1 && found.parts[0][0] == (Int(point.x), Int(point.y)))
      case .lines(let lines):
        let points = lines[0].map { (Int($0.x), Int($0.y)) }
        #expect(found.type == 2 || points[0] == points[1])
        #expect(zip(found.parts.first ?? [], points).allSatisfy { $0 == $1 }, "seed \(seed)")
      case .faces:
        #expect(found.type == 3 && found.parts.count == 1 && found.parts[0].count == 4)
        #expect(Self.doubleArea(found.parts[0]) == 2 * 9 * 7, "clockwise on the screen")
      }
    }
  }

  static func doubleArea(_ ring: [(x: Int, y: Int)]) -> Int {
    var last = ring[ring.count - 1]
    var sum = 0
    for point in ring {
      sum += last.x * point.y - point.x * last.y
      last = point
    }
    return sum
  }

  @Test("the parts of a face on neighbouring tiles add up to the face", arguments: [UInt64(5), 6])
  func clippedFacesAddUp(seed: UInt64) throws {
    var random = Self.seeded(seed)
    // A star of twelve corners over several tiles.
    let centre = TilePoint(x: 4_000, y: 4_200)
    let ring = (0..<12).map { corner -> TilePoint in
      let radius = Double.random(in: 1_500...3_500, using: &random)
      let turn = Double(corner) / 12 * 2 * Double.pi
      // A turned square of unit steps stands in for sine and cosine: no more is needed here.
      let (x, y) = Self.onCircle(turn)
      return TilePoint(x: centre.x + radius * x, y: centre.y + radius * y)
    }
    let window = TileWindow(margin: 0)
    var sum = 0.0
    for column in -1...2 {
      for row in -1...2 {
        let (left, top) = (Double(column) * 4_096, Double(row) * 4_096)
        let moved = ring.map { TilePoint(x: $0.x - left, y: $0.y - top) }
        let part = window.clipped(ring: moved)
        #expect(part.allSatisfy(window.contains), "seed \(seed)")
        sum += Self.area(part)
      }
    }
    #expect(abs(sum - Self.area(ring)) < 1, "seed \(seed)")
  }

  static func onCircle(_ turn: Double) -> (Double, Double) {
    var (x, y, sine, cosine) = (1.0, turn, turn, 1.0)
    for step in 1...20 {
      x *= -turn * turn / Double((2 * step - 1) * (2 * step))
      cosine += x
      y *= -turn * turn / Double((2 * step) * (2 * step + 1))
      sine += y
    }
    return (cosine, sine)
  }

  static func area(_ ring: [TilePoint]) -> Double {
    guard var last = ring.last else { return 0 }
    var sum = 0.0
    for point in ring {
      sum += last.x * point.y - point.x * last.y
      last = point
    }
    return sum / 2
  }

  @Test("a line that leaves and comes back is two pieces, and ends on the edge")
  func clippedLines() {
    let window = TileWindow(margin: 0)
    let line = [
      TilePoint(x: 100, y: 100), TilePoint(x: 100, y: -50), TilePoint(x: 200, y: -50),
      TilePoint(x: 200, y: 100),
    ]
    let pieces = window.clipped(line: line)
    #expect(pieces.count == 2)
    #expect(pieces.first?.last == TilePoint(x: 100, y: 0))
    #expect(pieces.last?.first == TilePoint(x: 200, y: 0))
    #expect(window.clipped(line: [TilePoint(x: -9, y: -9), TilePoint(x: -5, y: 9)]).isEmpty)
  }

  @Test("no point left out was farther than the tolerance", arguments: [UInt64(7), 8, 9])
  func simplified(seed: UInt64) {
    var random = Self.seeded(seed)
    var (x, y) = (0.0, 0.0)
    let line = (0..<400).map { _ -> TilePoint in
      x += Double.random(in: 0...6, using: &random)
      y += Double.random(in: -3...3, using: &random)
      return TilePoint(x: x, y: y)
    }
    let left = TileSimplification.simplified(line, tolerance: 4)
    #expect(left.count < line.count && left.first == line.first && left.last == line.last)
    for point in line {
      let near = zip(left, left.dropFirst()).map { Self.distance(point, $0, $1) }.min() ?? 0
      #expect(near <= 4.000_001, "seed \(seed)")
    }
  }

  static func distance(_ point: TilePoint, _ from: TilePoint, _ to: TilePoint) -> Double {
    let (width, height) = (to.x - from.x, to.y - from.y)
    let length = width * width + height * height
    let along = (point.x - from.x) * width + (point.y - from.y) * height
    let share = length == 0 ? 0 : min(max(along / length, 0), 1)
    let (x, y) = (from.x + share * width - point.x, from.y + share * height - point.y)
    return (x * x + y * y).squareRoot()
  }

  @Test("ground far from the tile leaves no shape on it")
  func shaping() throws {
    let here = try Self.position(Self.middle.longitude, Self.middle.latitude)
    let shaping = TileShaping(try Self.address(14, here))
    #expect(shaping.shape(here) != nil)
    #expect(shaping.shape(try Self.position(122.4, 31.25)) == nil)
    let far = [try Self.position(122.4, 31.2), try Self.position(122.5, 31.3)]
    #expect(shaping.shape(line: far) == nil)
    let across = [try Self.position(121.3, 31.25), try Self.position(121.5, 31.25)]
    #expect(shaping.shape(line: across) != nil)
    let corners = [(121.3, 31.2), (121.5, 31.2), (121.5, 31.3), (121.3, 31.3)]
    let around = Outline(polygons: [
      Polygon(outer: Ring(points: try corners.map { try Self.position($0.0, $0.1) }))
    ])
    guard case .faces(let faces) = shaping.shape(around) else {
      Issue.record("the tile lies within the outline")
      return
    }
    // The tile lies wholly within: its face is the window itself, and no edge crosses it.
    let side = TileAddress.extent + 2 * TileShaping.margin
    let shown = abs(Self.area(faces[0][0]))
    #expect(abs(shown - side * side) < 1)
    #expect(shaping.edges(around) == nil)
  }
}
