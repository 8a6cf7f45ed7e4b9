import City
import Engine
import Handling
import Pack
import Ports

/// Rounds of a demonstration: those of the period before, done and missed, and those of today, some
/// stops of which were looked at.
struct PackDemoRounds {
  let engine: Engine
  let clock: DemonstrationClock

  /// What there is afterwards.
  struct Outcome {
    var made = 0
    var missed = 0
    var visited = 0
  }

  /// Makes them once: where a plan has any round, nothing is made.
  func make() async throws -> Outcome {
    var outcome = Outcome()
    let plans = engine.catalogue.patrols
    guard !plans.isEmpty, try await rounds(plans).isEmpty else { return outcome }
    let today = engine.civilDate(of: engine.time.now)
    // The day before the first of this period's days: of a plan by the month the last of a month.
    let starts = plans.map { $0.every.days(holding: today).from.daysSinceEpoch }
    guard let first = starts.min() else { return outcome }
    let noon =
      Int64(first - 1) * Duration.day + 12 * Duration.hour
      - Int64(engine.settings.offsetMinutes) * Duration.minute
    clock.hold(at: Instant(milliseconds: noon))
    outcome.made += try await PatrolDesk(engine: engine).turn().made
    for round in try await rounds(plans) {
      // The first round of every unit is finished, of the others half.
      outcome.visited += try await visit(round, part: round.part == 1 ? 1 : 2)
    }
    clock.release()
    let turned = try await PatrolDesk(engine: engine).turn()
    outcome.made += turned.made
    outcome.missed += turned.missed
    for round in try await rounds(plans) where round.state == .open && round.part == 1 {
      outcome.visited += try await visit(round, part: 2)
    }
    return outcome
  }

  private func rounds(_ plans: [PatrolPlan]) async throws -> [Patrol] {
    var rounds: [Patrol] = []
    for plan in plans {
      let query = PatrolQuery(
        scope: .everything, plan: plan.code,
        page: PageRequest(limit: PageRequest.limitMax, before: nil))
      rounds += try await engine.store.patrols(query).elements
    }
    return rounds
  }

  /// Somebody of the unit finds one stop in so many sound.
  private func visit(_ round: Patrol, part: Int) async throws -> Int {
    guard let plan = engine.catalogue.patrol(code: round.plan) else { return 0 }
    let people = engine.directory.staff.values.filter { $0.active }.sorted { $0.id < $1.id }
      .filter { one in one.posts.contains { plan.posts.contains($0) } }
    guard
      let person = people.first(where: { $0.unit == round.unit.innermost }) ?? people.first,
      let post = person.posts.first(where: { plan.posts.contains($0) })
    else { return 0 }
    let stops = round.left.prefix(round.stops.count / part)
    for stop in stops {
      _ = try await PatrolActs(engine: engine).visit(
        stop.thing, on: round.id, isSound: true, words: "", files: [], by: person.id,
        posts: [post], as: .staff(person.id), request: "")
    }
    return stops.count
  }
}
