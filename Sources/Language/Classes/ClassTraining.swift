import Glibc

/// Learns a `ClassModel` from examples; the same examples in the same order give the same model.
///
/// The work falls into `partsCount` parts that do not know of each other, so that a caller with
/// several processors may do them at once: one model for each third of the
/// examples, which is held out from it, so that its scores there tell how far scores may be trusted, and the model itself.
package struct ClassTraining: Sendable {
  /// Thirds: each example is held out once. More would say little more and take longer.
  package static let foldsCount = 3
  package static let partsCount = foldsCount + 1
  /// Fewer examples teach nothing that could be measured.
  package static let examplesMin = 20
  /// A class with fewer examples is left out: it could not be in every third.
  package static let examplesOfClassMin = 5
  package static let classesMax = 256

  /// The classes, in the order of their names.
  package let labels: [String]
  /// Examples that count: those of classes with enough of them.
  package var examplesCount: Int { classes.count }

  private let classes: [Int]
  private let folds: [Int]
  /// Of every example the grams.
  private let documents: [[GramCount]]
  private let keys: [UInt64]

  /// Reads the examples.
  ///
  /// - Throws: `ClassTrainingFault` where they are too few to learn and to measure.
  package init(_ examples: [ClassExample]) throws(ClassTrainingFault) {
    let sizes = Dictionary(examples.map { ($0.label, 1) }, uniquingKeysWith: +)
    let labels = sizes.filter { $0.value >= Self.examplesOfClassMin && !$0.key.isEmpty }.keys
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    guard examples.count >= Self.examplesMin else {
      throw .tooFewExamples(have: examples.count, needed: Self.examplesMin)
    }
    guard labels.count >= 2 else { throw .tooFewClasses(have: labels.count, needed: 2) }
    guard labels.count <= Self.classesMax else {
      throw .tooManyClasses(have: labels.count, max: Self.classesMax)
    }
    let numbers = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, $0) })
    let counted = examples.filter { numbers[$0.label] != nil }
    self.labels = labels
    classes = counted.map { numbers[$0.label] ?? 0 }
    var table = KeyTable(capacity: 1 << 20)
    var reader = DocumentReader()
    documents = counted.map { reader.grams(of: $0, table: &table) }
    keys = table.ordered
    folds = Self.folds(classes, documents, labelsCount: labels.count)
  }

  /// What one part of the work gave.
  package struct Part: Sendable {
    fileprivate let features: ClassFeatures?
    fileprivate let weights: ClassWeights?
    /// Of the examples held out: their number, and the score of every class.
    fileprivate let scores: [(example: Int, scores: [Float])]
  }

  /// Does one part of the work, 0 to `partsCount` − 1.
  package func part(_ index: Int) -> Part {
    let isWhole = index >= Self.foldsCount
    let learned = classes.indices.filter { isWhole || folds[$0] != index }
    let features = ClassFeatures(
      documents: learned.map { documents[$0] }, keys: keys, classesCount: labels.count)
    let columns = features.columns(of: keys)
    var rows = SparseRows()
    for example in learned {
      rows.append(features.row(documents[example], columns: columns) + [features.constant])
    }
    let weights = ClassWeights.learned(
      rows: rows, classes: learned.map { classes[$0] }, labelsCount: labels.count,
      columnsCount: features.columnsCount + 1)
    guard !isWhole else { return Part(features: features, weights: weights, scores: []) }
    let scores = classes.indices.filter { folds[$0] == index }.map { example in
      let row = features.row(documents[example], columns: columns)
      return (example: example, scores: weights.scores(of: row + [features.constant]))
    }
    return Part(features: nil, weights: nil, scores: scores)
  }

  /// Puts the parts together.
  ///
  /// - Precondition: they are all parts of this training.
  package func model(from parts: [Part]) -> ClassModel {
    guard let whole = parts.first(where: { $0.features != nil }), let features = whole.features,
      let weights = whole.weights
    else { preconditionFailure("the part of all examples is missing") }
    let held = parts.flatMap(\.scores)
    let trust = ClassTrust.learned(
      scores: held.map(\.scores), classes: held.map { classes[$0.example] })
    return ClassModel(
      labels: labels, features: features, weights: weights, trust: trust,
      examplesCount: examplesCount)
  }

  /// Does all parts one after the other.
  package func model() -> ClassModel {
    model(from: (0..<Self.partsCount).map(part))
  }

  /// Deals the examples of every class out to the folds. Texts with the same grams go to the same
  /// fold: a copy on the other side would make scores look better than they are.
  private static func folds(
    _ classes: [Int], _ documents: [[GramCount]], labelsCount: Int
  ) -> [Int] {
    var folds = [Int](repeating: 0, count: classes.count)
    var random = SeededOrder(seed: 7)
    var order = Array(classes.indices)
    random.shuffle(&order)
    var dealt = [Int](repeating: 0, count: labelsCount)
    var known: [UInt64: Int] = [:]
    for example in order {
      var sum: UInt64 = 0
      for gram in documents[example] {
        sum &+=
          (UInt64(UInt32(gram.number)) &+ 1) &* 0x9E37_79B9_7F4A_7C15
          &* UInt64(UInt32(gram.count))
      }
      if let fold = known[sum] {
        folds[example] = fold
        continue
      }
      folds[example] = dealt[classes[example]] % foldsCount
      dealt[classes[example]] += 1
      known[sum] = folds[example]
    }
    return folds
  }
}

/// Reads examples into grams and how often each stands there.
private struct DocumentReader {
  private var scratch = RowScratch()

  mutating func grams(of example: ClassExample, table: inout KeyTable) -> [GramCount] {
    var grams: [GramCount] = []
    TextGrams.Source(title: example.title, text: example.text).readGrams { key, isLead in
      scratch.count(table.add(key), isLead: isLead)
      return true
    }
    scratch.take { number, count, lead in
      grams.append(GramCount(number: number, count: Int32(count), lead: Int32(lead)))
    }
    return grams
  }
}
