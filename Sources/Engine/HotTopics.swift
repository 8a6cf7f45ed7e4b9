package import City
package import Evaluating
package import Ports

/// One hot topic as a caller may see it.
package struct TopicShown: Sendable {
  package let id: ID<HotTopic>
  package let title: String
  package let score: TopicScore
  /// Where its cases lie: streets, or what holds them, the most frequent first.
  package let places: [(area: AreaPath, cases: Int)]
  package let firstAt: Instant
  package let lastAt: Instant
  /// The newest first.
  package let cases: [Case]
}

/// The topics of a window.
package struct TopicsShown: Sendable {
  /// The hottest first.
  package let topics: [TopicShown]
  package let from: Instant
  package let computedAt: Instant
  /// How many cases were looked at, all over the city.
  package let looked: Int
  /// Whether there were more than are looked at.
  package let leftOut: Bool
}

/// The matters that many cases tell of.
package struct HotTopics: Sendable {
  /// Days of a window.
  package static let daysRange = 1...90
  package static let daysDefault = 7
  /// Fewer visible cases are no topic.
  static let sizeMin = 3
  static let placesMax = 10

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Cut to what the caller may see before anything is counted: size, people, places and title are
  /// those of the cases within his scope.
  package func topics(
    days: Int, by caller: Caller
  ) async throws(StoreFault) -> TopicsShown {
    let snapshot = try await engine.topics.snapshot(days: days, of: engine)
    let recent = snapshot.at.advanced(byMilliseconds: -Int64(days) * Duration.day / 4)
    let shown = snapshot.topics.compactMap { found -> TopicShown? in
      let members = found.members.filter { member in
        let state = member.case.state
        return caller.scope.holds(area: state.area, unit: state.unit)
      }
      guard members.count >= Self.sizeMin else { return nil }
      return Self.shown(found, members, recent: recent)
    }
    return TopicsShown(
      topics: shown.sorted { ($0.score.score, $1.id) > ($1.score.score, $0.id) },
      from: snapshot.from, computedAt: snapshot.at, looked: snapshot.looked,
      leftOut: snapshot.leftOut)
  }

  private static func shown(
    _ found: TopicDesk.Found, _ members: [TopicDesk.Member], recent: Instant
  ) -> TopicShown {
    let cases = members.map(\.case)
    let score = TopicScore(
      size: cases.count, people: members.reduce(0) { $0 + $1.people },
      recent: cases.filter { $0.filing.filedAt >= recent }.count,
      urgent: cases.filter { $0.state.grade == .red || $0.state.grade == .orange }.count,
      repeated: members.filter(\.isRepeated).count)
    let times = cases.map(\.filing.filedAt)
    // The title is a citizen's sentence: of a case that the caller may see.
    let titled = cases.first { $0.filing.title == found.title } ?? cases.last
    return TopicShown(
      id: found.id, title: titled?.filing.title ?? "", score: score,
      places: Array(places(of: cases).prefix(placesMax)), firstAt: times.min() ?? recent,
      lastAt: times.max() ?? recent, cases: cases.sorted { $0.id > $1.id })
  }

  private static func places(of cases: [Case]) -> [(area: AreaPath, cases: Int)] {
    var counts: [AreaPath: Int] = [:]
    for found in cases {
      let street = Array(found.state.area.areas.prefix(AreaLevel.street.depth + 1))
      counts[AreaPath(street), default: 0] += 1
    }
    return counts.map { (area: $0.key, cases: $0.value) }.sorted { left, right in
      (left.cases, right.area.innermost?.rawValue ?? 0)
        > (right.cases, left.area.innermost?.rawValue ?? 0)
    }
  }
}
