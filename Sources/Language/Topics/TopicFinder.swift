import Glibc

/// One text to be grouped.
package struct TopicText: Sendable {
  package let id: String
  package let title: String
  package let text: String
  /// When it came, in days since any fixed day; nil = not known.
  package let day: Double?
  /// How many others agreed with it.
  package let likes: Int

  package init(id: String, title: String, text: String, day: Double?, likes: Int) {
    self.id = id
    self.title = title
    self.text = text
    self.day = day
    self.likes = likes
  }
}

/// Texts that tell of one matter.
package struct Topic: Equatable, Sendable {
  /// Title of the text nearest to the middle of the topic.
  package let title: String
  /// Places in the list given, rising.
  package let members: [Int]
  /// Share of its dated texts that came within its densest thirty days, 0 to 1.
  package let peak: Double
  package let likes: Int
  package let fromDay: Double?
  package let toDay: Double?

  package init(
    title: String, members: [Int], peak: Double, likes: Int, fromDay: Double?, toDay: Double?
  ) {
    self.title = title
    self.members = members
    self.peak = peak
    self.likes = likes
    self.fromDay = fromDay
    self.toDay = toDay
  }

  /// Size and agreement, halved where the texts are spread evenly:
  /// (size + ln(1 + likes)) × (½ + ½ peak).
  package var score: Double {
    (Double(members.count) + log(1 + Double(likes))) * (0.5 + 0.5 * peak)
  }
}

/// Finds the matters that many texts tell of.
///
/// The text with the most near neighbours begins a topic; the topic's middle draws in all texts near
/// to it until nothing changes, so that a chain of texts never becomes one topic. Topics whose
/// middles are near become one: the same place told of in several ways.
package enum TopicFinder {
  /// More texts than this are not taken; the newest should be given.
  package static let textsMax = 20_000
  /// A text belongs where its cosine with the middle is at least this.
  static let belongs: Float = 0.25
  /// Texts this near are neighbours.
  static let neighbour: Float = 0.2
  /// Topics this near are one.
  static let merges: Float = 0.3
  static let sizeMin = 3
  private static let middleTermsMax = 60
  private static let mergeTermsMax = 240
  private static let roundsMax = 8
  private static let seedsMax = 600
  private static let peakDays = 30.0

  /// The topics of the first `textsMax` texts, the highest score first.
  package static func topics(of texts: [TopicText]) -> [Topic] {
    let texts = Array(texts.prefix(textsMax))
    let vectors = TopicVectors(texts)
    var groups = seeded(vectors, count: texts.count)
    groups = merged(groups, vectors)
    return groups.map { topic($0, texts, vectors) }
      .sorted { ($0.score, $1.members[0]) > ($1.score, $0.members[0]) }
  }

  private static func seeded(_ vectors: TopicVectors, count: Int) -> [[Int]] {
    var sums = [Float](repeating: 0, count: count)
    var neighbours = [[Int]](repeating: [], count: count)
    var degrees = [Float](repeating: 0, count: count)
    for index in 0..<count {
      vectors.cosines(vectors.rows[index], into: &sums)
      for other in 0..<count where sums[other] >= neighbour && other != index {
        neighbours[index].append(other)
        degrees[index] += sums[other]
      }
    }
    var isFree = [Bool](repeating: true, count: count)
    var groups: [[Int]] = []
    let order = (0..<count).sorted { (degrees[$0], $1) > (degrees[$1], $0) }
    for seed in order.prefix(seedsMax * 8) where isFree[seed] && groups.count < seedsMax {
      var members = neighbours[seed].filter { isFree[$0] } + [seed]
      guard members.count >= sizeMin else { continue }
      for _ in 0..<roundsMax {
        vectors.cosines(
          vectors.middle(of: members, termsMax: middleTermsMax), into: &sums)
        let next = (0..<count).filter { isFree[$0] && sums[$0] >= belongs }
        if next == members || next.isEmpty { break }
        members = next
      }
      guard members.count >= sizeMin else { continue }
      for member in members { isFree[member] = false }
      groups.append(members.sorted())
    }
    return groups
  }

  /// Joins the two nearest groups while any two are near enough.
  private static func merged(_ groups: [[Int]], _ vectors: TopicVectors) -> [[Int]] {
    var groups = groups
    var middles = groups.map { table(vectors.middle(of: $0, termsMax: mergeTermsMax)) }
    // Of each group: its cosine with every group after it; a merge changes one row and one column.
    var cosines = groups.indices.map { left in
      groups.indices.map { $0 > left ? cosine(middles[left], middles[$0]) : 0 }
    }
    while true {
      var best: (left: Int, right: Int, cosine: Float) = (0, 0, 0)
      for left in groups.indices {
        for right in groups.indices where cosines[left][right] > best.cosine {
          best = (left, right, cosines[left][right])
        }
      }
      guard best.cosine >= merges else { return groups.filter { !$0.isEmpty } }
      groups[best.left] = (groups[best.left] + groups[best.right]).sorted()
      groups[best.right] = []
      middles[best.left] = table(vectors.middle(of: groups[best.left], termsMax: mergeTermsMax))
      for other in groups.indices {
        let isGone = groups[other].isEmpty
        let near = isGone ? 0 : cosine(middles[best.left], middles[other])
        if other > best.left { cosines[best.left][other] = near }
        if other < best.left { cosines[other][best.left] = near }
        cosines[best.right][other] = 0
        cosines[other][best.right] = 0
      }
    }
  }

  private static func table(_ vector: [(term: Int32, weight: Float)]) -> [Int32: Float] {
    Dictionary(uniqueKeysWithValues: vector.map { ($0.term, $0.weight) })
  }

  private static func cosine(_ left: [Int32: Float], _ right: [Int32: Float]) -> Float {
    left.reduce(Float(0)) { $0 + $1.value * (right[$1.key] ?? 0) }
  }

  private static func topic(
    _ members: [Int], _ texts: [TopicText], _ vectors: TopicVectors
  ) -> Topic {
    let middle = table(vectors.middle(of: members, termsMax: middleTermsMax))
    let nearest = members.max { left, right in
      cosine(table(vectors.rows[left]), middle) < cosine(table(vectors.rows[right]), middle)
    }
    let days = members.compactMap { texts[$0].day }.sorted()
    var densest = 0
    var start = 0
    for end in days.indices {
      while days[end] - days[start] > peakDays { start += 1 }
      densest = max(densest, end - start + 1)
    }
    return Topic(
      title: nearest.map { texts[$0].title } ?? "", members: members,
      peak: days.isEmpty ? 0 : Double(densest) / Double(days.count),
      likes: members.reduce(0) { $0 + max(0, texts[$1].likes) }, fromDay: days.first,
      toDay: days.last)
  }
}
