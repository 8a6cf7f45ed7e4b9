import City
import Geography
import Pack

/// The faults planted in the past's cases: what each is, and how it bends what happens.
///
/// Chosen by the seed among what the district really has; the rest of the past stays as it would
/// have been without them.
struct Plants: Sendable {
  /// So many days before the end of the past each begins.
  static let hotDays = 12
  static let lateDays = 16
  static let repeatDays = 24
  static let falseDays = 14
  static let discontentDays = 18
  /// The share of all cases that the hot spot takes once it began.
  static let hotShare = 0.05
  static let lateShare = 0.65
  static let falseShare = 0.6
  static let discontentShare = 0.7
  /// How heavy sending back weighs for the returned item; accepting weighs 100.
  static let returnWeight = 150.0
  /// The problem at one place comes back so often.
  static let repeatHours = 36
  /// Problems that are drawn to see what is common.
  private static let samplesCount = 1_500
  /// Road sides drawn to find some in each neighbourhood, and so many a neighbourhood needs.
  private static let sidesCount = 4_000
  private static let sidesLeast = 6
  /// A unit whose work mostly takes longer would not be seen late within the past.
  private static let shortMilliseconds = 5 * Duration.day

  struct HotSpot: Sendable {
    let item: Item
    let neighbourhoods: [ID<Area>]
    let sides: [RoadSide]
    let unit: ID<Unit>
    let since: Instant
  }
  struct RepeatedPlace: Sendable {
    let item: Item
    let side: RoadSide
    let street: ID<Area>
    let unit: ID<Unit>
    let since: Instant
  }

  let hotSpot: HotSpot?
  let repeated: RepeatedPlace?
  let lateUnit: (unit: ID<Unit>, since: Instant)?
  /// Its code.
  let returnedItem: String?
  let falseStreet: (area: ID<Area>, unit: ID<Unit>?, since: Instant)?
  let discontent: (unit: ID<Unit>, since: Instant)?
  private let seed: UInt64

  /// - Parameter unit: which unit answers for a problem.
  init(
    plan: DemonstrationPlan, items: [Item], reporting: Reporting, unit: (Problem) -> ID<Unit>
  ) {
    seed = plan.seed
    var random = DemonstrationRandom(seed: plan.seed, stream: 27)
    let samples = (0..<Self.samplesCount).map { _ in reporting.problem(&random) }
    let common = Commonness(samples: samples, plan: plan, unit: unit)
    func start(_ days: Int) -> Instant {
      plan.endingAt.advanced(byMilliseconds: -Int64(min(days, plan.days)) * Duration.day)
    }
    var streets = plan.ground.streets.map(\.id)
    random.shuffle(&streets)
    let sides = Self.sides(plan, &random)
    // Rare enough that its rise is one, and not what a device or a Thing must show.
    let quiet = items.filter { (common.items[$0.code] ?? 0) < Self.samplesCount / 50 }
    let places = quiet.isEmpty ? items : quiet
    func answering(_ item: Item, _ side: RoadSide) -> ID<Unit> {
      unit(reporting.problem(item, at: side, spread: 0, &random))
    }
    let hotItem = random.pick(places)
    let rich = (sides[streets.removeLast()] ?? [:]).filter { $0.value.count >= Self.sidesLeast }
      .sorted { $0.key < $1.key }.prefix(2)
    hotSpot =
      rich.count < 2
      ? nil
      : HotSpot(
        item: hotItem, neighbourhoods: rich.map(\.key), sides: rich.flatMap(\.value),
        unit: answering(hotItem, rich[0].value[0]), since: start(Self.hotDays))
    let others = places.filter {
      $0.code != hotItem.code && $0.joinMilliseconds <= Int64(Self.repeatHours) * Duration.hour
    }
    let street = streets.removeLast()
    let item = random.pick(others.isEmpty ? places : others)
    repeated = sides[street]?.sorted { $0.key < $1.key }.first?.value.first.map {
      RepeatedPlace(
        item: item, side: $0, street: street, unit: answering(item, $0),
        since: start(Self.repeatDays))
    }
    lateUnit = common.unit(rank: random.int(in: 0...2)).map { ($0, start(Self.lateDays)) }
    returnedItem = common.item(rank: random.int(in: 1...4), butNotOf: lateUnit?.unit)
    func centre(of street: ID<Area>?) -> ID<Unit>? {
      plan.units.first { $0.kind == .streetCentre && $0.area == street }?.id
    }
    falseStreet = streets.popLast().map { ($0, centre(of: $0), start(Self.falseDays)) }
    discontent = centre(of: streets.popLast()).map { ($0, start(Self.discontentDays)) }
  }

  /// What is common among problems drawn by chance.
  private struct Commonness {
    private(set) var items: [String: Int] = [:]
    private var units: [ID<Unit>: Int] = [:]
    private var unitOfItem: [String: ID<Unit>] = [:]

    init(samples: [Problem], plan: DemonstrationPlan, unit: (Problem) -> ID<Unit>) {
      let departments = Set(plan.units.filter { $0.kind == .department }.map(\.id))
      for problem in samples {
        let answering = unit(problem)
        items[problem.item.code, default: 0] += 1
        unitOfItem[problem.item.code] = answering
        let limit = problem.item.handleClock?.limit.latestMilliseconds ?? Duration.day
        guard departments.contains(answering), limit <= Plants.shortMilliseconds else { continue }
        units[answering, default: 0] += 1
      }
    }

