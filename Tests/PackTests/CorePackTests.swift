import City
import Pack
import PackReading
import Testing

/// The repository's own pack, read once.
enum CorePack {
  static let folder =
    #filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 }
    + "/packs/core"
  static let reading = PackReader.read(folder: folder)

  static func pack() throws -> Pack { try #require(reading.pack) }

  static func catalogue() throws -> Catalogue { try #require(Catalogue([pack()])) }
}

@Suite("The core pack")
struct CorePackTests {
  @Test("reads without any finding")
  func noFindings() throws {
    #expect(CorePack.reading.findings.map(\.text) == [])
    _ = try CorePack.pack()
  }

  @Test("is read first from the folder of packs, with the same digest; no pack has a finding")
  func readAll() throws {
    let folder = CorePack.folder.dropLast("/core".count)
    let reading = PackReader.readAll(packsFolder: String(folder))
    #expect(reading.findings.map(\.text) == [])
    let catalogue = try #require(reading.catalogue)
    #expect(try catalogue.packs.first?.digest == CorePack.pack().digest)
  }

  @Test("holds what a district needs")
  func sizes() throws {
    let pack = try CorePack.pack()
    #expect(pack.items.count >= 90)
    #expect(pack.kinds.count >= 25)
    #expect(pack.duties.count <= 40)
    #expect(pack.calendarYears.map(\.year) == Array(2020...2026))
    #expect(
      Set(pack.profiles.map(\.code))
        == ["nyc311", "chicago311", "govmsg", "hotline12345", "hotline12345-gb18030"])
  }

  @Test("dispatches every item in a story")
  func everyItemTold() throws {
    let pack = try CorePack.pack()
    let dispatching = Set(
      pack.flows.flatMap(\.edges).filter { $0.effects.contains(.dispatch) }.map(\.action))
    let told = pack.stories.reduce(into: Set<String>()) {
      $0.formUnion($1.dispatchedItems(dispatching: dispatching))
    }
    #expect(pack.items.map(\.code).filter { !told.contains($0) } == [])
  }

  @Test("gives every item three words or more, and every rule and edge a reason")
  func wordsAndReasons() throws {
    let pack = try CorePack.pack()
    #expect(pack.items.filter { $0.words.count < 3 }.map(\.code) == [])
    let reasons =
      pack.items.flatMap(\.responsibility).map(\.why) + pack.flows.flatMap(\.edges).map(\.why)
    #expect(reasons.allSatisfy { $0.hasSuffix("。") })
  }

  @Test("names every action of the standard flow once, so that stories can use names")
  func actionNames() throws {
    let edges = try CorePack.pack().flows.flatMap(\.edges)
    var codes: [String: Set<String>] = [:]
    for edge in edges { codes[edge.name, default: []].insert(edge.action) }
    #expect(codes.filter { $0.value.count > 1 } == [:])
  }

  @Test("uses every duty")
  func duties() throws {
    let pack = try CorePack.pack()
    let used = Set(pack.items.flatMap(\.responsibility).map(\.duty))
    #expect(pack.duties.map(\.code).filter { !used.contains($0) } == [])
  }

  @Test("guards handling by the unit and checking by another person")
  func guards() throws {
    let flow = try #require(try CorePack.pack().flows.first)
    for edge in flow.edges {
      if edge.posts.contains("handler") || edge.posts.contains("unit-head") {
        #expect(edge.guards.contains(.ownUnit), "\(edge.action) from \(edge.from)")
      }
      if edge.from == "checking" {
        #expect(edge.guards.contains(.notHandler), "\(edge.action) from \(edge.from)")
      }
    }
  }
}

@Suite("The core calendars")
struct CalendarTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let date: (Int, Int, Int)
    let isFree: Bool
    var testDescription: String { "\(date) \(isFree ? "free" : "worked")" }
  }

  /// Days that differ from plain weekdays, or look as if they did, by the State Council's notices.
  static let rows = [
    Row(date: (2020, 1, 19), isFree: false), Row(date: (2020, 1, 31), isFree: true),
    // Free by the notice that prolonged the Spring Festival.
    Row(date: (2020, 2, 1), isFree: true), Row(date: (2020, 2, 3), isFree: false),
    Row(date: (2020, 6, 28), isFree: false), Row(date: (2020, 10, 8), isFree: true),
    Row(date: (2021, 2, 20), isFree: false), Row(date: (2021, 9, 18), isFree: false),
    Row(date: (2021, 9, 20), isFree: true), Row(date: (2021, 10, 9), isFree: false),
    Row(date: (2022, 1, 30), isFree: false), Row(date: (2022, 4, 2), isFree: false),
    Row(date: (2022, 10, 8), isFree: false), Row(date: (2022, 12, 31), isFree: true),
    Row(date: (2023, 1, 2), isFree: true), Row(date: (2023, 4, 5), isFree: true),
    Row(date: (2023, 4, 6), isFree: false), Row(date: (2023, 6, 25), isFree: false),
    Row(date: (2023, 9, 29), isFree: true), Row(date: (2023, 10, 7), isFree: false),
    Row(date: (2024, 2, 4), isFree: false), Row(date: (2024, 2, 9), isFree: false),
    Row(date: (2024, 2, 16), isFree: true), Row(date: (2024, 9, 14), isFree: false),
    Row(date: (2024, 10, 12), isFree: false), Row(date: (2025, 1, 26), isFree: false),
    Row(date: (2025, 2, 4), isFree: true), Row(date: (2025, 2, 8), isFree: false),
    Row(date: (2025, 6, 2), isFree: true), Row(date: (2025, 9, 28), isFree: false),
    Row(date: (2025, 10, 8), isFree: true), Row(date: (2025, 10, 11), isFree: false),
    Row(date: (2026, 1, 2), isFree: true), Row(date: (2026, 1, 4), isFree: false),
    Row(date: (2026, 2, 14), isFree: false), Row(date: (2026, 2, 23), isFree: true),
    Row(date: (2026, 2, 28), isFree: false), Row(date: (2026, 5, 9), isFree: false),
    Row(date: (2026, 6, 19), isFree: true), Row(date: (2026, 9, 20), isFree: false),
    Row(date: (2026, 9, 25), isFree: true), Row(date: (2026, 10, 10), isFree: false),
    Row(date: (2026, 10, 8), isFree: false), Row(date: (2026, 11, 21), isFree: true),
  ]

  @Test("say which days are free", arguments: rows)
  func day(_ row: Row) throws {
    let date = try #require(CivilDate(year: row.date.0, month: row.date.1, day: row.date.2))
    #expect(try Self.isFree(date) == row.isFree)
  }

  @Test("give every year its number of working days")
  func workingDays() throws {
    // Counted from the notices: weekdays − free weekdays + make-up days.
    let expected = [
      2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248,
    ]
    for (year, count) in expected.sorted(by: { $0.key < $1.key }) {
      let first = try #require(CivilDate(year: year, month: 1, day: 1)).daysSinceEpoch
      let last = try #require(CivilDate(year: year, month: 12, day: 31)).daysSinceEpoch
      let worked = try (first...last).count { try !Self.isFree(CivilDate(daysSinceEpoch: $0)) }
      #expect(worked == count, "\(year)")
    }
  }

  private static func isFree(_ date: CivilDate) throws -> Bool {
    let year = try #require(try CorePack.catalogue().calendarYear(date.year))
    if year.makeUpDays.contains(date) { return false }
    return date.weekday > 5 || year.holidays.contains { $0.from <= date && date <= $0.to }
  }
}
