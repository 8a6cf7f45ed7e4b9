import City
import Discovering
import Engine
import LoopFixture
import Ports
import Testing

/// Same problem: people affected, problems that come back, and what the machine asks.
@Suite struct ResemblanceTests {
  /// So many metres east of a place of the west street.
  private static func place(_ metres: Double) -> (longitude: Double, latitude: Double) {
    (121.405 + metres / 95_130, 31.205)
  }

  private static func phone(_ number: Int) -> (inout SignalDraft) -> Void {
    { draft in
      draft.reporterName = "甲"
      draft.reporterPhone = "1380000000\(number)"
    }
  }

  @Test(arguments: StoreKind.allCases)
  func everybodyCountsOnce(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let first = try await loop.send(Loop.signal("1", change: Self.phone(1)))
      let again = try await loop.send(Loop.signal("2", change: Self.phone(1)))
      #expect(again.event == first.event)
      #expect(try await loop.load(first.event).people == 1)
      _ = try await loop.send(Loop.signal("3", change: Self.phone(2)))
      #expect(try await loop.load(first.event).people == 2)
      _ = try await loop.send(Loop.signal("4", channel: .video))
      #expect(try await loop.load(first.event).people == 2, "a camera is nobody")
      let unnamed = try await loop.send(Loop.signal("5", channel: .citizen))
      #expect(try await loop.load(first.event).people == 3)

      let split = try await loop.corrections.split(
        unnamed.signal, from: try #require(first.event), by: .staff(Person.dispatcher.id),
        request: "test")
      #expect(try await loop.load(first.event).people == 2)
      #expect(try await loop.load(split.event).people == 1)
      try await loop.corrections.merge(
        try #require(split.event), into: try #require(first.event), by: Loop.actor(.dispatcher),
        as: .staff(Person.dispatcher.id), note: "同一件事", request: "test")
      #expect(try await loop.load(first.event).people == 3)
      #expect(try await loop.load(split.event).people == 0)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func whatComesBackIsLinkedAndCounted(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      var events: [ID<Event>?] = []
      for round in 0..<3 {
        let outcome = try await loop.send(Loop.signal("\(round)", at: Self.place(Double(round))))
        #expect(outcome.kind == .opened)
        let event = try await loop.load(outcome.event)
        #expect(event.repeatOf == events.last ?? nil)
        #expect(event.repeats == round)
        events.append(outcome.event)
        try await loop.bring(try #require(outcome.case), to: "closed")
        loop.clock.advance(Duration.day)
      }
      let far = try await loop.send(Loop.signal("far", at: Self.place(90)))
      #expect(try await loop.load(far.event).repeatOf == nil)
      loop.clock.advance(100 * Duration.day)
      let late = try await loop.send(Loop.signal("late", at: Self.place(0)))
      #expect(try await loop.load(late.event).repeatOf == nil, "after so long it is another")
    }
  }

  /// Noise joins within 100 m: what lies a little farther is asked about.
  private static func ask(
    _ loop: Loop, _ id: String = "1"
  ) async throws -> (known: IntakeOutcome, new: IntakeOutcome, proposal: Resemblance) {
    let known = try await loop.send(Loop.signal(id + "a", at: place(0)))
    let new = try await loop.send(Loop.signal(id + "b", at: place(120)))
    #expect(known.kind == .opened && new.kind == .opened)
    let found = try await loop.corrections.proposals(of: try #require(new.event))
    return (known, new, try #require(found.first { $0.own == new.event }))
  }

  @Test(arguments: StoreKind.allCases)
  func aProposalIsAcceptedAndUndone(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let (known, new, proposal) = try await Self.ask(loop)
      #expect(proposal.state == .proposed)
      #expect(proposal.event == known.event)
      #expect(proposal.traits.contains("placeBeyond"))
      #expect((150..<600).contains(proposal.likeness))
      let kept = try await loop.corrections.accept(
        proposal.id, of: try #require(new.event), by: Loop.actor(.dispatcher),
        as: .staff(Person.dispatcher.id), note: "同一件事", request: "test")
      #expect(kept == known.event)
      #expect(try await loop.load(new.event).mergedInto == known.event)
      let accepted = try #require(try await loop.store.load(proposal.id))
      #expect(accepted.state == .accepted)
      #expect(accepted.decidedBy == Person.dispatcher.id)
      await #expect(throws: CorrectionFault.decided(.accepted)) {
        try await loop.corrections.decline(
          proposal.id, of: try #require(known.event), by: .staff(Person.dispatcher.id),
          request: "test")
      }
      let undone = try await loop.corrections.split(
        new.signal, from: kept, by: .staff(Person.dispatcher.id), request: "test")
      let split = try #require(try await loop.store.load(proposal.id))
      #expect(split.state == .split)
      #expect(split.own == undone.event)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func aProposalIsDeclinedAndAcceptedAfterAll(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let (known, new, proposal) = try await Self.ask(loop)
      let own = try #require(new.event)
      try await loop.corrections.decline(
        proposal.id, of: own, by: .staff(Person.dispatcher.id), request: "test")
      #expect(try await loop.store.load(proposal.id)?.state == .declined)
      #expect(try await loop.load(own).state == .open)
      _ = try await loop.corrections.accept(
        proposal.id, of: own, by: Loop.actor(.dispatcher), as: .staff(Person.dispatcher.id),
        note: "还是同一件事", request: "test")
      #expect(try await loop.load(own).mergedInto == known.event)
      await #expect(throws: CorrectionFault.unknownProposal) {
        try await loop.corrections.decline(
          ID(999), of: own, by: .staff(Person.dispatcher.id), request: "test")
      }
    }
  }

  /// Twenty times people said that what lies 120 m apart is one problem: then the machine joins it.
  @Test func peopleTeachTheMachine() async throws {
    try await Loop.with(.sqlite) { loop in
      for round in 0..<20 {
        let (_, new, proposal) = try await Self.ask(loop, "\(round)")
        _ = try await loop.corrections.accept(
          proposal.id, of: try #require(new.event), by: Loop.actor(.dispatcher),
          as: .staff(Person.dispatcher.id), note: "同一件事", request: "test")
        // So much later nothing is near in time any more.
        loop.clock.advance(2 * Duration.day)
      }
      let known = try await loop.send(Loop.signal("known", at: Self.place(0)))
      let joined = try await loop.send(Loop.signal("new", at: Self.place(120)))
      #expect(joined.kind == .joined)
      #expect(joined.event == known.event)
      let lamp = try await loop.send(
        Loop.signal("lamp", item: TestItem.lamp, at: Self.place(0), title: "灯不亮"))
      let other = try await loop.send(
        Loop.signal("lamp2", item: TestItem.lamp, at: Self.place(36), title: "灯不亮"))
      #expect(other.event != lamp.event, "another item learns nothing from it")
    }
  }
}
