package import Learning

/// Labels the tokens of addresses as learned from labelled ones: several segment models, each of
/// which saw other templates, vote with their probabilities.
package struct AddressLabeller: Sendable {
  /// How many models vote.
  package static let memberCount = 6
  /// Of a hundred templates, how many each model sees.
  static let templatesPercent: UInt64 = 60
  /// Half of the F1 that can be hoped for: what a run must be worth to be named.
  static let price: Float = 0.42

  /// One labelled address; its runs cover every token.
  package struct Example: Sendable {
    package let tokens: [String]
    package let runs: [LabelledRun]

    package init(tokens: [String], runs: [LabelledRun]) {
      (self.tokens, self.runs) = (tokens, runs)
    }
  }

  /// One of the models, with the templates and words that it looks through.
  package struct Member: Sendable {
    let templates: AddressTemplates
    let model: SegmentModel
  }

  package let labelCount: Int
  /// The label of tokens outside every entity, if there is one.
  let silent: Int?
  let members: [Member]

  package init(labelCount: Int, silent: Int?, members: [Member]) {
    (self.labelCount, self.silent, self.members) = (labelCount, silent, members)
  }

  /// Trains one of the models; independent of the others, so that threads can share the work.
  package static func member(
    _ number: Int, of examples: [Example], labelCount: Int
  ) -> Member {
    let seed = UInt64(number + 1)
    var templates = AddressTemplates(keptPercent: templatesPercent, seed: seed)
    for example in examples { templates.learn(example.tokens, runs: example.runs) }
    var training = SegmentTraining()
    training.passes = 8
    training.penalty = 1.5
    let model = training.model(
      of: examples.map { example in
        SegmentTraining.Example(
          lattice: templates.lattice(example.tokens, learned: example.runs), runs: example.runs)
      }, labelCount: labelCount, seed: seed)
    return Member(templates: templates, model: model)
  }

  /// The entities of an address; tokens outside every run are none.
  package func runs(of tokens: [String]) -> [LabelledRun] {
    guard !tokens.isEmpty, !members.isEmpty else { return [] }
    var sums: [Float] = []
    for member in members {
      let lattice = member.templates.lattice(tokens, learned: nil)
      let shares = member.model.probabilities(of: lattice)
      if sums.isEmpty { sums = shares } else { for at in sums.indices { sums[at] += shares[at] } }
    }
    for at in sums.indices { sums[at] /= Float(members.count) }
    return RunChoice.best(
      sums, tokenCount: tokens.count, segmentLengthMax: AddressTemplates.runTokensMax,
      labelCount: labelCount, silent: silent, price: Self.price)
  }
}
