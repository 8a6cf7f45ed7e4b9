import Learning

/// Which runs of tokens were which parts in the training rows, with counts.
///
/// While training, a sentence's own runs are taken out of the counts before they are asked for:
/// otherwise every word would look known, and the model would trust the lexicon more than it may.
package struct AddressLexicon: Sendable {
  /// Counts by label, under the mixed key of a run's tokens.
  private var counts: [UInt64: [UInt16: Int32]] = [:]

  package init() {}

  /// Counts one run.
  package mutating func add(_ key: UInt64, label: Int) {
    counts[key, default: [:]][UInt16(label), default: 0] += 1
  }

  /// How often the run was each label, without the sentence's own: (label, count), by label.
  func labels(of key: UInt64, without own: [UInt64: [UInt16: Int32]]) -> [(UInt16, Int32)] {
    guard let all = counts[key] else { return [] }
    let mine = own[key]
    return all.map { ($0.key, $0.value - (mine?[$0.key] ?? 0)) }.filter { $0.1 > 0 }
      .sorted { $0.0 < $1.0 }
  }

  /// The counts of one sentence's runs.
  static func own(_ runs: [(key: UInt64, label: Int)]) -> [UInt64: [UInt16: Int32]] {
    var lexicon = AddressLexicon()
    for run in runs { lexicon.add(run.key, label: run.label) }
    return lexicon.counts
  }
}
