package import City
package import Dispatching
package import Language
package import Pack
import Synchronization

/// What the machine knows of words and their meaning, held in memory: the catalogue's words, those
/// that operators added, and the learned models in force. It is never asked for input or output.
///
/// Without a model it works on the catalogue's words alone.
package final class Understanding: Sendable {
  /// Words of a text shown as the reason of a guess.
  static let reasonsMax = 5

  /// A model that answers.
  package struct LiveModel: Sendable {
    package let version: ModelVersion
    package let model: ClassModel

    package init(version: ModelVersion, model: ClassModel) {
      self.version = version
      self.model = model
    }
  }

  /// All that is known, replaced as a whole.
  private struct Held {
    var simplified = Simplified.none
    var itemWords: ItemWords
    var phrases: ItemWords
    var cutting: WordCutting
    /// Words of the packs that say nothing of a matter.
    var stops: [String] = []
    var inForce: [ModelSubject: LiveModel] = [:]
    var shadows: [ModelSubject: LiveModel] = [:]
  }

  package let catalogue: Catalogue
  private let held: Mutex<Held>

  /// - Parameter words: what operators added.
  package init(catalogue: Catalogue, words: [LexiconWord]) {
    self.catalogue = catalogue
    held = Mutex(
      Held(
        itemWords: Self.itemWords(catalogue, words),
        phrases: ItemWords(catalogue.items.map { (code: $0.code, words: $0.settledBy) }),
        cutting: Self.cutting(catalogue, words, stops: [])))
  }

  private static func itemWords(_ catalogue: Catalogue, _ words: [LexiconWord]) -> ItemWords {
    let added = Dictionary(grouping: words.filter { $0.use == .item }, by: \.target)
    var lists: [(code: String, words: [String])] = []
    for item in catalogue.items {
      let own = (added[item.code] ?? []).map(\.text)
      lists.append((code: item.code, words: item.words + item.settledBy + own))
    }
    return ItemWords(lists)
  }

  private static func cutting(
    _ catalogue: Catalogue, _ words: [LexiconWord], stops: [String]
  ) -> WordCutting {
    var known = catalogue.categories.map(\.name)
    for item in catalogue.items {
      known.append(item.name)
      known += item.words + item.settledBy
    }
    // What an operator says of a word goes before what the packs say.
    let told = Set(words.map(\.text))
    var silent = stops.filter { !told.contains($0) }
    for word in words where word.use != .none {
      if word.use == .stop { silent.append(word.text) } else { known.append(word.text) }
    }
    return WordCutting(words: known, stops: silent)
  }

  /// Takes in the packs' tables of words.
  ///
  /// - Parameters:
  ///   - simplified: today's characters for traditional ones.
  ///   - stops: words that say nothing of a matter.
  ///   - words: what operators added.
  package func equip(simplified: Simplified, stops: [String], words: [LexiconWord]) {
    held.withLock {
      $0.simplified = simplified
      $0.stops = stops
    }
    learn(words)
  }

  /// Reads words anew, after operators changed them.
  package func learn(_ words: [LexiconWord]) {
    let itemWords = Self.itemWords(catalogue, words)
    let cutting = Self.cutting(catalogue, words, stops: held.withLock { $0.stops })
    held.withLock {
      $0.itemWords = itemWords
      $0.cutting = cutting
    }
  }

  /// Puts a model in force, or none.
  package func put(_ model: LiveModel?, for subject: ModelSubject) {
    held.withLock { $0.inForce[subject] = model }
  }

  /// Asks a model along from now on, or none.
  package func shadow(_ model: LiveModel?, for subject: ModelSubject) {
    held.withLock { $0.shadows[subject] = model }
  }

  /// The model in force.
  package func inForce(_ subject: ModelSubject) -> LiveModel? {
    held.withLock { $0.inForce[subject] }
  }

  /// The model in trial.
  package func shadow(_ subject: ModelSubject) -> LiveModel? {
    held.withLock { $0.shadows[subject] }
  }

  /// Cuts texts into words.
  package var cutting: WordCutting { held.withLock { $0.cutting } }

  /// A text in today's characters, as everything here reads it.
  package func simplified(_ text: String) -> String {
    held.withLock { $0.simplified }.simplified(text)
  }
}

// What a text speaks of.
extension Understanding {
  /// What the machine makes of a text that nobody named an item for.
  package struct Reading: Sendable {
    package let decision: ItemDecision
    /// The version of the model that was asked; nil where none is in force.
    package let model: Int?
    package let shadow: ShadowGuess?
  }

