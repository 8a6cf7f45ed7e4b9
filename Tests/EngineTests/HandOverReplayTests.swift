import City
import Engine
import Foundation
import Handling
import JSONText
import LoopFixture
import Pack
import Ports
import Testing

/// Real chains of hand-overs between agencies, taken step by step at the real desk in the order in
/// which they happened.
@Suite struct HandOverReplayTests {
  /// How "a follow-on at another agency" is read.
  enum Reading: String, CaseIterable, Sendable {
    /// The other agency has a part, the first keeps the case.
    case parts
    /// The case itself goes to the other agency and comes back.
    case whole
  }

  @Test(arguments: Reading.allCases)
  func realHandOversReplay(_ reading: Reading) async throws {
    guard let folder = ProcessInfo.processInfo.environment["CIVICLOOP_REALDATA"] else {
      print("skipped: no real data")
      return
    }
    let data = try #require(
      FileManager.default.contents(
        atPath: folder + "/open311-chicago/requests_extensions.json"))
    let requests = try #require(
      try JSON.parse(Array(data), limits: JSONLimits(bytesMax: 16 << 20)).array)
    #expect(requests.count == 50)
    try await Loop.with(reading == .parts ? .sqlite : .memory) { loop in
      var replay = HandOverReplay(loop: loop, reading: reading)
      try await replay.makeUnits(requests)
      try await replay.play(requests)
      #expect(replay.told == 276, "every note became a filing or a step")
      try await check(replay, requests)
    }
  }

  private func check(_ replay: HandOverReplay, _ requests: [JSON]) async throws {
    let loop = replay.loop
    var open = 0
    for request in requests {
      let number = try #require(request["service_request_id"]?.string)
      let found = try await loop.load(replay.cases[number])
      let flow = try #require(Loop.catalogue.flow(found.flow))
      let item = found.state.item.flatMap { Loop.catalogue.item(code: $0) }
      let steps = try await loop.store.steps(of: found.id, from: 0, limit: 100)
      #expect(
        loop.engine.clockRule(flow).clocks(of: found, steps: steps, item: item)
          == found.state.clocks, "\(number)")
      let orders = try await loop.store.orders(of: found.id)
      let isOpen = request["status"]?.string == "open"
      open += isOpen ? 1 : 0
      #expect((found.state.closedAt == nil) == isOpen, "\(number)")
      if !isOpen { #expect(orders.allSatisfy { $0.endedAt != nil }, "\(number)") }
      let notes = request["notes"]?.array ?? []
      let created = notes.filter { $0["type"]?.string == "follow_on_created" }
      switch replay.reading {
      case .parts: #expect(orders.filter { $0.parent != nil }.count == created.count)
      case .whole:
        #expect(orders.filter { $0.parent != nil }.isEmpty)
        #expect(orders.count >= 1 + created.count, "one order a hand-over, \(number)")
      }
    }
    #expect(open == 1)
  }
}

/// The requests of all chains, played together by the times of their notes.
struct HandOverReplay {
  let loop: Loop
  let reading: HandOverReplayTests.Reading
  /// By the request's own number.
  private(set) var cases: [String: ID<Case>] = [:]
  /// Notes that became a filing or a step.
  private(set) var told = 0
  /// By the agency's name; then its teams, one for each follow-on that it may have at a time.
  private var agencies: [String: [ID<City.Unit>]] = [:]
  /// Follow-ons that are open, by the request's number, in their order.
  private var followOns: [String: [(number: String, unit: ID<City.Unit>)]] = [:]

  private static let teams = 2

  init(loop: Loop, reading: HandOverReplayTests.Reading) {
    self.loop = loop
    self.reading = reading
  }

  private static func agency(_ note: JSON) -> String? {
    note["extended_attributes"]?["agency_responsible"]?.string
  }

  mutating func makeUnits(_ requests: [JSON]) async throws {
    var names: [String] = []
    for request in requests {
      let own = request["agency_responsible"]?.string
      let others = (request["notes"]?.array ?? []).map(Self.agency)
      for name in ([own] + others).compactMap({ $0 }) where !names.contains(name) {
        names.append(name)
      }
    }
    var facts: [Fact] = []
    for (index, name) in names.enumerated() {
      let units = (0...Self.teams).map { ID<City.Unit>(Int64(1_000 + index * 10 + $0)) }
      agencies[name] = units
      for (place, id) in units.enumerated() {
        facts.append(
          .unit(
            Unit(
              id: id, parent: place == 0 ? District.centre : units[0],
              kind: place == 0 ? .department : .team, code: "agency-\(id.rawValue)",
              name: place == 0 ? name : "\(name) \(place)", area: nil, hours: "", duties: [])))
        facts.append(
          .staff(
            Staff(
              id: Self.person(of: id), code: "agent-\(id.rawValue)", name: name, unit: id,
              posts: ["handler"], area: nil, active: true)))
      }
    }
    _ = try await loop.store.commit(Loop.change(facts, at: loop.clock.now))
    try await loop.engine.reloadDirectory()
  }

