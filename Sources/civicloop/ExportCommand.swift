import City
import Engine
import JSONText
import Links

/// `civicloop export cases|events|signals|things|series`: what the caller may see, as a table.
enum ExportCommand {
  static let command = Command(
    name: "export", summary: "lists as CSV or GeoJSON, cut to what the caller may see",
    usage:
      "export cases|events|signals|things --format csv|geojson --out FILE [--as LOGIN] [--data DIR]\n"
      + "       civicloop export series --device CODE [--measure CODE] --from T --to T "
      + "[--resolution raw|minute|hour|day] --out FILE [--as LOGIN] [--data DIR]",
    example: "civicloop export cases --format csv --out cases.csv --as duty --data ./data",
    options: ["format", "out", "as", "device", "measure", "from", "to", "resolution"]
  ) { arguments in try await run(arguments) }

  /// Members of the API's elements that become columns.
  private static let columns: [String: [String]] = [
    "cases": [
      "id", "number", "title", "address", "channel", "stage", "item", "grade", "unit", "handler",
      "filedAt", "due", "closedAt", "verdict", "version", "reworks", "returns", "event",
    ],
    "events": [
      "id", "item", "title", "address", "firstAt", "lastAt", "signals", "state", "case",
    ],
    "signals": [
      "id", "channel", "externalId", "receivedAt", "occurredAt", "item", "title", "text", "address",
      "event", "rivalOf",
    ],
    "things": ["id", "kind", "code", "name", "address", "owner", "version"],
  ]

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    let what = try arguments.expect("cases|events|signals|things|series")[0]
    if what == "series" { return try await ExportSeries.run(arguments) }
    guard let columns = columns[what] else {
      throw UsageFault(message: "what to export is one of cases, events, signals, things, series")
    }
    let format = arguments["format"] ?? "csv"
    guard ["csv", "geojson"].contains(format) else {
      throw UsageFault(message: "--format is csv or geojson")
    }
    guard let out = arguments["out"] else { throw UsageFault(message: "--out is missing") }
    let folder = try await DataFolder.open(arguments.data, note: "export", clock: SystemClock())
    do {
      let caller = try await LocalCaller.find(arguments["as"], in: folder)
      try await LocalCaller.record("records.exported", what, caller, in: folder)
      let rows = try await write(
        LocalRequests(folder: folder, caller: caller), what, columns, format, to: out)
      await folder.close()
      Output.result { $0.member("rows", rows) }
      return 0
    } catch {
      await folder.close()
      throw error
    }
  }

  private static func write(
    _ requests: LocalRequests, _ what: String, _ columns: [String], _ format: String,
    to path: String
  ) async throws -> Int {
    let sink = try FileSink(path: path)
    var table = CSVWriter(hasMark: true)
    var features = GeoJSONWriter()
    if format == "csv" { table.row(columns + ["longitude", "latitude"]) }
    var rows = 0
    var before: String?
    repeat {
      var query = [(name: "limit", value: "500")]
      if let before { query.append((name: "before", value: before)) }
      let answer = try await requests.get("/\(what)", query: query)
      for element in answer["elements"]?.array ?? [] {
        rows += 1
        let values = columns.map { text(element[$0]) }
        let degrees = (element["position"]?.array ?? []).compactMap(\.number)
        if format == "csv" {
          let point = degrees.count == 2 ? degrees.map { String($0) } : ["", ""]
          table.row(values + point)
        } else {
          let point =
            degrees.count == 2 ? Position(longitude: degrees[0], latitude: degrees[1]) : nil
          features.feature(at: point, names: columns, values: values)
        }
      }
      try sink.write(format == "csv" ? table.take() : features.take())
      before = answer["next"]?.string
    } while before != nil
    if format == "geojson" {
      features.end()
      try sink.write(features.take())
    }
    try sink.finish()
    return rows
  }

  /// What stands in a cell: the name of what has one, else the value itself.
  private static func text(_ value: JSON?) -> String {
    guard let value else { return "" }
    if let text = value.string { return text }
    if let number = value.integer { return String(number) }
    return value["name"]?.string ?? ""
  }
}
