/// An amount of time as the catalogue states it.
package struct TimeLimit: Hashable, Sendable {
  /// What the amount counts.
  package enum Measure: String, CaseIterable, Sendable {
    /// By the clock.
    case minutes, hours, days
    /// Within the unit's working hours.
    case workingHours, workingDays
    /// To the end of a day of the year, the amount being 100 times the month and the day: 131 is
    /// 31 January. The next one that is not over.
    case yearDay

    /// Whether only the unit's working hours count.
    package var isWorked: Bool { self == .workingHours || self == .workingDays }
  }
  package let amount: Int
  package let measure: Measure

  package init(amount: Int, measure: Measure) {
    self.amount = amount
    self.measure = measure
  }
}

/// One run of a limit on a case (时限): from when it started to when it was stopped.
package struct Clock: Hashable, Sendable {
  /// Of one run; the flow's own limits are lower.
  package static let changesMax = 100

  /// The clock's code in the flow.
  package let name: String
  package let startedAt: Instant
  /// Whose working hours count; nil = those of whatever names none.
  package let unit: ID<Unit>?
  /// By when it must be stopped; while it is paused, the latest that this can become. nil where the
  /// case has no item that says a limit.
  package var due: Instant?
  package var stoppedAt: Instant?
  /// Pauses and extensions in the order in which they came.
  package var changes: [ClockChange] = []

  package init(
    name: String, startedAt: Instant, unit: ID<Unit>?, due: Instant?, stoppedAt: Instant? = nil
  ) {
    self.name = name
    self.startedAt = startedAt
    self.unit = unit
    self.due = due
    self.stoppedAt = stoppedAt
  }

  /// When the pause began that nobody ended yet; nil where none runs.
  package var pausedAt: Instant? {
    for change in changes.reversed() {
      switch change {
      case .paused(let at): return at
      case .resumed: return nil
      case .extended: continue
      }
    }
    return nil
  }
}

/// What happened to a running clock.
package enum ClockChange: Hashable, Sendable {
  case paused(Instant)
  case resumed(Instant)
  case extended(Instant, TimeLimit)
}

/// An extension that waits for its decision (延期申请).
package struct AskedExtension: Hashable, Sendable {
  package let limit: TimeLimit
  package let at: Instant
  /// nil = the engine.
  package let staff: ID<Staff>?
  package let reason: String?

  package init(limit: TimeLimit, at: Instant, staff: ID<Staff>?, reason: String?) {
    self.limit = limit
    self.at = at
    self.staff = staff
    self.reason = reason
  }
}

/// How near a clock is to its end.
package enum Light: String, CaseIterable, Sendable {
  case green, yellow, red
  /// The limit is used up.
  case overdue
}
