/// A matter that many cases tell of (热点), by the name under which it was published.
package struct HotTopic: Hashable, Sendable {
  /// Cases kept with a topic, the newest: enough to know it again on another day.
  package static let casesMax = 200

  /// The same from day to day, as long as enough cases are.
  package let id: ID<HotTopic>
  package let title: String
  /// Cases that tell of it, rising, at most `casesMax`.
  package let cases: [ID<Case>]
  package let firstSeenAt: Instant
  package let lastSeenAt: Instant

  package init(
    id: ID<HotTopic>, title: String, cases: [ID<Case>], firstSeenAt: Instant, lastSeenAt: Instant
  ) {
    self.id = id
    self.title = title
    self.cases = cases
    self.firstSeenAt = firstSeenAt
    self.lastSeenAt = lastSeenAt
  }
}
