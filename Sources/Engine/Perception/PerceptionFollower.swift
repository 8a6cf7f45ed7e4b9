package import City
import Discovering
package import Pack
package import Ports

/// Reads the log of observations in its order, feeds the rules and commits what becomes of alarms.
///
/// The log's position decides: a restart reads on from the last checkpoint, with the rules' state as
/// it was kept and then fed up to there, so that it goes on as if nothing had happened. Without a
/// state that fits (other rules, other devices) it warms the rules with what came before. A change
/// that was committed already is recognised by the episode's key and the alarm's state, so that
/// nothing is doubled, and nothing is lost.
package actor PerceptionFollower {
  /// Under this name its position is kept.
  package static let name = "perception"
  /// Alarms that are committed at once; each waits for the disk, together with the others.
  static let concurrentMax = 256
  /// How long after a pause of the program time stands still for the rules.
  package static let quietMilliseconds: Int64 = 30 * Duration.second
  /// How long a time of maintenance is looked at after its end.
  static let maintenanceKeptMilliseconds: Int64 = 31 * Duration.day
  /// How long a follower without work sleeps before it lets time pass for the rules.
  static let idleMilliseconds: Int64 = 200

  private let perception: Perception
  private let rules: [Rule]
  private let links: [Link]
  private var program: RuleProgram
  private var shards: [RuleShard] = []
  private var position = LogPosition(0)
  private var told = LogPosition(0)
  private var toldAt = Instant(milliseconds: 0)
  private var needsStart = true
  /// When the rules' state was last kept.
  private var keptAt: Instant?
  /// When time last passed for the rules.
  private var passedAt: Instant?
  /// After a pause of the program what devices and brokers kept meanwhile comes first: until then
  /// nobody is called silent.
  private var quietUntil: Instant?
  private var counted = 0
  private var evaluationsBefore = 0

  /// - Parameters:
  ///   - links: from devices to what they depend on.
  package init(perception: Perception, rules: [Rule], links: [Link] = []) {
    self.perception = perception
    self.rules = rules
    self.links = links
    program = RuleProgram(rules: [], world: RuleWorld(streams: []))
  }

  /// Observations read since the start.
  package var observationsRead: Int { counted }
  /// Observations read by rules bound to their stream since the start.
  package var evaluations: Int {
    evaluationsBefore + shards.reduce(0) { $0 + $1.counts.evaluations }
  }
  /// How far it came.
  package var at: LogPosition { position }

  /// Compiles the rules anew before the next observation: devices, times of maintenance or rules
  /// changed.
  package func restart() { needsStart = true }

  /// Follows until the task is cancelled. A store that does not answer is asked again.
  package func follow() async {
    while !Task.isCancelled {
      do throws(StoreFault) {
        if try await step() { continue }
      } catch {
        // Position and rules are as before the step: nothing of it is kept that was not committed.
        needsStart = true
      }
      try? await Task.sleep(for: .milliseconds(Self.idleMilliseconds))
    }
    try? await rest()
  }

  /// Takes the next observations, or lets time pass where there are none.
  /// - Returns: whether there may be more at once.
  package func step() async throws(StoreFault) -> Bool {
    let now = perception.engine.time.now
    if needsStart {
      // What was committed is not read a second time by rules that begin anew.
      if !shards.isEmpty { try await checkpoint(at: now, always: true) }
      try await start()
    }
    let run = try await perception.observations.log(
      from: position, limit: perception.settings.runMax)
    var changes = feed(run.observations)
    // Fewer than were asked for: nothing appended before `now` is left, so time may pass.
    if run.observations.count < perception.settings.runMax {
      passTime(now, &changes)
    }
    try await commit(changes)
    position = run.next
    counted += run.observations.count
    try await checkpoint(at: now, always: false)
    return !run.observations.isEmpty
  }

  /// Lets time pass for the rules, also while observations never cease to come.
  private func passTime(_ now: Instant, _ changes: inout [AlarmChange]) {
    guard quietUntil.map({ now >= $0 }) ?? true,
      passedAt.map({ now.millisecondsSince($0) >= Self.idleMilliseconds }) ?? true
    else { return }
    passedAt = now
    let settled = now.advanced(byMilliseconds: -perception.settings.slackMilliseconds)
    for shard in shards { shard.advance(to: settled, into: &changes) }
  }

  private func feed(_ observations: [Observation]) -> [AlarmChange] {
    var changes: [AlarmChange] = []
    observations.withUnsafeBufferPointer { buffer in
      for shard in shards { shard.take(buffer, into: &changes) }
    }
    return changes
  }

  // MARK: Start

  /// Compiles, warms up to the checkpoint and settles with what is open.
  private func start() async throws(StoreFault) {
    let engine = perception.engine
    // Late observations may still lie in a time that is over.
    let maintenance = try await engine.store.maintenance(
      endingAfter: engine.time.now.advanced(byMilliseconds: -Self.maintenanceKeptMilliseconds))
    let world = perception.world(links: links, maintenance: maintenance)
    evaluationsBefore = evaluations
    program = RuleProgram(rules: rules, world: world)
    makeShards()
    let stored = try await engine.store.position(of: Self.name)
    let checkpoint = max(LogPosition(stored?.position ?? 0), told)
    if let stored, counted == 0, passedAt == nil {
      let pause = engine.time.now.millisecondsSince(stored.at)
      if pause > perception.settings.checkpointMilliseconds * 2 {
        quietUntil = engine.time.now.advanced(byMilliseconds: Self.quietMilliseconds)
      }
    }
    told = checkpoint
    toldAt = stored?.at ?? engine.time.now
    if try await !restore(upTo: checkpoint) {
      makeShards()
      try await warm(upTo: checkpoint, since: toldAt)
      let open = try await openEpisodes()
      var orphans = Set(open)
      for shard in shards { orphans.formIntersection(shard.settle(open: open)) }
      try await end(orphans)
    }
    position = checkpoint
    needsStart = false
  }

  private func makeShards() {
    shards = (0..<program.shards).map { RuleShard(program, shard: $0) }
  }

  /// Takes the state that was kept, and feeds what lies between it and the checkpoint.
  /// - Returns: false where none fits; the shards are of no use then.
  private func restore(upTo checkpoint: LogPosition) async throws(StoreFault) -> Bool {
    guard let bytes = try await perception.observations.ruleState(),
      let state = FollowerState(bytes), state.position <= checkpoint,
      state.shards.count == shards.count
    else { return false }
    for (shard, bytes) in zip(shards, state.shards) {
      guard (try? shard.restore(bytes)) != nil else { return false }
    }
    do throws(StoreFault) {
      try await feedAgain(from: state.position, upTo: checkpoint)
      return true
    } catch {
      // The log does not reach so far back any more.
      if case .inconsistent = error { return false }
      throw error
    }
  }

  /// Keeps the rules' state, now and then: it can be made anew, so a failure is passed over.
  private func keepState(at now: Instant, always: Bool) async {
    let isDue =
      keptAt.map { now.millisecondsSince($0) >= perception.settings.stateMilliseconds } ?? true
    guard isDue || always, !needsStart else { return }
    keptAt = now
    let state = FollowerState(position: position, shards: shards.map { $0.snapshot() })
    try? await perception.observations.saveRuleState(state.bytes)
  }

  private func openEpisodes() async throws(StoreFault) -> [OpenEpisode] {
    var episodes: [OpenEpisode] = []
    var before: Int64?
    repeat {
      var query = AlarmQuery(
        scope: .everything, page: PageRequest(limit: PageRequest.limitMax, before: before))
      query.open = true
      let page = try await perception.engine.store.alarms(query)
      for alarm in page.elements {
        guard let key = EpisodeText.read(alarm.key) else { continue }
        episodes.append(OpenEpisode(key: key, grade: alarm.state.grade))
      }
      before = page.next
    } while before != nil
    return episodes
  }

  /// Ends episodes whose rule or device is no more: nothing would ever clear them.
  private func end(_ orphans: Set<OpenEpisode>) async throws(StoreFault) {
    let engine = perception.engine
    for orphan in orphans {
      guard let alarm = try await engine.store.alarm(key: EpisodeText.write(orphan.key)) else {
        continue
      }
      var state = alarm.state
      state.clearedAt = engine.time.now
      state.changedAt = engine.time.now
      state.version += 1
      _ = try await engine.store.commit(
        ChangeSet(
          kind: "alarm.ended", at: engine.time.now, actor: .engine(Self.name),
          subject: SubjectReference(kind: "alarm", id: alarm.id.rawValue), request: "",
          conditions: [.alarmVersion(alarm.id, alarm.state.version)],
          facts: [.alarm(alarm.becoming(state))]))
    }
  }

  /// Feeds what lies before the checkpoint; all that it changes was committed before.
  private func warm(upTo checkpoint: LogPosition, since: Instant) async throws(StoreFault) {
    guard checkpoint > LogPosition(0) else { return }
    let back = program.warmMilliseconds + perception.settings.slackMilliseconds
    let start = try await perception.observations.position(
      at: since.advanced(byMilliseconds: -back))
    try await feedAgain(from: start, upTo: checkpoint)
  }

  /// Feeds what was fed before; all that it changes was committed then.
  private func feedAgain(
    from start: LogPosition, upTo end: LogPosition
  ) async throws(StoreFault) {
    var at = start
    while at < end {
      let limit = min(Int64(perception.settings.runMax), end.rawValue - at.rawValue)
      let run = try await perception.observations.log(from: at, limit: Int(limit))
      guard !run.observations.isEmpty else { break }
      _ = feed(run.observations)
      at = run.next
    }
  }

  // MARK: What becomes of alarms

  /// Commits changes; those of one episode one after another, different episodes together.
  private func commit(_ changes: [AlarmChange]) async throws(StoreFault) {
    guard !changes.isEmpty else { return }
    let desk = AlarmRecording(perception: perception, program: program)
    var left = changes[...]
    while !left.isEmpty {
      // A round holds each episode at most once.
      var keys: Set<EpisodeKey> = []
      let end =
        left.firstIndex { !keys.insert($0.key).inserted || keys.count > Self.concurrentMax }
        ?? left.endIndex
      let round = Array(left[..<end])
      left = left[end...]
      let fault = await withTaskGroup(of: StoreFault?.self) { group in
        for change in round {
          group.addTask {
            do throws(StoreFault) {
              try await desk.record(change)
              return nil
            } catch {
              return error
            }
          }
        }
        var first: StoreFault?
        for await fault in group where first == nil { first = fault }
        return first
      }
      if let fault { throw fault }
    }
  }

  /// Says how far it came, before it is left.
  package func rest() async throws(StoreFault) {
    try await checkpoint(at: perception.engine.time.now, always: true)
  }

  private func checkpoint(at now: Instant, always: Bool) async throws(StoreFault) {
    let isDue = now.millisecondsSince(toldAt) >= perception.settings.checkpointMilliseconds
    guard position > told, isDue || always else { return }
    _ = try await perception.engine.store.commit(
      ChangeSet(
        kind: "perception.followed", at: now, actor: .engine(Self.name),
        subject: SubjectReference(kind: "follower", id: 0), request: "", conditions: [],
        facts: [
          .followed(FollowerPosition(follower: Self.name, position: position.rawValue, at: now))
        ]))
    told = position
    toldAt = now
    await keepState(at: now, always: always)
  }
}
