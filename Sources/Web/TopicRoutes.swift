import City
import Engine
import Evaluating
import HTTPServing
import JSONText
import Ports

/// Hot topics: what many cases of the last days tell of.
enum TopicRoutes {
  static let limitDefault = 20
  static let limitMax = 100
  /// Cases named in the list; the topic itself names them all.
  static let casesShown = 5

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/topics", .permission([.read]), "Hot topics of the last days, the hottest first",
        query: [.init(name: "days", type: "integer"), .init(name: "limit", type: "integer")]
      ) { call throws(Problem) in
        let limit = try number("limit", call, limitDefault, 1...limitMax)
        let found = try await topics(call, context)
        let presenting = Presenting(context.engine, for: try call.caller)
        return Answer.object { writer in
          write(found, to: &writer)
          writer.name("topics")
          writer.beginArray()
          for topic in found.topics.prefix(limit) {
            write(topic, casesMax: casesShown, presenting, to: &writer)
          }
          writer.endArray()
        }
      },
      Route(
        .get, "/topics/:id", .permission([.read]), "One topic with all its cases",
        query: [.init(name: "days", type: "integer")]
      ) { call throws(Problem) in
        let id: ID<HotTopic> = try call.capturedID("id")
        let found = try await topics(call, context)
        guard let topic = found.topics.first(where: { $0.id == id }) else { throw .notFound }
        var writer = JSONWriter()
        write(
          topic, casesMax: .max, Presenting(context.engine, for: try call.caller), to: &writer)
        return .json(writer.take())
      },
    ]
  }

  private static func topics(_ call: Call, _ context: WebContext) async throws(Problem)
    -> TopicsShown
  {
    let caller = try call.caller
    let days = try number("days", call, HotTopics.daysDefault, HotTopics.daysRange)
    return try await stored { () throws(StoreFault) in
      try await HotTopics(engine: context.engine).topics(days: days, by: caller)
    }
  }

  private static func number(
    _ name: String, _ call: Call, _ fallback: Int, _ range: ClosedRange<Int>
  ) throws(Problem) -> Int {
    guard let text = call.filter(name) else { return fallback }
    guard let number = Int(text), range.contains(number) else {
      throw .field(
        name, "number.range",
        ["min": String(range.lowerBound), "max": String(range.upperBound)])
    }
    return number
  }

  private static func write(_ found: TopicsShown, to writer: inout JSONWriter) {
    writer.member("from", TimeText.write(found.from))
    writer.member("computedAt", TimeText.write(found.computedAt))
    writer.member("looked", found.looked)
    writer.member("leftOut", found.leftOut)
    writer.member("formula", TopicScore.formula)
  }

  private static func write(
    _ topic: TopicShown, casesMax: Int, _ presenting: Presenting, to writer: inout JSONWriter
  ) {
    writer.beginObject()
    presenting.id("id", topic.id, to: &writer)
    writer.member("title", presenting.shown(topic.title))
    writer.member("size", topic.score.size)
    writer.member("people", topic.score.people)
    for (name, number) in [
      ("rise", topic.score.rise), ("urgent", topic.score.urgent),
      ("repeated", topic.score.repeated), ("score", topic.score.score),
    ] {
      writer.name(name)
      writer.number(number)
    }
    presenting.instant("firstAt", topic.firstAt, to: &writer)
    presenting.instant("lastAt", topic.lastAt, to: &writer)
    writer.name("places")
    writer.beginArray()
    for place in topic.places {
      writer.beginObject()
      presenting.area(place.area, to: &writer)
      writer.member("cases", place.cases)
      writer.endObject()
    }
    writer.endArray()
    writer.name("cases")
    writer.beginArray()
    for found in topic.cases.prefix(casesMax) {
      writer.beginObject()
      presenting.id("id", found.id, to: &writer)
      writer.member("number", found.filing.number.text)
      writer.member("title", presenting.shown(found.filing.title))
      presenting.instant("filedAt", found.filing.filedAt, to: &writer)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
  }
}
