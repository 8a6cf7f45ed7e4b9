package import City

/// What a caller may see at all: cut inside the query, never after it.
package enum Scope: Hashable, Sendable {
  /// All of the city.
  case everything
  case area(ID<Area>)
  case unit(ID<Unit>)
  /// Either the area holds it, or the unit has it.
  case areaOrUnit(ID<Area>, ID<Unit>)
}

/// Part of a longer list, newest first.
package struct Page<Element: Sendable>: Sendable {
  package let elements: [Element]
  /// Give it back as `before` to go on; nil at the end.
  package let next: Int64?

  package init(elements: [Element], next: Int64?) {
    self.elements = elements
    self.next = next
  }
}

/// Which part of a list is asked for.
package struct PageRequest: Hashable, Sendable {
  package static let limitMax = 500
  package let limit: Int
  /// Only rows whose id is smaller.
  package let before: Int64?

  /// `limit` is cut to 1…500.
  package init(limit: Int, before: Int64?) {
    self.limit = min(max(limit, 1), Self.limitMax)
    self.before = before
  }
}

/// A list of cases, newest first. nil filters do not filter.
package struct CaseQuery: Hashable, Sendable {
  package var scope: Scope
  /// Any of these; empty does not filter.
  package var stages: Set<String> = []
  package var item: String?
  /// Of 未分类 cases only.
  package var unclassified = false
  package var grade: Grade?
  package var channel: Channel?
  package var area: ID<Area>?
  /// The unit itself and those below it.
  package var unit: ID<Unit>?
  package var handler: ID<Staff>?
  /// Cases that were filed at this thing.
  package var thing: ID<Thing>?
  /// Open = not closed yet.
  package var open: Bool?
  /// Only what lies in no area of the city.
  package var outside = false
  /// Included.
  package var filedFrom: Instant?
  /// Not included.
  package var filedTo: Instant?
  /// Whether a reporter judged it.
  package var judged: Bool?
  /// Only open ones whose deadline has passed at this moment.
  package var overdueAt: Instant?
  /// Fragments with white space between them. Each must stand in title, text, address or number,
  /// anywhere, from one character on. Case and full or half width make no difference. White space
  /// alone does not filter.
  package var words: String?
  package var page: PageRequest

  package init(scope: Scope, page: PageRequest) {
    self.scope = scope
    self.page = page
  }
}

/// Which events are asked for; what is nil or empty does not narrow.
package struct EventQuery: Hashable, Sendable {
  package var scope: Scope
  package var states: Set<EventState> = []
  package var item: String?
  package var area: ID<Area>?
  /// Only open problems that at least so many people reported, two or more.
  package var peopleMin: Int?
  package var page: PageRequest

  package init(scope: Scope, page: PageRequest) {
    self.scope = scope
    self.page = page
  }
}

/// Which early warnings are asked for; what is nil does not narrow.
package struct WarningQuery: Hashable, Sendable {
  /// Whose warnings: those within this area …
  package var within: ID<Area>?
  /// … or for one of these as a whole: the areas above it.
  package var above: [ID<Area>] = []
  /// Whether it was not lifted.
  package var isStanding: Bool?
  package var kind: String?
  package var grade: Grade?
  package var source: Warning.Source?
  package var page: PageRequest

  package init(page: PageRequest) {
    self.page = page
  }
}

/// Which signals are asked for; what is nil does not narrow.
package struct SignalQuery: Hashable, Sendable {
  package var scope: Scope
  package var channel: Channel?
  /// Only those kept as rivals of an earlier signal.
  package var rivals = false
  package var reporter: ID<Reporter>?
  package var page: PageRequest

  package init(scope: Scope, page: PageRequest) {
    self.scope = scope
    self.page = page
  }
}

/// Which work orders are asked for; what is nil or empty does not narrow.
package struct OrderQuery: Hashable, Sendable {
  package var scope: Scope
  package var states: Set<WorkOrderState> = []
  /// The unit itself and those below it.
  package var unit: ID<Unit>?
  package var staff: ID<Staff>?
  package var page: PageRequest

  package init(scope: Scope, page: PageRequest) {
    self.scope = scope
    self.page = page
  }
}

