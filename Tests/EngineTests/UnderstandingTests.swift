import City
import Discovering
import Dispatching
import Engine
import Language
import LoopFixture
import Ports
import Testing
import Vault

/// Sentences in which no word of the catalogue stands, so that only a model can tell the items.
enum Sentences {
  static let noise = ["楼上半宿咚咚响睡不着", "隔壁唱到后半夜", "喇叭声吵得头疼", "凌晨敲敲打打没完"]
  static let lamp = ["巷子里黑漆漆看不见", "晚上走路摸黑摔跤", "灯泡一闪一闪不亮", "整条巷乌漆麻黑"]

  static func text(_ item: String, _ number: Int) -> String {
    let list = item == TestItem.noise ? noise : lamp
    return "\(list[number % list.count])，\(number)号楼"
  }
}

extension Loop {
  /// Closed cases of two items by turns, an hour after one another, as one change.
  func close(_ count: Int, from first: Int = 0) async throws {
    var facts: [Fact] = []
    for number in first..<first + count {
      let item = number % 2 == 0 ? TestItem.noise : TestItem.lamp
      clock.advance(Duration.hour)
      facts.append(
        .caseFiled(closed(number, item: item, text: Sentences.text(item, number / 2))))
    }
    _ = try await store.commit(Self.change(facts, at: clock.now))
  }

  fileprivate func closed(_ number: Int, item: String, text: String) -> Case {
    let now = clock.now
    return Case(
      id: engine.newID(),
      filing: CaseFiling(
        number: CaseNumber(date: engine.civilDate(of: now), serial: 10_000 + number),
        event: engine.newID(), channel: .hotline, title: "", text: text, address: "",
        position: nil, thing: nil, reporter: nil, filedAt: now,
        flow: FlowReference(code: "standard", version: 1)),
      state: CaseState(
        stage: "closed", item: item, grade: .blue,
        area: AreaPath([District.city, District.district, District.west]),
        unit: UnitPath([District.centre, District.police]), handler: nil, due: nil, order: nil,
        since: now, closedAt: now, verdict: .passed, version: 5, reworks: 0, returns: 0))
  }

  fileprivate func train(
    _ subject: ModelSubject = .item, anew: Bool = false
  ) async throws -> ModelDesk.Outcome {
    try await models.train(subject, anew: anew, by: .local("test"), request: "")
  }

  /// A signal that names no item.
  fileprivate func told(_ id: String, _ text: String) async throws -> Case {
    let outcome = try await send(
      Self.signal(id, item: nil, at: District.inEast, title: "") { $0.text = text })
    return try await load(outcome.case)
  }
}

