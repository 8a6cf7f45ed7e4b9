import Language
import Learning

/// Learning the parts of addresses from labelled ones, and measuring it (`eval addresses`).
package enum AddressesTrial {
  /// Addresses of more tokens are refused.
  package static let tokensMax = 500
  private static let silentTag = "O"

  /// What was measured; precision, recall and F1 count whole entities, exact in bounds and label.
  package struct Figures: Sendable {
    package let sentences: Int
    package let precision: Double
    package let recall: Double
    package let f1: Double
    /// F1 of each label of either file, by its name.
    package let perLabel: [(name: String, f1: Double)]
    package let trainSeconds: Double
    package let sentencesPerSecond: Double
  }

  /// One sentence with its entities; tokens outside them are of no run.
  struct Sentence: Sendable {
    var tokens: [String] = []
    var entities: Set<Entity> = []
  }

  struct Entity: Hashable, Sendable {
    let start: Int
    let end: Int
    let label: String
  }

  /// Learns from one file and measures on another.
  ///
  /// - Parameter seconds: a clock that only rises.
  /// - Throws: `TrialFault` for a file that cannot be read, a tag that is none, no sentences.
  package static func run(
    train: String, test: String, seconds: () -> Double
  ) throws(TrialFault) -> Figures {
    let (trained, tested) = (try sentences(of: train), try sentences(of: test))
    let labels = Set(trained.flatMap { $0.entities.map(\.label) }).sorted() + [silentTag]
    guard labels.count > 1, !tested.isEmpty else { throw .insufficient(missing: "entities") }
    let begin = seconds()
    let labeller = labeller(trained, labels: labels)
    let learned = seconds()
    let found = tested.map { sentence in
      Set(
        labeller.runs(of: sentence.tokens).map {
          Entity(start: $0.start, end: $0.end, label: labels[$0.label])
        })
    }
    let spent = seconds() - learned
    return figures(
      tested, found, trainSeconds: learned - begin,
      sentencesPerSecond: Double(tested.count) / max(spent, 1e-9))
  }

  private static func labeller(_ trained: [Sentence], labels: [String]) -> AddressLabeller {
    let numbers = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, $0) })
    let silent = labels.count - 1
    let examples = trained.map { sentence in
      AddressLabeller.Example(
        tokens: sentence.tokens, runs: covering(sentence, numbers, silent: silent))
    }
    let members = TwoThreads.map(AddressLabeller.memberCount) { number in
      AddressLabeller.member(number, of: examples, labelCount: labels.count)
    }
    return AddressLabeller(labelCount: labels.count, silent: silent, members: members)
  }

  /// The entities in order, and each token between them as a run of its own.
  private static func covering(
    _ sentence: Sentence, _ numbers: [String: Int], silent: Int
  ) -> [LabelledRun] {
    var runs: [LabelledRun] = []
    var at = 0
    func fill(to end: Int) {
      while at < end {
        runs.append(LabelledRun(start: at, end: at + 1, label: silent))
        at += 1
      }
    }
    for entity in sentence.entities.sorted(by: { $0.start < $1.start }) {
      fill(to: entity.start)
      runs.append(
        LabelledRun(
          start: entity.start, end: entity.end, label: numbers[entity.label] ?? silent))
      at = entity.end
    }
    fill(to: sentence.tokens.count)
    return runs
  }

  private static func figures(
    _ tested: [Sentence], _ found: [Set<Entity>], trainSeconds: Double,
    sentencesPerSecond: Double
  ) -> Figures {
    var (hits, proposed, real) = ([String: Int](), [String: Int](), [String: Int]())
    for (sentence, entities) in zip(tested, found) {
      for entity in sentence.entities { real[entity.label, default: 0] += 1 }
      for entity in entities {
        proposed[entity.label, default: 0] += 1
        if sentence.entities.contains(entity) { hits[entity.label, default: 0] += 1 }
      }
    }
    func sum(_ counts: [String: Int]) -> Double { Double(counts.values.reduce(0, +)) }
    let names = Set(real.keys).union(proposed.keys).sorted()
    return Figures(
      sentences: tested.count, precision: sum(hits) / max(1, sum(proposed)),
      recall: sum(hits) / max(1, sum(real)),
      f1: 2 * sum(hits) / max(1, sum(proposed) + sum(real)),
      perLabel: names.map { name in
        let all = (proposed[name] ?? 0) + (real[name] ?? 0)
        return (name, 2 * Double(hits[name] ?? 0) / Double(max(1, all)))
      }, trainSeconds: trainSeconds, sentencesPerSecond: sentencesPerSecond)
  }

  /// Sentences of lines with a token and its tag, a blank line after each.
  ///
  /// Tags are `O` or a letter (`B I E S`, also `M`), a dash and the label; an entity ends before a
  /// tag that does not go on with it.
  static func sentences(of path: String) throws(TrialFault) -> [Sentence] {
    var sentences: [Sentence] = []
    var (sentence, start, label) = (Sentence(), 0, "")
    func close(at end: Int) {
      if !label.isEmpty { sentence.entities.insert(Entity(start: start, end: end, label: label)) }
      label = ""
    }
    func finish() {
      close(at: sentence.tokens.count)
      if !sentence.tokens.isEmpty { sentences.append(sentence) }
      sentence = Sentence()
    }
    try TrialFile.forEachLine(of: path) { (number, bytes) throws(TrialFault) in
      let text = String(decoding: bytes, as: UTF8.self)
      let fields = text.split(whereSeparator: { $0 == " " || $0 == "\t" })
      guard let last = fields.last else { return finish() }
      let tag = last.utf8.elementsEqual(silentTag.utf8) ? "" : String(last.dropFirst(2))
      guard fields.count > 1, tag.isEmpty || last.dropFirst().first == "-",
        let letter = last.first, "OBIEMS".contains(letter)
      else { throw .line(path: path, line: number, rule: "a token and a tag are needed") }
      guard sentence.tokens.count < tokensMax else {
        throw .line(path: path, line: number, rule: "more than \(tokensMax) tokens")
      }
      let at = sentence.tokens.count
      if tag.isEmpty || letter == "B" || letter == "S" || tag != label { close(at: at) }
      if !tag.isEmpty, label.isEmpty { (start, label) = (at, tag) }
      sentence.tokens.append(String(fields[0]))
      if letter == "E" || letter == "S" { close(at: at + 1) }
    }
    finish()
    return sentences
  }
}
