/// How closely a field is held; every field of every record has one.
package enum DataClass: String, CaseIterable, Sendable, Comparable {
  /// Anyone may see it.
  case open = "public"
  /// Anyone signed in whose scope holds the record.
  case `internal`
  /// Masked unless a duty needs it; sealed in the journal where it is about a person.
  case sensitive
  /// Never leaves the engine: keys, hashes of passwords.
  case core

  private var rank: Int {
    switch self {
    case .open: 0
    case .internal: 1
    case .sensitive: 2
    case .core: 3
    }
  }

  package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}
