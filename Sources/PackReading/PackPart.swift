/// What a file of a pack holds, told by its path within the pack.
enum PackPart: CaseIterable {
  case pack, categories, duties, items, flow, kinds, posts, hours, calendarYear, profile, storyWords
  case addresses, likeness, mappings, rules, vitals, evaluations, checkUp, risks, health, words
  case policies, warnings, goals, views, reports, ledgers, patrols, demo, supervision, notices
  case evidence, retention, purposes, groups, stories

  /// As authors know it, `*` standing for any name.
  var pattern: String {
    switch self {
    case .pack: "pack.yaml"
    case .categories: "categories.yaml"
    case .duties: "duties.yaml"
    case .items: "items/*.yaml"
    case .flow: "flows/*.yaml"
    case .kinds: "kinds/*.yaml"
    case .posts: "posts.yaml"
    case .hours: "hours.yaml"
    case .calendarYear: "calendar/*.yaml"
    case .profile: "profiles/*.yaml"
    case .mappings: "mappings/*.yaml"
    case .rules: "rules/*.yaml"
    case .vitals: "vitals/*.yaml"
    case .evaluations: "evaluations/*.yaml"
    case .checkUp: "checkup.yaml"
    case .health: "health.yaml"
    case .storyWords: "story-words.yaml"
    case .addresses: "addresses.yaml"
    case .likeness: "likeness.yaml"
    case .supervision: "supervision.yaml"
    case .notices: "notices.yaml"
    case .evidence: "evidence.yaml"
    case .retention: "retention.yaml"
    case .purposes: "purposes.yaml"
    case .words: "words/*.txt"
    case .risks: "risks/*.yaml"
    case .policies: "policies/*.yaml"
    case .warnings: "warnings/*.yaml"
    case .goals: "goals/*.yaml"
    case .views: "views/*.yaml"
    case .reports: "reports/*.yaml"
    case .ledgers: "ledgers/*.yaml"
    case .patrols: "patrols/*.yaml"
    case .groups: "groups.yaml"
    case .demo: "demo/*.csv"
    case .stories: "tests/*.story"
    }
  }

  /// Files that are for readers alone; they count for the digest and nothing else.
  static let ignored: Set<String> = ["README.md", "LICENSE", "NOTICE"]

  /// - Returns: nil where no file of a pack has this path.
  init?(path: String) {
    let part = Self.allCases.first { part in
      let pieces = part.pattern.split(separator: "*", omittingEmptySubsequences: false)
      guard pieces.count == 2 else { return part.pattern == path }
      guard path.hasPrefix(pieces[0]), path.hasSuffix(pieces[1]) else { return false }
      let name = path.dropFirst(pieces[0].count).dropLast(pieces[1].count)
      return !name.isEmpty && !name.contains("/")
    }
    guard let part else { return nil }
    self = part
  }
}
