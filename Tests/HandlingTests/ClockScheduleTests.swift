import City
import Testing

@testable import Handling

struct ClockScheduleTests {
  private static func minute(_ minute: Int64) -> Instant {
    Instant(milliseconds: minute * Duration.minute)
  }

  @Test("a case comes due in its minute, once, and where it was moved to")
  func moves() {
    var schedule = ClockSchedule()
    schedule.watch(ID(1), at: Self.minute(10))
    schedule.watch(ID(2), at: Self.minute(10).advanced(byMilliseconds: 1))
    schedule.watch(ID(3), at: Self.minute(12))
    #expect(schedule.due(at: Self.minute(9), limit: 9).isEmpty)
    #expect(schedule.due(at: Self.minute(10), limit: 9) == [ID(1)])
    #expect(schedule.due(at: Self.minute(10), limit: 9).isEmpty)
    schedule.watch(ID(2), at: Self.minute(20))
    schedule.watch(ID(3), at: nil)
    #expect(schedule.due(at: Self.minute(19), limit: 9).isEmpty)
    #expect(schedule.due(at: Self.minute(30), limit: 9) == [ID(2)])
    #expect(schedule.count == 0)
  }

  @Test("random watches come due as a sorted list would have them")
  func random() {
    let seed: UInt64 = 31
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    var schedule = ClockSchedule()
    var plain: [ID<Case>: Instant] = [:]
    var now: Int64 = 0
    for _ in 0..<20_000 {
      let id = ID<Case>(Int64.random(in: 1...400, using: &random))
      switch Int.random(in: 0..<10, using: &random) {
      case 0:
        schedule.watch(id, at: nil)
        plain[id] = nil
      case 1:
        now += Int64.random(in: 0...50, using: &random)
        let limit = Int.random(in: 1...40, using: &random)
        let got = schedule.due(at: Self.minute(now), limit: limit)
        let due = plain.filter { $0.value <= Self.minute(now) }
        #expect(got.count == min(limit, due.count))
        #expect(Set(got).count == got.count && got.allSatisfy { due[$0] != nil })
        let latest = got.compactMap { due[$0] }.max()
        for id in got { plain[id] = nil }
        // Nobody who was due earlier waits behind one who was taken.
        let waiting = due.filter { plain[$0.key] != nil }.map(\.value).min()
        if let latest, let waiting { #expect(latest <= waiting) }
      default:
        let at = Self.minute(now + Int64.random(in: -5...3_000, using: &random))
        schedule.watch(id, at: at)
        plain[id] = at
      }
      #expect(schedule.count == plain.count)
    }
  }
}
