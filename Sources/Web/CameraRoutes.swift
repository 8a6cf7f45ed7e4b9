import City
import Engine
import Geography
import HTTPServing
import JSONText
import Pack
import Ports

/// Cameras that look at a place: which, how far away, and the operator's page of their picture.
enum CameraRoutes {
  /// The kind of thing that cameras are.
  static let kind = "camera"

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/cameras", .permission([.read]), "Cameras that see a place, the nearest first",
        query: [.init(name: "near", type: "string", required: true)]
      ) { call throws(Problem) in
        let degrees = (call.filter("near") ?? "").split(separator: ",").compactMap { Double($0) }
        guard degrees.count == 2,
          let position = Position(longitude: degrees[0], latitude: degrees[1])
        else { throw .field("near", "position.form", ["expected": "longitude,latitude"]) }
        return try await answer(position, call, context)
      },
      Route(
        .get, "/cases/:id/cameras", .permission([.read]), "Cameras that see the place of a case"
      ) { call throws(Problem) in
        let found = try await CaseRoutes.visible(call.capture("id"), call, context)
        guard let position = found.filing.position else {
          return Answer.list([Thing]()) { _, _ in }
        }
        return try await answer(position, call, context)
      },
    ]
  }

  private static func answer(
    _ position: Position, _ call: Call, _ context: WebContext
  ) async throws(Problem) -> HTTPResponse {
    var query = ThingQuery(
      scope: ThingRoutes.scope(try call.caller),
      page: PageRequest(limit: PageRequest.limitMax, before: nil))
    query.kind = kind
    query.near = position
    query.radiusMetres = CameraView.reachMax
    let final = query
    let page = try await stored { () throws(StoreFault) in
      try await context.engine.store.things(final)
    }
    let seeing = page.elements.compactMap { thing in
      view(of: thing)?.metres(to: position).map { (thing: thing, metres: $0) }
    }.sorted { ($0.metres, $0.thing.id) < ($1.metres, $1.thing.id) }
    let presenting = Presenting(context.engine, for: try call.caller)
    return Answer.list(seeing) { camera, writer in
      write(camera.thing, camera.metres, presenting, &writer)
    }
  }

  /// nil for a camera without a place.
  static func view(of camera: Thing) -> CameraView? {
    camera.position.map { position in
      CameraView(
        position: position, directionDegrees: number("direction", camera),
        angleDegrees: number("angle", camera) ?? CameraView.angleStandard,
        reachMetres: number("reach", camera) ?? CameraView.reachStandard)
    }
  }

  private static func attribute(_ name: String, _ camera: Thing) -> String? {
    camera.attributes.first { $0.name == name }?.value
  }

  private static func number(_ name: String, _ camera: Thing) -> Double? {
    attribute(name, camera).flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil }
  }

  private static func write(
    _ camera: Thing, _ metres: Double, _ presenting: Presenting, _ writer: inout JSONWriter
  ) {
    writer.beginObject()
    presenting.id("id", camera.id, to: &writer)
    writer.member("code", camera.code)
    writer.member("name", presenting.shown(ofThing: camera.name))
    presenting.position(camera.position, to: &writer)
    writer.member("metres", metres.rounded())
    writer.member("direction", number("direction", camera))
    writer.member("angle", number("angle", camera))
    writer.member("reach", number("reach", camera))
    // Nothing but a page is opened: no address that runs something in the reader's browser.
    writer.member("feed", attribute("feed", camera).flatMap { isPage($0) ? $0 : nil })
    writer.endObject()
  }

  private static func isPage(_ address: String) -> Bool {
    address.lowercased().hasPrefix("https://") || address.lowercased().hasPrefix("http://")
  }
}
