import JSONText
import Trials

/// `civicloop eval risk`: whom to look at first, learned from one file and judged on another.
enum EvalRisk {
  static let command = Command(
    name: "eval risk", summary: "whom to look at first, judged on later rows",
    usage: "eval risk --train F --test F --target COLUMN --time COLUMN",
    example: "civicloop eval risk --train known.csv --test later.csv --target found --time date",
    options: ["train", "test", "target", "time"]
  ) { arguments in try run(arguments) }

  private static func run(_ arguments: Arguments) throws -> Int32 {
    _ = try arguments.expect()
    let train = try arguments.required("train")
    let test = try arguments.required("test")
    let target = try arguments.required("target")
    let time = try arguments.required("time")
    let watch = Stopwatch()
    let figures = try EvalCommands.told { () throws(TrialFault) in
      try RiskTrial.run(train: train, test: test, target: target, time: time)
    }
    let seconds = watch.seconds
    for column in figures.leftOut { Output.say("left out: \(column.name) (\(column.reason))") }
    Output.result { writer in
      writer.member("auc", figures.auc)
      writer.member("firstHalfShare", figures.firstHalfShare)
      writer.member("rows", figures.rows)
      writer.member("learnedFrom", figures.learnedFrom)
      writer.member("validationAuc", figures.validationAUC)
      writer.member("validationFirstHalfShare", figures.validationFirstHalfShare)
      writer.member("penalty", figures.penalty)
      writer.member("usesHistory", figures.usesHistory)
      writer.member("seconds", seconds)
    }
    return 0
  }
}
