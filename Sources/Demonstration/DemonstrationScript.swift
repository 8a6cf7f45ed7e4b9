package import City
package import Pack

/// The play for a plan: what went wrong in the past, what goes wrong now, and what staff do about it.
///
/// It reads items and flows from a pack, and knows no item, stage or action by name.
package struct DemonstrationScript: Sendable {
  package let plan: DemonstrationPlan
  let flows: [String: Flow]
  let reporting: Reporting
  let conduct: Conduct
  /// All that a case may be about: Things, and the devices on them.
  let things: [ID<Thing>: Thing]
  /// Devices whose alarms turn out to be nothing.
  let mistaken: Set<ID<Thing>>
  let plants: Plants

  /// Wants a pack that passed its lint: it has items, and the flows that they name.
  package init(plan: DemonstrationPlan, pack: Pack) {
    self.plan = plan
    flows = Dictionary(pack.flows.map { ($0.code, $0) }) { first, second in
      first.version > second.version ? first : second
    }
    let reporting = Reporting(plan: plan, items: pack.items)
    let conduct = Conduct(plan: plan, items: pack.items)
    self.reporting = reporting
    self.conduct = conduct
    plants = Plants(plan: plan, items: pack.items, reporting: reporting) {
      conduct.unit(for: CaseView(of: $0))
    }
    things = Dictionary(
      (plan.things + plan.devices.map(\.thing)).map { ($0.id, $0) }
    ) { first, _ in first }
    mistaken = Set(
      plan.devices.filter { device in
        FaultTable.mistaken.contains { $0 == device.thing.kind && $1 == device.number }
      }.map(\.thing.id))
  }

  /// What is planted in the past, and in the devices that are out of order all the time.
  package var planted: [PlantedFault] {
    plants.truth(plan.roads)
      + FaultTable.faults.compactMap { fault -> PlantedFault? in
        guard let form = fault.ailment,
          let device = plan.devices.first(where: {
            $0.thing.kind == fault.kind && $0.number == fault.number
          })
        else { return nil }
        return PlantedFault(
          .device, since: nil, unit: device.thing.owner.innermost, thing: device.thing.id,
          detail: form)
      }
  }

  /// The past cases of the plan, in the order in which they were first reported.
  package var history: DemonstrationHistory { DemonstrationHistory(script: self) }

  /// Signals that go on coming; the same `seed` gives the same ones.
  package func stream(seed: UInt64) -> DemonstrationStream {
    DemonstrationStream(script: self, seed: seed)
  }

  /// What simulated staff do next with a case that stands somewhere, and how long they wait.
  ///
  /// For the show: minutes and days of real work shrink to seconds. `afterMilliseconds` counts from
  /// when the case came to its stage. The answer depends on the case and its version alone, so that
  /// asking twice plans the same step. nil where the case is closed or its flow unknown.
  package func nextStep(for given: Case) -> DemonstrationStep? {
    var random = DemonstrationRandom(
      seed: plan.seed, stream: 30,
      index: UInt64(bitPattern: given.id.rawValue) &* 64 &+ UInt64(given.state.version))
    guard given.state.closedAt == nil, let flow = flows[given.flow.code] else { return nil }
    let view = view(of: given)
    guard let (step, move) = conduct.step(for: view, in: flow, &random) else { return nil }
    return step.taken(afterMilliseconds: Self.showDelay(of: move, &random))
  }

  /// What staff see of a case of the engine.
  func view(of given: Case) -> CaseView {
    let state = given.state
    return CaseView(
      stage: state.stage, item: conduct.item(state.item), area: state.area,
      thing: given.filing.thing.flatMap { things[$0] },
      unit: state.unit.innermost, handler: state.handler, reworks: state.reworks,
      returns: state.returns, isUnwanted: state.item.map { $0 == plants.returnedItem } ?? false,
      isMistaken: given.filing.thing.map(mistaken.contains) ?? false)
  }

  private static func showDelay(of move: Move, _ random: inout DemonstrationRandom) -> Int64 {
    let seconds: ClosedRange<Double> =
      switch move {
      case .dispatch: 4...15
      case .accept, .assign: 6...25
      case .report: 20...90
      case .close, .rework: 10...45
      case .giveBack, .reclassify, .plain, .special: 8...30
      }
    return Int64(random.double(in: seconds) * 1_000)
  }
}

extension DemonstrationStep {
  func taken(afterMilliseconds: Int64) -> DemonstrationStep {
    DemonstrationStep(
      action: action, from: from, to: to, afterMilliseconds: afterMilliseconds, staff: staff,
      post: post, unit: unit, assignee: assignee, item: item, note: note, photos: photos,
      documents: documents)
  }
}
