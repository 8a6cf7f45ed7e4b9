import City
import Discovering
import Dispatching
import Engine
import Evaluating
import Geography
import Handling
import Pack
import Ports
import StoreMemory
import Synchronization
import Vault

/// Plays a pack's stories on the real engine with a store in memory and a clock that the story moves.
struct StoryRunner {
  let catalogue: Catalogue

  /// What did not hold, as `file:line: what`.
  func play(_ story: Story) async throws -> [String] {
    var play = try await StoryPlay(story, catalogue)
    for line in story.lines { await play.take(line) }
    return play.faults
  }
}

/// A clock that stands where it was put.
final class StoryClock: TimeSource {
  private let instant: Mutex<Instant>

  init(at instant: Instant) { self.instant = Mutex(instant) }

  var now: Instant { instant.withLock { $0 } }

  func move(to instant: Instant) {
    self.instant.withLock { $0 = instant }
  }
}

/// One story while it plays.
struct StoryPlay {
  /// Where the middle of the story's street lies; any place will do.
  private static let middle = (longitude: 121.4, latitude: 31.2)

  let story: Story
  let engine: Engine
  let clock: StoryClock
  let grades: GradeDesk
  let vitals: VitalDesk
  let ledgers: LedgerDesk
  let patrols: PatrolDesk
  let machine: MachineSteps
  private(set) var faults: [String] = []
  private(set) var units: [String: ID<Unit>] = [:]
  /// Case of each signal, by the signal's own id.
  var cases: [String: ID<Case>] = [:]
  var latest: ID<Case>?
  var things: [String: ID<Thing>] = [:]
  /// The newest alarm of each device's signal, by the signal's own id.
  var alarms: [String: Alarm] = [:]

  /// What the latest line led to, besides where the case stands.
  struct Effect {
    var opened = false
    var joined: ID<Case>?
    var refusal: String?
    var outside = false
    /// What models call the grades of the thing registered, or those that changed.
    var grades: Set<String> = []
  }

  init(_ story: Story, _ catalogue: Catalogue) async throws {
    self.story = story
    let settings = EngineSettings()
    let midnight =
      Int64(story.date.daysSinceEpoch) * Duration.day - Int64(settings.offsetMinutes)
      * Duration.minute
    clock = StoryClock(at: Instant(milliseconds: midnight))
    let store = MemoryStore()
    engine = try await Engine(
      store: store, sealing: StorySealing(), secrets: PasswordDesk(cost: .least), time: clock,
      catalogue: catalogue, settings: settings)
    grades = GradeDesk(engine: engine)
    vitals = VitalDesk(engine: engine, perception: nil)
    ledgers = LedgerDesk(engine: engine)
    patrols = PatrolDesk(engine: engine)
    machine = MachineSteps(engine: engine)
    try await makeTown(catalogue)
    try await machine.begin()
  }

  private mutating func makeTown(_ catalogue: Catalogue) async throws {
    let city: ID<Area> = engine.newID()
    let district: ID<Area> = engine.newID()
    let street: ID<Area> = engine.newID()
    var facts: [Fact] = [
      .area(Area(id: city, parent: nil, level: .city, code: "c", name: "c", outline: nil)),
      .area(
        Area(id: district, parent: city, level: .district, code: "d", name: "d", outline: square)),
      .area(
        Area(
          id: street, parent: district, level: .street, code: "s", name: story.street,
          outline: square)),
    ]
    for unit in story.units {
      let id: ID<Unit> = engine.newID()
      facts.append(
        .unit(
          Unit(
            id: id, parent: nil, kind: units.isEmpty ? .centre : .department, code: unit.name,
            name: unit.name, area: unit.ofStreet ? street : nil, hours: unit.hours,
            duties: unit.duties)))
      units[unit.name] = id
      for post in catalogue.posts {
        facts.append(
          .staff(
            Staff(
              id: engine.newID(), code: staffCode(id, post.code), name: post.name, unit: id,
              posts: [post.code], area: nil, active: true)))
      }
    }
    _ = try await engine.store.commit(
      ChangeSet(
        kind: "story.town", at: engine.time.now, actor: .engine("story"),
        subject: SubjectReference(kind: "story", id: 0), request: "", conditions: [], facts: facts))
    try await engine.reloadDirectory()
  }

  private func staffCode(_ unit: ID<Unit>, _ post: String) -> String { "\(unit.rawValue)/\(post)" }

  private var square: Outline {
    let half = Story.streetSideMetres / 2
    let corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
    return Outline(polygons: [
      Polygon(outer: Ring(points: corners.compactMap { position(east: $0.0, north: $0.1) }))
    ])
  }

  private func position(east: Double, north: Double) -> Position? {
    Position(longitude: Self.middle.longitude, latitude: Self.middle.latitude)
      .flatMap { LocalFrame(origin: $0).position(of: PlanePoint(east: east, north: north)) }
  }

