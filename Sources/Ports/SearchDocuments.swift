package import City

/// Records as the search box sees them: the one place that says what of them is found.
extension SearchDocument {
  package init(_ record: Case) {
    self.init(kind: .case, id: record.id.rawValue)
    code = record.filing.number.text
    title = record.filing.title
    address = record.filing.address
    text = record.filing.text
    area = record.state.area
    unit = record.state.unit
    time = record.filing.filedAt
    position = record.filing.position
    related = record.filing.event.rawValue
    reporter = record.filing.reporter?.rawValue ?? 0
  }

  /// - Parameter unit: of the event's case; an event has none of its own.
  package init(_ event: Event, unit: UnitPath) {
    self.init(kind: .event, id: event.id.rawValue)
    title = event.title
    address = event.address
    area = event.area
    self.unit = unit
    time = event.lastAt
    position = event.position
    related = event.case?.rawValue ?? 0
  }

  package init(_ document: Document) {
    self.init(kind: .document, id: document.id.rawValue)
    code = document.kind
    title = document.title
    text = document.text
    time = document.publishedAt ?? Instant(milliseconds: 0)
  }

  /// - Parameter isDevice: whether things of its kind measure something.
  package init(_ thing: Thing, isDevice: Bool) {
    self.init(kind: isDevice ? .device : .thing, id: thing.id.rawValue)
    code = thing.code
    title = thing.name
    address = thing.address
    area = thing.area
    unit = thing.owner
    position = thing.position
  }

  /// - Parameter path: the area itself and those that hold it.
  package init(_ area: Area, path: AreaPath) {
    self.init(kind: .place, id: area.id.rawValue)
    code = area.code
    title = area.name
    self.area = path
  }

  package init(_ unit: Unit, area: AreaPath, path: UnitPath) {
    self.init(kind: .unit, id: unit.id.rawValue)
    code = unit.code
    title = unit.name
    self.area = area
    self.unit = path
  }

  package init(_ staff: Staff, area: AreaPath, unit: UnitPath) {
    self.init(kind: .person, id: staff.id.rawValue)
    code = staff.code
    title = staff.name
    self.area = area
    self.unit = unit
  }
}

/// The trees of areas and units, as far as they were told: what a path is made from.
package struct SearchTrees: Sendable {
  private var areaParents: [Int64: Int64] = [:]
  private var unitParents: [Int64: Int64] = [:]

  package init() {}

  /// - Returns: whether it hung elsewhere before, so that other paths have changed too.
  @discardableResult package mutating func add(_ area: Area) -> Bool {
    Self.add(area.id.rawValue, area.parent?.rawValue, &areaParents)
  }

  /// - Returns: as for areas.
  @discardableResult package mutating func add(_ unit: Unit) -> Bool {
    Self.add(unit.id.rawValue, unit.parent?.rawValue, &unitParents)
  }

  /// Roots have the parent 0.
  private static func add(_ id: Int64, _ parent: Int64?, _ parents: inout [Int64: Int64]) -> Bool {
    let parent = parent ?? 0
    let before = parents.updateValue(parent, forKey: id)
    return before.map { $0 != parent } ?? false
  }

  /// An area and those above it, the uppermost first.
  package func path(of area: ID<Area>) -> AreaPath {
    AreaPath(Self.path(area.rawValue, areaParents, depthMax: AreaPath.depthMax).map { ID($0) })
  }

  /// A unit and those above it, the uppermost first.
  package func path(of unit: ID<Unit>) -> UnitPath {
    UnitPath(Self.path(unit.rawValue, unitParents, depthMax: UnitPath.depthMax).map { ID($0) })
  }

  private static func path(
    _ node: Int64, _ parents: [Int64: Int64], depthMax: Int
  ) -> [Int64] {
    var path = [node]
    while path.count < depthMax, let above = parents[path[0]], above != 0 {
      path.insert(above, at: 0)
    }
    return path
  }
}
