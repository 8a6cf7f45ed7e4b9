/// Posts that a person has for a time, besides his own.
package struct Grant: Hashable, Sendable {
  /// How somebody came by them.
  package enum Form: String, CaseIterable, Sendable {
    /// Given by somebody who has the posts (委托).
    case delegation
    /// Taken in an emergency, told to those who watch (紧急授权).
    case breakGlass
  }

  package let id: ID<Grant>
  package let form: Form
  /// Who has the posts now.
  package let staff: ID<Staff>
  /// Who gave them; himself in an emergency.
  package let giver: ID<Staff>
  /// Codes of posts in the pack.
  package let posts: [String]
  /// Whether he sees the whole city meanwhile; in an emergency alone.
  package let isWide: Bool
  package let reason: String
  package let from: Instant
  /// Not included. Earlier than first said where it was ended.
  package var to: Instant

  package init(
    id: ID<Grant>, form: Form, staff: ID<Staff>, giver: ID<Staff>, posts: [String], isWide: Bool,
    reason: String, from: Instant, to: Instant
  ) {
    self.id = id
    self.form = form
    self.staff = staff
    self.giver = giver
    self.posts = posts
    self.isWide = isWide
    self.reason = reason
    self.from = from
    self.to = to
  }

  /// Whether it counts at a moment.
  package func holds(at instant: Instant) -> Bool { from <= instant && instant < to }
}
