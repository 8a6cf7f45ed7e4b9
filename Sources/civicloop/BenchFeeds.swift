import LoopbackClient

/// Live feeds of several callers at once.
struct BenchFeeds {
  private let groups: [LoopbackFeeds]

  /// - Parameter onEvent: the event's text and the steady moment of its receipt, on a reading thread.
  init(
    port: UInt16, keys: [String], count: Int,
    onEvent: @escaping @Sendable (UnsafeRawBufferPointer, Int64) -> Void
  ) throws {
    var groups: [LoopbackFeeds] = []
    for (index, key) in keys.enumerated() {
      let share = count / keys.count + (index < count % keys.count ? 1 : 0)
      guard share > 0 else { continue }
      groups.append(
        try LoopbackFeeds(
          port: port, path: "/api/v1/feed", headers: [("Authorization", "Bearer \(key)")],
          count: share
        ) { event in onEvent(event.text, event.receivedNanoseconds) })
    }
    self.groups = groups
  }

  var openCount: Int { groups.map(\.openCount).reduce(0, +) }

  func close() {
    for group in groups { group.close() }
  }
}
