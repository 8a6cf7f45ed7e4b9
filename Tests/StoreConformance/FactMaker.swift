import City
package import Ports

/// Makes facts of every case with any content that their types allow, also what no engine would write.
package struct FactMaker: Sendable {
  package var source: SeededSource

  package init(seed: UInt64) {
    source = SeededSource(seed: seed)
  }

  /// How many cases a fact has.
  package static let casesCount = 50

  /// A random fact of case `index`, 0 up to `casesCount`.
  package mutating func fact(_ index: Int) -> Fact {
    switch index {
    case 0: .area(area())
    case 1: .unit(unit())
    case 2: .staff(staff())
    case 3: .duty(Duty(id: id(), staff: id(), unit: id(), from: instant(), to: instant()))
    case 4: .account(account())
    case 5: .credential(credential())
    case 6: .thing(thing())
    case 7: .link(Link(from: id(), to: id(), kind: text()))
    case 8: .reporter(reporter())
    case 9: .signal(signal())
    case 10: .signalJoined(id(), id())
    case 11: .event(event())
    case 12: .caseFiled(Case(id: id(), filing: filing(), state: state()))
    case 13: .caseMoved(id(), state())
    case 14: .step(step())
    case 15: .order(order())
    case 16: .score(score())
    case 17: .pack(PackVersion(id: text(), version: integer(), digest: digest()))
    case 18: .erased(id())
    case 19: .alarm(alarm())
    case 20:
      .followed(followed())
    case 21: .resemblance(resemblance())
    case 22: .topic(topic())
    case 23:
      .document(
        Document(
          id: id(), code: text(), title: text(), text: text(), kind: text(), source: text(),
          publishedAt: optional { $0.instant() }))
    case 24: .model(model())
    case 25:
      .modelUse(
        ModelUse(
          subject: source.pick(ModelSubject.allCases), inForce: optional { $0.integer() },
          before: optional { $0.integer() }, shadow: optional { $0.integer() }))
    case 26: .choice(choice())
    case 27:
      .word(
        LexiconWord(text: text(), use: source.pick(LexiconWord.Use.allCases), target: text()))
    case 28: .maintenance(maintenance())
    case 29:
      .grant(
        Grant(
          id: id(), form: source.pick(Grant.Form.allCases), staff: id(), giver: id(),
          posts: texts(), isWide: flag(), reason: text(), from: instant(), to: instant()))
    case 30:
      .reveal(
        Reveal(
          id: id(), at: instant(), staff: id(), case: id(), reporter: id(),
          duty: source.pick(Reveal.Duty.allCases), reason: text(), isForeign: flag()))
    case 31:
      .judgement(
        Judgement(
          signal: id(), case: id(), at: instant(), staff: optional { $0.id() },
          contacted: optional { $0.flag() }, solved: flag(),
          satisfaction: source.pick(Satisfaction.allCases), words: text()))
    case 32: .warned(warning())
    case 33...37: sign(index)
    case 38: .graded(grading())
    case 39...48: later(index)
    default: .note(text())
    }
  }

  /// Facts of cases 39 to 48.
  private mutating func later(_ index: Int) -> Fact {
    switch index {
    case 39: .supervision(supervision())
    case 40: .notice(notice())
    case 41: .absence(absence())
    case 42: .exhibit(exhibit())
    case 43: .custody(custodyAct())
    case 44: .ended(certificate())
    case 45:
      .series(
        SeriesPart(
          id: id(), series: text(),
          points: (0..<3).map { _ in
            SeriesPart.Point(area: id(), at: instant(), value: Double(integer()) / 8)
          }))
    case 46: .ledgerEntry(ledgerEntry())
    case 47: .patrol(patrol())
    default: .consent(consent())
    }
  }

  mutating func topic() -> HotTopic {
    HotTopic(
      id: id(), title: text(), cases: (0..<source.number(0...5)).map { _ in id() },
      firstSeenAt: instant(), lastSeenAt: instant())
  }

  mutating func maintenance() -> Maintenance {
    Maintenance(
      id: id(), device: id(), from: instant(), to: instant(), reason: text(),
      staff: optional { $0.id() })
  }

  mutating func account() -> Account {
    var account = Account(
      id: id(), login: text(), staff: id(), passwordHash: text(), active: flag())
    account.passwordSetAt = optional { $0.instant() }
    account.factor = optional { maker in
      SecondFactor(
        secret: maker.sealed(), confirmed: maker.flag(), lastSpan: maker.long(),
        recovery: (0..<maker.source.number(0...3)).map { _ in maker.digest() })
    }
    return account
  }

  mutating func credential() -> Credential {
    var credential = Credential(
      secretHash: digest(), form: source.pick(Credential.Form.allCases), account: id(),
      label: text(), createdAt: instant(), expiresAt: instant(), revoked: flag())
    credential.permissions = Set(Permission.allCases.filter { _ in flag() })
    credential.networks = texts()
    credential.source = optional { SignOnSource(subject: $0.text(), session: $0.text()) }
    return credential
  }

  mutating func warning() -> ClockWarning {
    ClockWarning(
      case: id(), clock: text(), startedAt: instant(), light: source.pick(Light.allCases),
      due: instant(), at: instant())
  }

  private mutating func grading() -> Grading {
    Grading(
      id: id(), thing: id(), model: text(), kind: text(), area: areaPath(), owner: unitPath(),
      grade: source.pick(Grade.allCases), score: integer(),
      shares: (0..<source.number(0...3)).map { _ in
        Grading.Share(factor: text(), thousandths: integer())
      }, reasons: texts(), at: instant())
  }

  mutating func resemblance() -> Resemblance {
    var found = Resemblance(
      id: id(), signal: id(), event: id(), own: optional { $0.id() }, item: text(),
      likeness: integer(), traits: texts(), at: instant(),
      state: source.pick(Resemblance.State.allCases))
    found.decidedAt = optional { $0.instant() }
    found.decidedBy = optional { $0.id() }
    found.version = integer()
    return found
  }

  mutating func located() -> Located? {
    optional { Located(by: $0.source.pick(LocatedBy.allCases), confidence: $0.integer()) }
  }

  mutating func model() -> ModelVersion {
    ModelVersion(
      id: id(), subject: source.pick(ModelSubject.allCases), number: integer(),
      digest: digest(), examplesDigest: digest(), examples: integer(), classes: integer(),
      bytes: integer(), trainedAt: instant(),
      trial: ModelTrial(
        cases: integer(), right: integer(), sure: integer(), sureRight: integer(),
        rivalRight: optional { $0.integer() }))
  }

  mutating func choice() -> MachineChoice {
    MachineChoice(
      case: id(), at: instant(), item: optional { $0.text() }, isSure: flag(),
      model: optional { $0.integer() },
      guesses: (0..<source.number(0...3)).map { _ in
        ItemGuess(
          item: text(), permille: integer(), source: source.pick(ChoiceSource.allCases),
          reasons: texts())
      },
      shadow: optional {
        ShadowGuess(
          model: $0.integer(), item: $0.text(), permille: $0.integer(), isSure: $0.flag())
      })
  }

  mutating func alarm() -> Alarm {
    var state = AlarmState(
      grade: source.pick(Grade.allCases), why: text(), openedAt: instant(), changedAt: instant())
    state.clearedAt = optional { $0.instant() }
    state.acknowledgedAt = optional { $0.instant() }
    state.acknowledgedBy = optional { $0.id() }
    state.silencedUntil = optional { $0.instant() }
    state.signal = optional { $0.id() }
    state.verdict = optional { $0.source.pick(AlarmVerdict.allCases) }
    state.version = integer()
    return Alarm(
      id: id(), key: text(), rule: text(), device: optional { $0.id() }, measure: text(),
      area: areaPath(), owner: unitPath(), position: optional { $0.position() }, state: state)
  }

  mutating func flag() -> Bool { source.chance(50) }
  mutating func optional<Value>(_ make: (inout Self) -> Value) -> Value? {
    flag() ? make(&self) : nil
  }
  mutating func long() -> Int64 {
    source.pick([0, 1, -1, .max, .min, Int64.random(in: .min ... .max, using: &source)])
  }
  mutating func integer() -> Int { Int(long()) }
  mutating func id<Named>() -> ID<Named> { ID(long()) }
  mutating func instant() -> Instant { Instant(milliseconds: long()) }
  mutating func digest() -> Digest { Digest(bytes: source.bytes(Digest.byteCount)) }

  mutating func text() -> String {
    let pieces = [
      "", "a", "真南路近祁连山路", "\"", "\\", "\n\r\t\u{8}\u{c}", "\u{0}", "\u{1f}\u{7f}", "é", "e\u{301}",
      "😀",
      "１２３", "/", "\u{2028}", "{\"x\":1}", "  ",
    ]
    return (0..<source.number(0...5)).map { _ in source.pick(pieces) }.joined()
  }

  mutating func texts() -> [String] { (0..<source.number(0...3)).map { _ in text() } }

  mutating func position() -> Position {
    let longitudes = [
      -180, 180, 0, 121.47, 1e-9, Double.random(in: -180...180, using: &source),
      Double.random(in: -180...180, using: &source),
    ]
    let latitudes = [
      -90, 90, -0.0, 31.23, .leastNonzeroMagnitude, Double.random(in: -90...90, using: &source),
      Double.random(in: -90...90, using: &source),
    ]
    return Position(longitude: source.pick(longitudes), latitude: source.pick(latitudes))!
  }

  mutating func points(_ range: ClosedRange<Int>) -> [Position] {
    (0..<source.number(range)).map { _ in position() }
  }

  mutating func outline() -> Outline {
    let polygons = (0..<source.number(0...3)).map { _ in
      Polygon(
        outer: Ring(points: points(0...6)),
        holes: (0..<source.number(0...2)).map { _ in Ring(points: points(0...4)) })
    }
    return Outline(polygons: polygons)
  }

  mutating func areaPath() -> AreaPath {
    AreaPath((0..<source.number(0...AreaPath.depthMax)).map { _ in id() })
  }
  mutating func unitPath() -> UnitPath {
    UnitPath((0..<source.number(0...UnitPath.depthMax)).map { _ in id() })
  }
  mutating func files() -> [FileDigest] {
    (0..<source.number(0...3)).map { _ in FileDigest(digest()) }
  }
  mutating func sealed() -> Sealed {
    Sealed(subject: id(), bytes: source.bytes(source.number(0...40)))
  }

  mutating func area() -> Area {
    Area(
      id: id(), parent: optional { $0.id() }, level: source.pick(AreaLevel.allCases),
      code: text(), name: text(), outline: optional { $0.outline() })
  }

  mutating func unit() -> Unit {
    Unit(
      id: id(), parent: optional { $0.id() }, kind: source.pick(UnitKind.allCases), code: text(),
      name: text(), area: optional { $0.id() }, hours: text(), duties: texts())
  }

  mutating func staff() -> Staff {
    Staff(
      id: id(), code: text(), name: text(), unit: id(), posts: texts(),
      area: optional { $0.id() }, active: flag())
  }

  mutating func thing() -> Thing {
    let geometry: Geometry? =
      switch source.number(0...3) {
      case 0: nil
      case 1: .point(position())
      case 2: .line(points(0...5))
      default: .outline(outline())
      }
    return Thing(
      id: id(), kind: text(), code: text(), name: text(), address: text(), area: areaPath(),
      owner: unitPath(), geometry: geometry, position: optional { $0.position() },
      attributes: (0..<source.number(0...3)).map { _ in Attribute(name: text(), value: text()) },
      version: integer())
  }

  mutating func reporter() -> Reporter {
    // What a reporter said is sealed for that same person.
    let subject: ID<Subject> = id()
    let details = Sealed(subject: subject, bytes: source.bytes(source.number(0...40)))
    return Reporter(
      id: id(), subject: subject, contactHash: digest(), details: flag() ? details : nil)
  }

  mutating func signal() -> Signal {
    var signal = Signal(
      id: id(), channel: source.pick(Channel.allCases), externalID: text(),
      receivedAt: instant(), occurredAt: instant(), item: optional { $0.text() }, title: text(),
      text: text(), address: text(), position: optional { $0.position() }, area: areaPath(),
      thing: optional { $0.id() }, reporter: optional { $0.id() }, evidence: files(),
      raw: flag() ? .plain(source.bytes(source.number(0...60))) : .sealed(sealed()),
      digest: digest(), event: optional { $0.id() }, rivalOf: optional { $0.id() })
    signal.located = located()
    return signal
  }

  mutating func event() -> Event {
    var event = Event(
      id: id(), item: optional { $0.text() }, title: text(), address: text(),
      position: optional { $0.position() }, area: areaPath(), thing: optional { $0.id() },
      firstAt: instant(), lastAt: instant(), signals: integer(),
      state: source.pick(EventState.allCases), case: optional { $0.id() },
      mergedInto: optional { $0.id() }, version: integer())
    event.located = located()
    event.people = integer()
    event.repeatOf = optional { $0.id() }
    event.repeats = integer()
    return event
  }

  mutating func filing() -> CaseFiling {
    let date = CivilDate(
      year: source.number(1...9999), month: source.number(1...12), day: source.number(1...28))!
    return CaseFiling(
      number: CaseNumber(date: date, serial: integer()), event: id(),
      channel: source.pick(Channel.allCases), title: text(), text: text(), address: text(),
      position: optional { $0.position() }, thing: optional { $0.id() },
      reporter: optional { $0.id() }, filedAt: instant(),
      flow: FlowReference(code: text(), version: integer()))
  }

  mutating func state() -> CaseState {
    var state = CaseState(
      stage: text(), item: optional { $0.text() }, grade: source.pick(Grade.allCases),
      area: areaPath(), unit: unitPath(), handler: optional { $0.id() },
      due: optional { $0.instant() }, order: optional { $0.id() }, since: instant(),
      closedAt: optional { $0.instant() },
      verdict: optional { $0.source.pick(Verdict.allCases) }, version: integer(),
      reworks: integer(), returns: integer())
    state.clocks = (0..<source.number(0...2)).map { number in
      var clock = Clock(
        name: "clock\(number)", startedAt: instant(), unit: optional { $0.id() },
        due: optional { $0.instant() }, stoppedAt: optional { $0.instant() })
      clock.changes = [.paused(instant()), .resumed(instant()), .extended(instant(), limit())]
      return clock
    }
    state.asked = optional {
      AskedExtension(
        limit: $0.limit(), at: $0.instant(), staff: $0.optional { $0.id() },
        reason: $0.optional { $0.text() })
    }
    state.taken = optional { [$0.text(): $0.integer()] } ?? [:]
    state.flow = optional { FlowReference(code: $0.text(), version: $0.integer()) }
    (state.called, state.checker) = (optional { [$0.text()] } ?? [], optional { $0.id() })
    return state
  }

  mutating func limit() -> TimeLimit {
    TimeLimit(amount: integer(), measure: source.pick(TimeLimit.Measure.allCases))
  }

  mutating func step() -> Step {
    var step = Step(
      case: id(), sequence: integer(), action: text(), from: text(), to: text(), at: instant(),
      staff: optional { $0.id() }, unit: unitPath(), note: text(), evidence: files(),
      tookMilliseconds: long())
    step.reason = optional { $0.text() }
    step.limit = optional { $0.limit() }
    step.given = optional { UnitPath([$0.id()]) }
    step.item = optional { $0.text() }
    step.flow = optional { FlowReference(code: $0.text(), version: $0.integer()) }
    step.answers = optional { [$0.text(): $0.text()] } ?? [:]
    (step.group, step.key) = (optional { $0.text() }, text())
    return step
  }
}
