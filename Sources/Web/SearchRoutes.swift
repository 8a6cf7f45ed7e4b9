import City
import Engine
import HTTPServing
import JSONText
import Ports

/// The search box: everything that the caller may see, ranked, marked, counted by kind.
enum SearchRoutes {
  static let limitDefault = 20

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/search", .permission([.read]),
        "Search over everything (q), or the case with this number (number)",
        query: [
          .init(name: "q", type: "string"), .init(name: "number", type: "string"),
          .init(name: "kind", type: "string", allowed: SearchKind.allCases.map(\.name)),
          .init(name: "near", type: "string"), .init(name: "limit", type: "integer"),
          .init(name: "offset", type: "integer"),
        ]
      ) { call throws(Problem) in
        if let number = call.filter("number") {
          let found = try await CaseRoutes.visible(number, call, context)
          let presenting = Presenting(context.engine, for: try call.caller)
          return Answer.list([found]) { presenting.write($0, to: &$1) }
        }
        return try await search(call, context)
      },
      Route(
        .get, "/search/suggest", .permission([.read]), "Names that hold what was typed so far",
        query: [.init(name: "q", type: "string", required: true)]
      ) { call throws(Problem) in
        let (caller, words) = (try call.caller, try words(call))
        let hits = try await stored { () throws(StoreFault) in
          try await UnifiedSearch(engine: context.engine).suggestions(
            for: words, by: caller)
        }
        let presenting = Presenting(context.engine, for: caller)
        return Answer.list(hits) { hit, writer in
          writer.beginObject()
          writer.member("kind", hit.kind.name)
          writer.member("id", String(hit.id))
          writer.member("code", hit.code)
          writer.member("title", presenting.shown(hit.title))
          write(hit.titleMarks, "titleMarks", to: &writer)
          writer.endObject()
        }
      },
    ]
  }

  private static func words(_ call: Call) throws(Problem) -> String {
    guard let words = call.filter("q") else { throw .field("q", "field.required") }
    return words
  }

  private static func search(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    var query = SearchQuery(
      scope: caller.scope, words: try words(call), now: context.engine.time.now)
    query.kinds = try kinds(call)
    query.limit = try number("limit", call, limitDefault, 0...SearchQuery.limitMax)
    query.offset = try number("offset", call, 0, 0...SearchQuery.offsetMax)
    if let near = call.filter("near") {
      let degrees = near.split(separator: ",").compactMap { Double($0) }
      guard degrees.count == 2,
        let position = Position(longitude: degrees[0], latitude: degrees[1])
      else { throw .field("near", "position.form", ["expected": "longitude,latitude"]) }
      query.near = position
    }
    let final = query
    let answer = try await stored { () throws(StoreFault) in
      try await UnifiedSearch(engine: context.engine).search(final, by: caller)
    }
    let presenting = Presenting(context.engine, for: caller)
    return Answer.object { writer in
      writer.name("hits")
      writer.beginArray()
      for hit in answer.hits { write(hit, presenting, to: &writer) }
      writer.endArray()
      writer.object("counts") { writer in
        for kind in SearchKind.allCases {
          if let count = answer.counts[kind] { writer.member(kind.name, count) }
        }
      }
      writer.member("total", answer.counts.values.reduce(0, +))
      writer.member(
        "tookMilliseconds",
        Int(context.engine.time.now.milliseconds - final.now.milliseconds))
    }
  }

  private static func kinds(_ call: Call) throws(Problem) -> Set<SearchKind> {
    var kinds: Set<SearchKind> = []
    for pair in call.request.query where pair.name == "kind" && !pair.value.isEmpty {
      guard let kind = SearchKind(name: pair.value) else {
        let allowed = SearchKind.allCases.map(\.name).joined(separator: ",")
        throw .field("kind", "word.unknown", ["allowed": allowed])
      }
      kinds.insert(kind)
    }
    return kinds
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

  private static func write(
    _ hit: SearchHit, _ presenting: Presenting, to writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.member("kind", hit.kind.name)
    writer.member("id", String(hit.id))
    writer.member("code", hit.code)
    writer.member("title", presenting.shown(hit.title))
    write(hit.titleMarks, "titleMarks", to: &writer)
    writer.member("snippet", presenting.shown(hit.snippet))
    write(hit.snippetMarks, "snippetMarks", to: &writer)
    presenting.area(hit.area, to: &writer)
    presenting.unit("unit", hit.unit, to: &writer)
    let time = hit.time.milliseconds == 0 ? nil : hit.time
    presenting.instant("time", time, to: &writer)
    presenting.position(hit.position, to: &writer)
    writer.member("score", hit.score)
    writer.endObject()
  }

  /// Places in UTF-16 units, as scripts of pages count them: `[[from, to], …]`.
  private static func write(
    _ marks: [Range<Int>], _ name: String, to writer: inout JSONWriter
  ) {
    writer.name(name)
    writer.beginArray()
    for mark in marks {
      writer.beginArray()
      writer.integer(mark.lowerBound)
      writer.integer(mark.upperBound)
      writer.endArray()
    }
    writer.endArray()
  }
}
