package import City
import Geography
import Pack

/// One past problem: who reported it, and what staff did about it.
package struct DemonstrationCase: Sendable {
  /// Place in the history, from 0.
  package let number: Int
  package let signal: DemonstrationSignal
  /// Later reports of the same problem by others, in the order of time.
  package let repeats: [DemonstrationSignal]
  /// The item that it truly is, whether or not the signal names it.
  package let item: String
  let problem: Problem
  let script: DemonstrationScript

  /// The steps taken up to the end of the past, when the case stands in `stage` after filing.
  ///
  /// nil = the flow's own start. `afterMilliseconds` counts from the signal. Most cases end in
  /// time; some are late, reworked, returned, not confirmed or void; the youngest are still open, in
  /// every stage. The list is made anew on every call.
  package func steps(from stage: String? = nil) -> [DemonstrationStep] {
    script.steps(of: self, from: stage)
  }

  /// What staff did next with the engine's own case of this problem, wherever it stands.
  ///
  /// Surer than `steps`: it follows what the engine found and decided by itself.
  /// `afterMilliseconds` counts from when the case came to its stage. nil = nothing more happened
  /// before the end of the past.
  package func nextStep(for given: Case) -> DemonstrationStep? {
    script.nextStep(of: self, for: given)
  }

  /// What its reporter says of the engine's own case when that is closed as done; nil = nothing
  /// before the end of the past.
  package func judgement(of given: Case) -> DemonstrationJudgement? {
    guard given.state.verdict == .passed, let closedAt = given.state.closedAt,
      signal.reporter != nil,
      let said = script.plants.judgement(
        number: number, area: given.state.area, unit: given.state.unit,
        occurredAt: signal.occurredAt),
      closedAt.advanced(byMilliseconds: said.afterMilliseconds) < script.plan.endingAt
    else { return nil }
    return said
  }
}

/// The past as a sequence that makes each case when it is asked for: none is held.
package struct DemonstrationHistory: Sequence, Sendable {
  let script: DemonstrationScript
  private let rhythm: Rhythm

  init(script: DemonstrationScript) {
    self.script = script
    rhythm = Rhythm(plan: script.plan)
  }

  package var count: Int { script.plan.cases }

  /// Any case by its number, 0 to `count` − 1; numbers follow time.
  package subscript(number: Int) -> DemonstrationCase {
    script.makeCase(
      number: number, at: rhythm.instant(of: number),
      after: number > 0 ? rhythm.instant(of: number - 1) : nil)
  }

  package func makeIterator() -> AnyIterator<DemonstrationCase> {
    var number = 0
    return AnyIterator {
      guard number < count else { return nil }
      defer { number += 1 }
      return self[number]
    }
  }

  package var underestimatedCount: Int { count }
}

/// When people report: by hour, by weekday, and more on some days than on others.
private struct Rhythm: Sendable {
  private let beginning: Instant
  private let cases: Int
  private let seed: UInt64
  /// For each hour of the past, the share of all cases that came up to its end.
  private let shares: [Double]

  private static let hourWeights: [Double] = [
    3, 2, 1, 1, 1, 3, 8, 22, 48, 62, 58, 46, 32, 36, 50, 54, 50, 40, 30, 26, 24, 18, 10, 5,
  ]
  private static let weekendWeight = 0.62

  init(plan: DemonstrationPlan) {
    let hours = plan.days * 24
    let beginning = plan.endingAt.advanced(byMilliseconds: -Int64(hours) * Duration.hour)
    var random = DemonstrationRandom(seed: plan.seed, stream: 20)
    let dayLuck = (0...plan.days).map { _ in random.double(in: 0.8...1.25) }
    var sum = 0.0
    var sums: [Double] = []
    for hour in 0..<hours {
      let local =
        beginning.milliseconds + Organisation.zoneMilliseconds + Int64(hour) * Duration.hour
      let date = CivilDate(daysSinceEpoch: Int(local / Duration.day))
      let hourOfDay = Int(local % Duration.day / Duration.hour)
      sum +=
        Self.hourWeights[hourOfDay] * dayLuck[hour / 24]
        * (date.weekday >= 6 ? Self.weekendWeight : 1)
      sums.append(sum)
    }
    self.beginning = beginning
    cases = plan.cases
    seed = plan.seed
    shares = sums.map { $0 / sum }
  }

