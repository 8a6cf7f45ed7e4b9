import City

/// The mesh with the area tree cut from it.
struct Ground {
  static let gridsCount = 1_000
  /// Streets in the three bands of ten rows each, south to north.
  static let streetsByBand = [3, 4, 3]
  static let cellsPerNeighbourhood = 10

  let mesh: GroundMesh
  let district: MeshRegion
  let areas: [Area]
  /// Streets and towns in the order of their codes.
  let streets: [Area]
  private let paths: [MeshCell: AreaPath]

  init(random: inout DemonstrationRandom, makeID: () -> Int64) {
    district = MeshRegion.district(cellsWanted: Self.gridsCount, random: &random)
    let bandRows = GroundMesh.rows / Self.streetsByBand.count
    let bands = district.cut(rows: Self.streetsByBand.map { _ in bandRows })
    let streetRegions = zip(bands, Self.streetsByBand).flatMap { $0.cut(columns: $1) }
    mesh = GroundMesh(
      borders: [district.border] + streetRegions.map(\.border), random: &random)
    var planter = AreaPlanter(mesh: mesh, random: random)
    planter.plant(district, streets: streetRegions, makeID: makeID)
    random = planter.random
    areas = planter.areas
    streets = planter.areas.filter { $0.level == .street }
    paths = planter.paths
  }

  /// The areas that hold a cell; outside where the cell is not of the district.
  func path(of cell: MeshCell) -> AreaPath { paths[cell] ?? .outside }
}

/// Grows the tree from the city down to the grids.
private struct AreaPlanter {
  let mesh: GroundMesh
  var random: DemonstrationRandom
  var areas: [Area] = []
  var paths: [MeshCell: AreaPath] = [:]
  private var names: [String] = []

  static let cityCode = "310000"
  static let districtCode = "310199"

  init(mesh: GroundMesh, random: DemonstrationRandom) {
    self.mesh = mesh
    self.random = random
    names = PlaceWords.neighbourhoodHeads.flatMap { head in
      PlaceWords.neighbourhoodTails.map { head + $0 }
    }
    self.random.shuffle(&names)
  }

  mutating func plant(
    _ district: MeshRegion, streets: [MeshRegion], makeID: () -> Int64
  ) {
    // The city is more than this district, so that it has no outline here.
    let city = add(
      in: .outside, .city, code: Self.cityCode, name: PlaceWords.city, region: nil, makeID)
    let root = add(
      in: city, .district, code: Self.districtCode, name: PlaceWords.district, region: district,
      makeID)
    for (number, region) in streets.enumerated() {
      // Streets are numbered from 001, towns from 101, as the national coding has it.
      let isTown = number >= PlaceWords.townsFrom
      let serial = isTown ? 101 + number - PlaceWords.townsFrom : 1 + number
      let code = Self.districtCode + serial.padded(to: 3)
      let street = add(
        in: root, .street, code: code, name: PlaceWords.streets[number], region: region, makeID)
      plantNeighbourhoods(in: region, street: street, code: code, makeID)
    }
  }

  private mutating func plantNeighbourhoods(
    in region: MeshRegion, street: AreaPath, code: String, _ makeID: () -> Int64
  ) {
    var bandRows = [3, 3, 4]
    random.shuffle(&bandRows)
    var serial = 0
    for band in region.cut(rows: bandRows) {
      let wanted = Int(
        (Double(band.cellCount) / Double(Ground.cellsPerNeighbourhood)).rounded())
      // Two columns each at least, so that the rows of a part overlap.
      let possible = (band.runs.map(\.count).min() ?? 0) / 2
      for part in band.cut(columns: max(1, min(wanted, possible))) {
        serial += 1
        let partCode = code + serial.padded(to: 3)
        let head = names.removeLast()
        let path = add(
          in: street, .neighbourhood, code: partCode, name: head + "居委会", region: part, makeID)
        for (place, cell) in part.cells.enumerated() {
          let grid = MeshRegion(firstRow: cell.row, runs: [cell.column..<cell.column + 1])
          paths[cell] = add(
            in: path, .grid, code: partCode + (place + 1).padded(to: 2),
            name: "\(head)第\(place + 1)网格", region: grid, makeID)
        }
      }
    }
  }

  private mutating func add(
    in parent: AreaPath, _ level: AreaLevel, code: String, name: String, region: MeshRegion?,
    _ makeID: () -> Int64
  ) -> AreaPath {
    let id = ID<Area>(makeID())
    areas.append(
      Area(
        id: id, parent: parent.innermost, level: level, code: code, name: name,
        outline: region.map { mesh.outline(around: $0.border) }))
    return AreaPath(parent.areas + [id])
  }
}

extension Int {
  /// Decimal digits with zeros before them, at least `count` long.
  func padded(to count: Int) -> String {
    let digits = String(self)
    return String(repeating: "0", count: Swift.max(0, count - digits.count)) + digits
  }
}
