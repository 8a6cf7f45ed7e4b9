import City
import Engine
import Geography
import JSONText
import Pack
import Ports

/// `civicloop pack demo`: the made-up registers and series that packs bring, with problems planted in
/// them, and rounds of the plans that they bring.
///
/// A file `demo/KIND.csv` is a register like any other (docs/packs.md), with two columns more: how
/// far each thing lies from the middle of the district, in metres.
enum PackDemo {
  static let command = Command(
    name: "pack demo", summary: "brings in the made-up registers, rounds and series of packs",
    usage: "pack demo [ID] [--data DIR]", example: "civicloop pack demo --data ./data"
  ) { arguments in
    guard arguments.positional.count <= 1 else { throw UsageFault(message: "expected: [ID]") }
    let clock = DemonstrationClock()
    let folder = try await DataFolder.open(arguments.data, note: "demo", clock: clock)
    do {
      let outcome = try await bring(folder, only: arguments.positional.first)
      let rounds = try await PackDemoRounds(engine: folder.engine, clock: clock).make()
      let values = try await PackDemoSeries(folder: folder).bring(only: arguments.positional.first)
      await folder.close()
      for refusal in outcome.refusals {
        Output.say("row \(refusal.row): \(refusal.field) \(refusal.rule) \(refusal.value)")
      }
      Output.result { writer in
        writer.member("rows", outcome.rows)
        writer.member("accepted", outcome.accepted)
        writer.member("repeated", outcome.repeated)
        writer.member("refused", outcome.refused)
        writer.member("rounds", rounds.made)
        writer.member("missedRounds", rounds.missed)
        writer.member("visitedStops", rounds.visited)
        writer.member("seriesValues", values)
      }
      return outcome.refused == 0 ? 0 : 1
    } catch {
      await folder.close()
      throw error
    }
  }

  /// Titles of the two columns: metres to the east and to the north.
  private static let metres = (east: "east", north: "north")

  private static func bring(_ folder: DataFolder, only id: String?) async throws
    -> Registers.Outcome
  {
    let engine = folder.engine
    guard let middle = middle(of: engine) else {
      throw WorkFault(message: "there is no district yet; civicloop demo makes one")
    }
    let packs = engine.catalogue.packs.filter { id == nil || $0.id == id }
    guard !packs.isEmpty else { throw WorkFault(message: "there is no pack \(id ?? "")") }
    var sum = Registers.Outcome()
    for pack in packs {
      for kind in pack.kinds {
        let path = "\(folder.home.packs)/\(pack.id)/demo/\(kind.code).csv"
        guard let bytes = FileText.read(path) else { continue }
        let outcome = try await bring(bytes, kind, around: middle, engine)
        sum.rows += outcome.rows
        sum.accepted += outcome.accepted
        sum.repeated += outcome.repeated
        sum.refused += outcome.refused
        sum.refusals += outcome.refusals
      }
    }
    return sum
  }

  private static func bring(
    _ bytes: [UInt8], _ kind: Kind, around middle: Position, _ engine: Engine
  ) async throws -> Registers.Outcome {
    let read = try RegisterFiles(folder: "").read(
      bytes, name: "\(kind.code).csv", system: CoordinateSystem.wgs84.rawValue,
      fields: Set(kind.fields.flatMap { [$0.name, $0.title] }))
    let frame = LocalFrame(origin: middle)
    let rows = read.rows.map { row in
      func number(_ name: String) -> Double? {
        row.columns.first { $0.name == name }.flatMap { Double($0.value) }
      }
      guard let east = number(metres.east), let north = number(metres.north) else { return row }
      return RegisterRow(
        row: row.row, code: row.code, name: row.name, address: row.address, owner: row.owner,
        geometry: nil, position: frame.position(of: PlanePoint(east: east, north: north)),
        columns: row.columns)
    }
    return try await Registers(engine: engine).bring(
      RegisterFile(rows: rows, refusals: read.refusals), kind: kind,
      mapping: Registers.Mapping(kind), preview: false, by: .local("demo"), request: "")
  }

  /// A point of the district that lies within it.
  private static func middle(of engine: Engine) -> Position? {
    let areas = engine.directory.areas.values.sorted { $0.id < $1.id }
    let outline = areas.first { $0.level == .district && $0.outline != nil }?.outline
    return outline.flatMap { try? $0.pointOnSurface() }
  }
}
