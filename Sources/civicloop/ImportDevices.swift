import City
import Discovering
import Engine
import Geography
import JSONText
import Links
import Pack
import Ports
import Spreadsheets
import StoreObservations

/// `civicloop import devices`: devices from CSV, XLSX or GeoJSON, with what they watch and report by.
enum ImportDevices {
  static let command = Command(
    name: "import devices",
    summary: "devices from CSV, XLSX or GeoJSON; their streams are registered",
    usage: "import devices FILE [--kind CODE] [--crs wgs84|gcj02|bd09] [--data DIR]",
    example: "civicloop import devices gauges.csv --kind water-gauge --data ./data",
    options: ["crs", "kind"], flags: ["strict"]
  ) { arguments in try await run(arguments) }

  /// Refused rows told on the terminal.
  private static let shownMax = 20

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    let file = try arguments.expect("FILE")[0]
    guard let system = CoordinateSystem(rawValue: arguments["crs"] ?? "wgs84") else {
      throw UsageFault(message: "--crs is one of wgs84, gcj02, bd09")
    }
    let read = try read(file, kind: arguments["kind"], system)
    let folder = try await DataFolder.open(arguments.data, note: "import", clock: SystemClock())
    let watch = Stopwatch()
    let outcomes: [DeviceImport.Outcome]
    let streams: Int
    do {
      outcomes = try await DeviceImport(engine: folder.engine).save(
        read.drafts.map(entry), by: .local("import"))
      let store = try SegmentedObservationStore(
        folder: folder.path + "/" + ObservationFolder.name,
        time: folder.engine.time)
      let perception = try await Perception(engine: folder.engine, observations: store)
      streams = perception.table.devices.reduce(0) { $0 + $1.streams.count }
      store.close()
    } catch {
      await folder.close()
      throw WorkFault(message: "\(file): \(error)")
    }
    await folder.close()
    var refusals = read.refusals.map { "row \($0.row): \($0.field) \($0.rule) \($0.value)" }
    for (draft, outcome) in zip(read.drafts, outcomes) {
      guard case .refused(let findings) = outcome else { continue }
      let finding = findings[0]
      refusals.append(
        "row \(draft.row): \(finding.field) \(finding.rule) \(ImportTickets.text(finding.facts))")
    }
    for refusal in refusals.prefix(shownMax) { Output.say(refusal) }
    Output.result { writer in
      writer.member("rows", read.rows)
      writer.member("accepted", outcomes.count { $0 == .accepted })
      writer.member("repeated", outcomes.count { $0 == .repeated })
      writer.member("refused", refusals.count)
      writer.member("streams", streams)
      writer.member("seconds", watch.seconds)
    }
    return arguments.has("strict") && !refusals.isEmpty ? 1 : 0
  }

  private static func read(
    _ file: String, kind: String?, _ system: CoordinateSystem
  ) throws -> MasterFile<ThingDraft> {
    let convert: (Double, Double) -> Position? = {
      Position(longitude: $0, latitude: $1).map(system.toWGS84)
    }
    let stream = try ImportFile.stream(file)
    do throws(ImportFault) {
      return file.contains("json")
        ? try ThingFile.readGeoJSON(stream: stream, kindDefault: kind, convert: convert)
        : try ThingFile.readCSV(stream: stream, kindDefault: kind, convert: convert)
    } catch {
      throw WorkFault(message: "\(file): \(error.code) \(ImportTickets.text(error.facts))")
    }
  }

  private static func entry(_ draft: ThingDraft) -> DeviceEntry {
    var thing = ThingEntry(kind: draft.kind, code: draft.code)
    thing.name = draft.name
    thing.address = draft.address
    thing.owner = draft.owner
    thing.geometry = draft.geometry
    if case .point(let position) = draft.geometry {
      thing.longitude = position.longitude
      thing.latitude = position.latitude
    }
    var attributes = Dictionary(draft.attributes.map { ($0.name, $0.value) }) { first, _ in first }
    let watches = attributes.removeValue(forKey: "watches")
    thing.attributes = attributes
    return DeviceEntry(thing: thing, watches: watches, gateway: attributes["gateway"])
  }
}

/// Files of master data, in whatever form they come.
enum ImportFile {
  /// The text of a file: CSV and GeoJSON as they are, the first sheet of a workbook as CSV.
  static func stream(_ file: String) throws -> TextStream {
    let bytes = Workbook.isNamed(file) ? try sheet(file) : nil
    do throws(ImportFault) {
      if let bytes { return try TextStream(bytes: bytes) }
      return try TextStream(path: file, encoding: .utf8, limits: .master)
    } catch {
      throw WorkFault(message: "\(file): \(error.code) \(ImportTickets.text(error.facts))")
    }
  }

  private static func sheet(_ file: String) throws -> [UInt8] {
    var limits = WorkbookLimits()
    limits.textBytesMax = ImportLimits.master.fileBytesMax
    do throws(WorkbookFault) {
      return try Workbook.csv(path: file, limits: limits)
    } catch {
      throw WorkFault(message: "\(file): \(error.code) \(ImportTickets.text(error.facts))")
    }
  }
}
