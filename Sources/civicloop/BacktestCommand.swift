import City
import Discovering
import Engine
import JSONText
import Pack
import PackReading
import Ports
import Readings

/// `civicloop rules backtest`: what a changed rule would have raised.
enum BacktestCommand {
  static let command = Command(
    name: "rules backtest", summary: "what a changed rule would have raised",
    usage:
      "rules backtest RULE --from T --to T [--changed FILE.yaml] [--as LOGIN] [--data DIR]",
    example:
      "civicloop rules backtest water-level --from 2026-11-01 --to 2026-11-20 --changed level.yaml",
    options: ["from", "to", "changed", "as"]
  ) { arguments in try await run(arguments) }

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    let code = try arguments.expect("RULE")[0]
    let catalogue = try Packs.load(Home.find())
    guard let rule = catalogue.rules.first(where: { $0.code == code }) else {
      throw UsageFault(message: "there is no rule \(code)")
    }
    let changed = try arguments["changed"].map { try Packs.rule(file: $0, insteadOf: code) }
    let offset = EngineSettings().offsetMinutes
    let from = try arguments.instant("from", offsetMinutes: offset)
    let to = try arguments.instant("to", offsetMinutes: offset)
    guard from < to else { throw UsageFault(message: "--from lies before --to") }
    let watch = Stopwatch()
    let report = try await withPerception(arguments) { folder, perception in
      let caller = try await LocalCaller.find(arguments["as"], in: folder)
      try await LocalCaller.record("rules.backtested", code, caller, in: folder)
      return try await BacktestRun(
        perception: perception, links: try await DeviceLinks.load(folder.engine, perception.table)
      ).run(rule, changed: changed, others: catalogue.rules, from: from, to: to)
    }
    tell(report, isChanged: changed != nil)
    Output.result { writer in
      writer.member("raised", report.recorded.raised)
      writer.member("before", report.before.raised)
      writer.member("after", report.after.raised)
      member("precisionBefore", report.before.precision, &writer)
      member("precisionAfter", report.after.precision, &writer)
      writer.member("observations", report.observations)
      writer.member("seconds", watch.seconds)
    }
    return 0
  }

  private static func tell(_ report: BacktestReport, isChanged: Bool) {
    func line(_ name: String, _ side: BacktestSide) {
      let precision = side.precision.map { "\(Int(($0 * 100).rounded())) % right" } ?? "not judged"
      Output.say("\(name): \(side.raised) alarms, \(precision)")
    }
    line("on record", report.recorded)
    if isChanged { line("present rule", report.before) }
    line(isChanged ? "changed rule" : "present rule", report.after)
  }

  private static func member(_ name: String, _ value: Double?, _ writer: inout JSONWriter) {
    if let value { writer.member(name, value) } else { writer.member(name, JSON.null) }
  }

  /// The folder's devices and history, for the time of `body`.
  private static func withPerception<Answer: Sendable>(
    _ arguments: Arguments, _ body: (DataFolder, Perception) async throws -> Answer
  ) async throws -> Answer {
    let folder = try await DataFolder.open(arguments.data, note: "backtest", clock: SystemClock())
    do {
      let answer = try await ObservationFolder.with(folder, body)
      await folder.close()
      return answer
    } catch {
      await folder.close()
      throw error
    }
  }
}

extension Arguments {
  /// A moment: RFC 3339, or a date, which is its midnight in the city.
  func instant(_ name: String, offsetMinutes: Int) throws -> Instant {
    guard let text = self[name] else { throw UsageFault(message: "--\(name) is missing") }
    if let milliseconds = Array(text.utf8).withUnsafeBufferPointer(InstantText.milliseconds) {
      return Instant(milliseconds: milliseconds)
    }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
      let date = CivilDate(year: year, month: month, day: day)
    else {
      throw UsageFault(
        message: "--\(name) takes 2026-11-20 or 2026-11-20T08:00:00+08:00, not \(text)")
    }
    let local = Int64(date.daysSinceEpoch) * Duration.day
    return Instant(milliseconds: local - Int64(offsetMinutes) * Duration.minute)
  }
}

extension Packs {
  /// A changed rule from a file of its own, read and linted with the packs that are loaded.
  static func rule(file: String, insteadOf code: String) throws -> Rule {
    let packs = try load(Home.find()).packs
    guard let bytes = FileText.read(file) else {
      throw WorkFault(message: "\(file) cannot be read")
    }
    let head =
      "id: changed\ntitle: changed\nversion: 1\n"
      + "depends: [\(packs.map(\.id).joined(separator: ", "))]\n"
    let files = PackFiles(
      name: "changed",
      files: [
        PackFiles.File(path: "pack.yaml", bytes: Array(head.utf8)),
        PackFiles.File(path: "rules/changed.yaml", bytes: bytes),
      ])
    let reading = PackReader.read(
      files: files, dependencies: packs.map { $0.without(rule: code) })
    guard let rules = reading.pack?.rules else {
      throw WorkFault(
        message: "\(file) is refused:\n" + reading.findings.map(\.text).joined(separator: "\n"))
    }
    guard let rule = rules.first(where: { $0.code == code }) ?? (rules.count == 1 ? rules[0] : nil)
    else { throw WorkFault(message: "\(file) holds no rule \(code)") }
    return rule
  }
}
