import City
import Pack

/// What may keep a cell from raising, looked at only when it is about to.
struct CellConditions: Sendable {
  private let active: [ActiveTime?]
  /// What explains a cell's condition while it is open itself.
  private struct Gateway {
    let cell: Int
    /// Where its running state begins.
    let state: Int
    let isSilence: Bool
  }
  private let gateways: [Int: [Gateway]]
  private let maintenance: [Int: [Maintenance]]

  init(_ binding: RuleBinding, _ draft: PlanDraft) {
    active = binding.rules.map { ActiveTime($0.active, binding.world) }
    var gateways: [Int: [Gateway]] = [:]
    var maintenance: [Int: [Maintenance]] = [:]
    let worked = Dictionary(grouping: binding.world.maintenance, by: \.device)
    for (key, cell) in draft.cellOf {
      let spans = worked[binding.world.streams[key.stream].device] ?? []
      if !spans.isEmpty { maintenance[cell] = spans }
      let watched = binding.gateways[.init(rule: key.rule, stream: key.stream)] ?? []
      guard !watched.isEmpty, let dependency = binding.rules[key.rule].dependency,
        let other = binding.rules.firstIndex(where: { $0.code == dependency.rule })
      else { continue }
      gateways[cell] = watched.compactMap { stream in
        draft.cellOf[.init(rule: other, stream: stream)].map { gateway in
          Gateway(
            cell: gateway, state: Int(draft.cells[gateway].state),
            isSilence: binding.rules[other].form == .silence)
        }
      }
    }
    self.gateways = gateways
    self.maintenance = maintenance
  }

  /// Whether anything may ever keep a cell from raising.
  func mayBlock(cell: Int, rule: Int) -> Bool {
    active[rule] != nil || gateways[cell] != nil || maintenance[cell] != nil
  }

  /// Whether a cell may not raise at a moment.
  /// - Parameters:
  ///   - words: running state of all cells.
  ///   - dues: by cell, when it wants to be looked at.
  func blocks(
    cell: Int, rule: Int, at time: Int64, words: UnsafeMutablePointer<Int64>,
    dues: UnsafeMutablePointer<Int64>
  ) -> Bool {
    if let active = active[rule], !active.holds(at: time) { return true }
    if let gateways = gateways[cell],
      gateways.contains(where: { isOpen($0, at: time, words, dues) })
    {
      return true
    }
    return maintenance[cell]?.contains {
      $0.from.milliseconds <= time && time < $0.to.milliseconds
    } ?? false
  }
}

extension CellConditions {
  /// Whether a gateway's alarm is open at a moment. Time may have passed for one cell and not yet
  /// for the other: what opened later does not count, and silence that is due already does.
  private func isOpen(
    _ gateway: Gateway, at time: Int64, _ words: UnsafeMutablePointer<Int64>,
    _ dues: UnsafeMutablePointer<Int64>
  ) -> Bool {
    guard words[gateway.state + CellWord.state] & StateBits.level == 0 else {
      return words[gateway.state + CellWord.opened] <= time
    }
    return gateway.isSilence && dues[gateway.cell] <= time
  }
}

/// Hours and months within which a rule may raise, in the city's own time.
struct ActiveTime: Sendable {
  private let hours: WorkingHours?
  private let isOutside: Bool
  private let months: Set<Int>
  private let holidays: Set<Int>
  private let makeUpDays: Set<Int>
  private let offset: Int64

  /// - Returns: nil where the rule is always active.
  init?(_ schedule: RuleSchedule, _ world: RuleWorld) {
    guard !schedule.isAlways else { return nil }
    hours = world.hours.first { $0.code == schedule.hours }
    isOutside = schedule.isOutsideHours
    months = Set(schedule.months)
    var holidays: Set<Int> = []
    for holiday in world.calendarYears.flatMap(\.holidays) where holiday.from <= holiday.to {
      holidays.formUnion(holiday.from.daysSinceEpoch...holiday.to.daysSinceEpoch)
    }
    self.holidays = holidays
    makeUpDays = Set(world.calendarYears.flatMap(\.makeUpDays).map(\.daysSinceEpoch))
    offset = Int64(world.offsetMinutes) * Duration.minute
  }

  func holds(at time: Int64) -> Bool {
    let local = time + offset
    let day = Int(floorMultiple(local, Duration.day) / Duration.day)
    let date = CivilDate(daysSinceEpoch: day)
    guard months.isEmpty || months.contains(date.month) else { return false }
    guard let hours else { return true }
    let minute = Int((local - Int64(day) * Duration.day) / Duration.minute)
    let isWorked = spans(hours, day, date).contains { $0.from <= minute && minute < $0.to }
    return isWorked != isOutside
  }

  private func spans(_ hours: WorkingHours, _ day: Int, _ date: CivilDate) -> [MinuteSpan] {
    if makeUpDays.contains(day) { return hours.makeUpDay ?? hours.week[0] }
    if holidays.contains(day) && !hours.worksOnHolidays { return [] }
    return hours.week[date.weekday - 1]
  }
}

/// The greatest multiple of `step` that is not above `time`.
@inline(__always)
func floorMultiple(_ time: Int64, _ step: Int64) -> Int64 {
  let rest = time % step
  return rest < 0 ? time - rest - step : time - rest
}
