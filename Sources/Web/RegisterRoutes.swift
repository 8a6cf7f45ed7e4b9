import City
import Engine
import HTTPServing
import JSONText
import Pack
import Ports

/// Registers of things from files: what would become of each row, and the work itself.
enum RegisterRoutes {
  /// Columns that a request may map by hand.
  static let mappedMax = 100

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .post, "/things/import", .permission([.master]),
        "Bring in things of a kind from CSV, XLSX or GeoJSON; with preview nothing is written",
        query: [
          .init(name: "kind", type: "string", required: true),
          .init(name: "name", type: "string", required: true),
          .init(name: "crs", type: "string", allowed: ["wgs84", "gcj02", "bd09"]),
          .init(name: "map", type: "string"), .init(name: "preview", type: "boolean"),
        ],
        takes: [
          "text/csv", "application/geo+json", "application/octet-stream",
          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ]
      ) { call throws(Problem) in try await bring(call, context) }
    ]
  }

  private static func bring(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    guard let code = call.filter("kind") else { throw .field("kind", "field.required") }
    guard let kind = context.engine.catalogue.kind(code: code) else {
      throw .field("kind", "kind.unknown", ["kind": code])
    }
    guard let name = call.filter("name") else { throw .field("name", "field.required") }
    let preview = try call.flag("preview") ?? false
    let mapping = try mapping(call, kind)
    guard let registers = context.registers else {
      throw Problem(status: 503, code: "import.unavailable", retryAfterSeconds: 60)
    }
    let file: RegisterFile
    do throws(RegisterFault) {
      file = try registers.read(
        call.request.body, name: name, system: call.filter("crs") ?? "wgs84",
        fields: Set(kind.fields.flatMap { [$0.name, $0.title] }))
    } catch {
      throw .field("file", error.code, error.facts)
    }
    let actor = try call.caller.actor
    let outcome = try await stored { () throws(StoreFault) in
      try await Registers(engine: context.engine).bring(
        file, kind: kind, mapping: mapping, preview: preview, by: actor, request: call.id)
    }
    return Answer.object { write(outcome, to: &$0) }
  }

  /// `map=column:field`, as often as needed, separated by commas.
  private static func mapping(_ call: Call, _ kind: Kind) throws(Problem) -> Registers.Mapping {
    var given: [String: String] = [:]
    for pair in call.filter("map")?.split(separator: ",") ?? [] {
      let parts = pair.split(separator: ":", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw .field("map", "text.form", ["expected": "column:field"])
      }
      guard kind.fields.contains(where: { $0.name == parts[1] }) else {
        throw .field(
          "map", "field.unknown", ["known": kind.fields.map(\.name).joined(separator: ",")])
      }
      given[parts[0]] = parts[1]
    }
    guard given.count <= mappedMax else {
      throw .field("map", "list.too_long", ["max": String(mappedMax)])
    }
    return Registers.Mapping(kind, given: given)
  }

  private static func write(_ outcome: Registers.Outcome, to writer: inout JSONWriter) {
    writer.member("rows", outcome.rows)
    writer.member("accepted", outcome.accepted)
    writer.member("repeated", outcome.repeated)
    writer.member("refused", outcome.refused)
    writer.member("unknown", outcome.unknown)
    writer.name("refusals")
    writer.beginArray()
    for refusal in outcome.refusals {
      writer.beginObject()
      writer.member("row", refusal.row)
      writer.member("field", refusal.field)
      writer.member("rule", refusal.rule)
      writer.member("value", refusal.value)
      writer.object("facts") { writer in
        for (name, value) in refusal.facts.sorted(by: { $0.key < $1.key }) {
          writer.member(name, value)
        }
      }
      writer.endObject()
    }
    writer.endArray()
  }
}
