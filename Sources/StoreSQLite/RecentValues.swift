/// The values that were kept last, each by its key; the one that came longest ago goes first.
struct RecentValues<Key: Hashable, Value> {
  private var values: [Key: Value] = [:]
  private var line: RecentLine<Key>

  init(max: Int) { line = RecentLine(max: max) }

  subscript(key: Key) -> Value? { values[key] }

  mutating func keep(_ value: Value, for key: Key) {
    if values.updateValue(value, forKey: key) != nil { return }
    if let gone = line.append(key) { values[gone] = nil }
  }

  mutating func removeAll(where isGone: (Value) -> Bool) {
    for (key, value) in values where isGone(value) { values[key] = nil }
  }
}

/// The last so many of what came, in the order of coming.
struct RecentLine<Element> {
  private let max: Int
  private var line: [Element] = []
  /// Where the one that came longest ago stands, once the line is full.
  private var oldest = 0

  init(max: Int) { self.max = max }

  /// - Returns: the one that has to go for it.
  mutating func append(_ element: Element) -> Element? {
    guard line.count == max else {
      line.append(element)
      return nil
    }
    defer { oldest = (oldest + 1) % max }
    let gone = line[oldest]
    line[oldest] = element
    return gone
  }
}