  /// Reads a title and a text; any text gets an answer.
  package func read(title: String, text: String) -> Reading {
    let (title, text) = (simplified(title), simplified(text))
    let (phrases, live) = held.withLock { ($0.phrases, $0.inForce[.item]) }
    let rule = phrases.ranked(title: title, text: text, limit: 2).map { Self.guess($0, .rule) }
    let decision = ItemDecision.decide(
      rule: rule, model: live.map { guesses($0, title: title, text: text) } ?? [],
      words: wordGuesses(title: title, text: text),
      policy: DispatchPolicy(catalogue.items, standard: live.map { Self.line($0) } ?? 0),
      known: { self.catalogue.item(code: $0) != nil })
    return Reading(
      decision: decision, model: live?.version.number,
      shadow: shadowGuess(title: title, text: text))
  }

  /// What a model in trial says of a text; nil where there is none, or the text says nothing to it.
  package func shadowGuess(title: String, text: String) -> ShadowGuess? {
    guard let shadow = shadow(.item) else { return nil }
    let prediction = shadow.model.predict(title: simplified(title), text: simplified(text))
    guard !prediction.isBlind else { return nil }
    let best = prediction.best
    return ShadowGuess(
      model: shadow.version.number, item: best.label, permille: Self.permille(best.confidence),
      isSure: best.confidence >= shadow.model.sureLine)
  }

  /// What the model of a subject says of a text, ranked; empty where none is in force or the text
  /// says nothing to it.
  package func guesses(
    _ subject: ModelSubject, title: String, text: String
  ) -> [ItemGuess] {
    guard let live = inForce(subject) else { return [] }
    return guesses(live, title: simplified(title), text: simplified(text))
  }

  private func guesses(_ live: LiveModel, title: String, text: String) -> [ItemGuess] {
    let prediction = live.model.predict(title: title, text: text)
    guard !prediction.isBlind else { return [] }
    return prediction.choices.prefix(ItemDecision.guessesMax).enumerated().map { place, choice in
      // Reasons cost as much as the reading: only the first three are told.
      ItemGuess(
        item: choice.label, permille: Self.permille(choice.confidence), source: .model,
        reasons: place < Self.reasonedMax
          ? live.model.reasons(
            for: choice.label, title: title, text: text, limit: Self.reasonsMax
          ).map(\.words) : [])
    }
  }

  private static let reasonedMax = 3

  /// What the catalogue's words name of a subject; nil where they name nothing, or it is not theirs.
  func wordLabel(_ subject: ModelSubject, title: String, text: String) -> String? {
    guard subject != .unit,
      let item = wordGuesses(title: title, text: text).first.flatMap({
        catalogue.item(code: $0.item)
      })
    else { return nil }
    return subject == .item
      ? item.code : catalogue.categoryPath(code: item.category).first?.code
  }

  /// What the catalogue's words say of a text in today's characters, ranked.
  private func wordGuesses(title: String, text: String) -> [ItemGuess] {
    held.withLock { $0.itemWords }
      .ranked(title: title, text: text, limit: ItemDecision.guessesMax)
      .map { Self.guess($0, .words) }
  }

  private static func guess(_ match: ItemWords.Match, _ source: ChoiceSource) -> ItemGuess {
    ItemGuess(
      item: match.code, permille: source == .rule ? 1_000 : permille(match.confidence),
      source: source, reasons: Array(match.words.prefix(reasonsMax)))
  }

  private static func permille(_ confidence: Double) -> Int {
    Int((confidence * 1_000).rounded(.down))
  }

  /// A model's line, rounded as confidences are: many may lie exactly on it.
  private static func line(_ live: LiveModel) -> Int { permille(live.model.sureLine) }
}

extension ItemDecision {
  /// The item that a case gets; nil = a person chooses.
  package var item: String? {
    switch self {
    case .settled(let guess): guess.item
    case .agreed(let guesses): guesses.first?.item
    case .proposed, .unknown: nil
    }
  }

  /// Whether the machine may dispatch.
  package var isSettled: Bool {
    if case .settled = self { return true }
    return false
  }

  /// All that was weighed, the likeliest first.
  package var guesses: [ItemGuess] {
    switch self {
    case .settled(let guess): [guess]
    case .agreed(let guesses), .proposed(let guesses): guesses
    case .unknown: []
    }
  }
}
