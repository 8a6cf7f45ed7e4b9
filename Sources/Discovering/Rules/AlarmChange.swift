package import City

/// What an alarm is about.
package enum AlarmSubject: Hashable, Sendable {
  /// One device, by the stream that the rule reads (the rule's own measure).
  case stream(StreamNumber)
  /// Several devices of one area.
  case area(ID<Area>)
}

/// Names one episode of one rule for ever: the same observations give the same key.
package struct EpisodeKey: Hashable, Sendable {
  /// Code of the rule.
  package let rule: String
  package let subject: AlarmSubject
  /// By the devices' time.
  package let openedAt: Instant

  package init(rule: String, subject: AlarmSubject, openedAt: Instant) {
    self.rule = rule
    self.subject = subject
    self.openedAt = openedAt
  }
}

/// What happened to an alarm.
package struct AlarmChange: Hashable, Sendable {
  package enum Kind: String, CaseIterable, Sendable { case opened, raised, lowered, cleared }

  package let key: EpisodeKey
  package let kind: Kind
  /// After the change; of a cleared one the last that it had.
  package let grade: Grade
  /// By the devices' time. Within an episode it never goes back.
  package let at: Instant
  package let facts: AlarmFacts

  package init(
    key: EpisodeKey, kind: Kind, grade: Grade, at: Instant, facts: AlarmFacts
  ) {
    self.key = key
    self.kind = kind
    self.grade = grade
    self.at = at
    self.facts = facts
  }
}

/// The numbers behind a change, for its sentence.
package struct AlarmFacts: Hashable, Sendable {
  /// What the form computed: a value, a mean, milliseconds of silence, a number of devices …
  package let value: Double
  /// The limit that it passed.
  package let limit: Double
  /// Since when the value had been beyond the limit; for windows the start of the first in the row.
  package let since: Instant
  /// The observation that was last looked at; nil where none was needed (silence).
  package let lastValue: Double?

  package init(value: Double, limit: Double, since: Instant, lastValue: Double?) {
    self.value = value
    self.limit = limit
    self.since = since
    self.lastValue = lastValue
  }
}

/// An episode that was open when the program stopped.
package struct OpenEpisode: Hashable, Sendable {
  package let key: EpisodeKey
  package let grade: Grade

  package init(key: EpisodeKey, grade: Grade) {
    self.key = key
    self.grade = grade
  }
}
