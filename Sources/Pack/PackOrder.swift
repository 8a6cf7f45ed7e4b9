/// The order in which packs load: each after those it depends on.
package enum PackOrder {
  /// Why a pack cannot be loaded.
  package enum Obstacle: Hashable, Sendable {
    case dependencyMissing(String)
    /// The packs of the circle, in order.
    case cycle([String])
    /// Another pack has the same id.
    case idTwice
  }

  /// What an order was found of.
  package struct Answer: Hashable, Sendable {
    /// Ids; packs with an obstacle, and those that need them, are left out.
    package let order: [String]
    /// By index of the pack given.
    package let obstacles: [Int: [Obstacle]]
  }

  /// Equal inputs give equal answers; packs that do not depend on each other stay in the order of
  /// their ids.
  package static func order(_ packs: [(id: String, depends: [String])]) -> Answer {
    var obstacles: [Int: [Obstacle]] = [:]
    var indexes: [String: Int] = [:]
    for (index, pack) in packs.enumerated() {
      if indexes[pack.id] == nil {
        indexes[pack.id] = index
      } else {
        obstacles[index, default: []].append(.idTwice)
      }
    }
    for (index, pack) in packs.enumerated() {
      for needed in pack.depends where indexes[needed] == nil {
        obstacles[index, default: []].append(.dependencyMissing(needed))
      }
    }
    let depends = Dictionary(packs.map { ($0.id, $0.depends) }) { first, _ in first }
    for (index, pack) in packs.enumerated() {
      if let cycle = cycle(from: pack.id, depends) {
        obstacles[index, default: []].append(.cycle(cycle))
      }
    }
    var order: [String] = []
    var waiting = indexes.keys.filter { obstacles[indexes[$0] ?? 0] == nil }.sorted()
    while let next = waiting.firstIndex(where: { id in
      (depends[id] ?? []).allSatisfy(order.contains)
    }) {
      order.append(waiting.remove(at: next))
    }
    return Answer(order: order, obstacles: obstacles)
  }

  /// The shortest way from a pack back to itself; nil where there is none.
  private static func cycle(from id: String, _ depends: [String: [String]]) -> [String]? {
    var ways: [[String]] = [[id]]
    var seen: Set<String> = []
    while !ways.isEmpty {
      let way = ways.removeFirst()
      for needed in depends[way[way.count - 1]] ?? [] {
        if needed == id { return way }
        if seen.insert(needed).inserted { ways.append(way + [needed]) }
      }
    }
    return nil
  }
}
