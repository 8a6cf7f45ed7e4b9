import Glibc
import JSONText
package import Language
import Threads

/// What learning classes from some files and telling those of others gave.
package struct ClassifyResult: Sendable {
  package let accuracy: Double
  /// The mean over classes, each counting alike …
  package let macroF1: Double
  /// … and counting by how many texts it has.
  package let weightedF1: Double
  package let perClass: [ClassFigures]
  /// Share of the texts whose proposal lies above the sure line, and how many of those are right.
  package let sureShare: Double
  package let sureAccuracy: Double
  /// Mean difference between stated and measured confidence over tenths of the texts by
  /// confidence, and the greatest; in points of a hundred.
  package let calibrationError: Double
  package let calibrationWorst: Double
  package let trainSeconds: Double
  package let documentsPerSecond: Double
  package let modelMegabytes: Double
}

/// How well one class was told.
package struct ClassFigures: Sendable {
  package let label: String
  package let precision: Double
  package let recall: Double
  package let f1: Double
  /// Texts that have it.
  package let count: Int
}

/// `eval classify`: learns from files of labelled texts, tells the classes of others.
package enum ClassifyTrial {
  /// One text of the test with what the model said.
  package struct Row: Sendable {
    package let key: String
    package let label: String
    package let predicted: String
    package let confidence: Double
    package let isSure: Bool
  }

  /// Learns and measures.
  ///
  /// - Parameters:
  ///   - train: JSONL files with `title`, `text` and `label`; other members are passed over.
  ///   - test: the same; a `key` is handed on.
  /// - Throws: `TrialFault`.
  package static func run(
    train: [String], test: [String]
  ) throws(TrialFault) -> (result: ClassifyResult, rows: [Row]) {
    let examples = try LabelledTexts.read(train)
    let tests = try LabelledTexts.read(test)
    guard !tests.isEmpty else { throw .insufficient(missing: "the test has no texts") }
    let round = try round(learning: examples, telling: tests)
    return (figures(round.rows, [round]), round.rows)
  }

  /// Deals the texts of the files out to folds, class by class in a seeded order, and tells each
  /// fold's classes by what was learned from the others: every text counts once, so that tenths by
  /// confidence are large enough to be measured.
  ///
  /// - Parameter folds: 2 to `foldsMax`.
  /// - Throws: `TrialFault`.
  package static func crossed(
    _ files: [String], folds: Int
  ) throws(TrialFault) -> (result: ClassifyResult, rows: [Row]) {
    let texts = try LabelledTexts.read(files)
    let fold = dealt(texts.map(\.example.label), folds: folds)
    var rounds: [Round] = []
    for number in 0..<folds {
      let (own, others) = (
        texts.indices.filter { fold[$0] == number },
        texts.indices.filter { fold[$0] != number }
      )
      guard !own.isEmpty else { throw .insufficient(missing: "fewer texts than folds") }
      rounds.append(try round(learning: others.map { texts[$0] }, telling: own.map { texts[$0] }))
    }
    let rows = rounds.flatMap(\.rows)
    return (figures(rows, rounds), rows)
  }

  /// More folds are refused.
  package static let foldsMax = 20

  private static func dealt(_ labels: [String], folds: Int) -> [Int] {
    var order = Array(labels.indices)
    var random = SeededOrder(seed: 1)
    random.shuffle(&order)
    var dealt: [String: Int] = [:]
    var fold = [Int](repeating: 0, count: labels.count)
    for text in order {
      fold[text] = dealt[labels[text], default: 0] % folds
      dealt[labels[text], default: 0] += 1
    }
    return fold
  }

  /// One learning and the texts told by it.
  struct Round {
    let rows: [Row]
    let trainSeconds: Double
    let testSeconds: Double
    let bytes: Int
  }

  private static func round(
    learning examples: [LabelledTexts.Row], telling tests: [LabelledTexts.Row]
  ) throws(TrialFault) -> Round {
    let begin = Self.seconds
    let model = try learned(examples.map(\.example))
    let trained = Self.seconds
    let predictions = predictions(tests, model)
    let told = Self.seconds
    let rows = zip(tests, predictions).map { test, prediction in
      Row(
        key: test.key, label: test.example.label, predicted: prediction.best.label,
        confidence: prediction.best.confidence,
        isSure: prediction.best.confidence >= model.sureLine)
    }
    return Round(
      rows: rows, trainSeconds: trained - begin, testSeconds: told - trained,
      bytes: ClassModelCoding.encode(model).count)
  }

  /// Learns on two threads.
  package static func learned(_ examples: [ClassExample]) throws(TrialFault) -> ClassModel {
    let training: ClassTraining
    do throws(ClassTrainingFault) {
      training = try ClassTraining(examples)
    } catch {
      throw .insufficient(missing: error.message)
    }
    return training.model(
      from: TwoThreads.map(ClassTraining.partsCount) { training.part($0) })
  }

  private static func predictions(
    _ tests: [LabelledTexts.Row], _ model: ClassModel
  ) -> [ClassModel.Prediction] {
    let half = (tests.count + 1) / 2
    return TwoThreads.map(2) { part in
      var reader = ClassModel.Reader(model)
      return tests[(part * half)..<min((part + 1) * half, tests.count)].map {
        reader.predict(title: $0.example.title, text: $0.example.text)
      }
    }.flatMap { $0 }
  }

  private static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

extension ClassifyTrial {
  /// The figures of all rows; time to learn and size are those of the dearest round.
  static func figures(_ rows: [Row], _ rounds: [Round]) -> ClassifyResult {
    let count = Double(rows.count)
    let right = Double(rows.filter { $0.label == $0.predicted }.count)
    let classes = Set(rows.map(\.label)).sorted().map { label in classFigures(label, rows) }
    let sure = rows.filter(\.isSure)
    let gaps = gaps(rows)
    return ClassifyResult(
      accuracy: right / count,
      macroF1: classes.reduce(0) { $0 + $1.f1 } / Double(classes.count),
      weightedF1: classes.reduce(0) { $0 + $1.f1 * Double($1.count) } / count,
      perClass: classes, sureShare: Double(sure.count) / count,
      sureAccuracy: sure.isEmpty
        ? 0 : Double(sure.filter { $0.label == $0.predicted }.count) / Double(sure.count),
      calibrationError: gaps.reduce(0, +) / Double(max(gaps.count, 1)) * 100,
      calibrationWorst: (gaps.max() ?? 0) * 100,
      trainSeconds: rounds.map(\.trainSeconds).max() ?? 0,
      documentsPerSecond: count / max(rounds.reduce(0) { $0 + $1.testSeconds }, 1e-9),
      modelMegabytes: Double(rounds.map(\.bytes).max() ?? 0) / 1e6)
  }

  private static func classFigures(_ label: String, _ rows: [Row]) -> ClassFigures {
    let hits = Double(rows.filter { $0.label == label && $0.predicted == label }.count)
    let named = Double(rows.filter { $0.predicted == label }.count)
    let count = rows.filter { $0.label == label }.count
    let precision = named > 0 ? hits / named : 0
    let recall = count > 0 ? hits / Double(count) : 0
    return ClassFigures(
      label: label, precision: precision, recall: recall,
      f1: precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0,
      count: count)
  }

  /// By tenth of the texts, in the order of confidence, how far stated and measured differ.
  private static func gaps(_ rows: [Row]) -> [Double] {
    let ordered = rows.sorted { $0.confidence < $1.confidence }
    return (0..<10).compactMap { tenth in
      let part = ordered[(tenth * ordered.count / 10)..<((tenth + 1) * ordered.count / 10)]
      guard !part.isEmpty else { return nil }
      let stated = part.reduce(0) { $0 + $1.confidence } / Double(part.count)
      let measured = Double(part.filter { $0.label == $0.predicted }.count) / Double(part.count)
      return abs(stated - measured)
    }
  }
}

/// Files of texts with their classes.
enum LabelledTexts {
  struct Row: Sendable {
    let key: String
    let example: ClassExample
  }

  /// All rows of the files in order.
  ///
  /// - Throws: `TrialFault`; a row without label is refused.
  static func read(_ paths: [String]) throws(TrialFault) -> [Row] {
    var rows: [Row] = []
    for path in paths {
      for (index, object) in try TrialFile.objects(of: path).enumerated() {
        func text(_ name: String) -> String {
          if case .string(let text)? = object[name] { return text }
          return ""
        }
        guard !text("label").isEmpty else {
          throw .line(path: path, line: index + 1, rule: "no label")
        }
        rows.append(
          Row(
            key: text("key"),
            example: ClassExample(title: text("title"), text: text("text"), label: text("label"))))
      }
    }
    return rows
  }
}
