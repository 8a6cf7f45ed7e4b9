import City
import Engine
import HTTPServing
import JSONText
import Ports
import Spreadsheets

/// Workbooks of what a page shows: the page sends the rows as it names them, and gets them back as a
/// file, so that a list looks the same on paper as on the screen. Each one is journaled.
enum SheetRoutes {
  static let rowsMax = 50_000
  static let columnsMax = 100
  /// Of the sheet's name, by the format.
  static let nameMax = 31
  static let limits = JSONLimits(bytesMax: 32 << 20, depthMax: 4, membersMax: rowsMax)

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .post, "/sheets", .permission([.read]), "A workbook (.xlsx) of rows of texts and numbers",
        body: [
          .init(name: "name", type: "string", required: true),
          .init(name: "rows", type: "array", required: true),
        ]
      ) { call throws(Problem) in try await make(call, context) }
    ]
  }

  private static func make(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let (name, rows) = try read(call.request.body)
    let engine = context.engine
    let caller = try call.caller
    _ = try await stored { () throws(StoreFault) in
      try await engine.store.commit(
        ChangeSet(
          kind: "records.exported", at: engine.time.now, actor: caller.actor,
          subject: SubjectReference(kind: "staff", id: caller.staff.id.rawValue),
          request: call.id, conditions: [], facts: [.note("\(name) \(rows.count)")]))
    }
    let mark = try ViewerMark.words(call, context)
    do throws(WorkbookFault) {
      let bytes = try WorkbookBytes.make(sheet: name, rows: rows, mark: mark)
      return HTTPResponse(
        status: 200,
        headers: [
          (
            "Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
          ), ("Content-Disposition", "attachment"), ("Cache-Control", "no-store"),
        ], body: .bytes(bytes))
    } catch {
      throw Problem(status: 503, code: "sheet.unavailable", retryAfterSeconds: 10)
    }
  }

  private static func read(_ body: [UInt8]) throws(Problem) -> (String, [[WorkbookCell]]) {
    let parsed: JSON
    do throws(JSONFault) {
      parsed = try JSON.parse(body, limits: limits)
    } catch {
      throw Problem(error)
    }
    if let unknown = parsed.members?.first(where: { !["name", "rows"].contains($0.name) }) {
      throw .field(unknown.name, "field.unknown", ["known": "name,rows"])
    }
    guard let name = parsed["name"]?.string else { throw .field("name", "field.required") }
    if let finding = TextField.finding(name, max: nameMax) {
      throw .field("name", finding.rule, finding.facts)
    }
    // The format keeps these for its own addresses.
    guard !name.contains(where: { "[]:*?/\\'".contains($0) }) else {
      throw .field("name", "text.form")
    }
    guard let lines = parsed["rows"]?.array else { throw .field("rows", "field.required") }
    guard lines.count <= rowsMax else {
      throw .field("rows", "array.too_long", ["max": String(rowsMax)])
    }
    var rows: [[WorkbookCell]] = []
    rows.reserveCapacity(lines.count)
    for line in lines {
      guard let cells = line.array, cells.count <= columnsMax else {
        throw .field("rows", "field.type", ["expected": "array of arrays"])
      }
      rows.append(cells.map(cell))
    }
    return (name, rows)
  }

  private static func cell(_ value: JSON) -> WorkbookCell {
    if let number = value.number { return .number(number) }
    return .text(value.string ?? "")
  }
}