  /// Grows with the number: each case has a slot of its own.
  func instant(of number: Int) -> Instant {
    var random = DemonstrationRandom(seed: seed, stream: 21, index: UInt64(number))
    let share = (Double(number) + random.unit()) / Double(cases)
    var low = 0
    var high = shares.count - 1
    while low < high {
      let middle = (low + high) / 2
      if shares[middle] > share { high = middle } else { low = middle + 1 }
    }
    let before = low == 0 ? 0 : shares[low - 1]
    let part = (share - before) / (shares[low] - before)
    return beginning.advanced(
      byMilliseconds: Int64((Double(low) + min(max(part, 0), 1)) * Double(Duration.hour)))
  }
}

extension DemonstrationScript {
  /// Six or seven of a hundred signals repeat one that others sent before.
  private static let repeatShare = 0.055
  private static let repeatTwiceShare = 0.008
  private static let strayMetres = 9.0
  static let repeatMillisecondsMax = 90 * Duration.minute

  func makeCase(number: Int, at instant: Instant, after before: Instant?) -> DemonstrationCase {
    var random = DemonstrationRandom(seed: plan.seed, stream: 22, index: UInt64(number))
    let ordinary = reporting.problem(&random)
    let problem =
      plants.problem(at: instant, after: before, number: number, reporting: reporting) ?? ordinary
    let externalID = "DEMO-\(plan.seed)-\(number.padded(to: 7))"
    let signal = reporting.signal(
      of: problem, at: instant, externalID: externalID, straying: 0, &random)
    var repeats: [DemonstrationSignal] = []
    let wanted =
      random.chance(Self.repeatTwiceShare) ? 2 : random.chance(Self.repeatShare) ? 1 : 0
    if problem.item.joinMetres > 0, signal.position != nil {
      var at = instant
      let window = min(problem.item.joinMilliseconds / 2, Self.repeatMillisecondsMax)
      for serial in 0..<wanted {
        at = at.advanced(
          byMilliseconds: Int64(random.double(in: 0.05...0.5) * Double(window)))
        guard at < plan.endingAt else { break }
        repeats.append(
          reporting.signal(
            of: problem, at: at, externalID: "\(externalID)-\(serial + 1)",
            straying: min(Self.strayMetres, problem.item.joinMetres / 3), &random))
      }
    }
    return DemonstrationCase(
      number: number, signal: signal, repeats: repeats, item: problem.item.code,
      problem: problem, script: self)
  }

  private static let stepsMax = 24
  private static let forgottenShare = 0.004
  private static let lateShare = 0.08

  func steps(of past: DemonstrationCase, from stage: String?) -> [DemonstrationStep] {
    guard let flow = flows[past.problem.item.flow] else { return [] }
    var random = DemonstrationRandom(seed: plan.seed, stream: 23, index: UInt64(past.number))
    var view = CaseView(of: past.problem, stage: stage ?? flow.start)
    view.isUnwanted = past.item == plants.returnedItem
    if view.stage != flow.start {
      // The engine has dispatched by itself: staff of the answering unit go on.
      view.unit = conduct.unit(for: view)
    }
    let fate = fate(of: past)
    let until = plan.endingAt.millisecondsSince(past.signal.occurredAt)
    var after: Int64 = 0
    var steps: [DemonstrationStep] = []
    while steps.count < fate.stepsMax,
      let (step, move) = conduct.step(for: view, in: flow, &random)
    {
      after += Self.delay(of: move, item: past.problem.item, isLate: fate.isLate, &random)
      guard after < until else { break }
      steps.append(step.taken(afterMilliseconds: after))
      view.follow(step, move, item: conduct.item(step.item))
      if flow.stages.first(where: { $0.code == step.to })?.isFinal ?? true { break }
    }
    return steps
  }

