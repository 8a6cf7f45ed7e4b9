import City
import Pack
import Testing

@testable import Discovering

struct SameProblemTests {
  static let noon = Instant(milliseconds: 1_763_611_200_000)
  static let place = position(0)

  /// A point so many metres north of the middle.
  static func position(_ metres: Double) -> Position {
    guard let position = Position(longitude: 121.4, latitude: 31.24 + metres / 111_194.93)
    else { preconditionFailure("a point of the globe") }
    return position
  }

  static func item(metres: Double = 50, milliseconds: Int64 = 2 * Duration.hour) -> Item {
    Item(
      code: "water", name: "道路积水", category: "c", filing: "", closing: "", grade: .yellow,
      clocks: [], responsibility: [], evidence: [], weight: 1_000, words: [],
      joinMetres: metres, joinMilliseconds: milliseconds, automatic: true, flow: "standard",
      dataClass: .internal)
  }

  static func event(
    _ id: Int64, item: String? = "water", metres: Double? = 0, thing: Int64? = nil,
    first: Int64 = 0, last: Int64 = 0, state: EventState = .open
  ) -> Event {
    Event(
      id: ID(id), item: item, title: "", address: "", position: metres.map(position),
      area: .outside, thing: thing.map { ID($0) },
      firstAt: noon.advanced(byMilliseconds: first * Duration.minute),
      lastAt: noon.advanced(byMilliseconds: last * Duration.minute), signals: 1, state: state,
      case: nil, mergedInto: state == .merged ? ID(99) : nil, version: 1)
  }

  static func sighting(
    item: String? = "water", metres: Double? = 0, thing: Int64? = nil, minute: Int64 = 0
  ) -> Sighting {
    let at = noon.advanced(byMilliseconds: minute * Duration.minute)
    return Sighting(
      item: item, position: metres.map(position), thing: thing.map { ID($0) }, area: .outside,
      occurredAt: at, receivedAt: at, title: "")
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    var sighting = SameProblemTests.sighting()
    var item: Item? = SameProblemTests.item()
    let candidates: [Event]
    let joins: Int64?
    var testDescription: String { name }
  }

  static let rows: [Row] = [
    Row(name: "nothing there", candidates: [], joins: nil),
    Row(name: "same place", candidates: [event(1)], joins: 1),
    Row(name: "near", candidates: [event(1, metres: 49.9)], joins: 1),
    Row(name: "too far", candidates: [event(1, metres: 50.1)], joins: nil),
    Row(name: "nearest", candidates: [event(1, metres: 30), event(2, metres: -20)], joins: 2),
    Row(name: "latest of equals", candidates: [event(1, last: 5), event(2, last: 3)], joins: 1),
    Row(name: "newest of equals", candidates: [event(1), event(2)], joins: 2),
    Row(
      name: "last moment", sighting: sighting(minute: 120), candidates: [event(1)], joins: 1),
    Row(name: "too late", sighting: sighting(minute: 121), candidates: [event(1)], joins: nil),
    Row(name: "came late", sighting: sighting(minute: -120), candidates: [event(1)], joins: 1),
    Row(
      name: "long before", sighting: sighting(minute: -121), candidates: [event(1)],
      joins: nil),
    Row(
      name: "in the middle of a long event", sighting: sighting(minute: 300),
      candidates: [event(1, first: 0, last: 600)], joins: 1),
    Row(name: "other item", candidates: [event(1, item: "fire")], joins: nil),
    Row(name: "event without item", candidates: [event(1, item: nil)], joins: nil),
    Row(
      name: "no item", sighting: sighting(item: nil), item: nil, candidates: [event(1)], joins: nil),
    Row(
      name: "item of another code", sighting: sighting(item: "fire"), candidates: [event(1)],
      joins: nil),
    Row(name: "closed", candidates: [event(1, state: .closed)], joins: nil),
    Row(name: "void", candidates: [event(1, state: .void)], joins: nil),
    Row(name: "merged", candidates: [event(1, state: .merged)], joins: nil),
    Row(name: "never joined by place", item: item(metres: 0), candidates: [event(1)], joins: nil),
    Row(
      name: "never joined by time", item: item(milliseconds: 0), candidates: [event(1)],
      joins: nil),
    Row(name: "no position", sighting: sighting(metres: nil), candidates: [event(1)], joins: nil),
    Row(name: "event without position", candidates: [event(1, metres: nil)], joins: nil),
    Row(
      name: "same thing, no position", sighting: sighting(metres: nil, thing: 7),
      candidates: [event(1, metres: nil, thing: 7)], joins: 1),
    Row(
      name: "same thing before nearer place", sighting: sighting(thing: 7),
      candidates: [event(1, metres: 40, thing: 7), event(2)], joins: 1),
    Row(
      name: "other thing side by side", sighting: sighting(thing: 7),
      candidates: [event(1, thing: 8)], joins: nil),
    Row(
      name: "only one names a thing", sighting: sighting(thing: 7), candidates: [event(1)],
      joins: 1),
  ]

