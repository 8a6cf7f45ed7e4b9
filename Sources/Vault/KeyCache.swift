/// The keys used last, in two generations: when the young one is full it becomes the old one, and
/// what nobody asked for since is forgotten. Bounded, and no list is kept in order.
struct KeyCache: Sendable {
  private var young: [Int: KeyBytes] = [:]
  private var old: [Int: KeyBytes] = [:]
  private let keysMax: Int

  /// - Parameter keysMax: of both generations together; at least 2.
  init(keysMax: Int) {
    self.keysMax = max(keysMax, 2)
  }

  var count: Int { young.count + old.count }

  mutating func key(of slot: Int) -> KeyBytes? {
    if let key = young[slot] { return key }
    guard let key = old.removeValue(forKey: slot) else { return nil }
    insert(key, for: slot)
    return key
  }

  mutating func insert(_ key: KeyBytes, for slot: Int) {
    if young.count >= keysMax / 2 {
      old = young
      young = [:]
    }
    young[slot] = key
  }

  mutating func remove(_ slot: Int) {
    young[slot] = nil
    old[slot] = nil
  }
}
