import City
import Pack

/// Deadlines counted minute by minute, from the calendar's days and nothing of the engine's:
/// slow, and plain enough to be believed.
struct ClockWalk {
  /// Midnight in China of the first day that is looked at.
  static let base = CalendarFixture.at(2025, "1001", 0)
  static let days = 700

  /// For each minute from `base` whether these hours work in it.
  private let works: [Bool]

  init(_ hours: WorkingHours) {
    var works = [Bool](repeating: false, count: Self.days * 1_440)
    let first = CalendarFixture.date(2025, "1001")
    for day in 0..<Self.days {
      let date = CivilDate(daysSinceEpoch: first.daysSinceEpoch + day)
      var spans = hours.week[date.weekday - 1]
      for year in CalendarFixture.years {
        let isFree = year.holidays.contains { $0.from <= date && date <= $0.to }
        if isFree && !hours.worksOnHolidays { spans = [] }
      }
      if CalendarFixture.years.contains(where: { $0.makeUpDays.contains(date) }) {
        spans = hours.makeUpDay ?? hours.week[0]
      }
      for span in spans {
        for minute in span.from..<span.to { works[day * 1_440 + minute] = true }
      }
    }
    self.works = works
  }

  static func minute(_ instant: Instant) -> Int {
    Int(instant.millisecondsSince(base) / Duration.minute)
  }

  /// The minute at which a limit that began at `start` is used up.
  func end(from start: Int, _ limit: TimeLimit) -> Int {
    var minute = start
    switch limit.measure {
    case .minutes: return start + limit.amount
    case .hours: return start + limit.amount * 60
    case .yearDay: preconditionFailure("no walk counts days of the year")
    case .days: return start + limit.amount * 1_440
    case .workingHours:
      var left = limit.amount * 60
      while left > 0 {
        if works[minute] { left -= 1 }
        minute += 1
      }
      return minute
    case .workingDays:
      var left = limit.amount
      var day = start / 1_440
      while left > 0 {
        day += 1
        if works[day * 1_440..<(day + 1) * 1_440].contains(true) { left -= 1 }
      }
      minute = (day + 1) * 1_440
      while !works[minute - 1] { minute -= 1 }
      return minute
    }
  }

  /// When a run ends that started, was paused and was extended at these minutes.
  func end(
    start: Int, limit: TimeLimit, changes: [(minute: Int, change: Change)], pauseMax: TimeLimit?
  ) -> Int {
    let isWorked = limit.measure == .workingHours || limit.measure == .workingDays
    var paused: [Range<Int>] = []
    var pausedAt: Int?
    func counts(_ minute: Int) -> Bool {
      if isWorked && !works[minute] { return false }
      return paused.isEmpty || !paused.contains { $0.contains(minute) }
    }
    func counted(_ from: Int, _ to: Int) -> Int {
      guard isWorked else { return max(0, to - from) }
      var sum = 0
      var minute = from
      while minute < to {
        if works[minute] { sum += 1 }
        minute += 1
      }
      return sum
    }
    var budget = counted(start, end(from: start, limit))
    func due() -> Int {
      var (minute, left) = (start, budget)
      while left > 0 {
        if counts(minute) { left -= 1 }
        minute += 1
      }
      return minute
    }
    func pass(until minute: Int) {
      guard let from = pausedAt else { return }
      let to = min(minute, pauseMax.map { end(from: from, $0) } ?? from)
      if from < to { paused.append(from..<to) }
    }
    for (minute, change) in changes {
      switch change {
      case .pause: pausedAt = minute
      case .resume:
        pass(until: minute)
        pausedAt = nil
      case .extend(let more):
        let before = due()
        budget += counted(before, end(from: before, more))
      }
    }
    pass(until: .max)
    return due()
  }

  enum Change: Hashable {
    case pause, resume
    case extend(TimeLimit)
  }
}
