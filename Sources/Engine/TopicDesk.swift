import City
import Language
import Ports
import Synchronization
import Threads

/// Finds the hot topics of the last days for the whole city, once for everybody who asks.
///
/// The work takes seconds of one processor, so that it is done on a thread of its own, by one caller
/// at a time, and its answer is kept for a while.
final class TopicDesk: Sendable {
  /// How long an answer is kept.
  static let keptMilliseconds: Int64 = 10 * Duration.minute
  /// Cases that are looked at, the newest.
  static let casesMax = 5_000
  /// Cases that are passed over at most because they were filed before the window.
  static let passedMax = 20_000
  /// Topics that are kept of an answer.
  static let topicsMax = 100
  /// Two topics with this share of the smaller one's cases in common are the same on two days.
  static let sameShare = 0.3
  /// What was not seen for so long begins anew.
  static let rememberedDays: Int64 = 60
  /// A topic is written down again after so long, or when half of its cases are others.
  static let rewriteMilliseconds: Int64 = 6 * Duration.hour

  /// One case of a topic, as far as a topic is made of it.
  struct Member: Sendable {
    let `case`: Case
    let people: Int
    let isRepeated: Bool
  }

  struct Found: Sendable {
    let id: ID<HotTopic>
    let title: String
    let members: [Member]
  }

  struct Snapshot: Sendable {
    let at: Instant
    let from: Instant
    let topics: [Found]
    let looked: Int
    let leftOut: Bool
  }

  private struct State {
    var snapshots: [Int: Snapshot] = [:]
    var running: [Int: Task<Snapshot, any Error>] = [:]
  }

  private let state = Mutex(State())

  init() {}

  /// The topics of the last `days`, not older than `keptMilliseconds`.
  func snapshot(days: Int, of engine: Engine) async throws(StoreFault) -> Snapshot {
    let now = engine.time.now
    let task = state.withLock { state -> Task<Snapshot, any Error>? in
      if let known = state.snapshots[days],
        now.millisecondsSince(known.at) < Self.keptMilliseconds
      {
        return nil
      }
      if let running = state.running[days] { return running }
      let running = Task { try await Self.compute(days: days, of: engine, at: now) }
      state.running[days] = running
      return running
    }
    guard let task else {
      if let known = state.withLock({ $0.snapshots[days] }) { return known }
      throw .unavailable(detail: "no topics are kept")
    }
    let result = await task.result
    return try state.withLock { state throws(StoreFault) in
      state.running[days] = nil
      switch result {
      case .success(let snapshot):
        state.snapshots[days] = snapshot
        return snapshot
      case .failure(let error as StoreFault): throw error
      case .failure(let error): throw .unavailable(detail: "\(error)")
      }
    }
  }

  private static func compute(
    days: Int, of engine: Engine, at now: Instant
  ) async throws -> Snapshot {
    let from = now.advanced(byMilliseconds: -Int64(days) * Duration.day)
    let (cases, leftOut) = try await cases(since: from, of: engine)
    let topics = await groups(of: cases)
    var found: [Found] = []
    var known = try await engine.store.topics(
      since: now.advanced(byMilliseconds: -rememberedDays * Duration.day))
    var facts: [Fact] = []
    for topic in topics.prefix(topicsMax) {
      let members = topic.members.map { cases[$0] }.sorted { $0.id < $1.id }
      let ids = members.map(\.id)
      let before = Self.same(ids, among: known)
      if let before { known.removeAll { $0.id == before.id } }
      let next = HotTopic(
        id: before?.id ?? engine.newID(), title: topic.title,
        cases: Array(ids.suffix(HotTopic.casesMax)), firstSeenAt: before?.firstSeenAt ?? now,
        lastSeenAt: now)
      if mustWrite(next, over: before) { facts.append(.topic(next)) }
      found.append(
        Found(
          id: next.id, title: topic.title,
          members: try await members.asyncMap { try await member($0, of: engine) }))
    }
    if !facts.isEmpty {
      _ = try await engine.store.commit(
        ChangeSet(
          kind: "topics.published", at: now, actor: .engine("topics"),
          subject: SubjectReference(kind: "topic", id: 0), request: "", conditions: [],
          facts: facts))
    }
    return Snapshot(at: now, from: from, topics: found, looked: cases.count, leftOut: leftOut)
  }

  /// Cases that tell of the same, by their places in the list.
  static func groups(of cases: [Case]) async -> [Topic] {
    let texts = cases.map { found in
      TopicText(
        id: "", title: found.filing.title, text: found.filing.text,
        day: Double(found.filing.filedAt.milliseconds) / Double(Duration.day), likes: 0)
    }
    return await onOwnThread { TopicFinder.topics(of: texts) }
  }

  /// The newest cases that were filed since a moment.
  private static func cases(
    since from: Instant, of engine: Engine
  ) async throws -> (cases: [Case], leftOut: Bool) {
    var cases: [Case] = []
    var passed = 0
    var query = CaseQuery(
      scope: .everything, page: PageRequest(limit: PageRequest.limitMax, before: nil))
    while passed <= passedMax {
      let page = try await engine.store.cases(query)
      for found in page.elements {
        guard found.filing.filedAt >= from else {
          passed += 1
          continue
        }
        guard cases.count < casesMax else { return (cases, true) }
        cases.append(found)
      }
      guard let next = page.next else { break }
      query.page = PageRequest(limit: PageRequest.limitMax, before: next)
    }
    return (cases, false)
  }

  private static func member(_ found: Case, of engine: Engine) async throws -> Member {
    let event = try await engine.store.load(found.filing.event)
    return Member(
      case: found, people: max(1, event?.people ?? 1),
      isRepeated: event.map { $0.repeatOf != nil || $0.signals > 1 } ?? false)
  }

  /// The topic of another day with which these cases have the most in common; of equals the oldest.
  static func same(_ cases: [ID<Case>], among known: [HotTopic]) -> HotTopic? {
    let present = Set(cases)
    var best: (topic: HotTopic, share: Double)?
    for topic in known {
      let common = topic.cases.filter { present.contains($0) }.count
      let share = Double(common) / Double(max(1, min(topic.cases.count, cases.count)))
      if share >= sameShare, share > best?.share ?? 0 { best = (topic, share) }
    }
    return best?.topic
  }

  static func mustWrite(_ topic: HotTopic, over before: HotTopic?) -> Bool {
    guard let before else { return true }
    let age = topic.lastSeenAt.millisecondsSince(before.lastSeenAt)
    let kept = Set(before.cases).intersection(topic.cases).count
    return age >= rewriteMilliseconds || kept * 2 < topic.cases.count
  }

  /// Runs long work where no task waits for its thread.
  private static func onOwnThread<Answer: Sendable>(
    _ work: @escaping @Sendable () -> Answer
  ) async -> Answer {
    await withCheckedContinuation { continuation in
      DedicatedThread { continuation.resume(returning: work()) }.detach()
    }
  }
}

extension Array {
  /// One after the other.
  fileprivate func asyncMap<Other>(_ make: (Element) async throws -> Other) async throws -> [Other]
  {
    var others: [Other] = []
    others.reserveCapacity(count)
    for element in self { others.append(try await make(element)) }
    return others
  }
}
