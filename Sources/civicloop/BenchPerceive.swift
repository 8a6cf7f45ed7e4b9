import JSONText
import Pack
import PackReading
import Trials

/// `civicloop bench perceive`: what rules cost, and the reference job of perception.
enum BenchPerceive {
  /// Rules of `--mode many`.
  private static let rulesMany = 8_000
  private static let secondsRange = 1...3_600
  private static let streamsRange = 100...1_000_000
  /// The modes that this command knows by itself; others belong to the ways in and the history.
  static let modes = ["rules", "many"]

  static func run(_ arguments: Arguments) throws -> Int32 {
    if let folder = arguments["reference"] { return try reference(folder) }
    let streams = try arguments.integer("streams", 110_000, in: streamsRange)
    let seconds = try arguments.integer("seconds", 30, in: secondsRange)
    switch arguments["mode"] {
    case "rules": return try mix(streams: streams, seconds: Double(seconds))
    case "many": return try many(streams: streams, seconds: Double(seconds))
    default:
      throw UsageFault(message: "--reference DIR, or --mode \(modes.joined(separator: "|"))")
    }
  }

  private static func reference(_ folder: String) throws -> Int32 {
    guard let rule = try rules().first(where: { $0.code == "reference-mean" }) else {
      throw WorkFault(message: PerceiveFault.noRule.message)
    }
    let (binary, lines) = ("\(folder)/readings.bin", "\(folder)/readings.csv")
    do {
      let job = ReferenceJob(
        rule: rule, devices: try ReferenceJob.devices(inBinary: binary))
      let first = try job.run(path: binary, isCSV: false)
      say("binary", first)
      let second = try job.run(path: lines, isCSV: true)
      say("csv", second)
      guard first.digest == second.digest else {
        throw WorkFault(message: "the two files do not tell the same: \(second.digest)")
      }
      Output.result { writer in
        writer.member("observationsPerSecond", Int(Double(first.readings) / first.seconds))
        writer.member("csvObservationsPerSecond", Int(Double(second.readings) / second.seconds))
        writer.member("raised", first.raised)
        writer.member("cleared", first.cleared)
        writer.member("digest", first.digest)
        writer.member("bytesPerStream", Int(first.bytesPerStream.rounded(.up)))
      }
      return 0
    } catch let fault as PerceiveFault {
      throw WorkFault(message: fault.message)
    }
  }

  private static func say(_ name: String, _ result: ReferenceJob.Result) {
    let rate = Int(Double(result.readings) / result.seconds)
    Output.say(
      "\(name): \(result.readings) readings, \(rate)/s, processor \(result.processorSeconds) s, "
        + "\(result.raised) raised, \(result.cleared) cleared")
  }

  private static func mix(streams: Int, seconds: Double) throws -> Int32 {
    let result = RuleBench(rules: try mixedRules(), streams: streams).run(
      seconds: seconds, seed: 1)
    say("mix", result)
    Output.result { writer in
      writer.member("observationsPerSecond", Int(Double(result.observations) / result.seconds))
      writer.member("evaluationsPerSecond", Int(Double(result.evaluations) / result.seconds))
      writer.member("bytesPerStream", Int(result.bytesPerStream.rounded(.up)))
    }
    return 0
  }

  /// The same work by few rules and by 8,000, of which each stream meets as many as of the few.
  private static func many(streams: Int, seconds: Double) throws -> Int32 {
    let few = try mixedRules()
    let areas = rulesMany / few.count
    let plain = RuleBench(rules: few, streams: streams)
    let narrow = RuleBench(
      rules: RuleBench.multiplied(few, areas: areas), streams: streams, areas: areas)
    var results: [(plain: RuleBench.Result, narrow: RuleBench.Result)] = []
    // In turns, so that whatever else the machine does falls on both.
    for turn in 0..<3 {
      let seed = UInt64(turn) + 1
      results.append(
        (plain.run(seconds: seconds / 6, seed: seed), narrow.run(seconds: seconds / 6, seed: seed)))
    }
    let ratios = results.map { cost($0.narrow) / cost($0.plain) }.sorted()
    say("few rules", results[0].plain)
    say("8,000 rules", results[0].narrow)
    Output.result { writer in writer.member("costRatio", ratios[1]) }
    return 0
  }

  /// Processor seconds of one evaluation.
  private static func cost(_ result: RuleBench.Result) -> Double {
    result.processorSeconds / Double(max(result.evaluations, 1))
  }

  private static func say(_ name: String, _ result: RuleBench.Result) {
    let busy = Int(result.processorSeconds / Double(max(result.evaluations, 1)) * 1e9)
    Output.say(
      "\(name): \(result.evaluations) evaluations in \(result.seconds) s, \(busy) ns of a "
        + "processor each, \(result.changes) changes of alarms")
  }

  private static func mixedRules() throws -> [Rule] {
    let rules = try rules().filter { $0.kind == "mixed-device" }
    guard !rules.isEmpty else { throw WorkFault(message: PerceiveFault.noRule.message) }
    return rules
  }

  /// The rules of the bench's own pack, read as the server reads packs.
  private static func rules() throws -> [Rule] {
    let reading = PackReader.read(folder: try Home.find().packs + "/../Benchmarks/packs/perceive")
    guard let pack = reading.pack else {
      throw WorkFault(message: reading.findings.map(\.text).joined(separator: "\n"))
    }
    return pack.rules
  }
}