  private func instant(_ minute: Int) -> Instant {
    let midnight =
      Int64(story.date.daysSinceEpoch) * Duration.day
      - Int64(engine.settings.offsetMinutes) * Duration.minute
    return Instant(milliseconds: midnight + Int64(minute) * Duration.minute)
  }

  mutating func take(_ line: StoryLine) async {
    clock.move(to: instant(line.minute))
    var effect = Effect()
    switch line.act {
    case .signal(let signal): await send(signal, &effect)
    case .register(let thing): await register(thing, &effect)
    case .step(let step): await act(step, &effect)
    case .duty(let duty): await take(duty, &effect)
    case .series(let name, let value): await bring(name, value, &effect)
    case .alarm(let on, let isCleared): await alarm(on, isCleared: isCleared, &effect)
    case .wait(let on):
      await grade(&effect)
      if let on { latest = cases[on] ?? latest }
    }
    await follow(&effect)
    var expectsRefusal = false
    for expectation in line.expectations {
      if case .refused = expectation { expectsRefusal = true }
      if let got = await differs(expectation, effect) {
        faults.append(
          "\(story.place): \(story.name), line \(line.line): expected \(expectation), got \(got)")
      }
    }
    if let refusal = effect.refusal, !expectsRefusal {
      faults.append("\(story.place): \(story.name), line \(line.line): refused with \(refusal)")
    }
  }

  private mutating func send(_ signal: StorySignal, _ effect: inout Effect) async {
    var draft = SignalDraft()
    draft.externalID = signal.id
    draft.title = signal.text
    draft.text = signal.text
    draft.item = signal.item
    let position = position(east: signal.metresEast, north: signal.metresNorth)
    draft.longitude = position?.longitude
    draft.latitude = position?.latitude
    do throws(IntakeFault) {
      let outcome = try await Intake(engine: engine).take(
        IncomingSignal(channel: signal.channel, draft: draft, raw: Array(signal.text.utf8)),
        by: .engine("story"), request: "")
      effect.opened = outcome.kind == .opened
      effect.joined = outcome.kind == .joined ? outcome.case : nil
      cases[signal.id] = outcome.case
      latest = outcome.case
      if let rule = signal.rule { await raise(rule, of: signal.id, outcome.signal, &effect) }
      if let position {
        effect.outside = engine.directory.areaIndex.path(holding: position) == .outside
      }
    } catch {
      effect.refusal = error.code
    }
  }

  /// Files a thing; what its models say of it, and what that leads to, is the engine's to find.
  private mutating func register(_ told: StoryThing, _ effect: inout Effect) async {
    var entry = ThingEntry(kind: told.kind, code: told.id)
    entry.name = told.name
    entry.keepsOthers = true
    for attribute in told.attributes { entry.attributes[attribute.name] = attribute.value }
    // A way that is not told anew is the middle's own.
    if told.metresEast != nil || told.metresNorth != nil {
      let position = position(east: told.metresEast ?? 0, north: told.metresNorth ?? 0)
      entry.longitude = position?.longitude
      entry.latitude = position?.latitude
    }
    let filed: ID<Thing>
    do throws(MasterFault) {
      let master = MasterData(engine: engine)
      filed = try await master.save(entry, by: .engine("story"), request: "").thing.id
    } catch {
      effect.refusal = error.told
      return
    }
    things[told.id] = filed
    do throws(StoreFault) {
      await grade(&effect)
      let held = try await engine.store.gradings(of: filed, limit: GradeDesk.historyMax)
      effect.grades = Set(
        held.filter { $0.until == nil }.compactMap(name(of:)))
    } catch {
      effect.refusal = error.code
    }
  }

  /// Lets the engine grade what changed; a case that a grave grade led to is the latest.
  private mutating func grade(_ effect: inout Effect) async {
    do throws(StoreFault) {
      for outcome in try await grades.turn() {
        if let name = name(of: outcome.grading) { effect.grades.insert(name) }
        guard let report = outcome.report else { continue }
        latest = report.case
        effect.opened = report.kind == .opened
        if let told = things.first(where: { $0.value == outcome.grading.thing }) {
          cases[told.key] = latest
        }
      }
    } catch {
      effect.refusal = error.code
    }
  }

  private func name(of grading: Grading) -> String? {
    engine.catalogue.risks.first { $0.code == grading.model }?.name(of: grading.grade)
  }

