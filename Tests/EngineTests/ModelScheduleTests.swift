import City
import Engine
import LoopFixture
import Ports
import Testing

@Suite struct ModelScheduleTests {
  /// What a schedule did: for how long it waited each time, and what it told.
  private actor Nights {
    private(set) var waits: [Int64] = []
    private(set) var told: [ModelSubject: String] = [:]

    /// Ends the server after so many nights.
    func wait(_ milliseconds: Int64, nightsMax: Int) throws {
      waits.append(milliseconds)
      if waits.count > nightsMax { throw CancellationError() }
    }

    func hear(_ subject: ModelSubject, _ learned: Result<ModelDesk.Outcome, ModelDeskFault>) {
      switch learned {
      case .success(let outcome): told[subject] = outcome.isUsed ? "used" : "kept"
      case .failure(let fault): told[subject] = fault.code
      }
    }
  }

  @Test(arguments: [0, 1, 179, 180, 181, 720, 1_439])
  func itWaitsUntilThreeInTheMorning(minuteOfDay: Int64) async throws {
    try await Loop.with(.memory) { loop in
      let offset = Int64(loop.engine.settings.offsetMinutes)
      let local = loop.clock.now.milliseconds + offset * Duration.minute
      loop.clock.advance(Duration.day - local % Duration.day + minuteOfDay * Duration.minute)
      let nights = Nights()
      await ModelSchedule(
        desk: loop.models, pause: { try await nights.wait($0, nightsMax: 0) }, told: { _, _ in }
      ).run()
      let expected = minuteOfDay < 180 ? 180 - minuteOfDay : 180 + 1_440 - minuteOfDay
      #expect(await nights.waits == [expected * Duration.minute])
      #expect(await nights.told.isEmpty)
    }
  }

  @Test func everyNightEverySubjectIsLearned() async throws {
    try await Loop.with(.memory) { loop in
      try await loop.close(160)
      let nights = Nights()
      let schedule = ModelSchedule(
        desk: loop.models,
        pause: { wait in
          try await nights.wait(wait, nightsMax: 1)
          loop.clock.advance(wait)
        },
        told: { await nights.hear($0, $1) })
      await schedule.run()
      #expect(await nights.waits.count == 2)
      #expect(await nights.waits.last == Duration.day)
      #expect(await nights.told.count == ModelSubject.allCases.count)
      #expect(await nights.told[.item] == "used")
      let standing = try #require(
        try await loop.models.standings().first { $0.use.subject == .item })
      #expect(standing.use.inForce == 1)
    }
  }

  @Test func aNightWithNothingToLearnFromIsNoFault() async throws {
    try await Loop.with(.memory) { loop in
      let nights = Nights()
      await ModelSchedule(
        desk: loop.models, pause: { try await nights.wait($0, nightsMax: 2) },
        told: { await nights.hear($0, $1) }
      ).run()
      #expect(await nights.waits.count == 3)
      #expect(await nights.told[.item]?.hasPrefix("training.") == true)
    }
  }
}
