import City
import Demonstration
import Handling
import Pack

/// Where people stand who do one kind of work: a unit's handlers, a street's inspectors, a desk.
struct CrewKey: Hashable, Comparable, Sendable {
  /// The unit or street.
  let home: Int64
  let post: String

  static func < (left: CrewKey, right: CrewKey) -> Bool {
    (left.home, left.post) < (right.home, right.post)
  }
}

/// Somebody at work.
struct Worker: Sendable {
  let actor: StepActor
  /// When this person is on duty; the deadlines follow the unit's own hours.
  let hours: WorkingHours
  /// Times the median time of a piece of work.
  let pace: Double
  /// What this person does faster than others.
  let strength: String
  var isBusy = false
  var workedMilliseconds: Int64 = 0

  /// How much a strength shortens the work.
  static let strengthPace = 0.75
  /// Scatter of the logarithm of people's pace.
  static let paceSpread = 0.2

  func pace(for category: String) -> Double {
    category == strength ? pace * Self.strengthPace : pace
  }
}

/// People who share a queue.
struct Crew: Sendable {
  let key: CrewKey
  let unit: UnitPath
  var workers: [Worker]
  var queue = Heap<Task>()
  /// When somebody who can take the next task comes on duty, if that is awaited.
  var wakeAt: Int64?
  var queueMost = 0
  var queueMostAt: Int64 = 0
  var tasks = 0
  var waitedMilliseconds: Int64 = 0

  /// One piece of work that waits; what is due first goes first.
  struct Task: Comparable, Sendable {
    let due: Int64
    let serial: Int
    let slot: Int
    let since: Int64

    static func < (left: Task, right: Task) -> Bool {
      (left.due, left.serial) < (right.due, right.serial)
    }
  }

  /// The free person on duty who is fastest at this.
  func free(at now: Instant, category: String, time: WorkingTime) -> Int? {
    var best: (place: Int, pace: Double)?
    // By places: a worker taken out of the list is copied.
    for place in workers.indices where !workers[place].isBusy {
      let pace = workers[place].pace(for: category)
      if let best, best.pace <= pace { continue }
      if time.works(at: now, hours: workers[place].hours) { best = (place, pace) }
    }
    return best?.place
  }

  /// When the next free person comes on duty; nil where all are busy.
  func nextDuty(from now: Instant, time: WorkingTime) -> Instant? {
    workers.filter { !$0.isBusy }.compactMap { time.nextWork(from: now, hours: $0.hours) }.min()
  }
}

/// The shifts of one person within the hours of a unit.
enum Shift {
  private static let lengthMinutes = 480
  /// A unit that is open longer than this on a day works in shifts.
  private static let dayMinutesMax = 540
  private static let daysOff = 2

  /// Units open on more than five days give each person two days off, one after the other through
  /// the crew; units open longer than nine hours split the day into shifts of eight.
  static func hours(of person: Int, in unit: WorkingHours) -> WorkingHours {
    let openDays = unit.week.filter { !$0.isEmpty }.count
    let week = unit.week.enumerated().map { weekday, spans -> [MinuteSpan] in
      if openDays > 5, (weekday + person) % 7 < daysOff { return [] }
      return shift(of: person / 7 + person, within: spans)
    }
    return WorkingHours(
      code: unit.code, name: unit.name, week: week,
      makeUpDay: unit.makeUpDay.map { shift(of: person, within: $0) },
      worksOnHolidays: unit.worksOnHolidays)
  }

  private static func shift(of person: Int, within spans: [MinuteSpan]) -> [MinuteSpan] {
    guard let opening = spans.first?.from, let closing = spans.last?.to,
      closing - opening > dayMinutesMax
    else { return spans }
    let shifts = (closing - opening + lengthMinutes - 1) / lengthMinutes
    let last = closing - lengthMinutes
    let start = opening + (last - opening) * (person % shifts) / max(shifts - 1, 1)
    return [MinuteSpan(from: start, to: start + lengthMinutes)]
  }
}
