import City
import Testing

@testable import Discovering

struct EventChangeTests {
  typealias Fixture = SameProblemTests

  static func minute(_ minute: Int64) -> Instant {
    Fixture.noon.advanced(byMilliseconds: minute * Duration.minute)
  }

  @Test("the first signal opens, later ones widen the time")
  func joins() {
    let first = Fixture.sighting(metres: nil, minute: 10)
    let opened = EventChange.opened(
      ID(1), by: first, address: "真南路", case: ID(2), people: 1,
      located: nil)
    #expect(opened.signals == 1)
    #expect(opened.version == 1)
    #expect(opened.state == .open)
    #expect(opened.case == ID(2))
    let later = EventChange.joined(
      opened, by: Fixture.sighting(metres: 5, thing: 7, minute: 30), people: 1,
      located: Located(by: .number, confidence: 95))
    let earlier = EventChange.joined(
      later, by: Fixture.sighting(metres: 9, thing: 8, minute: 0), people: 0, located: nil)
    #expect(earlier.signals == 3)
    #expect(earlier.version == 3)
    #expect(earlier.firstAt == Self.minute(0))
    #expect(earlier.lastAt == Self.minute(30))
    #expect(earlier.position == Fixture.position(5), "the first that knew the place")
    #expect(earlier.thing == ID(7))
    #expect(earlier.address == "真南路")
    #expect(earlier.people == 2)
    #expect(earlier.located == Located(by: .number, confidence: 95), "with the place itself")
  }

  @Test("a join is undone")
  func undo() {
    let opened = EventChange.opened(
      ID(1), by: Fixture.sighting(minute: 10), address: "", case: nil, people: 1,
      located: nil)
    let joined = EventChange.joined(
      opened, by: Fixture.sighting(minute: 30), people: 1, located: nil)
    let undone = EventChange.left(joined, remaining: [Self.minute(10)], people: 1)
    #expect(undone.signals == 1)
    #expect(undone.people == 1)
    #expect(undone.lastAt == Self.minute(10))
    #expect(undone.state == .open)
    #expect(undone.version == 3)
    let empty = EventChange.left(undone, remaining: [], people: 0)
    #expect(empty.signals == 0)
    #expect(empty.state == .void)
  }

  @Test("two events become one")
  func merge() throws {
    let gone = Fixture.event(1, metres: 3, thing: 7, first: -5, last: 50)
    let kept = Fixture.event(2, metres: nil, first: 0, last: 5)
    let merged = try EventChange.merged(gone, into: kept, people: 2)
    #expect(merged.kept.people == 2)
    #expect(merged.gone.state == .merged)
    #expect(merged.gone.mergedInto == ID(2))
    #expect(merged.gone.signals == 0)
    #expect(merged.kept.signals == 2)
    #expect(merged.kept.firstAt == Self.minute(-5))
    #expect(merged.kept.lastAt == Self.minute(50))
    #expect(merged.kept.position == Fixture.position(3))
    #expect(merged.kept.thing == ID(7))
    #expect(merged.kept.mergedInto == nil)
  }

  @Test("only open events are merged, and not with themselves")
  func refusals() {
    let open = Fixture.event(1)
    #expect(throws: MergeRefusal.sameEvent) { try EventChange.merged(open, into: open, people: 1) }
    for state in [EventState.closed, .void, .merged] {
      let other = Fixture.event(2, state: state)
      #expect(throws: MergeRefusal.notOpen(ID(2), state)) {
        try EventChange.merged(open, into: other, people: 1)
      }
      #expect(throws: MergeRefusal.notOpen(ID(2), state)) {
        try EventChange.merged(other, into: open, people: 1)
      }
    }
  }

  @Test("an event follows its case, and stays as it is where nothing changes")
  func following() {
    let event = Fixture.event(1)
    let closed = EventChange.following(event, state: .closed, item: event.item)
    #expect(closed.state == .closed)
    #expect(closed.version == 2)
    #expect(EventChange.following(event, state: event.state, item: event.item) == event)
    let other = EventChange.following(closed, state: .closed, item: nil)
    #expect(other.item == nil)
    #expect(other.version == 3)
  }
}
