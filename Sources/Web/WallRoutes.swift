import City
import Engine
import Evaluating
import HTTPServing
import JSONText
import Pack
import Ports

/// What hangs on a wall: numbers, places, and the gravest cases by kind and street. No titles, no
/// texts, no addresses, no names of people, for whoever passes may read it.
enum WallRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(.get, "/wall", .permission([.read]), "The numbers of a wall; nobody is named") {
        call throws(Problem) in try await figures(call, context)
      },
      Route(
        .get, "/wall/feed", .permission([.read]),
        "Server-sent events of what changes, without anybody's words",
        query: [.init(name: "after", type: "string")]
      ) { call throws(Problem) in
        try await FeedRoutes.open(call, context, isWall: true)
      },
    ]
  }

  private static func figures(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let desk = try await VitalRoutes.fresh(context)
    let scope = try call.caller.scope
    let engine = context.engine
    let figures = await desk.wall(scope, at: engine.time.now)
    let (counts, grave) = try await stored { () throws(StoreFault) in
      var grave: [Case] = []
      for id in figures.grave {
        if let found = try await engine.store.load(id), found.state.closedAt == nil {
          grave.append(found)
        }
      }
      return (try await engine.store.counts(scope), grave)
    }
    let presenting = Presenting(engine)
    return Answer.object { writer in
      writer.member("at", TimeText.write(engine.time.now))
      writer.member("filedToday", figures.filedToday)
      writer.member("closedToday", figures.closedToday)
      writer.member("open", figures.open)
      writer.member("overdue", figures.overdue)
      writer.object("openByGrade") { writer in
        for (grade, count) in zip(Grade.allCases, figures.openByGrade) {
          writer.member(grade.rawValue, count)
        }
      }
      writer.object("byStage") { writer in
        for (stage, count) in counts.byStage.sorted(by: { $0.key < $1.key }) {
          writer.member(stage, count)
        }
      }
      writer.name("points")
      writer.beginArray()
      for point in figures.points {
        writer.number(point.longitude)
        writer.number(point.latitude)
      }
      writer.endArray()
      write(figures.streets, engine.directory, to: &writer)
      write(grave, presenting, context, to: &writer)
    }
  }

  private static func write(
    _ streets: [ID<Area>: WallFigures.Street], _ directory: Directory,
    to writer: inout JSONWriter
  ) {
    writer.name("streets")
    writer.beginArray()
    for (id, street) in streets.sorted(by: { $0.key < $1.key }) {
      writer.beginObject()
      writer.member("id", String(id.rawValue))
      writer.member("name", directory.areas[id]?.name ?? "")
      writer.member("open", street.open)
      writer.member("overdue", street.overdue)
      writer.member("closed", street.closed)
      writer.member("inTime", street.inTime)
      writer.endObject()
    }
    writer.endArray()
  }

  private static func write(
    _ grave: [Case], _ presenting: Presenting, _ context: WebContext,
    to writer: inout JSONWriter
  ) {
    writer.name("grave")
    writer.beginArray()
    for found in grave {
      let state = found.state
      let street = state.area[.street].flatMap { presenting.directory.areas[$0]?.name }
      writer.beginObject()
      writer.member("id", String(found.id.rawValue))
      writer.member("grade", state.grade.rawValue)
      writer.member("item", state.item)
      writer.member(
        "name", state.item.flatMap { context.engine.catalogue.item(code: $0)?.name })
      writer.member("street", street)
      writer.member("stage", state.stage)
      presenting.position(found.filing.position, to: &writer)
      presenting.instant("filedAt", found.filing.filedAt, to: &writer)
      presenting.instant("due", state.due, to: &writer)
      writer.endObject()
    }
    writer.endArray()
  }
}
