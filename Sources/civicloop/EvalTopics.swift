import JSONText
import Language
import Trials

/// `civicloop eval topics`: what many messages of a file tell of.
enum EvalTopics {
  static let command = Command(
    name: "eval topics", summary: "hot topics of a file of messages",
    usage: "eval topics --file F [--top 10]",
    example: "civicloop eval topics --file messages.jsonl.gz --top 5",
    options: ["file", "top"]
  ) { arguments in try run(arguments) }

  private static let topRange = 1...100

  private static func run(_ arguments: Arguments) throws -> Int32 {
    guard let file = arguments["file"] else { throw UsageFault(message: "--file is needed") }
    let top = try arguments.integer("top", 10, in: topRange)
    let watch = Stopwatch()
    do throws(TrialFault) {
      let found = try TopicsTrial.run(path: file, top: top)
      let seconds = watch.seconds
      Output.result { writer in
        writer.name("topics")
        writer.beginArray()
        for topic in found.topics { write(topic, of: found.texts, &writer) }
        writer.endArray()
        writer.member("seconds", seconds)
      }
    } catch {
      throw WorkFault(message: error.message)
    }
    return 0
  }

  private static func write(_ topic: Topic, of texts: [TopicText], _ writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("title", topic.title)
    writer.member("size", topic.members.count)
    writer.member("ids", topic.members.map { texts[$0].id })
    writer.member("from", topic.fromDay.map(TopicsTrial.date))
    writer.member("to", topic.toDay.map(TopicsTrial.date))
    writer.member("score", topic.score)
    writer.member("peak", topic.peak)
    writer.member("likes", topic.likes)
    writer.endObject()
  }
}
