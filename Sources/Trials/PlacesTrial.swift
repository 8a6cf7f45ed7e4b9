package import City
import JSONText
import Language

/// Learning whether two addresses are the same place, and measuring it (`eval places`).
package enum PlacesTrial {
  /// What was measured.
  package struct Figures: Equatable, Sendable {
    package let pairs: Int
    package let accuracy: Double
    package let macroF1: Double
    /// F1 of each class of the test file, by its name.
    package let perClass: [(name: String, f1: Double)]
    package let trainSeconds: Double

    package static func == (one: Figures, other: Figures) -> Bool {
      one.pairs == other.pairs && one.accuracy == other.accuracy
        && one.macroF1 == other.macroF1
    }
  }

  /// One query with the addresses that were found for it.
  struct Query {
    let text: String
    let candidates: [(text: String, label: String)]
  }

  /// Learns from one file and measures on another.
  ///
  /// - Throws: `TrialFault` for a file that cannot be read, a row without its fields, and fewer than
  ///   two classes or too few queries to learn from.
  package static func run(
    train: String, test: String, words: AddressWords, seconds: () -> Double
  ) throws(TrialFault) -> Figures {
    let (trained, tested) = (try queries(of: train), try queries(of: test))
    let labels = Set(trained.flatMap { $0.candidates.map(\.label) }).sorted()
    guard labels.count > 1 else { throw .insufficient(missing: "two different labels") }
    guard trained.count >= PlacesModel.foldCount * 2, !tested.isEmpty else {
      throw .insufficient(missing: "queries")
    }
    let begin = seconds()
    let model = PlacesModel(trained, labels: labels, words: words)
    let spent = seconds() - begin
    return figures(tested, labels: labels, model: model, trainSeconds: spent)
  }

  private static func figures(
    _ tested: [Query], labels: [String], model: PlacesModel, trainSeconds: Double
  ) -> Figures {
    let names = Set(labels).union(tested.flatMap { $0.candidates.map(\.label) }).sorted()
    var (hits, proposed, real) = ([String: Int](), [String: Int](), [String: Int]())
    var (right, all) = (0, 0)
    for query in tested {
      for (candidate, answer) in zip(query.candidates, model.answers(query)) {
        let label = labels[answer]
        proposed[label, default: 0] += 1
        real[candidate.label, default: 0] += 1
        all += 1
        guard label == candidate.label else { continue }
        hits[label, default: 0] += 1
        right += 1
      }
    }
    let perClass = names.map { name in
      let sum = (proposed[name] ?? 0) + (real[name] ?? 0)
      return (name: name, f1: sum == 0 ? 0 : 2 * Double(hits[name] ?? 0) / Double(sum))
    }
    return Figures(
      pairs: all, accuracy: Double(right) / Double(max(1, all)),
      macroF1: perClass.reduce(0) { $0 + $1.f1 } / Double(perClass.count), perClass: perClass,
      trainSeconds: trainSeconds)
  }

  /// The rows of a file: `query`, and `candidate` with `text` and `label` of each.
  static func queries(of path: String) throws(TrialFault) -> [Query] {
    var queries: [Query] = []
    for (index, row) in try TrialFile.objects(of: path).enumerated() {
      guard let text = row["query"]?.string, let candidates = row["candidate"]?.array else {
        throw .line(path: path, line: index + 1, rule: "query and candidate are needed")
      }
      var read: [(text: String, label: String)] = []
      for candidate in candidates {
        guard let text = candidate["text"]?.string, let label = candidate["label"]?.string else {
          throw .line(path: path, line: index + 1, rule: "a candidate needs text and label")
        }
        read.append((text, label))
      }
      queries.append(Query(text: text, candidates: read))
    }
    return queries
  }
}
