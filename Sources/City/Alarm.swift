/// One episode of a rule's condition (告警): opened once, cleared once, under one key for ever.
package struct Alarm: Hashable, Sendable {
  package let id: ID<Alarm>
  /// Names the episode: the same observations under the same rule give the same key.
  package let key: String
  /// Code of the rule in a pack.
  package let rule: String
  /// The device; nil where the rule speaks of a whole area.
  package let device: ID<Thing>?
  /// Code of the device's measure; empty where the rule looks at several.
  package let measure: String
  package let area: AreaPath
  /// Who answers for the device.
  package let owner: UnitPath
  package let position: Position?
  package let state: AlarmState

  package init(
    id: ID<Alarm>, key: String, rule: String, device: ID<Thing>?, measure: String, area: AreaPath,
    owner: UnitPath, position: Position?, state: AlarmState
  ) {
    self.id = id
    self.key = key
    self.rule = rule
    self.device = device
    self.measure = measure
    self.area = area
    self.owner = owner
    self.position = position
    self.state = state
  }

  /// The same episode in another state.
  package func becoming(_ state: AlarmState) -> Alarm {
    Alarm(
      id: id, key: key, rule: rule, device: device, measure: measure, area: area, owner: owner,
      position: position, state: state)
  }
}

/// Where an alarm stands.
package struct AlarmState: Hashable, Sendable {
  /// The grade that it has now.
  package var grade: Grade
  /// Why it was raised, in words that a person reads.
  package var why: String
  /// When the condition began to hold, by the devices' word.
  package var openedAt: Instant
  package var changedAt: Instant
  /// When the condition ended; nil while it holds.
  package var clearedAt: Instant?
  package var acknowledgedAt: Instant?
  package var acknowledgedBy: ID<Staff>?
  /// Nobody is told of changes up to then.
  package var silencedUntil: Instant?
  /// The signal that was made of it, where the rule says so.
  package var signal: ID<Signal>?
  package var verdict: AlarmVerdict?
  package var version: Int

  package init(grade: Grade, why: String, openedAt: Instant, changedAt: Instant) {
    self.grade = grade
    self.why = why
    self.openedAt = openedAt
    self.changedAt = changedAt
    version = 1
  }
}

/// What the case that came of an alarm said of it.
package enum AlarmVerdict: String, CaseIterable, Sendable {
  case confirmed
  /// Somebody looked and found nothing: a false alarm.
  case notConfirmed
}

/// How far a follower of a log, or of another system, came: all before `position` has had its effect.
package struct FollowerPosition: Hashable, Sendable {
  /// Characters of a mark.
  package static let markMax = 512

  package let follower: String
  package let position: Int64
  /// When the newest of them had been appended.
  package let at: Instant
  /// Where another system said to go on; empty where the position says all.
  package var mark = ""

  package init(follower: String, position: Int64, at: Instant) {
    self.follower = follower
    self.position = position
    self.at = at
  }
}
