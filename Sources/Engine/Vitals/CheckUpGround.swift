import City
import Evaluating
import Geography
import Language
import Pack
import Ports

/// Hot spots of a place over a period, with what they were found from.
struct CheckUpGround {
  let found: HotSpots
  let spots: [HotSpots.Spot]
  /// Rows of cases, in the order of the points.
  let rows: [CaseRow]
  let outlines: [[GroundPoint]]
}

extension VitalDesk {
  /// Where the cases filed in a period lie thick; nil where the outline of the place is not known.
  func hotSpots(of area: ID<Area>, _ period: Period) -> CheckUpGround? {
    let directory = engine.directory
    guard let outline = directory.areas[area]?.outline, let bounds = outline.bounds,
      let origin = Position(
        longitude: (bounds.west + bounds.east) / 2, latitude: (bounds.south + bounds.north) / 2)
    else { return nil }
    let frame = LocalFrame(origin: origin)
    func ground(_ position: Position) -> GroundPoint {
      let point = frame.point(of: position)
      return GroundPoint(east: point.east, north: point.north)
    }
    var rows: [CaseRow] = []
    var points: [GroundPoint] = []
    let inPlace = cases.areas.values.map { $0.lies(in: area) }
    for row in cases.rows where row.hasPosition && period.holds(row.filedAt) {
      guard row.area >= 0, inPlace[Int(row.area)],
        let position = Position(longitude: row.longitude, latitude: row.latitude)
      else { continue }
      rows.append(row)
      points.append(ground(position))
    }
    let grid = HexGrid(widthMetres: Self.hexagonMetres)
    let found = HotSpots(
      points: points, ground: cells(of: area, bounds, frame, grid), grid: grid,
      reachMetres: Self.reachMetres, bandwidthMetres: Self.bandwidthMetres)
    return CheckUpGround(
      found: found, spots: Array(found.spots.prefix(Self.spotsShown)), rows: rows,
      outlines: outline.polygons.map { $0.outer.points.map(ground) })
  }

  /// All hexagons whose middle lies in the area.
  private func cells(
    of area: ID<Area>, _ bounds: BoundingBox, _ frame: LocalFrame, _ grid: HexGrid
  ) -> [HexGrid.Cell] {
    guard let low = Position(longitude: bounds.west, latitude: bounds.south),
      let high = Position(longitude: bounds.east, latitude: bounds.north)
    else { return [] }
    let (south, north) = (frame.point(of: low), frame.point(of: high))
    let first = grid.cell(holding: GroundPoint(east: south.east, north: south.north))
    let last = grid.cell(holding: GroundPoint(east: north.east, north: north.north))
    var cells: [HexGrid.Cell] = []
    for row in first.row - 1...last.row + 1 {
      for column in first.column - 1...last.column + 1 {
        let cell = HexGrid.Cell(column: column, row: row)
        let middle = grid.centre(of: cell)
        guard
          let position = frame.position(
            of: PlanePoint(east: middle.east, north: middle.north)),
          engine.directory.areaIndex.path(holding: position).lies(in: area)
        else { continue }
        cells.append(cell)
      }
    }
    return cells
  }

  /// What lies in each spot: its commonest item, the unit with most of it, and a name for the place.
  func spotLines(
    _ spots: [HotSpots.Spot], _ rows: [CaseRow]
  ) async throws(CheckUpFault) -> [CheckUp.SpotLine] {
    var lines: [CheckUp.SpotLine] = []
    for spot in spots {
      let own = spot.points.map { rows[$0] }
      let item = commonest(own.map(\.item))
      let ofItem = own.filter { $0.item == item.value }
      let area = commonest(own.map(\.area)).value
      let unit = commonest(ofItem.map(\.unit).filter { $0 >= 0 }).value
      let path = cases.areas[area]
      let names = [AreaLevel.street, .neighbourhood].compactMap { level in
        path?[level].flatMap { engine.directory.areas[$0]?.name }
      }
      let newest = ofItem.sorted { $0.id > $1.id }.prefix(VitalCause.casesMax)
      let address = try await address(of: newest.first)
      lines.append(
        CheckUp.SpotLine(
          spot: spot, place: names.joined(separator: " ") + (address.map { " " + $0 } ?? ""),
          item: cases.items[item.value], itemCount: item.count,
          reworked: own.filter { $0.reworks > 0 }.count,
          unit: cases.units[unit]?.innermost, cases: newest.map { ID($0.id) }))
    }
    return lines
  }

  func address(of row: CaseRow?) async throws(CheckUpFault) -> String? {
    guard let row else { return nil }
    do throws(StoreFault) {
      // A report goes to who needs no address to the door.
      return (try await engine.store.load(ID<Case>(row.id))?.filing.address)
        .map(engine.rooms.masked)
    } catch {
      throw .store(error)
    }
  }

  /// The value that comes most often; of equally frequent ones the smallest.
  private func commonest(_ values: [Int32]) -> (value: Int32, count: Int) {
    let counts = values.reduce(into: [Int32: Int]()) { $0[$1, default: 0] += 1 }
    let best = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }
    return (best?.key ?? CaseRow.none, best?.value ?? 0)
  }

  // MARK: Names

  func names(
    _ lines: [CheckUp.Line], _ spots: [CheckUp.SpotLine],
    _ irregularities: [CheckUp.IrregularityLine]
  ) -> CheckUpNames {
    let directory = engine.directory
    var numbers: [ID<Case>: String] = [:]
    let named =
      lines.flatMap { $0.cause?.cases ?? [] } + spots.flatMap(\.cases)
      + irregularities.flatMap(\.cases)
    for id in named {
      if let place = cases.place(of: id) { numbers[id] = cases.rows[place].number.text }
    }
    var duties: [String: String] = [:]
    for unit in directory.units.values.sorted(by: { $0.id > $1.id }) where unit.area == nil {
      for duty in unit.duties { duties[duty] = unit.name }
    }
    return CheckUpNames(
      areas: directory.areas.mapValues(\.name), units: directory.units.mapValues(\.name),
      devices: Dictionary(
        (perception?.table.devices ?? []).map { ($0.thing.id, $0.thing.name) }
      ) { first, _ in first }, cases: numbers, catalogue: engine.catalogue, duties: duties)
  }

  /// Of the packs that say how it is measured and of the cases that were: the report's fingerprint.
  func digest() -> String {
    var bytes: [UInt8] = []
    for pack in engine.catalogue.packs { bytes += pack.digest.bytes }
    for row in cases.rows {
      for value in [row.id, row.filedAt, row.closedAt, Int64(row.item), Int64(row.area)] {
        for shift in stride(from: 0, to: 64, by: 8) {
          bytes.append(UInt8(truncatingIfNeeded: value >> Int64(shift)))
        }
      }
    }
    let digits = Array(HexText.write(engine.sealing.digest(of: bytes)).prefix(16))
    return stride(from: 0, to: 16, by: 4).map { String(digits[$0..<$0 + 4]) }
      .joined(separator: " ")
  }
}
