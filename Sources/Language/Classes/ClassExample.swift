/// A text whose class somebody decided: what the machine learns from.
package struct ClassExample: Hashable, Sendable {
  package let title: String
  package let text: String
  package let label: String

  package init(title: String, text: String, label: String) {
    self.title = title
    self.text = text
    self.label = label
  }
}

/// What is missing to learn classes. Each case is the caller's to show.
package enum ClassTrainingFault: Error, Equatable {
  /// There are fewer examples than `needed`.
  case tooFewExamples(have: Int, needed: Int)
  /// All examples have one class, or too few classes have enough examples.
  case tooFewClasses(have: Int, needed: Int)
  /// More classes than a model tells apart.
  case tooManyClasses(have: Int, max: Int)

  /// Clients switch on this. Once released it never changes.
  package var code: String {
    switch self {
    case .tooFewExamples: "training.too_few_examples"
    case .tooFewClasses: "training.too_few_classes"
    case .tooManyClasses: "training.too_many_classes"
    }
  }

  /// What is missing, in numbers.
  package var message: String {
    switch self {
    case .tooFewExamples(let have, let needed): "\(have) examples, \(needed) needed"
    case .tooFewClasses(let have, let needed):
      "\(have) classes with enough examples, \(needed) needed"
    case .tooManyClasses(let have, let max): "\(have) classes, at most \(max)"
    }
  }
}
