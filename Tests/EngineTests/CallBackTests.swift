import City
import Discovering
import Engine
import Handling
import LoopFixture
import Pack
import Ports
import Testing

/// What a reporter says when he is called back counts as what he says on his own page.
@Suite struct CallBackTests {
  private struct Row: Sendable {
    let outcome: String
    let satisfaction: String
    /// nil = he said too little.
    let expected: (solved: Bool, satisfaction: Satisfaction)?
  }

  private static let rows = [
    Row(outcome: "已解决", satisfaction: "满意", expected: (true, .satisfied)),
    Row(outcome: "已解决", satisfaction: "基本满意", expected: (true, .fairly)),
    Row(outcome: "部分解决", satisfaction: "不满意", expected: (false, .dissatisfied)),
    Row(outcome: "未解决", satisfaction: "不满意", expected: (false, .dissatisfied)),
    Row(outcome: "已解决", satisfaction: "未接通", expected: nil),
  ]

  private static func take(
    _ action: String, on id: ID<Case>, of loop: Loop, by person: Person, as post: String,
    _ change: (inout StepOrder) -> Void = { _ in }
  ) async throws {
    loop.clock.advance(Duration.minute)
    var order = StepOrder(action: action)
    change(&order)
    _ = try await loop.desk.take(
      order, on: id,
      by: StepActor(staff: person.id, posts: [post], unit: person.unitPath, isEngine: false),
      as: .staff(person.id), request: "test")
  }

  private static let result = [
    "is-true": "是", "beyond-duty": "否", "contacted": "已联系", "solved": "已解决",
    "handled": "已清理", "public-answer": "已清理",
  ]

  /// A ticket that waits to be called back.
  private static func ticket(_ name: String, in loop: Loop) async throws -> ID<Case> {
    let outcome = try await loop.send(
      Loop.signal(name, item: "hotline-transfer", at: nil) {
        $0.reporterName = "张三"
        $0.reporterPhone = "1380000\(1_000 + name.utf8.reduce(0) { $0 + Int($1) })"
      })
    let id = try await loop.load(outcome.case).id
    try await take("submit", on: id, of: loop, by: .receptionist, as: "hotline-intake")
    try await take("screen", on: id, of: loop, by: .dispatcher, as: "hotline-review") {
      $0.unit = District.police
    }
    try await handle(id, in: loop)
    return id
  }

  private static func handle(_ id: ID<Case>, in loop: Loop) async throws {
    try await take("finish", on: id, of: loop, by: .officer, as: "handler") {
      $0.answers = result
    }
    try await take("publish", on: id, of: loop, by: .dispatcher, as: "hotline-review") {
      $0.answers = ["public-answer": "已清理"]
    }
  }

  private static func call(
    _ action: String, _ outcome: String, _ satisfaction: String, on id: ID<Case>, in loop: Loop
  ) async throws {
    try await take(action, on: id, of: loop, by: .inspector, as: "hotline-callback") {
      $0.answers = ["outcome": outcome, "satisfaction": satisfaction]
      if action == "call-back-failed" { $0.note = "没有解决" }
    }
  }

  @Test("the form of the call-back is a judgement, counted as one of the citizen's own")
  func judged() async throws {
    try await Loop.with(.sqlite) { loop in
      for (number, row) in Self.rows.enumerated() {
        let called = try await Self.ticket("a\(number)", in: loop)
        try await Self.call("call-back", row.outcome, row.satisfaction, on: called, in: loop)
        #expect(try await loop.store.judgements(of: called).isEmpty, "not before it is closed")
        let before = try await loop.score(of: District.police)
        try await Self.take("close", on: called, of: loop, by: .inspector, as: "hotline-callback")
        let counted = try await loop.score(of: District.police)
        let judgements = try await loop.store.judgements(of: called)
        #expect(judgements.count == (row.expected == nil ? 0 : 1))
        guard let expected = row.expected, let found = judgements.first else { continue }
        #expect(found.solved == expected.solved && found.satisfaction == expected.satisfaction)
        #expect(found.staff == Person.inspector.id)
        // The same by the citizen himself, of a ticket that was closed without an answer of his.
        let own = try await Self.ticket("b\(number)", in: loop)
        try await Self.call("call-back", "已解决", "未接通", on: own, in: loop)
        let ownBefore = try await loop.score(of: District.police)
        try await Self.take("close", on: own, of: loop, by: .inspector, as: "hotline-callback")
        let draft = JudgementDraft(solved: expected.solved, satisfaction: expected.satisfaction)
        let report = try await loop.load(
          try await loop.store.signal(channel: .hotline, externalID: "b\(number)")?.id)
        _ = try await Judging(engine: loop.engine).take(
          draft, of: report.id, on: own, staff: nil, by: .engine("public"), request: "", at: nil)
        let ownCounted = try await loop.score(of: District.police)
        #expect(counted.judged - before.judged == 1)
        #expect(counted.judged - before.judged == ownCounted.judged - ownBefore.judged)
        #expect(counted.content - before.content == ownCounted.content - ownBefore.content)
        // What was said first stands.
        await #expect(throws: JudgingFault.given) {
          try await Judging(engine: loop.engine).take(
            draft, of: found.signal, on: called, staff: nil, by: .engine("public"), request: "",
            at: nil)
        }
      }
    }
  }

  @Test func theLastCallCounts() async throws {
    try await Loop.with(.memory) { loop in
      let id = try await Self.ticket("a1", in: loop)
      try await Self.call("call-back-failed", "未解决", "不满意", on: id, in: loop)
      try await Self.take("press", on: id, of: loop, by: .dispatcher, as: "hotline-review") {
        $0.note = "请彻底清理"
      }
      try await Self.handle(id, in: loop)
      try await Self.call("call-back", "已解决", "满意", on: id, in: loop)
      try await Self.take("close", on: id, of: loop, by: .inspector, as: "hotline-callback")
      let judgements = try await loop.store.judgements(of: id)
      #expect(judgements.map(\.solved) == [true])
      #expect(judgements.map(\.satisfaction) == [.satisfied])
    }
  }
}
