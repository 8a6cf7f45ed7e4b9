package import City

/// How many alarms of a rule, a model or a device there were, and what became of them.
package struct AlarmTally: Sendable, Equatable {
  /// Days that are looked back upon unless told otherwise.
  package static let daysStandard = 90

  package var raised = 0
  package var open = 0
  package var acknowledged = 0
  /// Became a signal.
  package var signalled = 0
  package var confirmed = 0
  package var notConfirmed = 0

  package init() {}

  /// Counts one alarm.
  package mutating func add(_ state: AlarmState) {
    raised += 1
    if state.clearedAt == nil { open += 1 }
    if state.acknowledgedAt != nil { acknowledged += 1 }
    if state.signal != nil { signalled += 1 }
    switch state.verdict {
    case .confirmed: confirmed += 1
    case .notConfirmed: notConfirmed += 1
    case nil: break
    }
  }

  /// The share of judged alarms that were right; nil = none was judged.
  package var precision: Double? {
    let judged = confirmed + notConfirmed
    return judged == 0 ? nil : Double(confirmed) / Double(judged)
  }
}
