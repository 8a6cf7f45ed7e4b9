import City
import Pack

/// The names that packs give and stories use, with the codes they stand for.
struct StoryNames {
  /// What a name may name.
  enum Kind: String {
    case item, post, action, stage, duty, hours
  }

  private let codes: [Kind: [String: Set<String>]]

  init(_ draft: PackDraft, beside packs: [Pack]) {
    let flows = packs.flatMap(\.flows) + draft.flows
    let pairs: [Kind: [(String, String)]] = [
      .item: (packs.flatMap(\.items) + draft.items).map { ($0.name, $0.code) },
      .post: (packs.flatMap(\.posts) + draft.posts).map { ($0.name, $0.code) },
      .action: flows.flatMap(\.edges).map { ($0.name, $0.action) },
      .stage: flows.flatMap(\.stages).map { ($0.name, $0.code) },
      .duty: (packs.flatMap(\.duties) + draft.duties).map { ($0.name, $0.code) },
      .hours: (packs.flatMap(\.hours) + draft.hours).map { ($0.name, $0.code) },
    ]
    codes = pairs.mapValues { pairs in
      var codes: [String: Set<String>] = [:]
      for (name, code) in pairs {
        codes[name, default: []].insert(code)
        codes[code, default: []].insert(code)
      }
      return codes
    }
  }

  /// The codes that a name, or a code, stands for: one where all is well.
  func codes(_ kind: Kind, _ name: String) -> Set<String> { codes[kind]?[name] ?? [] }
}
