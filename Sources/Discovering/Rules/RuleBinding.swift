import City
import Pack

/// One stream's part in one rule.
struct Bound {
  enum Part {
    /// Computes by itself.
    case own
    /// Reports to a group of the rule.
    case member(group: Int)
    /// Reports to the cell that the same rule has on another stream (index in the world).
    case helper(of: Int, as: BlockForm)
  }
  let rule: Int
  let part: Part
}

/// The streams of one area that one rule counts together.
struct BoundGroup {
  let rule: Int
  let area: ID<Area>
  var streams: [Int]
}

/// Which rule reads which stream, and in which part. Made once, from tables, never by trying every
/// rule on every stream.
struct RuleBinding {
  let rules: [Rule]
  let world: RuleWorld
  /// For each stream of the world, in its order.
  private(set) var bounds: [[Bound]]
  private(set) var groups: [BoundGroup] = []
  /// Nearest streams of a rule with neighbours: by rule and stream.
  private(set) var neighbours: [BoundKey: [Int]] = [:]
  /// What keeps a device's rule from raising: stream of the device → streams of its gateway.
  private(set) var gateways: [BoundKey: [Int]] = [:]
  private var links: [Int: [Int]] = [:]

  struct BoundKey: Hashable {
    let rule: Int
    let stream: Int
  }

  init(rules: [Rule], world: RuleWorld) {
    self.rules = rules
    self.world = world
    bounds = Array(repeating: [], count: world.streams.count)
    let tables = WorldTables(world)
    for (index, rule) in rules.enumerated() { bind(rule, index, tables) }
    for (index, rule) in rules.enumerated() {
      guard let dependency = rule.dependency else { continue }
      bindGateways(index, dependency, tables)
    }
  }

  private mutating func bind(_ rule: Rule, _ index: Int, _ tables: WorldTables) {
    let streams = tables.streams(of: rule)
    switch rule.form {
    case .several(_, let level, _): bindGroups(index, streams, level)
    case .sequence(_, let first, _, _): bindPairs(index, streams, first, .first, tables)
    case .fence(_, let latitude): bindPairs(index, streams, latitude, .partner, tables)
    case .silence where rule.measure.isEmpty: bindDevices(index, streams)
    case .neighbours(let form):
      let found = NeighbourSearch(world, streams).nearest(form)
      for stream in streams {
        bounds[stream].append(Bound(rule: index, part: .own))
        let near = found[stream] ?? []
        neighbours[BoundKey(rule: index, stream: stream)] = near
        for other in near { tie(stream, other) }
      }
    default:
      for stream in streams { bounds[stream].append(Bound(rule: index, part: .own)) }
    }
  }

  private mutating func bindGroups(_ rule: Int, _ streams: [Int], _ level: AreaLevel) {
    var groupOf: [ID<Area>: Int] = [:]
    for stream in streams {
      guard let area = world.streams[stream].area[level] else { continue }
      let group = groupOf[area] ?? groups.count
      if group == groups.count {
        groupOf[area] = group
        groups.append(BoundGroup(rule: rule, area: area, streams: []))
      }
      if let first = groups[group].streams.first { tie(first, stream) }
      groups[group].streams.append(stream)
      bounds[stream].append(Bound(rule: rule, part: .member(group: group)))
    }
  }

  private mutating func bindPairs(
    _ rule: Int, _ streams: [Int], _ measure: String, _ role: BlockForm, _ tables: WorldTables
  ) {
    for stream in streams {
      guard let other = tables.stream(of: world.streams[stream].device, measure: measure),
        other != stream
      else { continue }
      bounds[stream].append(Bound(rule: rule, part: .own))
      bounds[other].append(Bound(rule: rule, part: .helper(of: stream, as: role)))
    }
  }

  /// All streams of a device report to its first.
  private mutating func bindDevices(_ rule: Int, _ streams: [Int]) {
    var firstOf: [ID<Thing>: Int] = [:]
    for stream in streams {
      let device = world.streams[stream].device
      guard let first = firstOf[device] else {
        firstOf[device] = stream
        bounds[stream].append(Bound(rule: rule, part: .own))
        continue
      }
      bounds[stream].append(Bound(rule: rule, part: .helper(of: first, as: .partner)))
    }
  }

  private mutating func bindGateways(
    _ index: Int, _ dependency: RuleDependency, _ tables: WorldTables
  ) {
    guard let other = rules.firstIndex(where: { $0.code == dependency.rule }) else { return }
    for stream in tables.streams(of: rules[index]) {
      let targets = tables.targets(of: world.streams[stream].device, link: dependency.link)
      let watched = targets.flatMap { tables.streams(of: $0) }.filter { candidate in
        bounds[candidate].contains { $0.rule == other && $0.isOwn }
      }
      guard !watched.isEmpty else { continue }
      gateways[BoundKey(rule: index, stream: stream)] = watched
      for gateway in watched { tie(stream, gateway) }
    }
  }

