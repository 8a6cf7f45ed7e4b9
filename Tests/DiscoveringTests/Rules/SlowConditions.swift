import City
import Foundation
import Pack

@testable import Discovering

/// What keeps a rule from raising, looked up plainly.
struct SlowConditions {
  let rule: Rule
  let world: RuleWorld
  /// When the alarm named by `unless` was open, by the stream that it explains.
  var explained: [Int: [Range<Int>]] = [:]

  private static let calendar: Calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(secondsFromGMT: 8 * 3_600) ?? .current
    return calendar
  }()

  /// - Parameter stream: whose alarm it is; nil for an area's.
  func isBlocked(_ stream: Int?, _ second: Int) -> Bool {
    guard isActive(second) else { return true }
    guard let stream else { return false }
    let device = world.streams[stream].device
    let isWorkedOn = world.maintenance.contains {
      $0.device == device && $0.from.milliseconds <= RuleFixture.time(second)
        && RuleFixture.time(second) < $0.to.milliseconds
    }
    return isWorkedOn || explained[stream]?.contains { $0.contains(second) } ?? false
  }

  private func isActive(_ second: Int) -> Bool {
    guard !rule.active.isAlways else { return true }
    let date = Date(timeIntervalSince1970: Double(RuleFixture.time(second)) / 1_000)
    let parts = Self.calendar.dateComponents([.month, .weekday, .hour, .minute], from: date)
    let month = parts.month ?? 0
    guard rule.active.months.isEmpty || rule.active.months.contains(month) else { return false }
    guard let hours = world.hours.first(where: { $0.code == rule.active.hours }) else {
      return true
    }
    // Foundation's week begins with Sunday, ours with Monday.
    let day = ((parts.weekday ?? 1) + 5) % 7
    let minute = (parts.hour ?? 0) * 60 + (parts.minute ?? 0)
    let isWithin = hours.week[day].contains { $0.from <= minute && minute < $0.to }
    return isWithin != rule.active.isOutsideHours
  }
}
