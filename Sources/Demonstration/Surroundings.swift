import City
import Geography

/// Makes the Things of the district and the Links between them.
struct Surroundings {
  private let ground: Ground
  private let roads: RoadNet
  private let organisation: Organisation
  private(set) var things: [Thing] = []
  private(set) var links: [Link] = []
  private var communities: [Community] = []
  private var buildingsByCell: [MeshCell: [ID<Thing>]] = [:]
  private var roadIDs: [ID<Thing>] = []
  private var unitByDuty: [String: [Unit]] = [:]

  /// A residential lane: where it is, and how many buildings it has so far.
  private struct Community {
    let id: ID<Thing>
    let name: String
    let address: String
    let cell: MeshCell
    var buildings = 0
  }

  /// The course of every road, by its Thing.
  var routes: [ID<Thing>: [Position]] {
    Dictionary(
      uniqueKeysWithValues: zip(roadIDs, roads.roads).map { id, road in
        (id, ground.mesh.points(along: road.chain))
      })
  }

  init(ground: Ground, roads: RoadNet, organisation: Organisation) {
    self.ground = ground
    self.roads = roads
    self.organisation = organisation
    for unit in organisation.units {
      for duty in unit.duties { unitByDuty[duty, default: []].append(unit) }
    }
  }

  /// Fills the district up to `count` Things; roads, river and bridges are always there.
  mutating func make(
    count: Int, random: inout DemonstrationRandom, makeID: () -> Int64
  ) {
    layRoads(makeID)
    layRiver(makeID)
    buildBridges(makeID)
    let wanted = max(0, count - things.count)
    let total = ThingTable.rows.reduce(0) { $0 + $1.count }
    var before = 0
    for row in ThingTable.rows {
      // Cut points of the whole, so that rounding never loses or adds one.
      let from = before * wanted / total
      before += row.count
      for number in 0..<(before * wanted / total - from) {
        place(row, number: number + 1, &random, makeID)
      }
    }
  }

  // MARK: Lines

  private mutating func layRoads(_ makeID: () -> Int64) {
    for (number, road) in roads.roads.enumerated() {
      let line = ground.mesh.points(along: road.chain)
      let middle = line[line.count / 2]
      let cell = Self.cellBeside(road.chain)
      roadIDs.append(
        add(
          "road", code: "DEMO-DL-" + (number + 1).padded(to: 3), name: road.name,
          address: road.name, area: Array(ground.path(of: cell).areas.prefix(2)), duty: "roads",
          geometry: .line(line), position: middle,
          [
            ("grade", road.isArterial ? "主干路" : "支路"),
            ("width", road.isArterial ? "32" : "16"), ("surface", "沥青"),
          ], makeID))
    }
  }

  /// The whole of a road lies in the district, its parts in many grids: any cell tells the district.
  private static func cellBeside(_ chain: [MeshNode]) -> MeshCell {
    MeshCell(column: chain[0].column, row: chain[0].row)
  }

  private static let riverSectionEdges = 5
  private static let riverHalfWidthMetres = 21.0

  private mutating func layRiver(_ makeID: () -> Int64) {
    let frame = ground.mesh.frame
    let line = ground.mesh.points(along: roads.river)
    let middle = line.map(frame.point(of:))
    let banks = middle.indices.map { place -> (PlanePoint, PlanePoint) in
      let ahead = middle[min(place + 1, middle.count - 1)] - middle[max(place - 1, 0)]
      let left = PlanePoint(east: -ahead.north, north: ahead.east)
      let step = left * (Self.riverHalfWidthMetres / left.length)
      return (middle[place] + step, middle[place] - step)
    }
    let pointsEach = Self.riverSectionEdges * 2
    for (number, from) in stride(from: 0, to: line.count - 1, by: pointsEach).enumerated() {
      let to = min(from + pointsEach, line.count - 1)
      let ring =
        (from...to).map { GroundMesh.rounded(banks[$0].1, frame) }
        + (from...to).reversed().map { GroundMesh.rounded(banks[$0].0, frame) }
      let name = "\(PlaceWords.river)第\(number + 1)段"
      let cell = Self.cellBeside([roads.river[from / 2]])
      _ = add(
        "river-section", code: "DEMO-HD-" + (number + 1).padded(to: 2), name: name,
        address: name, area: Array(ground.path(of: cell).areas.prefix(2)), duty: "water-affairs",
        geometry: .outline(Outline(polygons: [Polygon(outer: Ring(points: ring))])),
        position: line[(from + to) / 2], [("river", PlaceWords.river)], makeID)
    }
  }

  private mutating func buildBridges(_ makeID: () -> Int64) {
    for (number, bridge) in roads.bridges.enumerated() {
      let road = roads.roads[bridge.road]
      let position = ground.mesh[bridge.node]
      let cell = MeshCell(column: bridge.node.column, row: bridge.node.row)
      let id = add(
        "bridge", code: "DEMO-QL-" + (number + 1).padded(to: 2), name: road.name + "桥",
        address: road.name + PlaceWords.river + "桥", area: ground.path(of: cell).areas,
        duty: "roads", geometry: .point(position), position: position,
        [("span", "48"), ("load", "公路-I级")], makeID)
      links.append(Link(from: id, to: roadIDs[bridge.road], kind: "on"))
    }
  }

  // MARK: Points

