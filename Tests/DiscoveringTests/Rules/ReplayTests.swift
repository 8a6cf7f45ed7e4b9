import City
import Compression
import Foundation
import Pack
import Testing

@testable import Discovering

/// Years of real sensors through sensible rules, against the plain meaning of the rules.
@Suite("real sensors, where their data are")
struct ReplayTests {
  /// One file: the columns that are measures, by name, and how its rows tell the time.
  private struct Table: Sendable {
    let measures: [String]
    let time: @Sendable (_ row: [Substring], _ column: [Substring: Int]) -> Int?
  }

  /// The folder of a set; says so where there is none.
  private static func folder(_ name: String) -> URL? {
    guard let path = ProcessInfo.processInfo.environment["CIVICLOOP_REALDATA"] else {
      print("skipped: no real data")
      return nil
    }
    return URL(filePath: path).appending(path: name)
  }

  /// Files of a set whose names begin so; a few of them unless the long tests are asked for.
  private static func files(_ folder: URL, _ prefix: String, every step: Int) throws -> [URL] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasPrefix(prefix) }.sorted()
    let isLong = ProcessInfo.processInfo.environment["CIVICLOOP_LONG"] != nil
    return stride(from: 0, to: names.count, by: isLong ? 1 : step).map {
      folder.appending(path: names[$0])
    }
  }

  /// Readings of a file in its order; stream numbers are those of the measures from `first` on.
  private static func read(_ file: URL, _ table: Table, first: Int = 0) throws
    -> [SlowRules.Reading]
  {
    let source = try ByteSource(path: file.path, bytesMax: 1 << 28)
    var bytes: [UInt8] = []
    while let piece = try source.next() { bytes += piece }
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    let names = lines[0].split(separator: ",", omittingEmptySubsequences: false)
    let column = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    var readings: [SlowRules.Reading] = []
    for line in lines.dropFirst() {
      let row = line.split(separator: ",", omittingEmptySubsequences: false)
      guard row.count == names.count, let second = table.time(row, column) else { continue }
      for (index, name) in table.measures.enumerated() {
        guard let place = column[Substring(name)], let value = Double(row[place]) else { continue }
        readings.append(.init(stream: first + index, second: second, value: value))
      }
    }
    return readings
  }

  /// Seconds from a new year on; what stands behind the seconds is dropped.
  private static func second(_ text: Substring, since year: Int) -> Int? {
    let parts = text.split { !$0.isNumber }.compactMap { Int($0) }
    guard parts.count >= 6, let date = CivilDate(year: parts[0], month: parts[1], day: parts[2]),
      let begin = CivilDate(year: year, month: 1, day: 1)
    else { return nil }
    let days = date.daysSinceEpoch - begin.daysSinceEpoch
    return days * 86_400 + parts[3] * 3_600 + parts[4] * 60 + parts[5]
  }

  /// How many changes there were, all of them equal.
  private static func compare(
    _ rule: Rule, _ world: RuleWorld, _ readings: [SlowRules.Reading], _ note: String
  ) throws -> Int {
    let end = (readings.map(\.second).max() ?? 0) + 7 * 86_400
    let program = RuleProgram(rules: [rule], world: world)
    var shard = RuleShard(program, shard: 0)
    var changes: [AlarmChange] = []
    let observations = RuleFixture.observations(readings)
    for start in stride(from: 0, to: observations.count, by: 5_000) {
      let part = observations[start..<min(start + 5_000, observations.count)]
      part.withContiguousStorageIfAvailable { shard.take($0, into: &changes) }
      // The server is started anew every now and then.
      let again = RuleShard(program, shard: 0)
      try again.restore(shard.snapshot())
      shard = again
    }
    shard.advance(to: Instant(milliseconds: RuleFixture.time(end)), into: &changes)
    let admitted = SlowRules.admitted(readings, latenessSeconds: 0)
      .sorted { ($0.second, $0.stream) < ($1.second, $1.stream) }
    let expected = SlowRules.rows(
      rule, world, admitted, until: end,
      moments: SlowRules.moments(rule, world, admitted, until: end))
    let got = RuleFixture.rows(changes).sorted()
    let differing = Set(got).symmetricDifference(expected)
    #expect(differing.isEmpty && got.count == expected.count, "\(rule.code) of \(note)")
    return expected.count
  }

  // MARK: Beijing, four years by the hour

  private static let hour: Int64 = 3_600_000

  private static func rule(
    _ code: String, _ measure: String, _ form: RuleForm, _ levels: [RuleLevel],
    side: RuleSide = .above, active: RuleSchedule = RuleSchedule()
  ) -> Rule {
    RuleFixture.rule(form, levels, side: side, active: active, code: code, measure: measure)
  }

  private static func window(
    _ width: Int64, _ step: Int64, _ aggregate: RuleWindow.Aggregate
  ) -> RuleForm {
    .window(
      RuleWindow(
        shape: .sliding(milliseconds: width, stepMilliseconds: step), aggregate: aggregate))
  }

  /// Limits are those of the air quality index; the others are what a duty officer would ask for.
  private static let airRules: [Rule] = [
    rule(
      "pm25-high", "PM2.5", .value,
      [
        RuleLevel(grade: .blue, raise: 75, clear: 65, hold: 2 * hour, clearHold: hour),
        RuleLevel(grade: .yellow, raise: 115, clear: 105, hold: 2 * hour, clearHold: hour),
        RuleLevel(grade: .orange, raise: 150, clear: 140, hold: hour),
        RuleLevel(grade: .red, raise: 250, clear: 240),
      ]),
    rule(
      "pm25-day", "PM2.5", window(24 * hour, hour, .mean),
      [
        RuleLevel(grade: .blue, raise: 75, clear: 70, hold: 2, clearHold: 2),
        RuleLevel(grade: .red, raise: 250, clear: 230, hold: 1, clearHold: 1),
      ]),
    rule(
      "pm10-worst", "PM10", window(12 * hour, 3 * hour, .percentile(90)),
      [RuleLevel(grade: .yellow, raise: 250, clear: 200, hold: 1, clearHold: 2)]),
    rule(
      "ozone-eight", "O3", window(8 * hour, hour, .mean),
      [RuleLevel(grade: .yellow, raise: 160, clear: 140, hold: 1, clearHold: 1)]),
    rule(
      "temperature-jump", "TEMP",
      .rate(
        perMilliseconds: hour, overMilliseconds: hour, withinMilliseconds: 3 * hour, .absolute),
      [RuleLevel(grade: .blue, raise: 5, clear: 2)]),
    rule(
      "temperature-stuck", "TEMP", .stuck(band: 0.1),
      [RuleLevel(grade: .blue, raise: Double(4 * hour), clear: Double(hour))]),
    rule(
      "pm25-silent", "PM2.5", .silence,
      [
        RuleLevel(grade: .blue, raise: Double(3 * hour), clear: 0),
        RuleLevel(grade: .orange, raise: Double(12 * hour), clear: 0),
      ]),
    rule(
      "ozone-flapping", "O3", .flapping(level: 160, withinMilliseconds: 72 * hour),
      [RuleLevel(grade: .blue, raise: 4, clear: 2)]),
    rule(
      "sulphur-range", "SO2", .range(least: 1, greatest: 150),
      [RuleLevel(grade: .blue, raise: 0.5, clear: 0.5, hold: 2 * hour)]),
    rule(
      "heating", "SO2", .value, [RuleLevel(grade: .yellow, raise: 60, clear: 40)],
      active: RuleSchedule(months: [11, 12, 1, 2, 3])),
  ]

  private static let jointRules: [Rule] = [
    rule(
      "pm25-area", "PM2.5",
      .several(
        RuleCondition(side: .above, limit: 150), area: .city, withinMilliseconds: 2 * hour),
      [
        RuleLevel(grade: .orange, raise: 1, clear: 1, hold: hour, clearHold: 2 * hour),
        RuleLevel(grade: .red, raise: 2, clear: 3, hold: 3 * hour),
      ]),
    rule(
      "pm25-odd", "PM2.5",
      .neighbours(
        RuleNeighbours(devicesMax: 2, metres: 20_000, devicesMin: 2, withinMilliseconds: hour)),
      [RuleLevel(grade: .blue, raise: 60, clear: 40, hold: 2 * hour)]),
  ]

  private static let airTable = Table(
    measures: ["PM2.5", "PM10", "SO2", "O3", "TEMP"]
  ) { row, column in
    let parts = ["year", "month", "day", "hour"].compactMap { name in
      column[Substring(name)].flatMap { Int(row[$0]) }
    }
    guard parts.count == 4 else { return nil }
    return second("\(parts[0]) \(parts[1]) \(parts[2]) \(parts[3]) 0 0", since: 2013)
  }

  @Test("air of Beijing: alarms equal the plain evaluation, to the last one")
  func beijing() throws {
    guard let folder = Self.folder("beijing-air") else { return }
    let world = RuleFixture.world(devices: 1, measures: Self.airTable.measures)
    var counts: [String: Int] = [:]
    for file in try Self.files(folder, "", every: 1) {
      let readings = try Self.read(file, Self.airTable)
      for rule in Self.airRules {
        let own = Self.airTable.measures.firstIndex(of: rule.measure)
        counts[rule.code, default: 0] += try Self.compare(
          rule, world, readings.filter { $0.stream == own }, file.lastPathComponent)
      }
    }
    for rule in Self.airRules { #expect(counts[rule.code] ?? 0 > 0, "\(rule.code) raised nothing") }
    print("Beijing: \(counts.values.reduce(0, +)) changes of alarms, \(counts)")
  }

  @Test("stations of Beijing together")
  func stations() throws {
    guard let folder = Self.folder("beijing-air") else { return }
    let table = Table(measures: ["PM2.5"], time: Self.airTable.time)
    let files = try Self.files(folder, "", every: 1)
    let world = RuleWorld(
      streams: files.indices.map { index in
        RuleStream(
          number: StreamNumber(UInt32(index)), device: ID(Int64(index) + 1), code: "\(index)",
          kind: "gauge", measure: "PM2.5", area: AreaPath([ID(1)]),
          position: Position(longitude: 116.4 + Double(index) * 0.02, latitude: 39.9))
      })
    let readings = try files.indices.flatMap { try Self.read(files[$0], table, first: $0) }
      .sorted { ($0.second, $0.stream) < ($1.second, $1.stream) }
    for rule in Self.jointRules {
      #expect(try Self.compare(rule, world, readings, "all stations") > 0)
    }
  }

  // MARK: Aarhus, some months by the minute

  private static let minute: Int64 = 60_000

  private static func stamped(_ columns: [String], _ time: String) -> Table {
    Table(measures: columns) { row, column in
      column[Substring(time)].flatMap { second(row[$0], since: 2014) }
    }
  }

  /// Each kind of file with its rules.
  private static let city: [(prefix: String, every: Int, table: Table, rules: [Rule])] = [
    (
      "AarhusTrafficData", 6, stamped(["avgSpeed", "vehicleCount"], "TIMESTAMP"),
      [
        rule(
          "jam", "avgSpeed", .value,
          [RuleLevel(grade: .yellow, raise: 30, clear: 35, hold: 10 * minute)], side: .below),
        rule(
          "crowded", "vehicleCount", window(60 * minute, 15 * minute, .mean),
          [
            RuleLevel(grade: .blue, raise: 10, clear: 8, hold: 2, clearHold: 2),
            RuleLevel(grade: .yellow, raise: 20, clear: 18, hold: 2, clearHold: 2),
          ]),
        rule(
          "traffic-silent", "vehicleCount", .silence,
          [RuleLevel(grade: .blue, raise: Double(20 * minute), clear: 0)]),
      ]
    ),
    (
      "AarhusPollutionData", 12, stamped(["ozone", "nitrogen_dioxide"], "timestamp"),
      [
        rule(
          "ozone", "ozone", window(60 * minute, 30 * minute, .greatest),
          [RuleLevel(grade: .orange, raise: 180, clear: 150, hold: 1, clearHold: 2)]),
        rule(
          "nitrogen-rise", "nitrogen_dioxide",
          .rate(
            perMilliseconds: 10 * minute, overMilliseconds: 0, withinMilliseconds: 15 * minute,
            .signed), [RuleLevel(grade: .blue, raise: 9, clear: 0)]),
      ]
    ),
    (
      "AarhusParkingData", 1, stamped(["vehiclecount"], "updatetime"),
      [
        rule(
          "parking-full", "vehiclecount", .value,
          [
            RuleLevel(grade: .blue, raise: 300, clear: 250, hold: 60 * minute),
            RuleLevel(grade: .yellow, raise: 600, clear: 550, hold: 30 * minute),
          ]),
        rule(
          "parking-stuck", "vehiclecount", .stuck(band: 0),
          [RuleLevel(grade: .blue, raise: Double(180 * minute), clear: Double(minute))]),
        rule(
          "parking-silent", "vehiclecount", .silence,
          [RuleLevel(grade: .blue, raise: Double(45 * minute), clear: 0)]),
        rule(
          "parking-values", "vehiclecount",
          .window(RuleWindow(shape: .count(12), aggregate: .distinct)),
          [RuleLevel(grade: .blue, raise: 11, clear: 11, hold: 2, clearHold: 1)]),
      ]
    ),
  ]

  @Test("sensors of Aarhus: alarms equal the plain evaluation, to the last one")
  func aarhus() throws {
    guard let folder = Self.folder("citybench-aarhus/streams") else { return }
    var counts: [String: Int] = [:]
    for (prefix, step, table, rules) in Self.city {
      let world = RuleFixture.world(devices: 1, measures: table.measures)
      for file in try Self.files(folder, prefix, every: step) {
        let readings = try Self.read(file, table)
        for rule in rules {
          let own = table.measures.firstIndex(of: rule.measure)
          counts[rule.code, default: 0] += try Self.compare(
            rule, world, readings.filter { $0.stream == own }, file.lastPathComponent)
        }
      }
      for rule in rules { #expect(counts[rule.code] ?? 0 > 0, "\(rule.code) raised nothing") }
    }
    print("Aarhus: \(counts.values.reduce(0, +)) changes of alarms, \(counts)")
  }
}
