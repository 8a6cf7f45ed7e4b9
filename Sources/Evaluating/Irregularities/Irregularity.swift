package import City

/// Something out of the ordinary that sits somewhere: what, where, since when, and behind which cases.
package struct Irregularity: Hashable, Sendable {
  /// What is out of the ordinary.
  package enum Form: String, CaseIterable, Sendable {
    /// Deadlines are not kept.
    case late
    /// Units send cases back.
    case returned
    /// Checked work is done over.
    case reworked
    /// Closed as done, and whoever reported it says it is not.
    case unsolved
    /// Whoever reported it is not content.
    case discontented
    /// More cases than usual.
    case gathering
    /// The same at the same place again and again.
    case repeating
  }

  /// What all its cases have in common.
  package struct Subject: Hashable, Sendable {
    /// Code; nil = any item.
    package let item: String?
    package let area: ID<Area>?
    package let unit: ID<Unit>?

    package init(item: String? = nil, area: ID<Area>? = nil, unit: ID<Unit>? = nil) {
      self.item = item
      self.area = area
      self.unit = unit
    }
  }

  package let form: Form
  package let subject: Subject
  /// The day from which on it is so; nil = as far back as was looked.
  package let since: Instant?
  /// Cases in trouble, and of how many; of `gathering` and `repeating` both are the cases.
  package let count: Int
  package let of: Int
  /// How many there would be if it were as elsewhere, or as before.
  package let expected: Double
  /// How much better it explains what happened than chance does, as a logarithm of likelihoods.
  package let weight: Double
  /// The cases in trouble by their places in the book, the newest first.
  package let rows: [Int]
}
