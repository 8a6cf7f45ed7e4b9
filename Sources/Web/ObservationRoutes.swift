package import City
import Compression
import Engine
import HTTPServing
package import JSONText
import Pack
import Ports
import Readings

/// Observations in, in every form that is read; and mappings tried before they go live.
enum ObservationRoutes {
  /// Refusals that an answer names one by one; all are counted.
  static let namedMax = 100
  /// Points of a series in one answer.
  static let pointsMax = 5_000
  static let pointsDefault = 1_000

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .post, "/observations", .permission([.submit]),
        "Send observations: JSON, NDJSON, SenML, CSV or a mapped payload; gzip",
        query: [.init(name: "mapping", type: "string")],
        takes: [
          "application/json", "application/x-ndjson", "application/senml+json", "text/csv",
        ]
      ) { call throws(Problem) in try await take(call, context) },
      Route(
        .post, "/sensorthings/v1.1/Observations", .permission([.submit]),
        "Create one SensorThings observation", takes: ["application/json"]
      ) { call throws(Problem) in try await things(call, context, isArray: false) },
      Route(
        .post, "/sensorthings/v1.1/CreateObservations", .permission([.submit]),
        "Create SensorThings observations from data arrays", takes: ["application/json"]
      ) { call throws(Problem) in try await things(call, context, isArray: true) },
      Route(.get, "/mappings", .permission([.read]), "Payload mappings of the packs") {
        call throws(Problem) in
        Answer.list(context.engine.catalogue.mappings) { mapping, writer in
          writer.beginObject()
          writer.member("code", mapping.code)
          writer.member("title", mapping.title)
          writer.member("topic", mapping.topic)
          writer.member("contentType", mapping.contentType)
          writer.endObject()
        }
      },
      Route(
        .post, "/mappings/try", .permission([.master]), "Show what a mapping makes of a payload",
        body: [
          .init(name: "mapping", type: "string", required: true),
          .init(name: "payload", type: "string", required: true),
          .init(name: "topic", type: "string"),
        ]
      ) { call throws(Problem) in try tryMapping(call, context) },
      Route(
        .get, "/streams/:number/series", .permission([.read]), "A stream's values over a time",
        query: [
          .init(name: "from", type: "string", required: true),
          .init(name: "to", type: "string", required: true),
          .init(name: "points", type: "integer"),
          .init(
            name: "resolution", type: "string", allowed: ["raw", "minute", "hour", "day"]),
        ]
      ) { call throws(Problem) in try await series(call, context) },
    ]
  }

  /// The part that perceives; 503 where this process does not.
  static func perception(_ context: WebContext) throws(Problem) -> Perception {
    guard let perception = context.perception else {
      throw Problem(status: 503, code: "perception.off")
    }
    return perception
  }

  // MARK: In

  private static func take(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let form = try form(call, context)
    let taken = try await taken(call, form, context).taken
    let refused = taken.refusals.count
    // A batch of which nothing is of use is the sender's mistake as a whole.
    let status = taken.accepted == 0 && refused > 0 ? 422 : 200
    var reasons: [ReadingRefusal: Int] = [:]
    for refusal in taken.refusals { reasons[refusal.reason, default: 0] += 1 }
    return Answer.object(status: status) { writer in
      writer.member("accepted", taken.accepted)
      writer.member("refused", refused)
      writer.object("reasons") { writer in
        for (reason, count) in reasons.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
          writer.member(reason.rawValue, count)
        }
      }
      writer.name("refusals")
      writer.beginArray()
      for refusal in taken.refusals.prefix(namedMax) {
        writer.beginObject()
        writer.member("element", refusal.element)
        writer.member("reason", refusal.reason.rawValue)
        writer.endObject()
      }
      writer.endArray()
    }
  }

  private static func taken(
    _ call: Call, _ form: PayloadForm, _ context: WebContext
  ) async throws(Problem) -> (batch: ReadingBatch, taken: TakenReadings) {
    let perception = try perception(context)
    let bytes = try unpacked(call)
    var batch = ReadingBatch()
    var reader = PayloadReader()
    reader.read(bytes, as: form, now: context.engine.time.now, into: &batch)
    let read = batch
    let taken = try await stored { () throws(StoreFault) in
      try await perception.take(read, from: "http")
    }
    return (read, taken)
  }

  private static func unpacked(_ call: Call) throws(Problem) -> [UInt8] {
    switch call.request.headers["Content-Encoding"]?.lowercased() {
    case nil, "", "identity": return call.request.body
    case "gzip":
      do throws(GzipFault) {
        return try Gzip.inflate(call.request.body, bytesMax: PayloadLimits.bytesMax)
      } catch {
        throw Problem(status: 400, code: "body.gzip", facts: ["fault": error.code])
      }
    default: throw Problem(status: 415, code: "body.encoding")
    }
  }

  /// By the mapping that the query names, else by the content type.
  private static func form(_ call: Call, _ context: WebContext) throws(Problem) -> PayloadForm {
    let catalogue = context.engine.catalogue
    if let code = call.filter("mapping") {
      guard let mapping = catalogue.mapping(code: code) else {
        throw .field("mapping", "mapping.unknown")
      }
      return .mapping(mapping)
    }
    let header = call.request.headers["Content-Type"] ?? ""
    let type = header.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
    switch type {
    case "", "application/json": return .plain
    case "application/x-ndjson", "application/ndjson", "application/jsonl": return .lines
    case "application/senml+json": return .senML
    case "text/csv": return .table
    default:
      let mapping = catalogue.mappings.first { $0.contentType?.lowercased() == type }
      guard let mapping else {
        throw Problem(status: 415, code: "body.content_type", facts: ["type": type])
      }
      return .mapping(mapping)
    }
  }

  /// 201 with a link for each observation, or `error` in its place, as SensorThings has it.
  private static func things(
    _ call: Call, _ context: WebContext, isArray: Bool
  ) async throws(Problem) -> HTTPResponse {
    guard !call.request.body.isEmpty else { throw Problem(status: 400, code: "body.empty") }
    let (batch, taken) = try await taken(call, .sensorThings, context)
    let refused = Dictionary(taken.refusals.map { ($0.element, $0.reason) }) { first, _ in first }
    if !isArray {
      if let reason = refused.values.first {
        throw Problem(status: 400, code: reason.rawValue)
      }
      return Answer.object(status: 201) { $0.member("accepted", taken.accepted) }
    }
    let elements = max(
      (batch.readings.map { Int($0.element) }.max() ?? -1) + 1,
      (batch.failures.map(\.element).max() ?? -1) + 1)
    var writer = JSONWriter()
    writer.beginArray()
    for element in 0..<elements {
      writer.string(refused[element] == nil ? "Observations(\(element))" : "error")
    }
    writer.endArray()
    return .json(writer.take(), status: 201)
  }

  // MARK: Mappings

  private static func tryMapping(_ call: Call, _ context: WebContext) throws(Problem)
    -> HTTPResponse
  {
    var body = try Body(call.request.body)
    let code = body.required("mapping")
    let payload = body.required("payload")
    let topic = body.string("topic") ?? ""
    try body.finish()
    guard let mapping = context.engine.catalogue.mapping(code: code) else {
      throw .field("mapping", "mapping.unknown")
    }
    var batch = ReadingBatch()
    var reader = PayloadReader()
    reader.read(
      Array(payload.utf8), as: .mapping(mapping), topic: topic, now: context.engine.time.now,
      into: &batch)
    let read = batch
    return Answer.object { MappingTrial.write(read, to: &$0) }
  }

  // MARK: Series

  private static func series(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let perception = try perception(context)
    let scope = try call.caller.scope
    guard let number = UInt32(call.capture("number")),
      let found = perception.table.measure(of: StreamNumber(number)),
      scope.holds(area: found.device.thing.area, unit: found.device.thing.owner)
    else { throw .notFound }
    guard let from = try call.instant("from") else { throw .field("from", "field.required") }
    guard let to = try call.instant("to") else { throw .field("to", "field.required") }
    guard from < to else { throw .field("to", "time.order") }
    var points = pointsDefault
    if let text = call.filter("points") {
      guard let stated = Int(text), (1...pointsMax).contains(stated) else {
        throw .field("points", "number.range", ["min": "1", "max": String(pointsMax)])
      }
      points = stated
    }
    let resolutions: [String: SeriesQuery.Resolution] = [
      "raw": .raw, "minute": .minute, "hour": .hour, "day": .day,
    ]
    var resolution: SeriesQuery.Resolution?
    if let text = call.filter("resolution") {
      guard let stated = resolutions[text] else {
        throw .field("resolution", "word.unknown", ["allowed": "raw,minute,hour,day"])
      }
      resolution = stated
    }
    let query = SeriesQuery(
      stream: StreamNumber(number), from: from, to: to, resolution: resolution,
      pointsMax: points)
    let series = try await stored { () throws(StoreFault) in
      try await perception.observations.series(query)
    }
    let name = resolutions.first { $0.value == series.resolution }?.key ?? "raw"
    return Answer.object { writer in
      writer.member("stream", Int(number))
      writer.member("measure", found.measure.code)
      writer.member("unit", found.measure.unit)
      writer.member("resolution", name)
      writer.name("points")
      writer.beginArray()
      for point in series.points {
        writer.beginObject()
        writer.member("at", TimeText.write(point.at))
        writer.member("least", point.least)
        writer.member("greatest", point.greatest)
        writer.member("mean", point.mean)
        writer.member("last", point.last)
        writer.member("count", point.count)
        writer.endObject()
      }
      writer.endArray()
    }
  }
}

/// What a mapping made of a payload, as people look at it.
package enum MappingTrial {
  /// Writes the members `readings` and `failures`.
  package static func write(_ batch: ReadingBatch, to writer: inout JSONWriter) {
    writer.name("readings")
    writer.beginArray()
    for reading in batch.readings {
      writer.beginObject()
      writer.member("element", Int(reading.element))
      writer.member("device", batch.string(reading.device))
      writer.member("measure", batch.string(reading.measure))
      writer.member("value", reading.value)
      writer.member("unit", batch.string(reading.unit))
      writer.member("at", reading.at.map(TimeText.write))
      writer.endObject()
    }
    writer.endArray()
    writer.name("failures")
    writer.beginArray()
    for failure in batch.failures {
      writer.beginObject()
      writer.member("element", failure.element)
      writer.member("reason", failure.reason.rawValue)
      writer.member("sample", failure.sample)
      writer.endObject()
    }
    writer.endArray()
  }
}
