package import City
import Discovering
package import Evaluating
package import Pack
package import Ports

/// Keeps the grades of things up to date: follows the journal for what changed, and looks at
/// everything once when it begins and once a day, because dates come nearer though nothing happens.
///
/// What became grave is reported as a signal of the channel `system` first and graded then: if the
/// engine ends between both, it reports again under the same id, which changes nothing.
package actor GradeDesk {
  /// Entries read at a time.
  static let entriesMax = 512
  /// Things read at a time, and graded in one change set.
  static let thingsMax = 200
  /// Cases at one thing that a model may count.
  static let casesMax = 500
  /// How often it looks at journal and day.
  static let restMilliseconds: Int64 = 500

  /// What came of a thing that was looked at.
  package struct Outcome: Sendable {
    package let grading: Grading
    /// What the same model said of it before.
    package let before: Grading?
    /// What became of the report; nil where there was none.
    package let report: IntakeOutcome?
  }

  let engine: Engine
  private let models: [String: [RiskModel]]
  private var position: Int64 = 0
  /// The day at which everything was looked at; nil = never.
  private var day: Int?

  package init(engine: Engine) {
    self.engine = engine
    models = Dictionary(grouping: engine.catalogue.risks, by: \.kind)
  }

  /// Grades everything, then what changes, until the task is cancelled.
  package func run() async {
    guard !models.isEmpty else { return }
    await Following.run(
      restMilliseconds: Self.restMilliseconds,
      begin: { () async throws(StoreFault) in self.day = nil },
      turn: { () async throws(StoreFault) in try await self.turn() })
  }

  /// Follows the journal to its end; looks at everything where a new day began.
  /// - Returns: what changed, in its order.
  @discardableResult
  package func turn() async throws(StoreFault) -> [Outcome] {
    var outcomes: [Outcome] = []
    let today = today
    if day != today {
      let isFirst = day == nil
      // What changes while everything is looked at is looked at again.
      if isFirst { position = try await engine.store.lastSequence() }
      for kind in models.keys.sorted()
      where isFirst || models[kind]?.contains(where: \.followsDays) ?? false {
        outcomes += try await sweep(kind)
      }
      day = today
    }
    return try await outcomes + follow()
  }

  /// What every model of its kind says of a thing now, with what is known of its inputs.
  package func assessments(
    of thing: Thing
  ) async throws(StoreFault) -> [(model: RiskModel, assessment: RiskAssessment)] {
    guard let kind = engine.catalogue.kind(code: thing.kind), let models = models[thing.kind]
    else { return [] }
    let facts = try await facts(thing, kind, models)
    return models.map { ($0, $0.assess(facts.value)) }
  }

  private var today: Int { engine.civilDate(of: engine.time.now).daysSinceEpoch }

  // MARK: Following

  private func follow() async throws(StoreFault) -> [Outcome] {
    var outcomes: [Outcome] = []
    while try await engine.store.lastSequence() > position {
      let entries = try await engine.store.entries(after: position, limit: Self.entriesMax)
      guard let last = entries.last else { break }
      for thing in touched(by: entries).sorted() {
        guard let found = try await engine.store.load(thing) else { continue }
        outcomes += try await regrade([found])
      }
      position = last.sequence
    }
    return outcomes
  }

  /// Things whose inputs may have changed.
  private func touched(by entries: [JournalEntry]) -> Set<ID<Thing>> {
    var touched: Set<ID<Thing>> = []
    for fact in entries.lazy.flatMap(\.facts) {
      switch fact {
      case .thing(let thing) where models[thing.kind] != nil: touched.insert(thing.id)
      case .caseFiled(let filed): if let thing = filed.filing.thing { touched.insert(thing) }
      default: break
      }
    }
    return touched
  }

  private func sweep(_ kind: String) async throws(StoreFault) -> [Outcome] {
    var outcomes: [Outcome] = []
    var before: Int64?
    repeat {
      var query = ThingQuery(
        scope: .everything, page: PageRequest(limit: Self.thingsMax, before: before))
      query.kind = kind
      let page = try await engine.store.things(query)
      outcomes += try await regrade(page.elements)
      before = page.next
    } while before != nil && !Task.isCancelled
    return outcomes
  }

  // MARK: Grading

  /// Grades things anew; what did not change is not written.
  private func regrade(_ things: [Thing]) async throws(StoreFault) -> [Outcome] {
    var outcomes: [Outcome] = []
    for thing in things {
      guard let kind = engine.catalogue.kind(code: thing.kind), let models = models[thing.kind]
      else { continue }
      let facts = try await facts(thing, kind, models)
      let most = models.count * 2
      let known = try await engine.store.gradings(of: thing.id, limit: most)
      for model in models {
        let before = try await current(model, of: thing, among: known, most: most)
        let assessment = model.assess(facts.value)
        guard
          let grading = model.grading(
            of: thing, assessment, after: before, id: engine.newID(), at: engine.time.now)
        else { continue }
        let report =
          model.isReported(grading, after: before)
          ? try await report(thing, model, assessment, after: before) : nil
        outcomes.append(Outcome(grading: grading, before: before, report: report))
      }
    }
    guard !outcomes.isEmpty else { return [] }
    let only = things.count == 1 ? things[0].id.rawValue : 0
    let changes = ChangeSet(
      kind: "thing.graded", at: engine.time.now, actor: .engine("grades"),
      subject: SubjectReference(kind: "thing", id: only), request: "", conditions: [],
      facts: outcomes.map { .graded($0.grading) })
    _ = try await engine.store.commit(changes)
    return outcomes
  }

  /// What a model says of a thing so far. One that changes seldom may lie behind many of others.
  private func current(
    _ model: RiskModel, of thing: Thing, among known: [Grading], most: Int
  ) async throws(StoreFault) -> Grading? {
    if let found = known.first(where: { $0.model == model.code && $0.until == nil }) {
      return found
    }
    guard known.count == most else { return nil }
    let all = try await engine.store.gradings(of: thing.id, limit: Self.historyMax)
    return all.first { $0.model == model.code && $0.until == nil }
  }

  /// Gradings of one thing that are looked at.
  package static let historyMax = 10_000

  private func facts(
    _ thing: Thing, _ kind: Kind, _ models: [RiskModel]
  ) async throws(StoreFault) -> ThingRisk {
    let now = engine.time.now
    var filed: [(item: String?, at: Instant)] = []
    if let days = models.compactMap(\.caseDaysMax).max() {
      var query = CaseQuery(
        scope: .everything, page: PageRequest(limit: Self.casesMax, before: nil))
      query.thing = thing.id
      query.filedFrom = now.advanced(byMilliseconds: -Int64(days) * Duration.day)
      filed = try await engine.store.cases(query).elements
        .map { ($0.state.item, $0.filing.filedAt) }
    }
    let cases = filed
    return ThingRisk(
      thing.attributes, of: kind, today: engine.civilDate(of: now)
    ) { items, days in
      let from = now.advanced(byMilliseconds: -Int64(days) * Duration.day)
      return cases.count { one in
        one.at > from && (items.isEmpty || one.item.map(items.contains) ?? false)
      }
    }
  }

  /// Tells the loop that a thing became grave. What the loop refuses is only listed.
  /// - Throws: where the loop could not take it now; then nothing is graded either.
  private func report(
    _ thing: Thing, _ model: RiskModel, _ assessment: RiskAssessment, after before: Grading?
  ) async throws(StoreFault) -> IntakeOutcome? {
    let reasons =
      assessment.rules.map { model.rules[$0].why }
      + model.factors.indices.filter { assessment.contributions[$0].points > 0 }
      .map { model.factors[$0].title }
    var draft = SignalDraft()
    draft.externalID = "\(thing.id.rawValue)/\(model.code)/\(before?.id.rawValue ?? 0)"
    draft.item = model.item
    draft.thing = String(thing.id.rawValue)
    draft.title = "\(thing.name) \(model.name) \(model.name(of: assessment.grade) ?? "")"
    draft.text = reasons.joined(separator: " ")
    draft.address = thing.address
    let raw = "\(draft.externalID) \(assessment.grade.rawValue)"
    do throws(IntakeFault) {
      return try await Intake(engine: engine).take(
        IncomingSignal(channel: .system, draft: draft, raw: Array(raw.utf8)),
        by: .engine("grades"), request: "")
    } catch {
      switch error {
      case .store(let fault): throw fault
      case .crowded: throw .busy
      case .refused, .rival, .unknownThing, .sealing: return nil
      }
    }
  }
}
