import Glibc
import JSONText
import Trials

/// `civicloop eval classify`: how well classes are learned from labelled texts.
enum EvalClassify {
  static let command = Command(
    name: "eval classify", summary: "classes of texts: learns from one set, tells those of another",
    usage: "eval classify --train F[,F] (--test F[,F] | --folds N) [--predictions OUT]",
    example: "civicloop eval classify --train train.jsonl.gz --test test.jsonl.gz",
    options: ["train", "test", "folds", "predictions"]
  ) { arguments in try run(arguments) }

  private static func run(_ arguments: Arguments) throws -> Int32 {
    _ = try arguments.expect()
    func files(_ name: String) throws -> [String] {
      guard let text = arguments[name], !text.isEmpty else {
        throw UsageFault(message: "--\(name) is needed")
      }
      return text.split(separator: ",").map(String.init)
    }
    let outcome: (result: ClassifyResult, rows: [ClassifyTrial.Row])
    let train = try files("train")
    let folds = try arguments.integer("folds", 0, in: 2...ClassifyTrial.foldsMax)
    let test = arguments["folds"] == nil ? try files("test") : []
    do throws(TrialFault) {
      outcome =
        test.isEmpty
        ? try ClassifyTrial.crossed(train, folds: folds)
        : try ClassifyTrial.run(train: train, test: test)
    } catch {
      throw WorkFault(message: error.message)
    }
    if let path = arguments["predictions"] { try write(outcome.rows, to: path) }
    Output.result { outcome.result.write(to: &$0) }
    return 0
  }

  private static func write(_ rows: [ClassifyTrial.Row], to path: String) throws {
    var writer = JSONWriter()
    var bytes: [UInt8] = []
    for row in rows {
      writer.beginObject()
      writer.member("key", row.key)
      writer.member("label", row.label)
      writer.member("predicted", row.predicted)
      writer.member("confidence", row.confidence)
      writer.member("sure", row.isSure)
      writer.endObject()
      bytes += writer.take() + [UInt8(ascii: "\n")]
      writer = JSONWriter()
    }
    guard FileText.write(bytes, to: path) else {
      throw WorkFault(message: "\(path) could not be written")
    }
  }
}

extension ClassifyResult {
  /// The figures as members of one object.
  func write(to writer: inout JSONWriter) {
    writer.member("accuracy", accuracy)
    writer.member("macroF1", macroF1)
    writer.member("weightedF1", weightedF1)
    writer.name("perClass")
    writer.beginArray()
    for figures in perClass {
      writer.beginObject()
      writer.member("label", figures.label)
      writer.member("precision", figures.precision)
      writer.member("recall", figures.recall)
      writer.member("f1", figures.f1)
      writer.member("count", figures.count)
      writer.endObject()
    }
    writer.endArray()
    writer.member("sureShare", sureShare)
    writer.member("sureAccuracy", sureAccuracy)
    writer.member("calibrationError", calibrationError)
    writer.member("calibrationWorst", calibrationWorst)
    writer.member("trainSeconds", trainSeconds)
    writer.member("documentsPerSecond", documentsPerSecond)
    writer.member("modelMegabytes", modelMegabytes)
  }
}
