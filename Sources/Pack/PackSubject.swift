/// Names a part of a pack, so that lint, which knows no files, can say what it means.
package struct PackSubject: Hashable, Sendable {
  /// A list of `Pack`.
  package enum Table: Hashable, Sendable {
    case pack, categories, duties, items, flows, kinds, posts, hours, calendarYears, profiles
    case mappings, rules, aspects, vitals, evaluations, health, stories, risks
    case policies, warnings, hazardLinks, goals, views, reports, ledgers, patrols, supervision
    case notices, retention, purposes, checklists, groups
  }
  /// A list within an element.
  package enum Part: Hashable, Sendable {
    case rule, clock, word, stage, edge, field, holiday, makeUpDay, mapping, unit, line
    case measure, value, factor, phrase, part
  }

  package let table: Table
  /// Index in the table.
  package let index: Int
  /// nil = the element as a whole.
  package let part: Part?
  /// Index in the part; for mappings in the order of their keys.
  package let partIndex: Int

  package init(_ table: Table, _ index: Int = 0, _ part: Part? = nil, _ partIndex: Int = 0) {
    self.table = table
    self.index = index
    self.part = part
    self.partIndex = partIndex
  }

  /// The element that this is a part of; itself where it is none.
  package var whole: PackSubject { PackSubject(table, index) }
}

/// What lint found, before anyone looked up where that stands.
package struct LintFinding: Hashable, Sendable {
  package let kind: FindingKind
  package let subject: PackSubject
  package let facts: [String: String]

  package init(_ kind: FindingKind, _ subject: PackSubject, _ facts: [String: String] = [:]) {
    self.kind = kind
    self.subject = subject
    self.facts = facts
  }
}
