import City
import Engine
import JSONText
import Links

/// `civicloop export cases|events|…|series`: what the caller may see, as a table.
enum ExportCommand {
  static let command = Command(
    name: "export", summary: "lists as CSV, XLSX or GeoJSON, cut to what the caller may see",
    usage:
      "export cases|events|signals|things|alarms --format csv|xlsx|geojson --out FILE "
      + "[--as LOGIN] [--data DIR]\n"
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
    "alarms": [
      "id", "key", "rule", "device", "measure", "grade", "why", "owner", "openedAt", "clearedAt",
      "acknowledgedAt", "verdict",
    ],
  ]

  /// What an export is written as.
  enum Format: String { case csv, xlsx, geojson }

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    let what = try arguments.expect("cases|events|signals|things|alarms|series")[0]
    if what == "series" { return try await ExportSeries.run(arguments) }
    guard let columns = columns[what] else {
      throw UsageFault(
        message: "what to export is one of cases, events, signals, things, alarms, series")
    }
    guard let format = Format(rawValue: arguments["format"] ?? "csv") else {
      throw UsageFault(message: "--format is csv, xlsx or geojson")
    }
    guard let out = arguments["out"] else { throw UsageFault(message: "--out is missing") }
    let folder = try await DataFolder.open(arguments.data, note: "export", clock: SystemClock())
    do {
      let caller = try await LocalCaller.find(arguments["as"], in: folder)
      let number = try await LocalCaller.record("records.exported", what, caller, in: folder)
      let table = try ExportTable(
        path: out, format: format, name: what, columns: columns,
        mark: LocalCaller.mark(caller, number, in: folder))
      let rows = try await write(
        LocalRequests(folder: folder, caller: caller), what, columns, to: table)
      await folder.close()
      Output.result { $0.member("rows", rows) }
      return 0
    } catch {
      await folder.close()
      throw error
    }
  }

  private static func write(
    _ requests: LocalRequests, _ what: String, _ columns: [String], to table: ExportTable
  ) async throws -> Int {
    var rows = 0
    var before: String?
    repeat {
      var query = [(name: "limit", value: "500")]
      if let before { query.append((name: "before", value: before)) }
      let answer = try await requests.get("/\(what)", query: query)
      for element in answer["elements"]?.array ?? [] {
        rows += 1
        let degrees = (element["position"]?.array ?? []).compactMap(\.number)
        try table.add(
          columns.map { text(element[$0]) },
          at: degrees.count == 2
            ? Position(longitude: degrees[0], latitude: degrees[1]) : nil)
      }
      try table.flush()
      before = answer["next"]?.string
    } while before != nil
    try table.finish()
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