  @Test("a signal joins or opens", arguments: rows)
  func decide(_ row: Row) {
    let got = SameProblem.decide(row.sighting, item: row.item, candidates: row.candidates)
    let expected = row.candidates.first { $0.id.rawValue == row.joins }
    #expect(got.joined == expected)
    let turned = SameProblem.decide(
      row.sighting, item: row.item, candidates: row.candidates.reversed())
    #expect(got == turned, "the order of candidates does not matter")
  }

  struct AskedRow: Sendable, CustomTestStringConvertible {
    let name: String
    var sighting = SameProblemTests.sighting()
    let candidates: [Event]
    let asked: [Int64]
    var testDescription: String { name }
  }

  static let asked: [AskedRow] = [
    AskedRow(name: "a little too far", candidates: [event(1, metres: 60)], asked: [1]),
    AskedRow(name: "far", candidates: [event(1, metres: 80)], asked: []),
    AskedRow(
      name: "a little too late at the same thing",
      sighting: sighting(thing: 7, minute: 200), candidates: [event(1, thing: 7)], asked: [1]),
    AskedRow(
      name: "another thing side by side", sighting: sighting(thing: 7),
      candidates: [event(1, thing: 8)], asked: []),
    AskedRow(
      name: "the newest three of equals", candidates: (1...5).map { event($0, metres: 60) },
      asked: [5, 4, 3]),
    AskedRow(name: "closed", candidates: [event(1, metres: 60, state: .closed)], asked: []),
  ]

  @Test("people are asked where the machine is not sure", arguments: asked)
  func asks(_ row: AskedRow) {
    let got = SameProblem.decide(row.sighting, item: Self.item(), candidates: row.candidates)
    #expect(got.joined == nil)
    #expect(got.asked == row.asked)
  }

  @Test("a problem that was closed at the same place comes back")
  func repeated() {
    let closed = [
      Self.event(3, thing: 8, first: -90, state: .closed),
      Self.event(2, first: -95, state: .closed),
    ]
    #expect(SameProblem.repeated(Self.sighting(), closed: closed)?.id == ID(3))
    #expect(SameProblem.repeated(Self.sighting(thing: 7), closed: closed)?.id == ID(2))
    #expect(SameProblem.repeated(Self.sighting(), closed: [Self.event(1, first: -9)]) == nil)
    #expect(SameProblem.repeated(Self.sighting(item: "fire"), closed: closed) == nil)
  }

  @Test("the question covers whatever could be joined by place")
  func question() {
    let asked = SameProblem.question(for: Self.sighting(minute: 10), item: Self.item())
    #expect(
      asked
        == SameProblemQuestion(
          item: "water", position: Self.place, radiusMetres: 50,
          since: Self.noon.advanced(byMilliseconds: -110 * Duration.minute)))
    #expect(SameProblem.question(for: Self.sighting(item: nil), item: nil) == nil)
    #expect(SameProblem.question(for: Self.sighting(metres: nil), item: Self.item()) == nil)
    #expect(SameProblem.question(for: Self.sighting(), item: Self.item(metres: 0)) == nil)
  }

  @Test("whatever is joined by place was asked for")
  func questionCovers() throws {
    let seed: UInt64 = 1_234
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    var joined = 0
    for _ in 0..<2_000 {
      let sighting = Self.sighting(
        metres: Double.random(in: -60...60, using: &random),
        minute: Int64.random(in: -200...200, using: &random))
      let candidates = (Int64(1)...4).map { id in
        let first = Int64.random(in: -100...100, using: &random)
        return Self.event(
          id, metres: Double.random(in: -60...60, using: &random), first: first,
          last: first + Int64.random(in: 0...100, using: &random))
      }
      let question = try #require(SameProblem.wideQuestion(for: sighting, item: Self.item()))
      let asked = candidates.filter { event in
        event.lastAt >= question.since
          && (event.position.map { $0.metres(to: question.position) <= question.radiusMetres }
            ?? false)
      }
      let decision = SameProblem.decide(sighting, item: Self.item(), candidates: candidates)
      #expect(
        SameProblem.decide(sighting, item: Self.item(), candidates: asked) == decision,
        "asking for less would have changed the answer")
      if decision.joined != nil { joined += 1 }
    }
    #expect(joined > 200)
  }
}

extension SightingDecision {
  /// The event that is joined.
  var joined: Event? {
    if case .join(let match) = self { match.event } else { nil }
  }

  /// The events that a person is asked about.
  var asked: [Int64] {
    if case .open(let proposals) = self { proposals.map(\.event.id.rawValue) } else { [] }
  }
}

/// SplitMix64: small, and the same on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
