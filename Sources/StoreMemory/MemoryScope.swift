import City
import Ports

/// Where a record lies and who has it: all that a scope asks of it.
struct Place {
  var area = AreaPath.outside
  var unit = UnitPath.none
}

extension Scope {
  func holds(_ place: Place) -> Bool {
    switch self {
    case .everything: true
    case .area(let area): place.area.lies(in: area)
    case .unit(let unit): place.unit.lies(in: unit)
    case .areaOrUnit(let area, let unit): place.area.lies(in: area) || place.unit.lies(in: unit)
    }
  }
}

extension MemoryTables {
  func place(_ record: Case) -> Place { Place(area: record.state.area, unit: record.state.unit) }

  func place(_ event: Event) -> Place {
    let unit = event.case.flatMap { cases[$0] }?.state.unit
    return Place(area: event.area, unit: unit ?? .none)
  }

  func place(_ signal: Signal) -> Place { Place(area: signal.area) }

  func place(_ order: WorkOrder) -> Place {
    Place(area: cases[order.case]?.state.area ?? .outside, unit: order.unit)
  }

  func place(_ thing: Thing) -> Place { Place(area: thing.area, unit: thing.owner) }

  func place(_ alarm: Alarm) -> Place { Place(area: alarm.area, unit: alarm.owner) }

  /// Scores keep no paths: units and areas may move in their trees.
  func place(_ key: ScoreKey) -> Place {
    Place(
      area: AreaPath(key.street.map { path(from: $0) { areas[$0]?.parent } } ?? []),
      unit: UnitPath(path(from: key.unit) { units[$0]?.parent }))
  }

  /// A node and those above it, the root first; at most as many as a path holds.
  private func path<Node>(from node: ID<Node>, _ parent: (ID<Node>) -> ID<Node>?) -> [ID<Node>] {
    var path = [node]
    while path.count < AreaPath.depthMax, let above = parent(path[0]) { path.insert(above, at: 0) }
    return path
  }
}
