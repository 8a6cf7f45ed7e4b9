/// A clock of a case turned yellow or red, or its time ran out: told once, and kept.
package struct ClockWarning: Hashable, Sendable {
  package let `case`: ID<Case>
  /// The clock's code in the flow.
  package let clock: String
  /// When the run began that it warns of.
  package let startedAt: Instant
  package let light: Light
  /// The deadline as it stood; a deadline that moved is warned of anew.
  package let due: Instant
  /// When the light changed, which may be before anybody noticed.
  package let at: Instant

  package init(
    case: ID<Case>, clock: String, startedAt: Instant, light: Light, due: Instant, at: Instant
  ) {
    self.case = `case`
    self.clock = clock
    self.startedAt = startedAt
    self.light = light
    self.due = due
    self.at = at
  }

  /// What there is only one of.
  package struct Key: Hashable, Sendable {
    package let `case`: ID<Case>
    package let clock: String
    package let startedAt: Instant
    package let light: Light
    package let due: Instant
  }

  package var key: Key {
    Key(case: `case`, clock: clock, startedAt: startedAt, light: light, due: due)
  }
}
