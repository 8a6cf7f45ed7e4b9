import City
import Geography
import Pack

/// A problem before anybody has reported it.
struct Problem {
  let item: Item
  let address: String
  let point: PlanePoint
  let area: AreaPath
  let thing: Thing?
}

/// Thinks of problems, and of the words in which people report them.
struct Reporting: Sendable {
  private let plan: DemonstrationPlan
  private let items: [Item]
  private let itemWeights: [Double]
  private let thingsByKind: [String: [Int]]
  private let hotSpots: [HotSpot]

  /// A place where the same few things go wrong again and again.
  private struct HotSpot {
    let side: RoadSide
    let items: [Int]
  }

  private static let hotSpotsCount = 36
  private static let hotShare = 0.22
  private static let positionMissingShare = 0.02
  private static let outsideShare = 0.004
  private static let itemMissingShare = 0.12

  init(plan: DemonstrationPlan, items: [Item]) {
    precondition(!items.isEmpty, "a catalogue names at least one item")
    self.plan = plan
    self.items = items
    var random = DemonstrationRandom(seed: plan.seed, stream: 10)
    // A few items make most of the work, and red ones are rare.
    itemWeights = items.map { item in
      let rare = item.grade == .red ? 0.1 : item.grade == .orange ? 0.4 : 1
      let luck = random.unit()
      return (0.05 + luck * luck * luck * 4) * rare
    }
    let weights = itemWeights
    hotSpots = (0..<Self.hotSpotsCount).map { _ in
      HotSpot(
        side: plan.roads.side(
          of: plan.roads.roadDrawn(&random), offsetMetres: 10, on: plan.ground.mesh,
          random: &random),
        items: (0..<3).map { _ in random.place(weighted: weights) })
    }
    thingsByKind = Dictionary(grouping: plan.things.indices, by: { plan.things[$0].kind })
  }

  func problem(_ random: inout DemonstrationRandom) -> Problem {
    if random.chance(Self.hotShare) {
      let spot = random.pick(hotSpots)
      return problem(items[random.pick(spot.items)], at: spot.side, spread: 40, &random)
    }
    let item = items[random.place(weighted: itemWeights)]
    let kinds = item.responsibility.compactMap(\.thingKind)
    if let kind = kinds.first, let places = thingsByKind[kind], random.chance(0.8) {
      let thing = plan.things[random.pick(places)]
      if let position = thing.position, thing.area.areas.count > 2 {
        return Problem(
          item: item, address: thing.address, point: plan.ground.mesh.frame.point(of: position),
          area: thing.area, thing: thing)
      }
    }
    let side = plan.roads.side(
      of: plan.roads.roadDrawn(&random), offsetMetres: random.double(in: 4...20),
      on: plan.ground.mesh, random: &random)
    return problem(item, at: side, spread: 0, &random)
  }

  /// A problem of an item beside a road, at most `spread` metres off.
  func problem(
    _ item: Item, at side: RoadSide, spread: Double, _ random: inout DemonstrationRandom
  ) -> Problem {
    let shift = PlanePoint(
      east: random.double(in: -spread...spread), north: random.double(in: -spread...spread))
    return Problem(
      item: item, address: "\(plan.roads.roads[side.road].name)\(side.number)号",
      point: side.point + shift, area: plan.ground.path(of: side.cell), thing: nil)
  }

  // MARK: Words

  /// One report of a problem; `straying` is how far, in metres, its point may be off.
  func signal(
    of problem: Problem, at instant: Instant, externalID: String, straying: Double,
    _ random: inout DemonstrationRandom
  ) -> DemonstrationSignal {
    let item = problem.item
    let duty = item.responsibility.last?.duty ?? ""
    let weights = ReportWords.channelWeights(duty: duty)
    let channel = weights[random.place(weighted: weights.map(\.1))].0
    let isPerson = [.hotline, .citizen, .opinion].contains(channel)
    let what =
      item.words.isEmpty || random.chance(0.55) ? item.name : random.pick(item.words)
    let place = problem.address + (problem.thing == nil ? random.pick(ReportWords.nearby) : "")
    let saying = random.pick(isPerson ? ReportWords.sayings : ReportWords.reportSayings)
      .split(separator: "%", omittingEmptySubsequences: false)
    let text =
      random.pick(ReportWords.openings[channel] ?? [""]) + place + saying[0] + what + saying[1]
      + "，" + random.pick(ReportWords.tone(duty: duty).effects) + "。"
      + (isPerson ? random.pick(ReportWords.requests) : "")
    let namesItem = channel != .opinion && !random.chance(Self.itemMissingShare)
    return DemonstrationSignal(
      channel: channel, externalID: externalID, occurredAt: instant,
      item: namesItem ? item.code : nil, title: "\(place)\(item.name)", text: text,
      address: PlaceWords.district + problem.address,
      position: position(of: problem, straying: straying, &random), thing: problem.thing?.id,
      reporter: reporter(for: channel, &random))
  }

  private func position(
    of problem: Problem, straying: Double, _ random: inout DemonstrationRandom
  ) -> Position? {
    if random.chance(Self.positionMissingShare) { return nil }
    let stray = PlanePoint(
      east: random.double(in: -straying...straying),
      north: random.double(in: -straying...straying))
    // Now and then a caller points beyond the border; the engine must show that, not drop it.
    let point =
      random.chance(Self.outsideShare)
      ? PlanePoint(east: -9_000, north: random.double(in: -500...500)) : problem.point + stray
    return GroundMesh.rounded(point, plan.ground.mesh.frame)
  }

  private func reporter(
    for channel: Channel, _ random: inout DemonstrationRandom
  ) -> ReporterDetails? {
    let isKnown: Bool =
      switch channel {
      case .hotline: true
      case .citizen: random.chance(0.7)
      case .inspector, .video, .device, .opinion, .system: false
      }
    guard isKnown else { return nil }
    return ReporterDetails(
      name: PersonWords.name(&random), phone: PersonWords.phone(&random))
  }
}
