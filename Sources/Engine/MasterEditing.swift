package import City
import Discovering
package import Geography
import Pack
package import Ports

/// Changes places, units and people one at a time, as persons do at a page.
///
/// Files are loaded by operators, who answer for the whole; a person at a page answers for one
/// record, so more is checked here: that the trees stay trees, that outlines are faces, that nobody
/// gives himself a post or hands out one of the three powers. The directory is read anew after each.
package struct MasterEditing: Sendable {
  /// Points of an outline that a page sends.
  package static let outlinePointsMax = 10_000
  /// Shared, missing or protruding ground counts from here on: a border drawn by hand strays from
  /// its neighbour's by some metres over some hundred metres.
  package static let toleranceSquareMetres = 1_000.0

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  // MARK: Areas

  /// Makes an area, or changes its name, parent or outline; without an outline it keeps its own.
  /// - Returns: the area, and where its ground does not fit that of its neighbours.
  package func save(
    _ entry: AreaEntry, by actor: Actor, request: String
  ) async throws(MasterFault) -> (area: Area, faults: [OutlineFault]) {
    let directory = engine.directory
    let known = directory.areaIDs[entry.code].flatMap { directory.areas[$0] }
    let findings = findings(of: entry, replacing: known, in: directory)
    guard findings.isEmpty else { throw .refused(findings) }
    var whole = AreaEntry(
      code: entry.code, name: entry.name, level: entry.level, parent: entry.parent,
      outline: entry.outline ?? known?.outline)
    whole.seen = entry.seen
    _ = try await MasterData(engine: engine).save(whole, by: actor, request: request)
    let fresh = try await reload()
    guard let area = fresh.areaIDs[entry.code].flatMap({ fresh.areas[$0] }) else { throw .crowded }
    return (area, faults(around: area, in: fresh))
  }

  private func findings(
    of entry: AreaEntry, replacing known: Area?, in directory: Directory
  ) -> [SignalFinding] {
    var findings: [SignalFinding] = []
    if let known, known.level != entry.level {
      findings.append(SignalFinding(field: "level", rule: "area.level_fixed"))
    }
    let parent = entry.parent.flatMap { directory.areaIDs[$0] }.flatMap { directory.areas[$0] }
    let depth = parent.map { $0.level.depth + 1 } ?? 0
    if entry.parent == nil || parent != nil, depth != entry.level.depth {
      findings.append(SignalFinding(field: "parent", rule: "area.parent_level"))
    }
    if let outline = entry.outline, case .invalid = outline.validity {
      findings.append(SignalFinding(field: "outline", rule: "area.outline_invalid"))
    }
    return findings
  }

  /// Faults of the ground of `area` with its parent, its neighbours and what lies in it.
  private func faults(around area: Area, in directory: Directory) -> [OutlineFault] {
    let above = directory.path(of: area.id).areas
    let near = directory.areas.values.filter { other in
      above.contains(other.id) || other.parent == area.id
        || (other.parent != nil && other.parent == area.parent)
    }
    return OutlineFault.all(
      in: near.sorted { $0.id < $1.id }, toleranceSquareMetres: Self.toleranceSquareMetres
    ).filter { fault in
      switch fault {
      case .overlap(let left, let right, _), .unanswered(let left, let right, _):
        left == area.id || right == area.id
      case .outsideParent(let child, let parent, _): child == area.id || parent == area.id
      case .gap(let within, _): within == area.id || within == area.parent
      case .repeatedID, .repeatedCode, .adrift, .invalid: false
      }
    }
  }

  // MARK: Units

  /// Makes or changes a unit.
  package func save(
    _ entry: UnitEntry, by actor: Actor, request: String
  ) async throws(MasterFault) -> Unit {
    let directory = engine.directory
    if let known = directory.unitIDs[entry.code], let parent = entry.parent,
      let above = directory.unitIDs[parent]
    {
      guard !directory.path(of: above).lies(in: known) else {
        throw .refused([SignalFinding(field: "parent", rule: "unit.cycle")])
      }
    }
    guard depth(of: entry, in: directory) <= UnitPath.depthMax else {
      throw .refused([
        SignalFinding(
          field: "parent", rule: "unit.depth", facts: ["max": String(UnitPath.depthMax)])
      ])
    }
    _ = try await MasterData(engine: engine).save(entry, by: actor, request: request)
    let fresh = try await reload()
    guard let unit = fresh.unitIDs[entry.code].flatMap({ fresh.units[$0] }) else { throw .crowded }
    return unit
  }

  /// How deep the tree would be below the unit's root.
  private func depth(of entry: UnitEntry, in directory: Directory) -> Int {
    let above = entry.parent.flatMap { directory.unitIDs[$0] }.map { directory.path(of: $0) }
    var below = 1
    if let known = directory.unitIDs[entry.code] {
      let own = directory.path(of: known).units.count
      for unit in directory.units.keys {
        let path = directory.path(of: unit)
        if path.lies(in: known) { below = max(below, path.units.count - own + 1) }
      }
    }
    return (above?.units.count ?? 0) + below
  }

  // MARK: People

  /// Makes or changes a person.
  package func save(
    _ entry: StaffEntry, by caller: Caller, request: String
  ) async throws(MasterFault) -> Staff {
    let directory = engine.directory
    let known = directory.staffIDs[entry.code].flatMap { directory.staff[$0] }
    let before = Set(known?.posts ?? [])
    let changed = before.symmetricDifference(entry.posts)
    var findings: [SignalFinding] = []
    if known?.id == caller.staff.id, !changed.isEmpty || known?.active != entry.active {
      findings.append(SignalFinding(field: "posts", rule: "staff.own_posts"))
    }
    // The three powers watch each other; they are given by the operator of the machine, not here.
    let touched = known?.active == entry.active ? changed : changed.union(before)
    if touched.contains(where: isPower) {
      findings.append(SignalFinding(field: "posts", rule: "post.reserved"))
    }
    guard findings.isEmpty else { throw .refused(findings) }
    _ = try await MasterData(engine: engine).save(entry, by: caller.actor, request: request)
    let fresh = try await reload()
    guard let staff = fresh.staffIDs[entry.code].flatMap({ fresh.staff[$0] }) else {
      throw .crowded
    }
    return staff
  }

  private func isPower(_ code: String) -> Bool {
    let post = engine.catalogue.posts.first { $0.code == code }
    return !(post?.permissions.isDisjoint(with: Permission.powers) ?? true)
  }

  private func reload() async throws(MasterFault) -> Directory {
    do throws(StoreFault) {
      try await engine.reloadDirectory()
      return engine.directory
    } catch {
      throw .store(error)
    }
  }
}
