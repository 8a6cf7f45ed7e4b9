import City
import Engine
import HTTPServing
import Handling
import JSONText
import Ports

/// What would become of running deadlines if they were counted anew.
enum DeadlineRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/deadlines/moves", .permission([.read]),
        "Running deadlines that today's calendars, hours, items and flows would set otherwise"
      ) { call throws(Problem) in try await moves(call, context) }
    ]
  }

  private static func moves(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let scope = try call.caller.scope
    let moves = try await stored { () throws(StoreFault) in
      try await CalendarRecount(engine: context.engine).moves(within: scope)
    }
    return Answer.list(moves) { found, writer in
      writer.beginObject()
      writer.member("case", String(found.case.id.rawValue))
      writer.member("number", found.case.filing.number.text)
      writer.member("clock", found.move.clock)
      for (name, instant) in [("before", found.move.before), ("after", found.move.after)] {
        if let instant {
          writer.member(name, TimeText.write(instant))
        } else {
          writer.member(name, JSON.null)
        }
      }
      writer.endObject()
    }
  }
}
