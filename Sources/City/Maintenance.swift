/// A time in which a device is being worked on: what it measures then raises no alarm.
package struct Maintenance: Hashable, Sendable {
  /// Longer reasons are refused, in characters.
  package static let reasonMax = 200
  /// Longer times are refused, in days: a device that is away for good is taken out of use.
  package static let daysMax = 90

  package let id: ID<Maintenance>
  package let device: ID<Thing>
  package let from: Instant
  /// The first moment after it; brought forward to end it early.
  package let to: Instant
  package let reason: String
  package let staff: ID<Staff>?

  package init(
    id: ID<Maintenance>, device: ID<Thing>, from: Instant, to: Instant, reason: String,
    staff: ID<Staff>?
  ) {
    self.id = id
    self.device = device
    self.from = from
    self.to = to
    self.reason = reason
    self.staff = staff
  }

  /// The same, ended at a moment; one that has not begun never does.
  package func ended(at moment: Instant) -> Maintenance {
    Maintenance(
      id: id, device: device, from: from, to: max(from, min(to, moment)), reason: reason,
      staff: staff)
  }
}
