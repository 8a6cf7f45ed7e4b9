import City
import Engine
import Evaluating
import HTTPServing
import JSONText
import Pack
import Ports

/// Scores of a month, by unit, street or item.
enum ScoreRoutes {
  enum Grouping: String, CaseIterable { case unit, street, item }

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/scores", .permission([.read]), "Counts, rates and points of a month",
        query: [
          .init(name: "month", type: "string", required: true),
          .init(name: "by", type: "string", allowed: Grouping.allCases.map(\.rawValue)),
        ]
      ) { call throws(Problem) in try await scores(call, context) }
    ]
  }

  private static func scores(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let month = try month(call.filter("month") ?? "")
    let grouping: Grouping = try call.word("by") ?? .unit
    let query = ScoreQuery(scope: try call.caller.scope, months: month...month)
    let scores = try await stored { () throws(StoreFault) in
      try await context.engine.store.scores(query)
    }
    var groups: [String: ScoreCounts] = [:]
    for score in scores {
      let key =
        switch grouping {
        case .unit: String(score.key.unit.rawValue)
        case .street: score.key.street.map { String($0.rawValue) } ?? ""
        case .item: score.key.item ?? ""
        }
      groups[key] = (groups[key] ?? ScoreCounts()) + score.counts
    }
    let directory = context.engine.directory
    return Answer.list(groups.sorted { $0.key < $1.key }) { group, writer in
      writer.beginObject()
      writer.member("key", group.key)
      writer.member("name", name(group.key, grouping, directory, context.engine))
      write(group.value, to: &writer)
      writer.endObject()
    }
  }

  private static func name(
    _ key: String, _ grouping: Grouping, _ directory: Directory, _ engine: Engine
  ) -> String {
    switch grouping {
    case .unit: Int64(key).flatMap { directory.units[ID($0)]?.name } ?? ""
    case .street: Int64(key).flatMap { directory.areas[ID($0)]?.name } ?? ""
    case .item: engine.catalogue.item(code: key)?.name ?? ""
    }
  }

  private static func write(_ counts: ScoreCounts, to writer: inout JSONWriter) {
    let card = ScoreCard(counts)
    writer.member("dispatched", counts.dispatched)
    writer.member("closed", counts.closed)
    writer.member("closedInTime", counts.closedInTime)
    writer.member("reworks", counts.reworks)
    writer.member("returns", counts.returns)
    writer.member("notConfirmed", counts.notConfirmed)
    writer.member("judged", counts.judged)
    writer.member("contentRate", card.contentRate)
    writer.member("solvedRate", card.solvedRate)
    writer.member("inTimeRate", card.inTimeRate)
    writer.member("reworkRate", card.reworkRate)
    writer.member("returnRate", card.returnRate)
    writer.member("handlingMilliseconds", card.handlingMilliseconds)
    writer.member("points", card.points)
  }

  /// `2026-11` as in `ScoreKey`.
  private static func month(_ text: String) throws(Problem) -> Int {
    let parts = text.split(separator: "-")
    guard parts.count == 2, parts[0].count == 4, parts[1].count == 2, let year = Int(parts[0]),
      let month = Int(parts[1]), (1...12).contains(month)
    else { throw .field("month", "month.form", ["expected": "YYYY-MM"]) }
    return year * 12 + month - 1
  }
}
