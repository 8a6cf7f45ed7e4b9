package import City
package import Evaluating
package import Pack
package import Ports

/// Why a report of a goal was not taken.
package enum GoalFault: Error, Equatable {
  case unknown
  /// Another unit answers for it.
  case notYours
  case unknownMilestone
  case reachedAlready
  /// A milestone needs proof, a value a goal that has none of its own.
  case proofMissing
  /// Neither a milestone nor a value, or a value for what a vital measures.
  case nothingSaid
  case words(max: Int)
  case store(StoreFault)

  package var code: String {
    switch self {
    case .unknown: "goal.unknown"
    case .notYours: "goal.not_yours"
    case .unknownMilestone: "goal.milestone_unknown"
    case .reachedAlready: "goal.reached_already"
    case .proofMissing: "goal.proof_missing"
    case .nothingSaid: "goal.nothing_said"
    case .words: "text.too_long"
    case .store(let fault): fault.code
    }
  }
}

/// A goal with how it stands.
package struct GoalLine: Sendable {
  package let goal: Goal
  package let standing: GoalStanding
  /// Units that answer for it, by id.
  package let units: [ID<Unit>]
  package let reports: [TaskReport]
}

extension VitalDesk {
  /// All yearly goals with their lights. Call `refresh` before.
  package func goals() async throws(StoreFault) -> [GoalLine] {
    let reports = Dictionary(grouping: try await engine.store.taskReports(), by: \.goal)
    let today = engine.civilDate(of: engine.time.now)
    return engine.catalogue.goals.map { goal in
      let own = reports[goal.code] ?? []
      return GoalLine(
        goal: goal,
        standing: GoalStanding(
          goal, reports: own, measured: measured(goal, today), today: today),
        units: answering(goal), reports: own)
    }
  }

  /// What a goal's vital came to from the year's first day to the end of yesterday.
  private func measured(_ goal: Goal, _ today: CivilDate) -> Double? {
    guard let code = goal.vital, let index = book.vitals.firstIndex(where: { $0.code == code }),
      let place = topPlace, let first = CivilDate(year: today.year, month: 1, day: 1)
    else { return nil }
    func start(_ day: CivilDate) -> Instant {
      Instant(
        milliseconds: Int64(day.daysSinceEpoch) * Duration.day - book.offsetMilliseconds)
    }
    guard let period = Period(from: start(first), to: start(today)) else { return nil }
    return book.reading(vital: index, place: place, period: period).value
  }

  private func answering(_ goal: Goal) -> [ID<Unit>] {
    engine.directory.units.values.filter { $0.duties.contains(goal.duty) }.map(\.id).sorted()
  }

  /// Takes a report of the unit that answers for a goal.
  package func report(
    _ report: TaskReport, by caller: Caller, request: String
  ) async throws(GoalFault) {
    guard let goal = engine.catalogue.goal(code: report.goal) else { throw .unknown }
    let units = answering(goal)
    guard caller.scope == .everything || units.contains(where: { caller.unit.lies(in: $0) })
    else { throw .notYours }
    guard report.note.unicodeScalars.count <= TaskReport.noteMax,
      report.proof.count <= TaskReport.proofMax
    else { throw .words(max: TaskReport.noteMax) }
    if let code = report.milestone {
      guard goal.milestones.contains(where: { $0.code == code }) else {
        throw .unknownMilestone
      }
      guard !report.proof.isEmpty || !report.note.isEmpty else { throw .proofMissing }
    }
    guard report.milestone != nil || report.value != nil && goal.vital == nil else {
      throw .nothingSaid
    }
    let known = try await reports(of: goal)
    guard report.milestone == nil || !known.contains(where: { $0.milestone == report.milestone })
    else { throw .reachedAlready }
    do throws(StoreFault) {
      _ = try await engine.store.commit(
        ChangeSet(
          kind: "goal.reported", at: engine.time.now, actor: caller.actor,
          subject: SubjectReference(kind: "taskReport", id: report.id.rawValue),
          request: request, conditions: [], facts: [.taskReport(report)]))
    } catch {
      throw .store(error)
    }
  }

  private func reports(of goal: Goal) async throws(GoalFault) -> [TaskReport] {
    do throws(StoreFault) {
      return try await engine.store.taskReports().filter { $0.goal == goal.code }
    } catch {
      throw .store(error)
    }
  }
}
