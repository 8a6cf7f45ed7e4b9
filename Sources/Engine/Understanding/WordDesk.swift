package import City
import Language
import Pack
package import Ports

/// Why a word was not taken.
package enum WordRefusal: String, CaseIterable, Error, Sendable {
  case empty = "word.empty"
  case tooLong = "word.too_long"
  /// Words have two characters at least; one says too little.
  case tooShort = "word.too_short"
  case unknownItem = "word.unknown_item"
  case unknownArea = "word.unknown_area"
  case targetMissing = "word.target_missing"
  /// The dictionary is full.
  case tooMany = "word.too_many"
}

/// Takes words that operators add to the packs' dictionary.
package struct WordDesk: Sendable {
  /// Words that operators add, at most.
  package static let wordsMax = 200_000
  /// Words of one journal entry.
  static let entryMax = 1_000

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// One word as it came.
  package struct Draft: Sendable {
    package let text: String
    package let use: LexiconWord.Use
    /// A code; empty where the use needs none.
    package let target: String

    package init(text: String, use: LexiconWord.Use, target: String) {
      self.text = text
      self.use = use
      self.target = target
    }
  }

  /// What became of one word.
  package enum Outcome: Equatable, Sendable {
    case accepted, repeated
    case refused(WordRefusal)
  }

  /// Saves words; those that are there already change nothing. They count from the next text on.
  package func save(
    _ drafts: [Draft], by actor: Actor, request: String
  ) async throws(StoreFault) -> [Outcome] {
    var known = Dictionary(
      try await engine.store.words().map { (Array($0.text.utf8), $0) }
    ) { $1 }
    var outcomes: [Outcome] = []
    var new: [LexiconWord] = []
    for draft in drafts {
      do throws(WordRefusal) {
        let word = try word(draft)
        let key = Array(word.text.utf8)
        if known[key] == word {
          outcomes.append(.repeated)
        } else {
          guard known[key] != nil || known.count < Self.wordsMax else { throw .tooMany }
          known[key] = word
          new.append(word)
          outcomes.append(.accepted)
        }
      } catch {
        outcomes.append(.refused(error))
      }
    }
    for start in stride(from: 0, to: new.count, by: Self.entryMax) {
      let part = new[start..<min(start + Self.entryMax, new.count)]
      _ = try await engine.store.commit(
        ChangeSet(
          kind: "words.saved", at: engine.time.now, actor: actor,
          subject: SubjectReference(kind: "words", id: 0), request: request, conditions: [],
          facts: part.map { .word($0) }))
    }
    if !new.isEmpty {
      engine.understanding.learn(try await engine.store.words())
      try await engine.reloadDirectory()
    }
    return outcomes
  }

  private func word(_ draft: Draft) throws(WordRefusal) -> LexiconWord {
    let text = TextForm.normalised(engine.understanding.simplified(draft.text))
    guard !text.isEmpty else { throw .empty }
    guard text.count <= LexiconWord.charactersMax else { throw .tooLong }
    guard text.count > 1 || draft.use == .stop || draft.use == .none else { throw .tooShort }
    switch draft.use {
    case .item:
      guard !draft.target.isEmpty else { throw .targetMissing }
      guard engine.catalogue.item(code: draft.target) != nil else { throw .unknownItem }
    case .place:
      guard !draft.target.isEmpty else { throw .targetMissing }
      guard engine.directory.areaIDs[draft.target] != nil else { throw .unknownArea }
    case .stop, .word, .none: break
    }
    return LexiconWord(
      text: text, use: draft.use,
      target: draft.use == .item || draft.use == .place ? draft.target : "")
  }
}
