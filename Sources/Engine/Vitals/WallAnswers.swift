package import City
package import Evaluating
import Geography
package import Ports

extension VitalDesk {
  /// Points that a wall draws.
  package static let wallPointsMax = 20_000

  /// What a wall of this scope shows, as of what was taken in last.
  package func wall(_ scope: Scope, at now: Instant) -> WallFigures {
    let today = startOfDay(now)
    let date = engine.civilDate(of: now)
    let month = today.advanced(byMilliseconds: -Int64(date.day - 1) * Duration.day)
    return WallFigures(
      cases, now: now, today: today, since: month, pointsMax: Self.wallPointsMax,
      sees: { scope.holds(area: $0, unit: $1) })
  }
}
