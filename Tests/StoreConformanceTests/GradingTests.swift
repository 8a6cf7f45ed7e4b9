import City
import Ports
import StoreConformance
import Testing

@Suite("Gradings")
struct GradingTests {
  private static func grading(
    _ id: Int64, of thing: Int64, _ grade: Grade, score: Int = 0, model: String = "age",
    area: Int64 = 11
  ) -> Grading {
    Grading(
      id: ID(id), thing: ID(thing), model: model, kind: "lamp", area: Town.area(area),
      owner: Town.unit(21), grade: grade, score: score,
      shares: [Grading.Share(factor: "floors", thousandths: -1_500)], reasons: ["why"],
      at: Town.morning.advanced(byMilliseconds: id))
  }

  @Test("a grading ends what the same model said before", arguments: StoreAdapter.all)
  func replaces(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      try await store.add(.graded(Self.grading(1, of: 5, .yellow)))
      try await store.add(
        .graded(Self.grading(2, of: 5, .red, model: "crowd")), .graded(Self.grading(3, of: 5, .red))
      )
      let history = try await store.gradings(of: ID(5), limit: 10)
      #expect(history.map(\.id.rawValue) == [3, 2, 1])
      #expect(history.map { $0.until == nil } == [true, true, false])
      #expect(history.last?.until == history.first?.at)
      #expect(history.first?.shares == [Grading.Share(factor: "floors", thousandths: -1_500)])
      #expect(try await store.gradings(of: ID(5), limit: 0).isEmpty)
      #expect(try await store.gradings(of: ID(6), limit: 10).isEmpty)
    }
  }

  @Test("the gravest come first, in pages, within scope and filters", arguments: StoreAdapter.all)
  func lists(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      try await store.add(
        .graded(Self.grading(1, of: 1, .blue, score: 9_000)),
        .graded(Self.grading(2, of: 2, .red, score: 1_000)),
        .graded(Self.grading(3, of: 3, .red, score: 2_000)),
        .graded(Self.grading(4, of: 4, .red, score: 1_000, area: 12)),
        .graded(Self.grading(5, of: 5, .red, model: "crowd")))
      var query = GradingQuery(scope: .everything, model: "age", limit: 3)
      let first = try await store.gradings(query)
      #expect(first.elements.map(\.id.rawValue) == [3, 4, 2])
      #expect(first.next == 3)
      let second = try await store.gradings(
        GradingQuery(scope: .everything, model: "age", from: 3, limit: 3))
      #expect(second.elements.map(\.id.rawValue) == [1])
      #expect(second.next == nil)
      #expect(try await store.gradingCounts(query) == [.red: 3, .blue: 1])
      query.area = ID(12)
      #expect(try await store.gradings(query).elements.map(\.id.rawValue) == [4])
      query = GradingQuery(scope: .area(ID(11)), model: "age")
      query.grade = .red
      #expect(try await store.gradings(query).elements.map(\.id.rawValue) == [3, 2])
      let nobody = GradingQuery(scope: .area(ID(999)), model: "age")
      #expect(try await store.gradings(nobody).elements.isEmpty)
      #expect(try await store.gradingCounts(nobody) == [:])
    }
  }

  @Test("an id is given once", arguments: StoreAdapter.all)
  func twice(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      try await store.add(.graded(Self.grading(1, of: 5, .yellow)))
      await #expect(throws: StoreFault.self) {
        try await store.add(.graded(Self.grading(1, of: 6, .red)))
      }
      #expect(try await store.gradings(of: ID(6), limit: 10).isEmpty)
      #expect(try await store.gradings(of: ID(5), limit: 10).count == 1)
    }
  }
}
