package import City
package import Pack

/// When notices leave the house, and as what: pure.
package enum NoticePlan {
  /// Attempts before a notice is given up.
  package static let attemptsMax = 10
  /// What one message holds of merged notices.
  package static let mergedMax = 20
  private static let firstWait = Duration.minute
  private static let longestWait = 2 * Duration.hour

  /// When a notice is tried first: after those that it waits for, and not in quiet hours unless it
  /// is urgent.
  package static func first(
    _ template: NoticeTemplate, at now: Instant, quiet: [MinuteSpan], offsetMinutes: Int
  ) -> Instant {
    let merged = now.advanced(byMilliseconds: Int64(template.mergeMinutes) * Duration.minute)
    return template.isUrgent
      ? merged : awake(from: merged, quiet: quiet, offsetMinutes: offsetMinutes)
  }

  /// When it is tried again after `attempts` in vain, twice as late each time; nil = given up.
  package static func again(after attempts: Int, at now: Instant) -> Instant? {
    guard attempts < attemptsMax else { return nil }
    let wait = min(longestWait, firstWait << Int64(min(max(attempts - 1, 0), 20)))
    return now.advanced(byMilliseconds: wait)
  }

  /// The first moment from `instant` on that lies in no quiet span.
  package static func awake(
    from instant: Instant, quiet: [MinuteSpan], offsetMinutes: Int
  ) -> Instant {
    var moment = instant
    // Each pass leaves one span; spans that cover the whole day leave it where it was.
    for _ in 0...quiet.count {
      let local = moment.milliseconds + Int64(offsetMinutes) * Duration.minute
      let dayStart = local / Duration.day * Duration.day
      let minute = Int((local - dayStart) / Duration.minute)
      guard let span = quiet.first(where: { $0.from <= minute && minute < $0.to }) else {
        return moment
      }
      moment = moment.advanced(
        byMilliseconds: dayStart + Int64(span.to) * Duration.minute - local)
    }
    return instant
  }

  /// One message of several notices to the same address, the oldest first.
  package static func merged(_ notices: [Notice]) -> (title: String, text: String) {
    guard let first = notices.first, notices.count > 1 else {
      return (notices.first?.title ?? "", notices.first?.text ?? "")
    }
    let lines = notices.map { "\($0.title)\n\($0.text)" }
    return ("\(first.title) (+\(notices.count - 1))", lines.joined(separator: "\n\n"))
  }
}
