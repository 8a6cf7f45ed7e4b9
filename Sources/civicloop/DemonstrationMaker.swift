import City
import Demonstration
import Discovering
import Engine
import Handling
import Pack
import Ports
import Synchronization
import Web

/// Puts the demonstration's plan and past into a folder, through the same engine that serves.
struct DemonstrationMaker {
  /// Cases played at the same time, so that they share flushes.
  static let parallelCases = 64
  /// Facts of master data in one change set.
  static let factsMax = 500

  struct Counts: Sendable {
    var areas = 0
    var units = 0
    var staff = 0
    var things = 0
    var devices = 0
    var observations = 0
    var alarms = 0
    var signals = 0
    var cases = 0
    var steps = 0
    var judgements = 0
    var planted = 0
  }

  let folder: DataFolder
  let file: DemonstrationFile
  /// That of the folder's engine.
  let clock: DemonstrationClock

  /// The plan of a file; the same file gives the same plan, ids and all.
  static func plan(_ file: DemonstrationFile) -> DemonstrationPlan {
    let identities = Mutex(IdentitySequence(node: planNode))
    return DemonstrationPlan(
      seed: file.seed, things: file.things, devices: file.devices, cases: file.cases,
      days: file.days,
      endingAt: file.endingAt
    ) { instant in identities.withLock { $0.next(at: instant) } }
  }

  /// Ids of the plan bear a node of their own, so that none meets one that the engine makes.
  static let planNode = IdentitySequence.nodesMax - 1

  func make() async throws -> Counts {
    Output.say("making the demonstration district (seed \(file.seed)) …")
    let plan = Self.plan(file)
    var counts = Counts()
    counts.areas = plan.areas.count
    counts.units = plan.units.count
    counts.staff = plan.staff.count
    counts.things = plan.things.count
    try await save("demonstration.places", plan.areas.map { .area($0) })
    try await save("demonstration.units", plan.units.map { .unit($0) })
    try await save(
      "demonstration.staff", plan.staff.map { .staff($0) } + plan.duties.map { .duty($0) })
    try await folder.engine.reloadDirectory()
    try await save(
      "demonstration.things", plan.things.map { .thing($0) } + plan.links.map { .link($0) },
      progress: Progress("things"))
    try await save(
      "demonstration.devices",
      plan.devices.map { .thing($0.thing) } + plan.deviceLinks.map { .link($0) },
      progress: Progress("devices"))
    try await accounts(plan)
    guard let core = folder.engine.catalogue.packs.first(where: { $0.id == "core" }) else {
      throw WorkFault(message: "the demonstration needs the pack core")
    }
    let script = DemonstrationScript(plan: plan, pack: core)
    counts.planted = try PlantedFile(script: script, catalogue: folder.engine.catalogue)
      .write(folder.path, offsetMinutes: folder.engine.settings.offsetMinutes)
    let played = try await play(script)
    let told = try await DemonstrationPast(
      engine: folder.engine, folder: folder.path, clock: clock, script: script,
      player: DemonstrationPlayer(
        engine: folder.engine, picture: try await DemonstrationPicture.store(in: folder))
    ).tell()
    counts.devices = plan.devices.count
    counts.observations = told.observations
    counts.alarms = told.alarms
    counts.signals = played.signals + told.signals
    counts.cases = played.cases + told.cases
    counts.steps = played.steps + told.steps
    counts.judgements = played.judgements
    return counts
  }

  private func save(_ kind: String, _ facts: [Fact], progress: Progress? = nil) async throws {
    var rest = facts[...]
    while !rest.isEmpty {
      let part = Array(rest.prefix(Self.factsMax))
      rest = rest.dropFirst(part.count)
      _ = try await folder.engine.store.commit(
        ChangeSet(
          kind: kind, at: folder.engine.time.now, actor: .local("demo"),
          subject: SubjectReference(kind: "demonstration", id: Int64(file.seed)), request: "",
          conditions: [], facts: part))
      progress?.show(Int64(facts.count - rest.count), of: Int64(facts.count))
    }
  }

  private func accounts(_ plan: DemonstrationPlan) async throws {
    var made = file
    let posts = Dictionary(folder.engine.catalogue.posts.map { ($0.code, $0.name) }) { first, _ in
      first
    }
    do {
      try await folder.accounts.create(
        plan.accounts.map { ($0.login, $0.staff) }, password: file.password, by: .local("demo"),
        request: "")
    } catch {
      throw WorkFault(message: "demonstration accounts: \(error.code)")
    }
    for account in plan.accounts {
      let unit = plan.staff.first { $0.id == account.staff }?.unit
      made.logins.append(
        DemonstrationLogin(
          login: account.login, post: posts[account.post] ?? account.post, postCode: account.post,
          unit: unit.map { String($0.rawValue) } ?? "",
          unitName: plan.units.first { $0.id == unit }?.name ?? "", isOfUnit: account.isOfUnit))
    }
    try made.write(folder.path)
  }