  func nextStep(of past: DemonstrationCase, for given: Case) -> DemonstrationStep? {
    let fate = fate(of: past)
    guard given.state.closedAt == nil, given.state.version < fate.stepsMax,
      let flow = flows[given.flow.code]
    else { return nil }
    var random = DemonstrationRandom(
      seed: plan.seed, stream: 25,
      index: UInt64(past.number) &* 64 &+ UInt64(given.state.version))
    var view = view(of: given)
    view.itemFound = past.problem.item.code
    guard let (step, move) = conduct.step(for: view, in: flow, &random) else { return nil }
    let after = Self.delay(
      of: move, item: view.item ?? past.problem.item, isLate: fate.isLate, &random)
    guard given.state.since.advanced(byMilliseconds: after) < plan.endingAt else { return nil }
    return step.taken(afterMilliseconds: after)
  }

  /// What staff did next with a case that an alarm of a device filed, before the end of the past.
  ///
  /// `afterMilliseconds` counts from when the case came to its stage. nil = nothing more happened.
  package func pastStep(for given: Case) -> DemonstrationStep? {
    let view = view(of: given)
    guard given.state.closedAt == nil, given.state.version < Self.stepsMax,
      let flow = flows[given.flow.code], let item = view.item
    else { return nil }
    var random = DemonstrationRandom(
      seed: plan.seed, stream: 26,
      index: UInt64(bitPattern: given.id.rawValue) &* 64 &+ UInt64(given.state.version))
    guard let (step, move) = conduct.step(for: view, in: flow, &random) else { return nil }
    let after = Self.delay(of: move, item: item, isLate: false, &random)
    guard given.state.since.advanced(byMilliseconds: after) < plan.endingAt else { return nil }
    return step.taken(afterMilliseconds: after)
  }

  /// What was in store for a case from the beginning: how far it gets, and whether it drags on.
  private func fate(of past: DemonstrationCase) -> (stepsMax: Int, isLate: Bool) {
    var random = DemonstrationRandom(seed: plan.seed, stream: 24, index: UInt64(past.number))
    let isForgotten = random.chance(Self.forgottenShare)
    let isSlow = random.chance(Self.lateShare)
    let isLate =
      plants.isLate(
        unit: conduct.unit(for: CaseView(of: past.problem)), occurredAt: past.signal.occurredAt,
        &random) || isSlow
    return (isForgotten ? random.int(in: 1...3) : Self.stepsMax, isLate)
  }

  private static func delay(
    of move: Move, item: Item, isLate: Bool, _ random: inout DemonstrationRandom
  ) -> Int64 {
    let minutes: ClosedRange<Double>
    switch move {
    case .dispatch, .reclassify: minutes = 2...25
    case .accept, .assign: minutes = 3...40
    case .giveBack: minutes = 10...120
    case .close, .rework: minutes = 20...400
    case .plain, .special: minutes = 5...60
    case .report:
      let limit = item.handleClock?.limit ?? TimeLimit(amount: 1, measure: .days)
      let share = random.double(in: isLate ? 1.05...1.7 : 0.12...0.8)
      return Int64(Double(isLate ? limit.latestMilliseconds : limit.leastMilliseconds) * share)
    }
    return Int64(random.double(in: minutes) * Double(Duration.minute))
  }
}

extension CaseView {
  /// What a step changes of what staff look at.
  fileprivate mutating func follow(_ step: DemonstrationStep, _ move: Move, item next: Item?) {
    stage = step.to
    switch move {
    case .dispatch:
      unit = step.unit
      handler = step.assignee
    case .accept: handler = step.staff
    case .assign: handler = step.assignee ?? handler
    case .giveBack:
      returns += 1
      unit = nil
      handler = nil
    case .rework: reworks += 1
    case .reclassify: item = next ?? item
    case .report, .close, .plain, .special: break
    }
  }
}

extension TimeLimit {
  /// How long it is by the clock at the least: the engine knows the calendar, we do not.
  var leastMilliseconds: Int64 {
    let amount = Int64(amount)
    return switch measure {
    case .minutes: amount * Duration.minute
    case .hours, .workingHours: amount * Duration.hour
    case .days, .workingDays: amount * Duration.day
    case .yearDay: Duration.day
    }
  }

  /// How long it is by the clock over a night and a weekend.
  var latestMilliseconds: Int64 {
    switch measure {
    case .minutes, .hours, .days: leastMilliseconds
    case .yearDay: 366 * Duration.day
    case .workingHours: leastMilliseconds * 3 + 2 * Duration.day
    case .workingDays: leastMilliseconds * 3 / 2 + 2 * Duration.day
    }
  }
}
