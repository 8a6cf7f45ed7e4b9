/// A node of the organisation tree (单位).
package struct Unit: Hashable, Sendable {
  package let id: ID<Unit>
  package let parent: ID<Unit>?
  package let kind: UnitKind
  package let code: String
  package let name: String
  /// What part of the city it serves; nil = the whole district.
  package let area: ID<Area>?
  /// Names one of the pack's working hours.
  package let hours: String
  /// Words that responsibility rules find it by, for example `drainage`.
  package let duties: [String]

  package init(
    id: ID<Unit>, parent: ID<Unit>?, kind: UnitKind, code: String, name: String,
    area: ID<Area>?, hours: String, duties: [String]
  ) {
    self.id = id
    self.parent = parent
    self.kind = kind
    self.code = code
    self.name = name
    self.area = area
    self.hours = hours
    self.duties = duties
  }
}

/// What sort of node a unit is.
package enum UnitKind: String, CaseIterable, Sendable {
  case centre, department, streetCentre, station, team
}

/// The units above and including a unit, from the root downward.
package struct UnitPath: Hashable, Sendable {
  package static let depthMax = 5
  package let units: [ID<Unit>]

  package init(_ units: [ID<Unit>]) {
    precondition(units.count <= Self.depthMax)
    self.units = units
  }

  /// Of what belongs to no unit.
  package static let none = UnitPath([])

  package var innermost: ID<Unit>? { units.last }

  /// Whether this is `unit` or lies below it.
  package func lies(in unit: ID<Unit>) -> Bool { units.contains(unit) }
}

/// A person who works for the city (人员).
package struct Staff: Hashable, Sendable {
  package let id: ID<Staff>
  package let code: String
  package let name: String
  package let unit: ID<Unit>
  /// Codes of posts in the pack.
  package let posts: [String]
  /// The area whose records this person sees; nil = as far as the unit's own area.
  package let area: ID<Area>?
  package let active: Bool

  package init(
    id: ID<Staff>, code: String, name: String, unit: ID<Unit>, posts: [String],
    area: ID<Area>?, active: Bool
  ) {
    self.id = id
    self.code = code
    self.name = name
    self.unit = unit
    self.posts = posts
    self.area = area
    self.active = active
  }
}

/// When a person is on (值班).
package struct Duty: Hashable, Sendable {
  package let id: ID<Duty>
  package let staff: ID<Staff>
  package let unit: ID<Unit>
  package let from: Instant
  package let to: Instant

  package init(id: ID<Duty>, staff: ID<Staff>, unit: ID<Unit>, from: Instant, to: Instant) {
    self.id = id
    self.staff = staff
    self.unit = unit
    self.from = from
    self.to = to
  }
}

/// What a post lets its holder do at all; scope by area and unit is cut besides.
package enum Permission: String, CaseIterable, Sendable {
  /// Send signals.
  case submit
  /// Read events, cases, orders, things within scope.
  case read
  /// Take the steps that the flow gives to the post.
  case handle
  /// See unmasked sensitive fields.
  case reveal
  /// Split, join, void events.
  case correct
  /// Issue, change and lift early warnings.
  case warn
  /// Freeze scores and decide appeals against them.
  case evaluate
  /// Load and change areas, units, staff, things.
  case master
  /// Accounts, keys, models (系统管理).
  case administer
  /// Who may what: sessions, second factors, grants and why somebody may (安全管理).
  case secure
  /// The journal and who saw whom (安全审计).
  case audit

  /// The three powers of a protected system: nobody holds two of them, and who holds one does no
  /// work that the others watch.
  package static let powers: Set<Permission> = [.administer, .secure, .audit]
  /// What may stand beside a power.
  package static let besidePower: Set<Permission> = [.read, .master]
}