@Suite struct UnderstandingTests {
  @Test(arguments: StoreKind.allCases)
  func fromClosedCasesToAModelInForce(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      try await loop.close(160)
      // Words alone know nothing of these sentences.
      let before = try await loop.told("before", Sentences.text(TestItem.lamp, 3))
      #expect(before.state.item == nil)
      let outcome = try await loop.train()
      #expect(outcome.isUsed)
      #expect(outcome.version.number == 1)
      #expect(outcome.version.examples == 160)
      #expect(outcome.version.classes == 2)
      #expect(outcome.version.trial.cases == 30)
      #expect(outcome.version.trial.right == 30)
      #expect(outcome.version.trial.rivalRight == 0)
      let lamp = try await loop.told("lamp", Sentences.text(TestItem.lamp, 3))
      #expect(lamp.state.item == TestItem.lamp)
      // The lamp's item lets the machine dispatch; the model was sure enough.
      #expect(lamp.state.stage == "dispatched")
      let choice = try #require(try await loop.store.choice(of: lamp.id))
      #expect(choice.isSure)
      #expect(choice.model == 1)
      #expect(choice.guesses.first?.source == .model)
      #expect(choice.guesses.first?.reasons.isEmpty == false)
    }
  }

  @Test func switchedOffEverythingElseWorksAndOneCommandLeadsBack() async throws {
    try await Loop.with(.memory) { loop in
      try await loop.close(120)
      _ = try await loop.train()
      try await loop.models.use(nil, for: .item, by: .local("test"), request: "")
      let off = try await loop.told("off", Sentences.text(TestItem.lamp, 1))
      #expect(off.state.item == nil)
      let words = try await loop.told("words", "路灯不亮")
      #expect(words.state.item == TestItem.lamp)
      #expect(try await loop.models.back(.item, by: .local("test"), request: "") == 1)
      let on = try await loop.told("on", Sentences.text(TestItem.lamp, 1))
      #expect(on.state.item == TestItem.lamp)
    }
  }

  @Test func aRestartPutsInForceWhatTheJournalSays() async throws {
    try await Loop.with(.memory) { loop in
      try await loop.close(120)
      _ = try await loop.train()
      loop.engine.understanding.put(nil, for: .item)
      #expect(try await loop.models.restore().isEmpty)
      #expect(loop.engine.understanding.inForce(.item)?.version.number == 1)
      // A model whose file is gone is passed over, and said.
      try await loop.modelShelf.discard(except: [])
      loop.engine.understanding.put(nil, for: .item)
      #expect(try await loop.models.restore() == [.fileMissing(.item, 1)])
      #expect(loop.engine.understanding.inForce(.item) == nil)
      #expect(try await loop.told("after", "路灯不亮").state.item == TestItem.lamp)
    }
  }

  @Test func aNewModelIsComparedOnCasesThatNeitherSaw() async throws {
    try await Loop.with(.memory) { loop in
      try await loop.close(120)
      _ = try await loop.train()
      try await loop.close(10, from: 120)
      await #expect(throws: ModelDeskFault.nothingNew(have: 10, needed: 30)) {
        _ = try await loop.train()
      }
      try await loop.close(40, from: 130)
      let second = try await loop.train()
      #expect(second.version.number == 2)
      #expect(second.version.trial.cases == 30)
      #expect(second.version.trial.rivalRight == 30)
      #expect(second.isUsed)
      let standing = try #require(try await loop.models.standings().first)
      #expect(standing.use.inForce == 2)
      #expect(standing.use.before == 1)
    }
  }

  @Test func whatTeachesNothingIsRefusedWithWhatIsMissing() async throws {
    try await Loop.with(.memory) { loop in
      await #expect(throws: ModelDeskFault.training(.tooFewExamples(have: 0, needed: 50))) {
        _ = try await loop.train()
      }
      let facts = (0..<60).map {
        Fact.caseFiled(loop.closed($0, item: TestItem.noise, text: Sentences.noise[$0 % 4]))
      }
      _ = try await loop.store.commit(Loop.change(facts, at: loop.clock.now))
      await #expect(throws: ModelDeskFault.training(.tooFewClasses(have: 1, needed: 2))) {
        _ = try await loop.train()
      }
      await #expect(throws: ModelDeskFault.unknownVersion(.item, 7)) {
        try await loop.models.use(7, for: .item, by: .local("test"), request: "")
      }
      await #expect(throws: ModelDeskFault.nothingBefore(.theme)) {
        _ = try await loop.models.back(.theme, by: .local("test"), request: "")
      }
    }
  }

  @Test func aShadowIsAskedAlongAndNeverActs() async throws {
    try await Loop.with(.memory) { loop in
      try await loop.close(120)
      let outcome = try await loop.models.train(
        .item, adopts: false, by: .local("test"), request: "")
      #expect(!outcome.isUsed)
      try await loop.models.shadow(1, for: .item, by: .local("test"), request: "")
      let told = try await loop.told("told", Sentences.text(TestItem.lamp, 3))
      #expect(told.state.item == nil)
      let choice = try #require(try await loop.store.choice(of: told.id))
      #expect(choice.shadow?.item == TestItem.lamp)
      #expect(choice.model == nil)
      // A named item and its close tell whether the shadow was right.
      let id = try await loop.send(
        Loop.signal("named", title: "") { $0.text = Sentences.text(TestItem.noise, 2) }
      ).case
      try await loop.bring(try #require(id), to: "closed")
      let figures = try await loop.models.trials()
      #expect(figures[1]?.cases == 1)
      #expect(figures[1]?.right == 1)
    }
  }

  @Test func aCorrectedItemIsWhatIsLearned() async throws {
    try await Loop.with(.memory) { loop in
      let id = try await loop.file("1")
      try await loop.step("reclassify", on: id, by: .dispatcher) { $0.item = TestItem.fireworks }
      try await loop.bring(id, to: "closed")
      let set = try await TrainingSet.load(loop.engine)
      #expect(set.examples.map { $0.labels[.item] } == [TestItem.fireworks])
      #expect(set.examples.map { $0.labels[.unit] } == ["police"])
    }
  }

  static let bad = [
    "", " ", "路", String(repeating: "😀", count: 50), "'; DROP TABLE cases; --",
    "<script>alert(1)</script>", "混合 mixed ミックス 섞인 1234", "\u{FFFD}\u{200B}",
    String(repeating: "晚上走路摸黑摔跤", count: 12_500),
  ]

  @Test("any text gets an answer, with a model and without", arguments: bad)
  func badInput(_ text: String) async throws {
    try await Loop.with(.memory) { loop in
      _ = loop.engine.understanding.read(title: text, text: text)
      try await loop.close(60)
      _ = try await loop.train()
      let reading = loop.engine.understanding.read(title: text, text: text)
      #expect(reading.decision.guesses.count <= ItemDecision.guessesMax)
      for guess in reading.decision.guesses { #expect((0...1_000).contains(guess.permille)) }
    }
  }

  @Test func similarClosedCasesShareWordsAndLieWithinTheScope() async throws {
    try await Loop.with(.memory) { loop in
      loop.engine.understanding.equip(
        simplified: .none, stops: [],
        words: [LexiconWord(text: "摸黑摔跤", use: .word, target: "")])
      try await loop.close(20)
      let told = try await loop.told("told", "路灯不亮，摸黑摔跤")
      let reading = CaseReading(engine: loop.engine)
      let seen = try await reading.proposals(for: told, within: .everything)
      #expect(seen.similar.count == CaseReading.similarMax)
      #expect(seen.similar.allSatisfy { $0.words.contains("摸黑摔跤") })
      #expect(seen.decision.item == TestItem.lamp)
      let east = try await reading.proposals(for: told, within: .area(District.east))
      #expect(east.similar.isEmpty)
    }
  }

  @Test func thePastIsDecidedAgainUnderAnotherModel() async throws {
    try await Loop.with(.memory) { loop in
      try await loop.close(60)
      _ = try await loop.train()
      loop.clock.advance(Duration.hour)
      let told = try await loop.told("told", Sentences.text(TestItem.lamp, 3))
      #expect(told.state.unit.innermost == District.lighting)
      func lines(_ understanding: Understanding) async throws -> [DispatchReplay.Line] {
        var lines: [DispatchReplay.Line] = []
        try await DispatchReplay(engine: loop.engine, understanding: understanding).run(
          from: loop.clock.now, to: loop.clock.now.advanced(byMilliseconds: 1)
        ) { lines.append($0) }
        return lines
      }
      let same = try await lines(loop.engine.understanding)
      #expect(same.map(\.isSame) == [true])
      #expect(same.map(\.isAutomatic) == [true])
      let without = try await lines(
        Understanding(catalogue: loop.engine.catalogue, words: []))
      #expect(without.map(\.isSame) == [false])
      #expect(without.map(\.item) == [nil])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func operatorsAddWordsAndTakeThemBack(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let desk = WordDesk(engine: loop.engine)
      func save(_ text: String, _ use: LexiconWord.Use, _ target: String = "") async throws
        -> WordDesk.Outcome
      {
        try await desk.save(
          [WordDesk.Draft(text: text, use: use, target: target)], by: .local("test"), request: "")[
            0]
      }
      #expect(try await loop.told("1", "乌漆麻黑").state.item == nil)
      #expect(try await save("乌漆麻黑", .item, TestItem.lamp) == .accepted)
      #expect(try await save("乌漆麻黑", .item, TestItem.lamp) == .repeated)
      #expect(try await loop.told("2", "乌漆麻黑").state.item == TestItem.lamp)
      #expect(try await save("老码头", .place, "310107001") == .accepted)
      let outcome = try await loop.send(
        Loop.signal("3", at: nil) { $0.text = "老码头有人放炮" })
      #expect(try await loop.load(outcome.case).state.area.areas.last == District.west)
      #expect(try await save("乌漆麻黑", .none) == .accepted)
      #expect(try await loop.told("4", "乌漆麻黑").state.item == nil)
      #expect(try await save(" ", .stop) == .refused(.empty))
      #expect(try await save("路", .word) == .refused(.tooShort))
      #expect(try await save("乌漆", .item) == .refused(.targetMissing))
      #expect(try await save("乌漆", .item, "gone") == .refused(.unknownItem))
      #expect(try await save("乌漆", .place, "gone") == .refused(.unknownArea))
      #expect(
        try await save(String(repeating: "路", count: 33), .word) == .refused(.tooLong))
    }
  }

  @Test func theReportIsLookedAtAsAReply() async throws {
    try await Loop.with(.memory) { loop in
      let id = try await loop.file("1")
      let reading = CaseReading(engine: loop.engine)
      let filed = try await loop.load(id)
      #expect(reading.reply(of: filed, steps: []) == nil)
      try await loop.bring(id, to: "checking")
      let steps = try await loop.store.steps(of: id, from: 0, limit: 100)
      let reply = try #require(reading.reply(of: try await loop.load(id), steps: steps))
      #expect(!reply.answers)
      #expect(reply.reasons.contains(.courtesyAlone))
      #expect(reply.isInTime == true)
    }
  }
}
