import Language
import Testing

/// Which texts make a topic. The texts are made-up Latin words, so that no language is tested here.
struct TopicFinderTests {
  @Test("texts of one matter make one topic, others none")
  func groups() {
    let matter = "parking sold only with flats at Willow Garden"
    let others = ["lamp dark", "bus late", "dog barks", "tax form", "school place", "water brown"]
    var texts = (0..<6).map { text("\($0)", "Willow Garden parking", matter, day: Double($0)) }
    for round in 0..<40 {
      texts.append(text("x\(round)", others[round % 6] + " \(round * 7919)", "q\(round * 104_729)"))
    }
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

  private func text(_ id: String, _ title: String, _ text: String, day: Double? = nil) -> TopicText
  { TopicText(id: id, title: title, text: text, day: day, likes: 0) }
}