    /// The department with most short work, from 0; nil where no department has any.
    func unit(rank: Int) -> ID<Unit>? {
      let ranked = units.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      return ranked.isEmpty ? nil : ranked[min(rank, ranked.count - 1)].key
    }

    func item(rank: Int, butNotOf unit: ID<Unit>?) -> String? {
      let ranked = items.filter { unitOfItem[$0.key] != unit }
        .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      return ranked.isEmpty ? nil : ranked[min(rank, ranked.count - 1)].key
    }
  }

  /// Road sides by street and neighbourhood.
  private static func sides(
    _ plan: DemonstrationPlan, _ random: inout DemonstrationRandom
  ) -> [ID<Area>: [ID<Area>: [RoadSide]]] {
    var found: [ID<Area>: [ID<Area>: [RoadSide]]] = [:]
    for _ in 0..<sidesCount {
      let side = plan.roads.side(
        of: plan.roads.roadDrawn(&random), offsetMetres: 10, on: plan.ground.mesh, random: &random)
      let path = plan.ground.path(of: side.cell)
      guard let street = path[.street], let neighbourhood = path[.neighbourhood] else { continue }
      found[street, default: [:]][neighbourhood, default: []].append(side)
    }
    return found
  }

  // MARK: What they bend

  /// What a report tells of at a moment instead of what chance would have it; nil = nothing else.
  /// - Parameter before: when the report before it came; nil = it is the first.
  func problem(
    at instant: Instant, after before: Instant?, number: Int, reporting: Reporting
  ) -> Problem? {
    var random = DemonstrationRandom(seed: seed, stream: 28, index: UInt64(number))
    if let repeated, let before, isDue(repeated.since, before, instant) {
      return reporting.problem(repeated.item, at: repeated.side, spread: 3, &random)
    }
    if let hotSpot, instant >= hotSpot.since, random.chance(Self.hotShare) {
      return reporting.problem(hotSpot.item, at: random.pick(hotSpot.sides), spread: 60, &random)
    }
    return nil
  }

  /// Whether one of the moments at which the repeated problem comes back lies between two.
  private func isDue(_ since: Instant, _ before: Instant, _ instant: Instant) -> Bool {
    func turns(_ moment: Instant) -> Int64 {
      let passed = moment.millisecondsSince(since)
      return passed < 0 ? -1 : passed / (Int64(Self.repeatHours) * Duration.hour)
    }
    return turns(instant) > turns(before)
  }

  /// Whether a case drags on that would not have otherwise.
  func isLate(unit: ID<Unit>, occurredAt: Instant, _ random: inout DemonstrationRandom) -> Bool {
    guard let lateUnit, lateUnit.unit == unit, occurredAt >= lateUnit.since else { return false }
    return random.chance(Self.lateShare)
  }

  /// What the reporter of a closed case says; nil = he is not asked.
  func judgement(
    number: Int, area: AreaPath, unit: UnitPath, occurredAt: Instant
  ) -> DemonstrationJudgement? {
    var random = DemonstrationRandom(seed: seed, stream: 29, index: UInt64(number))
    guard random.chance(0.8) else { return nil }
    var solved = !random.chance(0.05)
    var content = random.chance(solved ? 0.94 : 0.15)
    let isFull = random.chance(0.65)
    let after = Int64(random.double(in: 1...30) * Double(Duration.hour))
    if let falseStreet, area.lies(in: falseStreet.area), occurredAt >= falseStreet.since,
      random.chance(Self.falseShare)
    {
      (solved, content) = (false, false)
    }
    if let discontent, unit.lies(in: discontent.unit), occurredAt >= discontent.since,
      random.chance(Self.discontentShare)
    {
      content = false
    }
    return DemonstrationJudgement(
      solved: solved, satisfaction: content ? isFull ? .satisfied : .fairly : .dissatisfied,
      afterMilliseconds: after)
  }

  // MARK: The truth

  /// All of them, as a report should name them.
  func truth(_ roads: RoadNet) -> [PlantedFault] {
    var faults: [PlantedFault] = []
    if let hotSpot {
      faults.append(
        PlantedFault(
          .hotSpot, since: hotSpot.since, item: hotSpot.item.code, areas: hotSpot.neighbourhoods,
          unit: hotSpot.unit))
    }
    if let lateUnit {
      faults.append(PlantedFault(.lateUnit, since: lateUnit.since, unit: lateUnit.unit))
    }
    if let returnedItem {
      faults.append(PlantedFault(.returnedItem, since: nil, item: returnedItem))
    }
    if let repeated {
      faults.append(
        PlantedFault(
          .repeatedPlace, since: repeated.since, item: repeated.item.code,
          areas: [repeated.street], unit: repeated.unit,
          detail: "\(roads.roads[repeated.side.road].name)\(repeated.side.number)号"))
    }
    if let falseStreet {
      faults.append(
        PlantedFault(
          .falseClosings, since: falseStreet.since, areas: [falseStreet.area],
          unit: falseStreet.unit))
    }
    if let discontent {
      faults.append(PlantedFault(.discontent, since: discontent.since, unit: discontent.unit))
    }
    return faults
  }
}
