import City
import Ports
import StoreConformance
import StoreMemory
import Testing

@Suite("histories")
struct HistoryTests {
  static let seeds: [UInt64] = Array(1...8)
  static let changes = 240
  static let changesBetweenQuestions = 80

  @Test(
    "the same history gives the same outcomes and answers as the reference",
    arguments: StoreAdapter.all, seeds)
  func alike(_ adapter: StoreAdapter, _ seed: UInt64) async throws {
    let reference = MemoryStore()
    _ = try await reference.commit(Town.founding)
    try await adapter.withTown { store in
      var maker = HistoryMaker(seed: seed)
      var outcomes: [String: Int] = [:]
      for round in 1...Self.changes {
        let changes = maker.next()
        let expected = await reference.outcome(changes)
        let outcome = await store.outcome(changes)
        #expect(outcome == expected, "seed \(seed), change \(round)")
        switch expected {
        case .success:
          maker.accept(changes)
          outcomes["accepted", default: 0] += 1
        case .failure(let fault): outcomes[fault.code, default: 0] += 1
        }
        if round.isMultiple(of: Self.changesBetweenQuestions) {
          try await compare(store, reference, "seed \(seed), after change \(round)")
        }
      }
      // A history without refusals would not have tried them.
      #expect(outcomes["accepted", default: 0] > Self.changes / 2, "seed \(seed): \(outcomes)")
      #expect(outcomes["store.conflict", default: 0] > 0, "seed \(seed): \(outcomes)")
      #expect(outcomes["store.inconsistent", default: 0] > 0, "seed \(seed): \(outcomes)")
    }
  }

  private func compare(
    _ store: any Store, _ reference: MemoryStore, _ place: String
  ) async throws {
    let answers = try await StoreQuestions.answers(of: store)
    let expected = try await StoreQuestions.answers(of: reference)
    #expect(answers.map(\.question) == expected.map(\.question), "\(place)")
    for (answer, expected) in zip(answers, expected) where answer != expected {
      Issue.record(
        "\(place): \(expected.question)\n  got      \(answer.answer)\n  expected \(expected.answer)"
      )
    }
  }

  @Test("the journal makes the same tables again", arguments: seeds)
  func rebuilt(_ seed: UInt64) async throws {
    let store = MemoryStore()
    _ = try await store.commit(Town.founding)
    var maker = HistoryMaker(seed: seed)
    for _ in 1...Self.changes {
      let changes = maker.next()
      if case .success = await store.outcome(changes) { maker.accept(changes) }
    }
    #expect(await store.rebuildsAlike(), "seed \(seed)")
  }
}
