/// Tells the class of a text, how likely it is right, and which words decided.
///
/// Reading is pure and takes well under a millisecond for a text of usual length.
package struct ClassModel: Sendable {
  package let labels: [String]
  let features: ClassFeatures
  let weights: ClassWeights
  let trust: ClassTrust
  /// How many examples it was learned from.
  package let examplesCount: Int

  /// The confidence from which on proposals are meant to be right in 98 of 100 cases; above 1
  /// where no line promises that.
  package var sureLine: Double { trust.sureLine }

  /// One class and the chance that it is right.
  package struct Choice: Hashable, Sendable {
    package let label: String
    /// 0…1; all classes together 1.
    package let confidence: Double
  }

  /// What the model says of one text.
  package struct Prediction: Hashable, Sendable {
    /// The likeliest first; of equal ones the lower name.
    package let choices: [Choice]
    /// Whether nothing in the text was known: then the choices say only how common classes are.
    package let isBlind: Bool
    package var best: Choice { choices[0] }
  }

  /// Reads texts one after another; holds what is needed for that, so keep one for many texts.
  package struct Reader {
    private let model: ClassModel
    private var scratch = RowScratch()

    package init(_ model: ClassModel) {
      self.model = model
    }

    /// What the model says. Any text gets an answer; an empty one, or one of unknown characters
    /// alone, is `isBlind`.
    package mutating func predict(title: String, text: String) -> Prediction {
      var row = model.features.row(
        TextGrams.Source(title: title, text: text), scratch: &scratch)
      let isBlind = row.isEmpty
      row.append(model.features.constant)
      let scores = model.weights.scores(of: row)
      let chances = model.trust.chances(of: scores)
      let ranked = chances.indices.sorted {
        chances[$0] != chances[$1] ? chances[$0] > chances[$1] : $0 < $1
      }
      return Prediction(
        choices: ranked.map { Choice(label: model.labels[$0], confidence: chances[$0]) },
        isBlind: isBlind)
    }
  }

  /// What the model says of one text.
  package func predict(title: String, text: String) -> Prediction {
    var reader = Reader(self)
    return reader.predict(title: title, text: text)
  }
}
