import City
import Discovering
import Engine
import LoopFixture
import Ports
import Testing

/// What the engine says of a signal, without ids.
private func fault(_ loop: Loop, _ signal: IncomingSignal) async -> IntakeFault? {
  do throws(IntakeFault) {
    _ = try await loop.send(signal)
    return nil
  } catch {
    return error
  }
}

@Suite struct IntakeTests {
  @Test(arguments: StoreKind.allCases)
  func aNewProblemOpensAnEventAndACase(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let outcome = try await loop.send(Loop.signal("1"))
      #expect(outcome.kind == .opened)
      #expect(outcome.number?.text == "2026-1120-00001")
      let event = try await loop.load(outcome.event)
      #expect(event.signals == 1)
      #expect(event.state == .open)
      #expect(event.case == outcome.case)
      let found = try await loop.load(outcome.case)
      #expect(found.state.stage == "filed")
      #expect(found.state.item == TestItem.noise)
      #expect(found.state.area == AreaPath([District.city, District.district, District.west]))
      #expect(found.filing.filedAt == Loop.start)
      #expect(found.filing.event == event.id)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func theMachineDispatchesWhatItsItemLeavesToIt(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let id = try await loop.file("1", item: TestItem.fireworks)
      let found = try await loop.load(id)
      #expect(found.state.stage == "dispatched")
      #expect(found.state.unit.innermost == District.police)
      #expect(found.state.due == Loop.start.advanced(byMilliseconds: Duration.hour))
      let steps = try await loop.store.steps(of: id, from: 0, limit: 10)
      #expect(steps.map(\.action) == ["dispatch"])
      #expect(steps.first?.staff == nil)
      #expect(steps.first?.note.isEmpty == false)
      #expect(try await loop.score(of: District.police).dispatched == 1)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func theSameProblemJoinsAndTheSameSignalIsRepeated(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let first = try await loop.send(Loop.signal("1"))
      let second = try await loop.send(Loop.signal("2"))
      #expect(second.kind == .joined)
      #expect(second.event == first.event)
      #expect(second.case == first.case)
      let again = try await loop.send(Loop.signal("2"))
      #expect(again.kind == .repeated)
      #expect(again.signal == second.signal)
      #expect(again.event == first.event)
      #expect(try await loop.load(first.event).signals == 2)
      #expect(try await loop.store.lastSequence() == 3)
      // The same id of another channel is another signal.
      let other = try await loop.send(Loop.signal("2", channel: .citizen))
      #expect(other.kind == .joined)
    }
  }

  @Test func whatIsFarInPlaceTimeOrKindStaysApart() async throws {
    try await Loop.with(.memory) { loop in
      let first = try await loop.send(Loop.signal("1"))
      #expect(try await loop.send(Loop.signal("2", at: District.inEast)).kind == .opened)
      #expect(try await loop.send(Loop.signal("3", item: TestItem.fireworks)).kind == .opened)
      #expect(try await loop.send(Loop.signal("4", at: nil)).kind == .opened)
      loop.clock.advance(6 * Duration.hour + 1)
      #expect(try await loop.send(Loop.signal("5")).kind == .opened)
      try await loop.bring(try #require(first.case), to: "closed")
      loop.clock.advance(-6 * Duration.hour)
      #expect(try await loop.load(first.event).state == .closed)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func aRivalIsKeptRefusedAndVisible(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let first = try await loop.send(Loop.signal("1"))
      let rival = Loop.signal("1", title: "别的内容")
      let refusal = await fault(loop, rival)
      guard case .rival(let of, let kept) = refusal else {
        Issue.record("\(String(describing: refusal))")
        return
      }
      #expect(of == first.signal)
      let stored = try await loop.load(kept)
      #expect(stored.rivalOf == first.signal)
      #expect(stored.event == nil)
      #expect(stored.title == "别的内容")
      // Kept once, however often it comes; what is answered names nothing that is not there.
      guard case .rival(_, let again) = await fault(loop, rival) else {
        Issue.record("the second rival was not refused")
        return
      }
      if let again { #expect(try await loop.store.load(again) != nil) }
      var query = SignalQuery(scope: .everything, page: PageRequest(limit: 10, before: nil))
      query.rivals = true
      #expect(try await loop.store.signals(query).elements.map(\.id) == [stored.id])
      #expect(try await loop.load(first.event).signals == 1)
    }
  }

  @Test func outsideTheDistrictIsAcceptedAndVisible() async throws {
    try await Loop.with(.memory) { loop in
      let id = try await loop.file("1", at: District.outside)
      #expect(try await loop.load(id).state.area == .outside)
      var query = CaseQuery(scope: .everything, page: PageRequest(limit: 10, before: nil))
      query.outside = true
      #expect(try await loop.store.cases(query).elements.map(\.id) == [id])
    }
  }

  @Test func aStreetNamedInTheTextPlacesWhatHasNoPoint() async throws {
    try await Loop.with(.memory) { loop in
      let outcome = try await loop.send(
        Loop.signal("1", at: nil) { $0.address = "东湖街道某路 5 号" })
      let found = try await loop.load(outcome.case)
      #expect(found.state.area[.street] == District.east)
    }
  }

  @Test func theItemIsFoundByWordsAndOtherwiseLeftOpen() async throws {
    try await Loop.with(.memory) { loop in
      let noise = try await loop.send(Loop.signal("1", item: nil, title: "广场舞太吵"))
      #expect(try await loop.load(noise.event).item == TestItem.noise)
      let unknown = try await loop.send(Loop.signal("2", item: nil, title: "一件说不清的事"))
      #expect(try await loop.load(unknown.event).item == nil)
      #expect(try await loop.load(unknown.case).state.stage == "filed")
    }
  }

  struct BadSignal: Sendable, CustomTestStringConvertible {
    let field: String
    let rule: String
    let change: @Sendable (inout SignalDraft) -> Void
    var testDescription: String { "\(field) \(rule)" }

    init(_ field: String, _ rule: String, _ change: @escaping @Sendable (inout SignalDraft) -> Void)
    {
      self.field = field
      self.rule = rule
      self.change = change
    }
  }

  static let badSignals: [BadSignal] = [
    BadSignal("externalId", "field.required") { $0.externalID = " " },
    BadSignal("externalId", "text.too_long") {
      $0.externalID = String(repeating: "x", count: SignalLimits.externalIDMax + 1)
    },
    BadSignal("externalId", "text.control_character") { $0.externalID = "a\u{0}b" },
    BadSignal("text", "field.required") {
      $0.title = ""
      $0.text = "\n"
    },
    BadSignal("title", "text.too_long") {
      $0.title = String(repeating: "字", count: SignalLimits.titleMax + 1)
    },
    BadSignal("text", "text.too_long") {
      $0.text = String(repeating: "字", count: SignalLimits.textMax + 1)
    },
    BadSignal("text", "text.control_character") { $0.text = "前\u{0}后" },
    BadSignal("address", "text.too_long") {
      $0.address = String(repeating: "路", count: SignalLimits.addressMax + 1)
    },
    BadSignal("reporter.name", "text.too_long") {
      $0.reporterName = String(repeating: "名", count: SignalLimits.reporterNameMax + 1)
    },
    BadSignal("reporter.phone", "text.too_long") {
      $0.reporterPhone = String(repeating: "1", count: SignalLimits.reporterPhoneMax + 1)
    },
    BadSignal("item", "item.unknown") { $0.item = "no-such-item" },
    BadSignal("position.longitude", "number.out_of_range") { $0.longitude = 181 },
    BadSignal("position.latitude", "number.out_of_range") { $0.latitude = .nan },
    BadSignal("position.latitude", "field.required") { $0.latitude = nil },
    BadSignal("occurredAt", "time.in_future") {
      $0.occurredAt = Loop.start.advanced(byMilliseconds: 5 * Duration.minute + 1)
    },
    BadSignal("occurredAt", "time.too_early") {
      $0.occurredAt = Instant(milliseconds: 631_151_999_999)
    },
    BadSignal("evidence", "list.too_long") {
      $0.evidence = (0...SignalLimits.evidenceMax).map { _ in
        FileDigest(Digest(bytes: [UInt8](repeating: 7, count: Digest.byteCount)))
      }
    },
  ]

  @Test(arguments: badSignals)
  func whatIsWrongIsNamedAndNothingIsKept(bad: BadSignal) async throws {
    try await Loop.with(.memory) { loop in
      let before = try await loop.store.lastSequence()
      guard case .refused(let findings) = await fault(loop, Loop.signal("1", change: bad.change))
      else {
        Issue.record("not refused")
        return
      }
      #expect(findings.contains { $0.field == bad.field && $0.rule == bad.rule })
      #expect(try await loop.store.lastSequence() == before)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func aJoinFillsInWhatWasNotKnown(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      var lamp = ThingEntry(kind: "lamp", code: "L1")
      lamp.name = "路灯"
      lamp.longitude = District.inWest.longitude
      lamp.latitude = District.inWest.latitude
      lamp.owner = "lighting"
      _ = try await MasterData(engine: loop.engine).save(lamp, by: .local("test"), request: "")
      let opened = try await loop.send(Loop.signal("1", item: TestItem.lamp))
      #expect(try await loop.load(opened.event).thing == nil)
      let joined = try await loop.send(
        Loop.signal("2", item: TestItem.lamp, at: nil) { $0.thing = "lamp/L1" })
      #expect(joined.event == opened.event)
      let event = try await loop.load(opened.event)
      #expect(event.thing == (try await loop.load(joined.signal)).thing)
      #expect(event.thing != nil)
      #expect(event.signals == 2)
    }
  }

  @Test func anUnknownThingIsRefused() async throws {
    try await Loop.with(.memory) { loop in
      for name in ["lamp/none", "77", "nonsense"] {
        let refusal = await fault(loop, Loop.signal("1") { $0.thing = name })
        #expect(refusal == .unknownThing(name))
      }
    }
  }

  /// More open events of one item around a place than are looked at in one go, none of which is
  /// joined: every lamp is a problem of its own.
  @Test(arguments: StoreKind.allCases)
  func manyThingsSideBySideEachGetTheirCase(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      for index in 0..<30 {
        var lamp = ThingEntry(kind: "lamp", code: "L\(index)")
        lamp.name = "路灯"
        lamp.longitude = District.inWest.longitude + Double(index) * 0.000_005
        lamp.latitude = District.inWest.latitude
        lamp.owner = "lighting"
        _ = try await MasterData(engine: loop.engine).save(lamp, by: .local("test"), request: "")
      }
      // The newest lies farthest from the last.
      for index in Array(1..<30) + [0] {
        let outcome = try await loop.send(
          Loop.signal("\(index)", item: TestItem.lamp, at: nil) { $0.thing = "lamp/L\(index)" })
        #expect(outcome.kind == .opened)
      }
      let again = try await loop.send(
        Loop.signal("again", item: TestItem.lamp, at: nil) { $0.thing = "lamp/L29" })
      #expect(again.kind == .joined)
    }
  }
}
