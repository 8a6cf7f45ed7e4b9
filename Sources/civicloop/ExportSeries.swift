import City
import Engine
import JSONText
import Links
import Pack
import Ports
import Web

/// `civicloop export series`: what one device measured over a time, as CSV.
enum ExportSeries {
  /// So long a piece is read at once.
  private static let pieceMilliseconds = Duration.day
  private static let resolutions: [String: SeriesQuery.Resolution] = [
    "raw": .raw, "minute": .minute, "hour": .hour, "day": .day,
  ]

  /// What is asked for.
  private struct Request {
    let device: String
    /// nil = all measures of the device.
    let measure: String?
    let from: Instant
    let to: Instant
    let resolution: SeriesQuery.Resolution

    init(_ arguments: Arguments) throws {
      guard let device = arguments["device"] else {
        throw UsageFault(message: "--device is missing: the code of a device")
      }
      self.device = device
      measure = arguments["measure"]
      let offset = EngineSettings().offsetMinutes
      from = try arguments.instant("from", offsetMinutes: offset)
      to = try arguments.instant("to", offsetMinutes: offset)
      guard from < to else { throw UsageFault(message: "--from lies before --to") }
      guard let resolution = ExportSeries.resolutions[arguments["resolution"] ?? "raw"] else {
        throw UsageFault(message: "--resolution is raw, minute, hour or day")
      }
      self.resolution = resolution
    }
  }

  static func run(_ arguments: Arguments) async throws -> Int32 {
    let request = try Request(arguments)
    guard ["csv", nil].contains(arguments["format"]) else {
      throw UsageFault(message: "a series is exported as csv")
    }
    guard let out = arguments["out"] else { throw UsageFault(message: "--out is missing") }
    let folder = try await DataFolder.open(arguments.data, note: "export", clock: SystemClock())
    do {
      let caller = try await LocalCaller.find(arguments["as"], in: folder)
      let what = "series \(request.device) \(request.measure ?? "")"
      try await LocalCaller.record("records.exported", what, caller, in: folder)
      let rows = try await ObservationFolder.with(folder) { _, perception in
        try await write(request, perception, caller, to: out)
      }
      await folder.close()
      Output.result { $0.member("rows", rows) }
      return 0
    } catch {
      await folder.close()
      throw error
    }
  }

  private static func write(
    _ request: Request, _ perception: Perception, _ caller: Caller, to path: String
  ) async throws -> Int {
    let scope = caller.scope
    let table = perception.table
    let found = Array(request.device.utf8).withUnsafeBufferPointer { table.index(of: $0) }
    guard let device = found.map({ table.devices[$0] }),
      scope.holds(area: device.thing.area, unit: device.thing.owner)
    else { throw WorkFault(message: "there is no device \(request.device)") }
    let wanted = zip(device.kind.measures, device.streams).filter {
      request.measure == nil || $0.0.code == request.measure
    }
    guard !wanted.isEmpty else {
      let known = device.kind.measures.map(\.code).joined(separator: ", ")
      throw WorkFault(message: "\(request.device) measures \(known)")
    }
    let sink = try FileSink(path: path)
    var csv = CSVWriter(hasMark: true)
    csv.row(["measure", "unit", "at", "least", "greatest", "mean", "last", "count"])
    var rows = 0
    for (measure, stream) in wanted {
      var start = request.from
      while start < request.to {
        let end = min(start.advanced(byMilliseconds: pieceMilliseconds), request.to)
        for point in try await points(stream, start, end, request.resolution, perception) {
          let numbers = [point.least, point.greatest, point.mean, point.last].map { String($0) }
          csv.row(
            [measure.code, measure.unit, TimeText.write(point.at)] + numbers
              + [String(point.count)])
          rows += 1
        }
        try sink.write(csv.take())
        start = end
      }
    }
    try sink.finish()
    return rows
  }

  private static func points(
    _ stream: StreamNumber, _ from: Instant, _ to: Instant, _ resolution: SeriesQuery.Resolution,
    _ perception: Perception
  ) async throws -> [SeriesPoint] {
    guard resolution == .raw else {
      return try await perception.observations.series(
        SeriesQuery(
          stream: stream, from: from, to: to, resolution: resolution,
          pointsMax: ObservationLimits.pointsMax)
      ).points
    }
    return try await RawHistory(store: perception.observations)
      .observations(of: stream, from: from, to: to).map {
        SeriesPoint(
          at: $0.at, least: $0.value, greatest: $0.value, mean: $0.value, last: $0.value, count: 1)
      }
  }
}
