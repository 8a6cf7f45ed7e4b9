package import City
package import Evaluating
import Pack
import Ports

extension VitalDesk {
  /// Days that one replay goes over, and the least and usual step, in minutes.
  package static let replayDaysMax = 92
  package static let replayMinutesRange = 5...1_440
  package static let replayMinutesUsual = 60

  /// What would have been issued over a past by the conditions and chains of today's packs, and how
  /// good it would have been. Call `refresh` before.
  ///
  /// Every step sees what was measured, filed and open before it, never what came later. Numbers
  /// are those of today's book: a case that was reclassified since counts as what it is now.
  package func replay(
    over period: Period, everyMinutes: Int
  ) -> (warnings: [Warning], scores: [WarningScoreLine]) {
    let directory = engine.directory
    var replay = WarningReplay(
      kinds: engine.catalogue.warnings, links: engine.catalogue.hazardLinks)
    var at = period.from
    let end = min(period.to, engine.time.now)
    // What is asked of days alone is the same from midnight to midnight.
    var ofDay: [String: (day: Instant, found: [ID<Area>: WarningFinding])] = [:]
    while at < end {
      let today = startOfDay(at)
      replay.turn(
        at: at, path: { directory.path(of: $0) },
        find: { kind in
          guard isDaily(kind) else { return findings(kind, at: at, isNow: false) }
          if let known = ofDay[kind.code], known.day == today { return known.found }
          let found = findings(kind, at: at, isNow: false)
          ofDay[kind.code] = (today, found)
          return found
        })
      at = at.advanced(byMilliseconds: Int64(everyMinutes) * Duration.minute)
    }
    let warnings = replay.warnings
    return (warnings, scores(of: warnings, over: period, scope: .everything))
  }

  /// Whether all that a kind asks for are vitals told by the day.
  private func isDaily(_ kind: WarningKind) -> Bool {
    !kind.conditions.isEmpty
      && kind.conditions.allSatisfy { condition in
        guard let code = condition.vitalCode else { return false }
        return book.vitals.first { $0.code == code }?.cadence == .day
      }
  }
}

extension WarningCondition {
  /// The vital that it asks for; nil = it asks for alarms.
  var vitalCode: String? {
    switch test {
    case .alarms: nil
    case .vital(let code, _), .forecast(let code, _, _): code
    }
  }
}

extension WarningKind {
  /// Rules whose alarms it asks for.
  var ruleCodes: [String] {
    conditions.flatMap { condition -> [String] in
      guard case .alarms(let rules, _, _) = condition.test else { return [] }
      return rules
    }
  }
}