  private mutating func place(
    _ row: ThingRow, number: Int, _ random: inout DemonstrationRandom, _ makeID: () -> Int64
  ) {
    switch row.site {
    case .road(let offset): placeBesideRoad(row, number, offset, &random, makeID)
    case .cell: placeInCell(row, number, &random, makeID)
    case .community: placeInCommunity(row, number, &random, makeID)
    }
  }

  private mutating func placeBesideRoad(
    _ row: ThingRow, _ number: Int, _ offset: ClosedRange<Double>,
    _ random: inout DemonstrationRandom, _ makeID: () -> Int64
  ) {
    let side = roads.side(
      of: roads.roadDrawn(&random), offsetMetres: random.double(in: offset), on: ground.mesh,
      random: &random)
    let address = "\(roads.roads[side.road].name)\(side.number)号"
    let position = GroundMesh.rounded(side.point, ground.mesh.frame)
    let name: String
    switch row.kind {
    case "shop": name = random.pick(PlaceWords.shopHeads) + random.pick(PlaceWords.shopTails)
    case "restaurant":
      name = random.pick(PlaceWords.shopHeads) + random.pick(PlaceWords.restaurantTails)
    case "bus-stop":
      name = roads.roads[side.road].name + random.pick(["东", "西", "南", "北"]) + "站"
    default: name = address + row.noun
    }
    let id = add(
      row.kind, code: code(row, number), name: name, address: address,
      area: ground.path(of: side.cell).areas, duty: row.owner, geometry: .point(position),
      position: position,
      ThingAttributes.drawn(for: row.kind, name: name, address: address, &random), makeID)
    if row.kind == "shop" || row.kind == "restaurant", let buildings = buildingsByCell[side.cell] {
      links.append(Link(from: id, to: random.pick(buildings), kind: "in"))
    } else {
      links.append(Link(from: id, to: roadIDs[side.road], kind: "on"))
    }
  }

  private mutating func placeInCell(
    _ row: ThingRow, _ number: Int, _ random: inout DemonstrationRandom, _ makeID: () -> Int64
  ) {
    let run = ground.district.runs
    let offset = random.int(in: 0..<run.count)
    let cell = MeshCell(
      column: random.int(in: run[offset]), row: ground.district.firstRow + offset)
    let along = roads.roads(along: cell)
    let laneNumber = 2 * random.int(in: 4...160)
    let head = random.pick(PlaceWords.roadHeads)
    let isCommunity = row.kind == "community"
    let lane = along.isEmpty ? head + "里" : roads.roads[random.pick(along)].name
    let address = "\(lane)\(laneNumber)\(isCommunity ? "弄" : "号")"
    let name: String
    switch row.kind {
    case "community": name = head + random.pick(PlaceWords.communityTails)
    case "school": name = head + random.pick(PlaceWords.schoolTails)
    case "site": name = head + random.pick(PlaceWords.siteTails)
    default: name = head + row.noun
    }
    let position = GroundMesh.rounded(
      ground.mesh.point(
        in: cell, east: random.double(in: 0.25...0.75), north: random.double(in: 0.25...0.75)),
      ground.mesh.frame)
    let id = add(
      row.kind, code: code(row, number), name: name, address: address,
      area: ground.path(of: cell).areas, duty: row.owner, geometry: .point(position),
      position: position,
      ThingAttributes.drawn(for: row.kind, name: name, address: address, &random), makeID)
    if isCommunity {
      communities.append(Community(id: id, name: name, address: address, cell: cell))
    }
  }

  private mutating func placeInCommunity(
    _ row: ThingRow, _ number: Int, _ random: inout DemonstrationRandom, _ makeID: () -> Int64
  ) {
    guard !communities.isEmpty else { return placeInCell(row, number, &random, makeID) }
    let place = (number - 1) % communities.count
    communities[place].buildings += 1
    let community = communities[place]
    let house = community.buildings
    let position = GroundMesh.rounded(
      ground.mesh.point(
        in: community.cell, east: 0.2 + 0.15 * Double((house - 1) % 5) + random.unit() * 0.03,
        north: 0.2 + 0.15 * Double((house - 1) / 5 % 5) + random.unit() * 0.03),
      ground.mesh.frame)
    let name = "\(community.name)\(house)\(row.noun)"
    let address = "\(community.address)\(house)号"
    let id = add(
      row.kind, code: code(row, number), name: name, address: address,
      area: ground.path(of: community.cell).areas,
      duty: row.owner, geometry: .point(position), position: position,
      ThingAttributes.drawn(for: row.kind, name: name, address: address, &random), makeID)
    links.append(Link(from: id, to: community.id, kind: "in"))
    buildingsByCell[community.cell, default: []].append(id)
  }

  // MARK: Records

  private func code(_ row: ThingRow, _ number: Int) -> String {
    "DEMO-\(row.prefix)-\(number.padded(to: 5))"
  }

  private mutating func add(
    _ kind: String, code: String, name: String, address: String, area: [ID<Area>], duty: String,
    geometry: Geometry, position: Position, _ attributes: [(String, String)],
    _ makeID: () -> Int64
  ) -> ID<Thing> {
    let path = AreaPath(area)
    let units = unitByDuty[duty] ?? []
    let owner = units.first { unit in unit.area.map(path.lies(in:)) ?? true }
    let id = ID<Thing>(makeID())
    things.append(
      Thing(
        id: id, kind: kind, code: code, name: name, address: address, area: path,
        owner: owner.map { organisation.path(of: $0.id) } ?? .none, geometry: geometry,
        position: position,
        attributes: attributes.map { Attribute(name: $0.0, value: $0.1) }, version: 1))
    return id
  }
}
