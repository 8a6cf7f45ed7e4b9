/// A time in which a person takes no work (请假), with who stands in for him.
package struct Absence: Hashable, Sendable {
  /// Characters of the reason.
  package static let reasonMax = 200
  /// Days that one lasts at most.
  package static let daysMax: Int64 = 366

  package let id: ID<Absence>
  package let staff: ID<Staff>
  /// Who stands in; nil = nobody in particular.
  package let substitute: ID<Staff>?
  package let reason: String
  package let from: Instant
  /// Not included; an absence that ends early is stored again with an earlier end.
  package var to: Instant

  package init(
    id: ID<Absence>, staff: ID<Staff>, substitute: ID<Staff>?, reason: String, from: Instant,
    to: Instant
  ) {
    self.id = id
    self.staff = staff
    self.substitute = substitute
    self.reason = reason
    self.from = from
    self.to = to
  }

  /// Whether it counts at a moment.
  package func holds(at moment: Instant) -> Bool { from <= moment && moment < to }
}