  private mutating func act(_ step: StoryStep, _ effect: inout Effect) async {
    if let on = step.on { latest = cases[on] ?? latest }
    guard let id = latest, let found = try? await engine.store.load(id),
      let flow = engine.catalogue.flow(found.flow)
    else {
      effect.refusal = "no case"
      return
    }
    let edge = flow.edges(from: found.state.stage).first { $0.action == step.action }
    let isOwn = edge?.guards.contains(.ownUnit) ?? false
    let first = story.units.first.flatMap { units[$0.name] }
    let acting =
      step.by.flatMap { units[$0] } ?? (isOwn ? found.state.unit.innermost : nil) ?? first
    guard let acting, let staff = person(acting, step.post) else {
      effect.refusal = "no such person"
      return
    }
    var order = StepOrder(action: step.action)
    order.note = step.note
    order.item = step.item
    order.reason = step.reason
    order.limit = step.limit
    order.group = step.group
    order.answers = step.answers
    order.unit = step.unit.flatMap { units[$0] }
    if order.unit == nil, edge?.effects.contains(.dispatch) ?? false {
      order.unit = proposed(found)
    }
    if let post = step.staffPost {
      order.staff = found.state.unit.innermost.flatMap { person($0, post) }
    }
    order.evidence =
      evidence(step.photos, .photo, from: 0) + evidence(step.documents, .document, from: 100)
    let actor = StepActor(
      staff: staff, posts: [step.post], unit: engine.directory.path(of: acting), isEngine: false)
    do throws(DeskFault) {
      _ = try await Desk(engine: engine).take(
        order, on: id, by: actor, as: .staff(staff), request: "")
    } catch {
      effect.refusal = error.code
    }
  }

  func person(_ unit: ID<Unit>, _ post: String) -> ID<Staff>? {
    engine.directory.staffIDs[staffCode(unit, post)]
  }

  private func proposed(_ found: Case) -> ID<Unit>? {
    guard let item = found.state.item.flatMap({ engine.catalogue.item(code: $0) }),
      case .unit(let choice) = engine.directory.responsibility.proposal(
        for: item, area: found.state.area, thing: nil)
    else { return nil }
    return choice.unit.innermost
  }

  func evidence(_ count: Int, _ form: Requirement, from first: Int) -> [EvidenceFile] {
    (0..<count).map { number in
      let bytes = [UInt8](
        repeating: UInt8(truncatingIfNeeded: first + number), count: Digest.byteCount)
      return EvidenceFile(file: FileDigest(Digest(bytes: bytes)), form: form)
    }
  }

  /// What is there instead, or nil where the expectation holds.
  private func differs(_ expectation: StoryExpectation, _ effect: Effect) async -> String? {
    if case .graded(let name) = expectation {
      return effect.grades.contains(name) ? nil : effect.grades.sorted().joined(separator: " ")
    }
    if case .vital(let code, let grade) = expectation {
      return await differs(vital: code, grade)
    }
    if let got = await duty(expectation) { return got.isEmpty ? nil : got }
    if case .refused(let code) = expectation {
      return effect.refusal == code ? nil : effect.refusal ?? "not refused"
    }
    guard let id = latest, let state = (try? await engine.store.load(id))?.state else {
      return "no case"
    }
    switch expectation {
    case .opened(let item):
      return effect.opened && state.item == item
        ? nil : "opened \(effect.opened), \(state.item ?? "-")"
    case .joined(let signal):
      return effect.joined != nil && effect.joined == cases[signal] ? nil : "not joined"
    case .stage(let stage): return state.stage == stage ? nil : state.stage
    case .unit(let name):
      let unit = state.unit.innermost
      return unit == units[name]
        ? nil : unit.flatMap { engine.directory.units[$0]?.name } ?? "nobody"
    case .due(let minute):
      guard state.due != instant(minute) else { return nil }
      return state.due.map {
        "minute \($0.millisecondsSince(instant(0)) / Duration.minute)"
      } ?? "no deadline"
    case .clock(let name, let minute):
      let due = state.clocks.first { $0.name == name }?.due
      guard due != instant(minute) else { return nil }
      return due.map {
        "minute \($0.millisecondsSince(instant(0)) / Duration.minute)"
      } ?? "no such deadline"
    case .closed(let verdict):
      return state.verdict == verdict ? nil : state.verdict?.rawValue ?? "open"
    case .outside: return effect.outside ? nil : "inside"
    case .graded, .vital, .refused, .listed, .left: return nil
    }
  }

  /// What a vital of the whole district comes to over the day so far, where it is not as expected.
  private func differs(vital code: String, _ expected: Grade?) async -> String? {
    do {
      try await vitals.follow()
      let place = try await vitals.place(nil, scope: .everything)
      let midnight = await vitals.startOfDay(engine.time.now)
      let over = Period(from: midnight, to: midnight.advanced(byMilliseconds: Duration.day))
      let state = await vitals.states(place, over: over).first {
        engine.catalogue.vitals[$0.vital].code == code
      }
      guard let state else { return "no vital" }
      if state.grade == expected, state.reading.value != nil { return nil }
      return "\(state.grade?.rawValue ?? "-") at \(state.reading)"
    } catch {
      return "\(error)"
    }
  }
}