  private static func person(of unit: ID<City.Unit>) -> ID<Staff> { ID(unit.rawValue + 10_000) }

  mutating func play(_ requests: [JSON]) async throws {
    var notes: [(at: Instant, order: Int, request: JSON, note: JSON)] = []
    for request in requests {
      for note in request["notes"]?.array ?? [] {
        let at = try #require(note["datetime"]?.string.flatMap(Self.read))
        notes.append((at, notes.count, request, note))
      }
    }
    notes.sort { ($0.at, $0.order) < ($1.at, $1.order) }
    var last = notes.first?.at
    for entry in notes {
      loop.clock.advance(entry.at.millisecondsSince(last ?? entry.at))
      last = entry.at
      try await tell(entry.note, of: entry.request)
      told += 1
    }
  }

  private static func read(_ text: String) -> Instant? {
    ISO8601DateFormatter().date(from: text).map {
      Instant(milliseconds: Int64($0.timeIntervalSince1970) * 1_000)
    }
  }

  private mutating func tell(_ note: JSON, of request: JSON) async throws {
    let number = try #require(request["service_request_id"]?.string)
    let own = try #require(request["agency_responsible"]?.string)
    let home = try #require(agencies[own]?.first)
    let words = [note["summary"], note["description"]].compactMap { $0?.string }
      .joined(separator: ": ")
    if cases[number] == nil {
      let outcome = try await loop.send(Loop.signal(number, at: nil, title: words))
      cases[number] = outcome.case
    }
    let id = try #require(cases[number])
    switch note["type"]?.string {
    case "submitted":
      // Sent in by another way: of a case that was opened before, its report again.
      if try await loop.load(id).state.stage != "filed" {
        try await remark(words, on: id, by: home)
      }
    case "opened":
      try await loop.step("dispatch", on: id, by: .dispatcher) { $0.unit = home }
      try await step("accept", on: id, by: home, words)
    case "activity": try await activity(words, on: id)
    case "follow_on_created": try await handOver(note, words, number, id)
    case "follow_on_closed": try await handBack(note, words, number, id, home)
    case "closed":
      let unit = try await loop.load(id).state.unit.innermost
      try await step("report", on: id, by: try #require(unit), words)
      try await loop.step("pass", on: id, by: .inspector)
      try await loop.step("close", on: id, by: .dispatcher)
    case let other: Issue.record("a note of type \(other ?? "none")")
    }
  }

  private func activity(_ words: String, on id: ID<Case>) async throws {
    let unit = try await loop.load(id).state.unit.innermost
    try await remark(words, on: id, by: try #require(unit))
  }

  private func remark(_ words: String, on id: ID<Case>, by unit: ID<City.Unit>) async throws {
    try await step("contact", on: id, by: unit, words)
  }

  /// A team of the agency that has no follow-on of this request yet.
  private mutating func handOver(
    _ note: JSON, _ words: String, _ number: String, _ id: ID<Case>
  ) async throws {
    let teams = try #require(Self.agency(note).flatMap { agencies[$0] }).dropFirst()
    let taken = followOns[number, default: []].map(\.unit)
    let team = try #require(teams.first { !taken.contains($0) })
    let other = try #require(note["extended_attributes"]?["service_request_id"]?.string)
    followOns[number, default: []].append((other, team))
    switch reading {
    case .parts:
      try await loop.step("assist", on: id, by: .dispatcher) {
        $0.unit = team
        $0.note = words
      }
    case .whole:
      try await loop.step("reassign", on: id, by: .dutyOfficer) {
        $0.unit = team
        $0.note = words
      }
      try await step("accept", on: id, by: team, words)
    }
  }

  private mutating func handBack(
    _ note: JSON, _ words: String, _ number: String, _ id: ID<Case>, _ home: ID<City.Unit>
  ) async throws {
    let other = note["extended_attributes"]?["service_request_id"]?.string
    var open = followOns[number, default: []]
    // Some were closed under the number beside the one that they were opened with.
    let index = try #require(
      open.firstIndex { $0.number == other } ?? (open.isEmpty ? nil : open.startIndex))
    let team = open.remove(at: index).unit
    followOns[number] = open
    if reading == .parts { return try await step("finishPart", on: id, by: team, words) }
    let unit = try await loop.load(id).state.unit.innermost
    guard unit == team else {
      // Another agency has it by now.
      return try await remark(words, on: id, by: try #require(unit))
    }
    try await loop.step("reassign", on: id, by: .dutyOfficer) {
      $0.unit = home
      $0.note = words
    }
    try await step("accept", on: id, by: home, words)
  }

  private func step(
    _ action: String, on id: ID<Case>, by unit: ID<City.Unit>, _ words: String
  ) async throws {
    let staff = Self.person(of: unit)
    var order = StepOrder(action: action)
    order.note = words
    let actor = StepActor(
      staff: staff, posts: ["handler"], unit: loop.engine.directory.path(of: unit),
      isEngine: false)
    _ = try await loop.desk.take(order, on: id, by: actor, as: .staff(staff), request: "test")
  }
}
