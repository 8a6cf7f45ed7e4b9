import City
import Foundation
import Links
import Pack
import Testing

@Suite("real files, where they are")
struct RealDataTests {
  /// The folder that `CIVICLOOP_REALDATA` names; says so where there is none.
  static func folder() -> URL? {
    guard let path = ProcessInfo.processInfo.environment["CIVICLOOP_REALDATA"] else {
      print("skipped: no real data")
      return nil
    }
    return URL(filePath: path)
  }

  struct Source: Sendable {
    let file: String
    let id: String
    let created: String
    let closed: String
    let type: String
    let longitude: String
    let latitude: String
  }

  static let sources = [
    Source(
      file: "nyc311/requests.csv.gz", id: "unique_key", created: "created_date",
      closed: "closed_date", type: "complaint_type", longitude: "longitude",
      latitude: "latitude"),
    Source(
      file: "nyc311-dirty/requests_4999.csv.gz", id: "Unique Key", created: "Created Date",
      closed: "Closed Date", type: "Complaint Type", longitude: "Longitude",
      latitude: "Latitude"),
  ]

  @Test("every row of New York's requests says what an independent count says", arguments: sources)
  func newYork(_ source: Source) throws {
    guard let folder = Self.folder() else { return }
    let path = folder.appending(path: source.file).path(percentEncoded: false)
    var columns = TicketColumns()
    columns.id = [source.id]
    columns.created = [source.created]
    columns.closed = [source.closed]
    columns.type = [source.type]
    columns.longitude = [source.longitude]
    columns.latitude = [source.latitude]
    let profile = TicketProfile(
      code: "nyc311", title: "", format: .csv, encoding: .utf8, channel: .hotline,
      zone: "America/New_York", coordinateSystem: .wgs84, columns: columns, items: [:],
      itemsByWords: false, units: [], joins: false)
    var reader = try TicketReader(
      path: path, profile: profile,
      circumstances: TicketReader.Circumstances(
        now: Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)),
        convert: { Position(longitude: $0, latitude: $1) }))
    var lines: [String] = []
    var refusals: [RowRefusal] = []
    while let row = try reader.next() {
      switch row {
      case .refused(let refusal): refusals.append(refusal)
      case .ticket(let ticket):
        let closed = ticket.closedAt.map { String($0.milliseconds) } ?? "-"
        lines.append("\(ticket.externalID),\(ticket.createdAt.milliseconds),\(closed)")
      }
    }
    #expect(refusals.isEmpty)
    #expect(lines.sorted() == (try Self.recounted(path)))
  }

  /// The canonical lines of the recount, which shares no code with the reader.
  static func recounted(_ path: String) throws -> [String] {
    let scratch = try Scratch()
    let out = try scratch.file("lines.csv")
    let tool = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "tools/recount-nyc311")
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", tool.path(percentEncoded: false), path, "--lines", out]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let text = try String(contentsOf: URL(filePath: out), encoding: .utf8)
    return text.split(separator: "\n").map(String.init)
  }

  @Test(
    "outlines of real districts and streets are read whole",
    arguments: [
      ("putuo/putuo_streets.wgs84.geojson", 10), ("putuo/shanghai_districts.wgs84.geojson", 16),
      ("shanghai-geo/310000_full.geojson", 16), ("shanghai-geo/310107.geojson", 1),
    ])
  func areas(_ file: String, _ count: Int) throws {
    guard let folder = Self.folder() else { return }
    var options = AreaFileOptions()
    options.levelDefault = file.contains("streets") ? .street : .district
    let read = try AreaFile.read(
      stream: try TextStream(
        path: folder.appending(path: file).path(percentEncoded: false), encoding: .utf8,
        limits: .master), options: options,
      convert: { Position(longitude: $0, latitude: $1) })
    #expect(read.refusals.isEmpty)
    #expect(read.drafts.count == count)
    #expect(read.drafts.allSatisfy { $0.outline != nil })
  }
}
