import Language
import Testing

/// Which texts make a topic. The texts are made-up Latin words, so that no language is tested here.
struct TopicFinderTests {
  @Test("texts of one matter make one topic, others none")
  func groups() {
    let matter = "parking sold only with flats at Willow Garden"
    var texts = (0..<6).map { text("\($0)", "Willow Garden parking", matter, day: Double($0)) }
    var state: UInt64 = 7
    for round in 0..<200 { texts.append(text("x\(round)", noise(&state), noise(&state))) }
    let topics = TopicFinder.topics(of: texts)
    #expect(topics.first?.members == [0, 1, 2, 3, 4, 5])
  }

  @Test(
    "odd texts are no topic and no crash",
    arguments: ["", "a", "<b>'; DROP TABLE x;--", String(repeating: "\u{1F600}", count: 50)])
  func odd(_ odd: String) {
    let topics = TopicFinder.topics(of: [text("1", odd, odd), text("2", odd, "")])
    #expect(topics.isEmpty)
  }

  @Test("a peak counts more than the same number spread evenly")
  func score() {
    let spread = Topic(
      title: "", members: [0, 1, 2, 3], peak: 0.25, likes: 0, fromDay: 0, toDay: 300)
    let dense = Topic(title: "", members: [0, 1, 2, 3], peak: 1, likes: 0, fromDay: 0, toDay: 9)
    #expect(dense.score == 4 && spread.score == 2.5)
  }

  /// Twenty letters that share next to nothing with any other twenty.
  private func noise(_ state: inout UInt64) -> String {
    String(
      String.UnicodeScalarView(
        (0..<20).map { _ in
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return Unicode.Scalar(UInt8(97 + (state >> 33) % 26))
        }))
  }

  private func text(_ id: String, _ title: String, _ text: String, day: Double? = nil) -> TopicText
  { TopicText(id: id, title: title, text: text, day: day, likes: 0) }
}
