import City
import Engine
import LoopFixture
import Ports
import Testing

/// Two clients filing the same problem at the same instant: one event each, never two.
@Suite struct RaceTests {
  static let pairsAtOnce = 8

  /// Places so far apart that no pair touches another.
  private static func place(_ pair: Int) -> (longitude: Double, latitude: Double) {
    (121.0 + Double(pair % 100) * 0.01, 31.0 + Double(pair / 100) * 0.01)
  }

  @Test(arguments: [(TestItem.noise, 10_000), (TestItem.fireworks, 1_000)])
  func twoAtTheSameInstantAreOneEvent(item: String, pairs: Int) async throws {
    try await Loop.with(.sqlite) { loop in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for worker in 0..<Self.pairsAtOnce {
          group.addTask {
            for pair in stride(from: worker, to: pairs, by: Self.pairsAtOnce) {
              let place = Self.place(pair)
              async let left = loop.send(
                Loop.signal("L\(pair)", item: item, at: place, channel: .hotline))
              async let right = loop.send(
                Loop.signal("R\(pair)", item: item, at: place, channel: .citizen))
              let both = try await [left, right]
              #expect(both[0].event == both[1].event, "pair \(pair)")
              #expect(Set(both.map(\.kind)) == [.opened, .joined], "pair \(pair)")
            }
          }
        }
        try await group.waitForAll()
      }
      var events = 0
      var query = EventQuery(scope: .everything, page: PageRequest(limit: 500, before: nil))
      while true {
        let page = try await loop.store.events(query)
        events += page.elements.count
        #expect(page.elements.allSatisfy { $0.signals == 2 })
        guard let next = page.next else { break }
        query.page = PageRequest(limit: 500, before: next)
      }
      #expect(events == pairs)
      let counts = try await loop.store.counts(.everything)
      #expect(counts.byStage.values.reduce(0, +) == pairs)
    }
  }

  /// A client that sends twice because it heard nothing: one signal.
  @Test func theSameSignalTwiceAtOnceIsOneSignal() async throws {
    try await Loop.with(.sqlite) { loop in
      for round in 0..<200 {
        let place = Self.place(round)
        async let left = loop.send(Loop.signal("\(round)", at: place))
        async let right = loop.send(Loop.signal("\(round)", at: place))
        let both = try await [left, right]
        #expect(both[0].signal == both[1].signal)
        #expect(Set(both.map(\.kind)) == [.opened, .repeated])
      }
    }
  }

  /// Many at one place at once: one event that counts them all, and a number for each case.
  @Test func manyAtOncePlaceAreOneEvent() async throws {
    try await Loop.with(.sqlite) { loop in
      let outcomes = try await withThrowingTaskGroup(of: IntakeOutcome.self) { group in
        for index in 0..<64 { group.addTask { try await loop.send(Loop.signal("\(index)")) } }
        return try await group.reduce(into: [IntakeOutcome]()) { $0.append($1) }
      }
      #expect(Set(outcomes.map(\.event)).count == 1)
      #expect(outcomes.filter { $0.kind == .opened }.count == 1)
      #expect(try await loop.load(outcomes[0].event).signals == 64)
    }
  }

  @Test func numbersOfADayAreNeverGivenTwice() async throws {
    try await Loop.with(.sqlite) { loop in
      let numbers = try await withThrowingTaskGroup(of: CaseNumber?.self) { group in
        for index in 0..<64 {
          group.addTask {
            try await loop.send(Loop.signal("\(index)", at: Self.place(index))).number
          }
        }
        return try await group.reduce(into: [CaseNumber?]()) { $0.append($1) }
      }
      #expect(Set(numbers).count == 64)
      #expect(Set(numbers.compactMap { $0?.serial }) == Set(1...64))
    }
  }
}