/// Which supervisions are asked for; what is nil or empty does not narrow.
package struct SupervisionQuery: Hashable, Sendable {
  package var scope: Scope
  package var `case`: ID<Case>?
  package var forms: Set<Supervision.Form> = []
  package var states: Set<Supervision.State> = []
  package var cause: String?
  /// Only open ones whose reply was due before this moment.
  package var lateAt: Instant?
  package var page: PageRequest

  package init(scope: Scope, page: PageRequest) {
    self.scope = scope
    self.page = page
  }
}

/// Which notices are asked for; what is nil does not narrow.
package struct NoticeQuery: Hashable, Sendable {
  package var staff: ID<Staff>?
  package var `case`: ID<Case>?
  package var channel: String?
  package var state: Notice.State?
  /// Only those that nobody read yet.
  package var unread = false
  package var page: PageRequest

  package init(page: PageRequest) { self.page = page }
}

/// Which alarms are asked for; what is nil does not narrow.
package struct AlarmQuery: Hashable, Sendable {
  package var scope: Scope
  /// Open = not cleared yet.
  package var open: Bool?
  package var acknowledged: Bool?
  package var rule: String?
  package var device: ID<Thing>?
  package var grade: Grade?
  package var verdict: AlarmVerdict?
  package var page: PageRequest

  package init(scope: Scope, page: PageRequest) {
    self.scope = scope
    self.page = page
  }
}

/// Which things are asked for; what is nil does not narrow.
package struct ThingQuery: Hashable, Sendable {
  package var scope: Scope
  package var kind: String?
  package var area: ID<Area>?
  /// Only things whose position lies within `radiusMetres` (great circle).
  package var near: Position?
  package var radiusMetres: Double = 0
  /// As in `CaseQuery`, in name, code or address.
  package var words: String?
  package var page: PageRequest

  package init(scope: Scope, page: PageRequest) {
    self.scope = scope
    self.page = page
  }
}

/// What a risk model says of which things now; what is nil does not narrow.
package struct GradingQuery: Hashable, Sendable {
  /// How far into a list one may page.
  package static let fromMax = 1_000_000

  package var scope: Scope
  /// Code of the risk model.
  package var model: String
  package var grade: Grade?
  package var area: ID<Area>?
  /// How many of the list are passed over.
  package let from: Int
  package let limit: Int

  /// `limit` is cut to 1…500, `from` to 0…`fromMax`.
  package init(scope: Scope, model: String, from: Int = 0, limit: Int = PageRequest.limitMax) {
    self.scope = scope
    self.model = model
    self.from = min(max(from, 0), Self.fromMax)
    self.limit = min(max(limit, 1), PageRequest.limitMax)
  }
}

/// Which monthly scores of units are asked for; what is nil does not narrow.
package struct ScoreQuery: Hashable, Sendable {
  package var scope: Scope
  /// Months as in `ScoreKey`, both included.
  package var months: ClosedRange<Int>
  /// The unit itself and those below it.
  package var unit: ID<Unit>?

  package init(scope: Scope, months: ClosedRange<Int>) {
    self.scope = scope
    self.months = months
  }
}

/// Who saw whom, newest first. nil filters do not filter.
package struct RevealQuery: Hashable, Sendable {
  package var staff: ID<Staff>?
  package var `case`: ID<Case>?
  package var reporter: ID<Reporter>?
  /// Included.
  package var from: Instant?
  /// Not included.
  package var to: Instant?
  package var page: PageRequest

  package init(page: PageRequest) { self.page = page }
}

/// Entries of the journal, newest first. nil filters do not filter.
package struct JournalQuery: Hashable, Sendable {
  /// Entries that one question looks at.
  package static let lookedAtMax: Int64 = 100_000

  /// The kind itself, or with a full stop at its end all kinds that begin so.
  package var kind: String?
  package var actor: Actor?
  package var subject: SubjectReference?
  package var request: String?
  /// Included.
  package var from: Instant?
  /// Not included.
  package var to: Instant?
  package var page: PageRequest

  package init(page: PageRequest) { self.page = page }

  /// Whether an entry fits the filters.
  package func fits(_ entry: JournalEntry) -> Bool {
    let isOfKind =
      kind.map { $0.hasSuffix(".") ? entry.kind.hasPrefix($0) : entry.kind == $0 } ?? true
    return isOfKind && actor.map { entry.actor == $0 } ?? true
      && subject.map { entry.subject == $0 } ?? true
      && request.map { entry.request == $0 } ?? true
      && from.map { entry.at >= $0 } ?? true && to.map { entry.at < $0 } ?? true
  }
}
