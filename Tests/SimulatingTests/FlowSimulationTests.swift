import City
import Demonstration
import Glibc
import Handling
import Pack
import PackReading
import Testing

@testable import Simulating

/// A district in virtual time, over the packs as they are shipped.
@Suite("A simulated district")
struct FlowSimulationTests {
  private static let catalogue: Catalogue? = {
    guard let here = getcwd(nil, 0) else { return nil }
    defer { free(here) }
    return PackReader.readAll(packsFolder: String(cString: here) + "/packs").catalogue
  }()
  /// A Monday.
  private static let monday = CivilDate(daysSinceEpoch: 20_458)

  private static func run(
    _ change: (inout SimulationSettings) -> Void
  ) throws -> SimulationResult {
    let catalogue = try #require(catalogue)
    var settings = SimulationSettings(firstDay: monday)
    settings.days = 7
    settings.perDay = 400
    change(&settings)
    let start = Instant(milliseconds: Int64(monday.daysSinceEpoch) * Duration.day)
    var lastID: Int64 = 0
    let plan = DemonstrationPlan(
      seed: settings.seed, things: 0, devices: 0, cases: 0, days: 1, endingAt: start
    ) { _ in
      lastID += 1
      return lastID
    }
    var simulation = try #require(
      FlowSimulation(plan: plan, catalogue: catalogue, settings: settings, offsetMinutes: 480))
    return simulation.run { _ in }
  }

  @Test("the same seed gives the same steps, another seed others")
  func seeds() throws {
    let (one, same, other) = (
      try Self.run { _ in }, try Self.run { _ in }, try Self.run { $0.seed = 8 }
    )
    #expect(one.digest == same.digest && one.days == same.days && one.loads == same.loads)
    #expect(one.digest != other.digest)
  }

  @Test("people know the flow: no step is refused, no case is lost")
  func nothingLost() throws {
    let result = try Self.run { $0.days = 14 }
    #expect(result.refused == 0)
    #expect(result.cases == result.days.reduce(0) { $0 + $1.filed })
    #expect(result.closed == result.days.reduce(0) { $0 + $1.closed })
    #expect(result.days.last?.open == result.cases - result.closed)
    #expect(result.closed > result.cases * 8 / 10)
    #expect(result.late == result.lights.red)
    #expect(result.steps > result.closed * 4)
  }

  @Test("fewer people close less and later, and their queues grow")
  func fewerPeople() throws {
    let (enough, few) = (try Self.run { $0.crew = 150 }, try Self.run { $0.crew = 40 })
    #expect(few.closed < enough.closed)
    #expect(try #require(few.days.last).open > #require(enough.days.last).open)
    let (long, short) = (few.loads.map(\.queueMost).max(), enough.loads.map(\.queueMost).max())
    #expect(try #require(long) > #require(short))
  }

  @Test("Mondays bring more than Sundays, noon more than night")
  func rhythm() {
    var random = DemonstrationRandom(seed: 3)
    let monday = Demand.arrivals(weekday: 0, perDay: 5_000, &random)
    let sunday = Demand.arrivals(weekday: 6, perDay: 5_000, &random)
    #expect(monday.count > sunday.count * 2)
    #expect(monday == monday.sorted())
    func within(_ hour: Int64) -> Int { monday.filter { $0 / Duration.hour == hour }.count }
    #expect(within(12) > within(4) * 10)
    #expect(abs(Demand.weekdays.reduce(0, +) - 7) < 0.01)
  }

  @Test("shifts: nobody works more than five days, or more than eight hours of a long day")
  func shifts() {
    let always = WorkingHours(
      code: "always", name: "", week: Array(repeating: [MinuteSpan(from: 0, to: 1_440)], count: 7),
      makeUpDay: nil, worksOnHolidays: true)
    var covered = Set<Int>()
    for person in 0..<42 {
      let week = Shift.hours(of: person, in: always).week
      #expect(week.filter { !$0.isEmpty }.count == 5)
      for span in week.joined() {
        #expect(span.to - span.from == 480)
        covered.insert(span.from)
      }
    }
    #expect(covered == [0, 480, 960])
    let office = WorkingHours(
      code: "office", name: "",
      week: (0..<7).map { $0 < 5 ? [MinuteSpan(from: 540, to: 1_050)] : [] }, makeUpDay: nil,
      worksOnHolidays: false)
    #expect(Shift.hours(of: 5, in: office).week == office.week)
  }

  @Test("a heap gives back in order, whatever went in", arguments: [1, 2, 3] as [UInt64])
  func heap(_ seed: UInt64) {
    var random = DemonstrationRandom(seed: seed)
    var heap = Heap<UInt64>()
    let numbers = (0..<500).map { _ in random.next() % 100 }
    for number in numbers { heap.insert(number) }
    var found: [UInt64] = []
    while let number = heap.removeFirst() { found.append(number) }
    #expect(found == numbers.sorted(), "seed \(seed)")
  }

  @Test("worked time ends within the shift, next work is the first moment of it")
  func workingTime() throws {
    let time = WorkingTime(years: [], offsetMinutes: 0)
    let hours = WorkingHours(
      code: "h", name: "", week: Array(repeating: [MinuteSpan(from: 600, to: 660)], count: 7),
      makeUpDay: nil, worksOnHolidays: true)
    let night = Instant(milliseconds: 0)
    #expect(time.nextWork(from: night, hours: hours)?.milliseconds == 10 * Duration.hour)
    let within = Instant(milliseconds: 10 * Duration.hour + 5)
    #expect(time.nextWork(from: within, hours: hours) == within)
    let end = time.moment(afterWorking: 90 * Duration.minute, from: night, hours: hours)
    #expect(end.milliseconds == Duration.day + 10 * Duration.hour + 30 * Duration.minute)
  }
}
