import City
import Pack

/// The names that packs give and stories use, with the codes they stand for.
struct StoryNames {
  /// What a name may name.
  enum Kind: String {
    case item, post, action, stage, duty, hours, kind, reason, clock, field, vital
    case group, rule
  }

  private let codes: [Kind: [String: Set<String>]]
  /// By kind, then by name and title.
  private let fields: [String: [String: String]]

  init(_ draft: PackDraft, beside packs: [Pack]) {
    let flows = packs.flatMap(\.flows) + draft.flows
    let pairs: [Kind: [(String, String)]] = [
      .item: (packs.flatMap(\.items) + draft.items).map { ($0.name, $0.code) },
      .post: (packs.flatMap(\.posts) + draft.posts).map { ($0.name, $0.code) },
      .action: flows.flatMap(\.edges).map { ($0.name, $0.action) },
      .reason: flows.flatMap(\.edges).flatMap(\.reasons).map { ($0.name, $0.code) },
      .field: flows.flatMap(\.edges).flatMap(\.form).map { ($0.name, $0.code) },
      .clock: flows.flatMap(\.clocks).map { ($0.name, $0.code) },
      .stage: flows.flatMap(\.stages).map { ($0.name, $0.code) },
      .duty: (packs.flatMap(\.duties) + draft.duties).map { ($0.name, $0.code) },
      .kind: (packs.flatMap(\.kinds) + draft.kinds).map { ($0.name, $0.code) },
      .vital: (packs.flatMap(\.vitals) + draft.vitals).map { ($0.name, $0.code) },
      .group: (packs.flatMap(\.groups) + draft.groups).map { ($0.name, $0.code) },
      .rule: (packs.flatMap(\.rules) + draft.rules).map { ($0.name, $0.code) },
      .hours: (packs.flatMap(\.hours) + draft.hours).map { ($0.name, $0.code) },
    ]
    let kinds = packs.flatMap(\.kinds) + draft.kinds
    fields = Dictionary(
      kinds.map { kind in
        let names = kind.fields.flatMap { [($0.title, $0.name), ($0.name, $0.name)] }
        return (kind.code, Dictionary(names) { first, _ in first })
      }
    ) { first, _ in first }
    codes = pairs.mapValues { pairs in
      var codes: [String: Set<String>] = [:]
      for (name, code) in pairs {
        codes[name, default: []].insert(code)
        codes[code, default: []].insert(code)
      }
      return codes
    }
  }

  /// The field of a kind by its title or name; nil where there is none.
  func field(_ kind: String, _ title: String) -> String? { fields[kind]?[title] }

  /// The codes that a name, or a code, stands for: one where all is well.
  func codes(_ kind: Kind, _ name: String) -> Set<String> { codes[kind]?[name] ?? [] }
}