  private mutating func tie(_ one: Int, _ other: Int) {
    links[one, default: []].append(other)
    links[other, default: []].append(one)
  }

  /// Spreads the bound streams; those of one device, and those tied by a rule, stay together.
  func spread(over shards: Int) -> (streams: [[Int]], shardOf: [StreamNumber: Int]) {
    var lists: [[Int]] = Array(repeating: [], count: shards)
    var shardOf: [StreamNumber: Int] = [:]
    var seen = Array(repeating: false, count: bounds.count)
    var byDevice: [ID<Thing>: [Int]] = [:]
    for stream in bounds.indices { byDevice[world.streams[stream].device, default: []].append(stream) }
    for start in bounds.indices where !seen[start] && !bounds[start].isEmpty {
      var together: [Int] = []
      var waiting = [start]
      seen[start] = true
      while let stream = waiting.popLast() {
        if !bounds[stream].isEmpty { together.append(stream) }
        let near = byDevice[world.streams[stream].device] ?? []
        for other in near + (links[stream] ?? []) where !seen[other] {
          seen[other] = true
          waiting.append(other)
        }
      }
      let shard = lists.indices.min { (lists[$0].count, $0) < (lists[$1].count, $1) } ?? 0
      for stream in together { shardOf[world.streams[stream].number] = shard }
      lists[shard] += together
    }
    return (lists.map { $0.sorted() }, shardOf)
  }
}

extension Bound {
  /// Whether the episode is this stream's.
  var isOwn: Bool {
    if case .own = part { return true }
    return false
  }
}

/// The world by what rules ask for.
struct WorldTables {
  private let world: RuleWorld
  private var byMeasure: [String: [Int]] = [:]
  private var byKind: [String: [Int]] = [:]
  private var byCode: [String: [Int]] = [:]
  private var byDevice: [ID<Thing>: [Int]] = [:]
  private var areas: [String: ID<Area>] = [:]
  private var byArea: [ID<Area>: [Int]] = [:]
  private var targets: [ID<Thing>: [Link]] = [:]

  init(_ world: RuleWorld) {
    self.world = world
    for (index, stream) in world.streams.enumerated() {
      byMeasure["\(stream.kind) \(stream.measure)", default: []].append(index)
      byKind[stream.kind, default: []].append(index)
      byCode["\(stream.kind) \(stream.code)", default: []].append(index)
      byDevice[stream.device, default: []].append(index)
      for area in stream.area.areas { byArea[area, default: []].append(index) }
    }
    for area in world.areas { areas[area.code] = area.id }
    for link in world.links { targets[link.from, default: []].append(link) }
  }

  /// Streams that a rule binds to, in the world's order.
  func streams(of rule: Rule) -> [Int] {
    narrowest(of: rule).filter { index in
      let stream = world.streams[index]
      guard stream.kind == rule.kind, rule.measure.isEmpty || stream.measure == rule.measure
      else { return false }
      if !rule.scope.devices.isEmpty && !rule.scope.devices.contains(stream.code) { return false }
      if !rule.scope.areas.isEmpty {
        let wanted = rule.scope.areas.compactMap { areas[$0] }
        guard wanted.contains(where: stream.area.areas.contains) else { return false }
      }
      return rule.scope.attributes.allSatisfy { wanted in
        stream.attributes.contains { $0.name == wanted.name && wanted.values.contains($0.value) }
      }
    }
  }

  /// The shortest list that holds all candidates, so that thousands of rules for single devices do
  /// not each walk through a whole kind.
  private func narrowest(of rule: Rule) -> [Int] {
    if !rule.scope.devices.isEmpty {
      return rule.scope.devices.flatMap { byCode["\(rule.kind) \($0)"] ?? [] }.sorted()
    }
    let all =
      rule.measure.isEmpty ? byKind[rule.kind] : byMeasure["\(rule.kind) \(rule.measure)"]
    guard !rule.scope.areas.isEmpty else { return all ?? [] }
    let inside = rule.scope.areas.compactMap { areas[$0] }.flatMap { byArea[$0] ?? [] }
    return inside.count < (all ?? []).count ? Array(Set(inside)).sorted() : all ?? []
  }

  func stream(of device: ID<Thing>, measure: String) -> Int? {
    byDevice[device]?.first { world.streams[$0].measure == measure }
  }

  func streams(of device: ID<Thing>) -> [Int] { byDevice[device] ?? [] }

  /// What a device points to by links of one kind.
  func targets(of device: ID<Thing>, link kind: String) -> [ID<Thing>] {
    (targets[device] ?? []).filter { $0.kind == kind }.map(\.to)
  }
}
