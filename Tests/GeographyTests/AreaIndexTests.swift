import City
import Geography
import Testing

/// A small city: no outline of its own, two streets, two neighbourhoods and two grids in the first.
private enum Town {
  static func area(
    _ id: Int64, in parent: Int64?, _ level: AreaLevel, _ outline: Outline?, code: String? = nil
  ) -> Area {
    Area(
      id: ID(id), parent: parent.map { ID($0) }, level: level, code: code ?? "c\(id)",
      name: "area \(id)", outline: outline)
  }

  static let areas = [
    area(1, in: nil, .city, nil),
    area(2, in: 1, .district, box(121, 31, 121.4, 31.2)),
    area(3, in: 2, .street, box(121, 31, 121.2, 31.2)),
    area(4, in: 2, .street, box(121.2, 31, 121.4, 31.2)),
    area(5, in: 3, .neighbourhood, box(121, 31, 121.1, 31.2)),
    area(6, in: 3, .neighbourhood, nil),
    area(7, in: 5, .grid, box(121, 31, 121.1, 31.1)),
    area(8, in: 6, .grid, box(121.1, 31, 121.2, 31.1)),
  ]
}

struct AreaIndexTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let longitude: Double
    let latitude: Double
    let path: [Int64]
    var testDescription: String { name }
  }

  static let rows = [
    Row(name: "in a grid", longitude: 121.05, latitude: 31.05, path: [1, 2, 3, 5, 7]),
    Row(name: "no grid here", longitude: 121.05, latitude: 31.15, path: [1, 2, 3, 5]),
    Row(name: "parent by the tree", longitude: 121.15, latitude: 31.05, path: [1, 2, 3, 6, 8]),
    Row(name: "street only", longitude: 121.3, latitude: 31.05, path: [1, 2, 4]),
    Row(name: "border of two grids", longitude: 121.1, latitude: 31.05, path: [1, 2, 3, 5, 7]),
    Row(
      name: "border of a grid and a street: the grid", longitude: 121.2, latitude: 31.05,
      path: [1, 2, 3, 6, 8]),
    Row(name: "border of two streets", longitude: 121.2, latitude: 31.15, path: [1, 2, 3]),
    Row(name: "corner of the district", longitude: 121.4, latitude: 31.2, path: [1, 2, 4]),
    Row(name: "outside", longitude: 121.5, latitude: 31.1, path: []),
    Row(name: "far outside", longitude: -73.9, latitude: 40.7, path: []),
  ]

  @Test("a point finds its areas", arguments: rows)
  func path(_ row: Row) throws {
    let position = try #require(Position(longitude: row.longitude, latitude: row.latitude))
    let expected = AreaPath(row.path.map { ID($0) })
    #expect(AreaIndex(Town.areas).path(holding: position) == expected)
    #expect(AreaIndex(Town.areas.reversed()).path(holding: position) == expected)
  }

  @Test("areas are found by id and code, with children and path")
  func tree() {
    let index = AreaIndex(Town.areas)
    #expect(index.area(ID(4))?.name == "area 4")
    #expect(index.area(ID(99)) == nil)
    #expect(index.area(code: "c7")?.id == ID(7))
    #expect(index.area(code: "c99") == nil)
    #expect(index.children(of: ID(3)).map(\.id) == [ID(5), ID(6)])
    #expect(index.children(of: ID(8)).isEmpty)
    #expect(index.path(of: ID(8)) == AreaPath([1, 2, 3, 6, 8].map { ID($0) }))
    #expect(index.path(of: ID(99)) == .outside)
    #expect(index.adrift.isEmpty)
    #expect(index.unbuilt.isEmpty)
    #expect(AreaIndex([]).path(holding: Position(longitude: 0, latitude: 0)!) == .outside)
  }

  @Test("what hangs on nothing, in a circle, or skips a level is listed and found nowhere")
  func adrift() throws {
    let ground = box(10, 10, 11, 11)
    let index = AreaIndex(
      Town.areas + [
        Town.area(20, in: 99, .grid, ground),
        Town.area(21, in: 2, .grid, ground),
        Town.area(22, in: 22, .street, ground),
        Town.area(23, in: nil, .street, ground),
        Town.area(24, in: 3, .neighbourhood, outline([(10, 10), (11, 11)])),
      ])
    #expect(index.adrift == [20, 21, 22, 23].map { ID($0) })
    #expect(index.unbuilt == [ID(24)])
    let position = try #require(Position(longitude: 10.5, latitude: 10.5))
    #expect(index.path(holding: position) == .outside)
  }

  @Test("many threads get the answers of one")
  func threads() async throws {
    let index = AreaIndex(Town.areas)
    var random = SeededRandom(seed: 5)
    let points = (0..<2_000).compactMap { _ in
      Position(
        longitude: (.random(in: 120.9...121.5, using: &random) * 100).rounded() / 100,
        latitude: (.random(in: 30.9...31.3, using: &random) * 100).rounded() / 100)
    }
    let alone = points.map { index.path(holding: $0) }
    let together = await withTaskGroup(of: [AreaPath].self) { group in
      for _ in 0..<16 { group.addTask { points.map { index.path(holding: $0) } } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(together.count == 16)
    #expect(together.allSatisfy { $0 == alone })
  }

  struct FaultRow: Sendable, CustomTestStringConvertible {
    let name: String
    let areas: [Area]
    let codes: [String]
    var testDescription: String { name }
  }

  static let faultRows = [
    FaultRow(name: "nothing wrong", areas: Array(Town.areas.prefix(4)), codes: []),
    FaultRow(
      name: "the child with an outline leaves a gap", areas: Array(Town.areas.prefix(5)),
      codes: ["area.gap"]),
    FaultRow(
      name: "no gap is claimed while a child has no outline", areas: Array(Town.areas.prefix(6)),
      codes: []),
    FaultRow(
      name: "repeated id and code",
      areas: Array(Town.areas.prefix(3)) + [
        Town.area(3, in: 2, .street, nil), Town.area(9, in: 2, .street, nil, code: "c3"),
      ], codes: ["area.repeated_id", "area.repeated_code"]),
    FaultRow(
      name: "adrift", areas: [Town.area(9, in: 2, .street, nil)], codes: ["area.adrift"]),
    FaultRow(
      name: "bow tie",
      areas: [
        Town.area(1, in: nil, .city, outline([(0, 0), (1, 1), (1, 0), (0, 1)]))
      ], codes: ["area.outline_invalid"]),
    FaultRow(
      name: "overlap",
      areas: Array(Town.areas.prefix(4)) + [
        Town.area(9, in: 2, .street, box(121.3, 31.1, 121.4, 31.2))
      ], codes: ["area.overlap"]),
    FaultRow(
      name: "outside its parent, past a parent without outline",
      areas: Array(Town.areas.prefix(4)) + [
        Town.area(6, in: 3, .neighbourhood, nil),
        Town.area(9, in: 6, .grid, box(120.9, 31, 121.2, 31.1)),
      ], codes: ["area.outside_parent"]),
  ]

  @Test("faults of outlines are found", arguments: faultRows)
  func faults(_ row: FaultRow) {
    let found = OutlineFault.all(in: row.areas, toleranceSquareMetres: 100)
    #expect(found.map(\.code) == row.codes)
  }

  @Test("small faults stay below the tolerance")
  func tolerance() throws {
    let areas =
      Array(Town.areas.prefix(3)) + [
        Town.area(4, in: 2, .street, box(121.199_999, 31, 121.4, 31.2))
      ]
    // A strip of about 0.1 m by 22 km.
    #expect(OutlineFault.all(in: areas, toleranceSquareMetres: 5_000).isEmpty)
    let found = try #require(OutlineFault.all(in: areas, toleranceSquareMetres: 100).first)
    var shared: Double?
    if case .overlap(ID(3), ID(4), let squareMetres) = found { shared = squareMetres }
    #expect((2_000...2_300).contains(try #require(shared, "\(found)")))
  }
}
