import City
import Evaluating
import JSONText
import Links
import Pack
import Trials

/// `civicloop eval renting`: crowded dwellings from four sources.
enum EvalRenting {
  static let command = Command(
    name: "eval renting", summary: "crowded dwellings found from up to four sources",
    usage:
      "eval renting [--deliveries F] [--utilities F] [--registrations F] [--complaints F] [--treated F] [--truth F] [--out F.csv]",
    example:
      "civicloop eval renting --deliveries d.csv --utilities u.csv --registrations r.csv --complaints c.csv --truth t.csv",
    options: [
      "deliveries", "utilities", "registrations", "complaints", "treated", "truth", "out",
    ]
  ) { arguments in try run(arguments) }

  private static func run(_ arguments: Arguments) throws -> Int32 {
    _ = try arguments.expect()
    var paths = RentingTrial.Paths()
    paths.deliveries = arguments["deliveries"]
    paths.utilities = arguments["utilities"]
    paths.registrations = arguments["registrations"]
    paths.complaints = arguments["complaints"]
    paths.treated = arguments["treated"]
    paths.truth = arguments["truth"]
    let words = try Packs.load(Home.find()).addressWords
    let watch = Stopwatch()
    let outcome = try EvalCommands.told { () throws(TrialFault) in
      try RentingTrial.run(paths, words: words)
    }
    let seconds = watch.seconds
    if let out = arguments["out"] {
      guard FileText.write(list(outcome.told), to: out) else {
        throw WorkFault(message: "\(out) could not be written")
      }
    }
    Output.result { writer in
      write(outcome, &writer)
      writer.member("seconds", seconds)
    }
    return 0
  }

  private static func write(_ outcome: RentingTrial.Outcome, _ writer: inout JSONWriter) {
    writer.member("households", outcome.households)
    writer.member("flagged", outcome.flagged)
    if let match = outcome.match { write(match, &writer) }
    writer.name("perSource")
    writer.beginObject()
    for one in outcome.perSource {
      writer.name(one.source.rawValue)
      writer.beginObject()
      write(one.match, &writer)
      writer.endObject()
    }
    writer.endObject()
    writer.name("grades")
    writer.beginObject()
    for grade in Grade.allCases where grade != .blue {
      writer.member(grade.rawValue, outcome.told.count { $0.finding.grade == grade })
    }
    writer.endObject()
    writer.name("states")
    writer.beginObject()
    for state in RentingTrial.State.allCases {
      writer.member(state.rawValue, outcome.told.count { $0.state == state })
    }
    writer.endObject()
  }

  private static func write(_ match: RentingTrial.Match, _ writer: inout JSONWriter) {
    writer.member("precision", match.precision)
    writer.member("recall", match.recall)
    writer.member("f1", match.f1)
  }

  /// `address,grade,level,state,reasons`, a line each.
  private static func list(_ told: [RentingTrial.Told]) -> [UInt8] {
    var text = "address,grade,level,state,reasons\n"
    for one in told {
      let reasons = one.finding.reasons.map { reason in
        "\(reason.feature.rawValue) \(rounded(reason.value)) (\(rounded(reason.usual)))"
      }
      let fields = [
        one.address, one.finding.grade.rawValue, rounded(one.finding.level),
        one.state?.rawValue ?? "", reasons.joined(separator: "; "),
      ]
      text += fields.map(quoted).joined(separator: ",") + "\n"
    }
    return Array(text.utf8)
  }

  private static func quoted(_ field: String) -> String {
    field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline })
      ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
  }

  private static func rounded(_ value: Double) -> String {
    String((value * 1_000).rounded() / 1_000)
  }
}
