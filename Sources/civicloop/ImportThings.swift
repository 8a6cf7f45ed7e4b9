import City
import Engine
import Geography
import JSONText
import Links
import Pack
import Ports

/// `civicloop import things`: registers of things, by the same rules as the server's import.
enum ImportThings {
  static let command = Command(
    name: "import things", summary: "things from CSV, XLSX or GeoJSON; --preview writes nothing",
    usage:
      "import things FILE [--kind CODE] [--crs wgs84|gcj02|bd09] [--map COLUMN:FIELD,…] "
      + "[--preview] [--data DIR]",
    example: "civicloop import things lamps.csv --kind lamp --crs gcj02 --data ./data",
    options: ["crs", "kind", "map"], flags: ["strict", "preview"]
  ) { arguments in try await run(arguments) }

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    let file = try arguments.expect("FILE")[0]
    guard let system = CoordinateSystem(rawValue: arguments["crs"] ?? "wgs84") else {
      throw UsageFault(message: "--crs is one of wgs84, gcj02, bd09")
    }
    let preview = arguments.has("preview")
    let folder = try await DataFolder.open(arguments.data, note: "import", clock: SystemClock())
    do {
      let read = try drafts(file, arguments["kind"], system, folder.engine.catalogue)
      let outcome = try await bring(
        read, map: arguments["map"] ?? "", preview: preview, folder.engine)
      await folder.close()
      tell(outcome, preview: preview)
      return arguments.has("strict") && outcome.refused > 0 ? 1 : 0
    } catch {
      await folder.close()
      throw error
    }
  }

  private static func drafts(
    _ file: String, _ kind: String?, _ system: CoordinateSystem, _ catalogue: Catalogue
  ) throws -> MasterFile<ThingDraft> {
    let convert: (Double, Double) -> Position? = {
      Position(longitude: $0, latitude: $1).map(system.toWGS84)
    }
    let fields = kind.flatMap { catalogue.kind(code: $0)?.fields } ?? []
    let besides = Set(fields.flatMap { [$0.name, $0.title] })
    do {
      let stream = try ImportFile.stream(file)
      return file.contains("json")
        ? try ThingFile.readGeoJSON(
          stream: stream, kindDefault: kind, convert: convert, besides: besides)
        : try ThingFile.readCSV(
          stream: stream, kindDefault: kind, convert: convert, besides: besides)
    } catch let fault as ImportFault {
      throw WorkFault(message: "\(file): \(fault.code) \(ImportTickets.text(fault.facts))")
    }
  }

  /// Brings the rows in kind by kind: a file may hold several.
  private static func bring(
    _ read: MasterFile<ThingDraft>, map: String, preview: Bool, _ engine: Engine
  ) async throws -> Registers.Outcome {
    var sum = Registers.Outcome()
    sum.rows = read.refusals.count
    sum.refused = read.refusals.count
    sum.refusals = read.refusals.map(RegisterFiles.refusal)
    for (code, drafts) in Dictionary(grouping: read.drafts, by: \.kind).sorted(by: {
      $0.key < $1.key
    }) {
      guard let kind = engine.catalogue.kind(code: code) else {
        sum.rows += drafts.count
        sum.refused += drafts.count
        sum.refusals += drafts.map {
          RegisterRefusal(row: $0.row, field: "kind", rule: "kind.unknown", value: code)
        }
        continue
      }
      let mapping = try Registers.Mapping(kind, given: given(map, kind), keepsOthers: true)
      let outcome = try await Registers(engine: engine).bring(
        RegisterFile(rows: drafts.map(RegisterFiles.row), refusals: []), kind: kind,
        mapping: mapping, preview: preview, by: .local("import"), request: "")
      sum.rows += outcome.rows
      sum.accepted += outcome.accepted
      sum.repeated += outcome.repeated
      sum.refused += outcome.refused
      sum.refusals += outcome.refusals
      sum.unknown += outcome.unknown.filter { !sum.unknown.contains($0) }
    }
    sum.refusals = Array(
      sum.refusals.sorted { $0.row < $1.row }.prefix(Registers.refusalsMax))
    return sum
  }

  private static func given(_ map: String, _ kind: Kind) throws -> [String: String] {
    var given: [String: String] = [:]
    for pair in map.split(separator: ",") {
      let parts = pair.split(separator: ":", maxSplits: 1).map(String.init)
      guard parts.count == 2, kind.fields.contains(where: { $0.name == parts[1] }) else {
        throw UsageFault(
          message: "--map takes COLUMN:FIELD with fields of \(kind.code): "
            + kind.fields.map(\.name).joined(separator: ", "))
      }
      given[parts[0]] = parts[1]
    }
    return given
  }

  private static func tell(_ outcome: Registers.Outcome, preview: Bool) {
    for refusal in outcome.refusals {
      Output.say("row \(refusal.row): \(refusal.field) \(refusal.rule) \(refusal.value)")
    }
    if preview { Output.say("a preview: nothing was written") }
    Output.result { writer in
      writer.member("rows", outcome.rows)
      writer.member("accepted", outcome.accepted)
      writer.member("repeated", outcome.repeated)
      writer.member("refused", outcome.refused)
      writer.member("preview", preview)
      // Kept under the column's own name, though no field of the kind is called so.
      writer.member("unknown", outcome.unknown)
      writer.name("refusals")
      writer.beginArray()
      for refusal in outcome.refusals {
        writer.beginObject()
        writer.member("row", refusal.row)
        writer.member("field", refusal.field)
        writer.member("rule", refusal.rule)
        writer.endObject()
      }
      writer.endArray()
    }
  }
}