  /// Plays the past, case by case in the order of time, some at the same moment.
  private func play(_ script: DemonstrationScript) async throws -> Counts {
    let history = script.history
    let progress = Progress("past cases")
    let picture = try await DemonstrationPicture.store(in: folder)
    var counts = Counts()
    try await withThrowingTaskGroup(of: Counts.self) { group in
      var waiting = 0
      var done = 0
      func take() async throws {
        guard let next = try await group.next() else { return }
        waiting -= 1
        done += 1
        counts.signals += next.signals
        counts.cases += next.cases
        counts.steps += next.steps
        counts.judgements += next.judgements
        progress.show(Int64(done), of: Int64(history.count))
      }
      for past in history {
        if waiting >= Self.parallelCases { try await take() }
        waiting += 1
        group.addTask { try await play(past, picture) }
      }
      while waiting > 0 { try await take() }
    }
    return counts
  }

  private func play(_ past: DemonstrationCase, _ picture: DemonstrationPicture) async throws
    -> Counts
  {
    var counts = Counts()
    let player = DemonstrationPlayer(engine: folder.engine, picture: picture)
    let outcome = try await player.send(past.signal, at: past.signal.occurredAt)
    counts.signals = 1 + past.repeats.count
    for signal in past.repeats { _ = try await player.send(signal, at: signal.occurredAt) }
    guard outcome.kind == .opened, let id = outcome.case,
      var current = try await folder.engine.store.load(id)
    else { return counts }
    counts.cases = 1
    // The script looks at what the engine really stored, and says what staff did next and when.
    while counts.steps < Self.stepsMax, let step = past.nextStep(for: current) {
      let at = current.state.since.advanced(byMilliseconds: step.afterMilliseconds)
      do {
        current = try await player.take(step, on: id, at: at)
        counts.steps += 1
      } catch {
        throw WorkFault(
          message: "case \(current.filing.number.text), \(step.action): \(error.code)")
      }
    }
    counts.judgements = try await judge(past, current, outcome.signal) ? 1 : 0
    return counts
  }

  /// Asks who reported a closed case how it went.
  private func judge(
    _ past: DemonstrationCase, _ closed: Case, _ report: ID<Signal>
  ) async throws -> Bool {
    guard let said = past.judgement(of: closed), let closedAt = closed.state.closedAt else {
      return false
    }
    do {
      _ = try await Judging(engine: folder.engine).take(
        JudgementDraft(solved: said.solved, satisfaction: said.satisfaction), of: report,
        on: closed.id, staff: nil, by: .engine("demonstration"), request: "",
        at: closedAt.advanced(byMilliseconds: said.afterMilliseconds))
    } catch {
      throw WorkFault(message: "case \(closed.filing.number.text), judged: \(error.code)")
    }
    return true
  }

  /// Steps of one case, should the script never end.
  static let stepsMax = 100
}

/// Does as simulated channels and staff do.
struct DemonstrationPlayer: Sendable {
  let engine: Engine
  let picture: DemonstrationPicture

  func send(_ signal: DemonstrationSignal, at now: Instant?) async throws(IntakeFault)
    -> IntakeOutcome
  {
    var draft = SignalDraft()
    draft.externalID = signal.externalID
    draft.item = signal.item
    draft.title = signal.title
    draft.text = signal.text
    draft.address = signal.address
    draft.longitude = signal.position?.longitude
    draft.latitude = signal.position?.latitude
    draft.thing = signal.thing.map { String($0.rawValue) }
    draft.occurredAt = signal.occurredAt
    draft.reporterName = signal.reporter?.name ?? ""
    draft.reporterPhone = signal.reporter?.phone ?? ""
    let raw = Array(
      "\(signal.channel.rawValue)\n\(signal.title)\n\(signal.text)\n\(draft.reporterName)\n\(draft.reporterPhone)"
        .utf8)
    return try await Intake(engine: engine).take(
      IncomingSignal(channel: signal.channel, draft: draft, raw: raw), by: .engine("demonstration"),
      request: "", at: now)
  }

  func take(_ step: DemonstrationStep, on id: ID<Case>, at: Instant?) async throws(DeskFault)
    -> Case
  {
    let directory = engine.directory
    let staff = directory.staff[step.staff]
    var order = StepOrder(action: step.action)
    order.note = step.note
    order.unit = step.unit
    order.staff = step.assignee
    order.item = step.item
    order.at = at
    order.evidence =
      Array(repeating: picture.photo, count: step.photos)
      + Array(repeating: picture.document, count: step.documents)
    let actor = StepActor(
      staff: step.staff, posts: Set(staff?.posts ?? []).union([step.post]),
      unit: staff.map { directory.path(of: $0.unit) } ?? .none, isEngine: false)
    return try await Desk(engine: engine).take(
      order, on: id, by: actor, as: .staff(step.staff), request: "")
  }
}
