import City
import JSONText
package import Language
import Links

/// The hot topics of a file of messages.
package struct TopicsFound: Sendable {
  package let texts: [TopicText]
  /// The first of them, by score.
  package let topics: [Topic]
}

/// Finds the hot topics of a JSONL file with `msg_id`, `title`, `text`, `time` and `likes`.
package enum TopicsTrial {
  /// - Throws: `.file`, `.line`; `.insufficient` where the file has no message.
  package static func run(path: String, top: Int) throws(TrialFault) -> TopicsFound {
    var times = try? TimeReader(zone: "Asia/Shanghai", now: .distantTrialFuture)
    var texts: [TopicText] = []
    for (number, object) in try TrialFile.objects(of: path).enumerated() {
      let time = (try? times?.read(object["time"]?.string ?? "")) ?? nil
      let id = object["msg_id"] ?? object["id"]
      texts.append(
        TopicText(
          id: id?.string ?? (id?.integer).map { String($0) } ?? String(number + 1),
          title: object["title"]?.string ?? "", text: object["text"]?.string ?? "",
          day: time.map { Double($0.milliseconds) / Double(Duration.day) },
          likes: Int(object["likes"]?.integer ?? 0)))
    }
    guard !texts.isEmpty else { throw .insufficient(missing: "no message in \(path)") }
    return TopicsFound(texts: texts, topics: Array(TopicFinder.topics(of: texts).prefix(top)))
  }

  /// `yyyy-mm-dd` of a day in Shanghai, which is eight hours ahead all year.
  package static func date(_ day: Double) -> String {
    let date = CivilDate(daysSinceEpoch: Int((day + 1.0 / 3).rounded(.down)))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    return "\(date.year)-\(two(date.month))-\(two(date.day))"
  }
}
