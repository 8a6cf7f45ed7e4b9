package import City

/// What several posts give one person together (三权分立).
///
/// The three powers – system, security, audit – exclude each other, and none stands beside work
/// that the others watch: nobody may hold two. Where posts ask for it all the same, the powers are
/// withheld, so that a wrong roster never makes anybody stronger.
package struct PostPowers: Equatable, Sendable {
  /// What counts.
  package let permissions: Set<Permission>
  /// Powers that the posts name and that do not count.
  package let withheld: Set<Permission>

  package init(_ posts: [Post]) {
    let all = posts.reduce(into: Set<Permission>()) { $0.formUnion($1.permissions) }
    let powers = all.intersection(Permission.powers)
    let others = all.subtracting(powers).subtracting(Permission.besidePower)
    withheld = powers.count > 1 || (!powers.isEmpty && !others.isEmpty) ? powers : []
    permissions = all.subtracting(withheld)
  }

  /// Whether the posts may be held by one person.
  package var isSound: Bool { withheld.isEmpty }
}
