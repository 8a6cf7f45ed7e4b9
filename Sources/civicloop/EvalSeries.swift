import JSONText
import Trials

/// `eval anomalies` and `eval forecast`: judgements on series.
enum EvalSeries {
  private static let horizonMax = 100_000

  static let commands = [
    Command(
      name: "eval anomalies", summary: "scores every point of every series of a corpus",
      usage: "eval anomalies --corpus DIR --out DIR",
      example: "civicloop eval anomalies --corpus nab/data --out scores",
      options: ["corpus", "out"], run: { try anomalies($0) }),
    Command(
      name: "eval forecast", summary: "forecasts a series from a rolling origin and judges it",
      usage: "eval forecast --file F --time COLUMN --value COLUMN [--horizon 1]",
      example: "civicloop eval forecast --file air.csv --time time --value pm25 --horizon 24",
      options: ["file", "time", "value", "horizon"], run: { try forecast($0) }),
  ]

  private static func anomalies(_ arguments: Arguments) throws -> Int32 {
    _ = try arguments.expect()
    let corpus = try arguments.required("corpus")
    let out = try arguments.required("out")
    let watch = Stopwatch()
    let outcome = try EvalCommands.told { () throws(TrialFault) in
      try AnomalyTrial.run(corpus: corpus, out: out)
    }
    let seconds = watch.seconds
    Output.result { writer in
      writer.member("files", outcome.files)
      writer.member("points", outcome.points)
      writer.member("pointsPerSecond", Double(outcome.points) / max(seconds, 1e-9))
    }
    return 0
  }

  private static func forecast(_ arguments: Arguments) throws -> Int32 {
    _ = try arguments.expect()
    let file = try arguments.required("file")
    let time = try arguments.required("time")
    let value = try arguments.required("value")
    let horizon = try arguments.integer("horizon", 1, in: 1...horizonMax)
    let outcome = try EvalCommands.told { () throws(TrialFault) in
      try ForecastTrial.run(path: file, time: time, value: value, horizon: horizon)
    }
    Output.result { writer in
      writer.member("mase", outcome.mase)
      writer.member("maseSeasonalNaive", outcome.maseSeasonalNaive)
      writer.member("masePersistence", outcome.masePersistence)
      writer.member("coverage80", outcome.coverage80)
      writer.member("points", outcome.points)
    }
    return 0
  }
}
