package import City

/// What the search box finds. The raw values are stored in the index and never change.
package enum SearchKind: UInt8, CaseIterable, Sendable {
  case `case` = 1
  case event, thing, device, place, person, unit, item, document

  /// As the API says it.
  package var name: String { String(describing: self) }

  package init?(name: String) {
    guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = kind
  }
}

/// One record as the search box sees it. Its texts hold no personal values: they are masked before.
package struct SearchDocument: Hashable, Sendable {
  package let kind: SearchKind
  /// Unique within its kind.
  package let id: Int64
  /// What people call it by, for example a case's number or a thing's code.
  package var code = ""
  package var title = ""
  package var address = ""
  package var text = ""
  package var area = AreaPath.outside
  package var unit = UnitPath.none
  package var time = Instant(milliseconds: 0)
  package var position: Position?
  /// The event of a case, whose unit follows the case's.
  package var related: Int64 = 0
  /// Who told us; whoever knows the whole contact finds what he reported by it.
  package var reporter: Int64 = 0

  package init(kind: SearchKind, id: Int64) {
    self.kind = kind
    self.id = id
  }
}

/// What is asked of the search box.
package struct SearchQuery: Hashable, Sendable {
  /// A greater limit is cut to this.
  package static let limitMax = 100
  /// Hits passed over at most; whoever wants more narrows the question.
  package static let offsetMax = 1_000

  package var scope: Scope
  /// Kinds that everybody may see whole, whatever the scope.
  package var openKinds: Set<SearchKind> = []
  /// Fragments with white space between them; each must stand in a field of the document, from
  /// one character on. Width, case and traditional characters make no difference. White space
  /// alone finds nothing.
  package var words: String
  /// Any of these; empty does not filter. Counts are made over all kinds nevertheless.
  package var kinds: Set<SearchKind> = []
  /// Only what has the words in code, title or sound, as while typing.
  package var headOnly = false
  /// What lies nearer comes first.
  package var near: Position?
  /// What is newer at this moment comes first.
  package var now: Instant
  /// Only what this person reported; the words may then be empty.
  package var reporter: ID<Reporter>?
  package var limit = 20
  package var offset = 0

  package init(scope: Scope, words: String, now: Instant) {
    self.scope = scope
    self.words = words
    self.now = now
  }
}

/// What was found, the best first.
package struct SearchAnswer: Equatable, Sendable {
  package var hits: [SearchHit] = []
  /// Exact, within the scope, before `kinds` narrows.
  package var counts: [SearchKind: Int] = [:]

  package init() {}
}

/// One document that was found.
package struct SearchHit: Hashable, Sendable {
  package let kind: SearchKind
  package let id: Int64
  package let code: String
  package let title: String
  /// Where the words stand in the title, in UTF-16 units.
  package let titleMarks: [Range<Int>]
  /// The part of address and text where the words stand.
  package let snippet: String
  package let snippetMarks: [Range<Int>]
  package let area: AreaPath
  package let unit: UnitPath
  package let time: Instant
  package let position: Position?
  package let score: Int

  package init(
    kind: SearchKind, id: Int64, code: String, title: String, titleMarks: [Range<Int>],
    snippet: String, snippetMarks: [Range<Int>], area: AreaPath, unit: UnitPath, time: Instant,
    position: Position?, score: Int
  ) {
    self.kind = kind
    self.id = id
    self.code = code
    self.title = title
    self.titleMarks = titleMarks
    self.snippet = snippet
    self.snippetMarks = snippetMarks
    self.area = area
    self.unit = unit
    self.time = time
    self.position = position
    self.score = score
  }
}
