import City
import Engine
import Ports

/// What a file that somebody takes out says of him.
enum ViewerMark {
  /// Name, login, the city's time to the minute, and the number of the request.
  static func words(_ call: Call, _ context: WebContext) throws(Problem) -> String {
    let caller = try call.caller
    let engine = context.engine
    let time = engine.localText(engine.time.now)
    return "\(caller.staff.name) \(caller.login) \(time) \(call.id)"
  }
}
