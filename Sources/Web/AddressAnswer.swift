import City
import Discovering
import Engine
import HTTPServing
import JSONText
import Language
import Ports

/// `GET /places`: what is known of a written address.
enum AddressAnswer {
  static func find(_ call: Call, _ context: WebContext) async throws(Problem) -> HTTPResponse {
    guard let text = call.filter("text") else { throw .field("text", "field.required") }
    guard text.unicodeScalars.count <= SignalLimits.addressMax else {
      throw .field("text", "text.too_long", ["max": String(SignalLimits.addressMax)])
    }
    let caller = try call.caller
    let found = try await stored { () throws(StoreFault) in
      try await Places(engine: context.engine).find(text, by: caller)
    }
    let presenting = Presenting(context.engine, for: caller)
    return Answer.object { write(found, presenting, to: &$0) }
  }

  private static func write(
    _ found: PlaceFinding, _ presenting: Presenting, to writer: inout JSONWriter
  ) {
    writer.member("standard", found.parsed.standardForm)
    writer.member("crossing", found.parsed.isCrossing)
    writer.name("parts")
    writer.beginArray()
    for piece in found.parsed.pieces {
      writer.beginObject()
      writer.member("part", piece.part.rawValue)
      writer.member("text", piece.text)
      writer.member("core", piece.core)
      writer.endObject()
    }
    writer.endArray()
    presenting.position(found.position, to: &writer)
    presenting.area(found.area, to: &writer)
    presenting.located(found.located, to: &writer)
    writer.name("matches")
    writer.beginArray()
    for match in found.matches { write(match, presenting, to: &writer) }
    writer.endArray()
  }

  private static func write(
    _ match: PlaceMatch, _ presenting: Presenting, to writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.member("address", presenting.shown(ofThing: match.address))
    presenting.position(match.position, to: &writer)
    presenting.area(match.area, to: &writer)
    presenting.located(Located(by: match.by, confidence: match.confidence), to: &writer)
    writer.name("thing")
    if let thing = match.thing {
      writer.beginObject()
      presenting.id("id", thing.id, to: &writer)
      writer.member("kind", thing.kind)
      writer.member("code", thing.code)
      writer.member("name", presenting.shown(ofThing: thing.name))
      writer.endObject()
    } else {
      writer.null()
    }
    writer.endObject()
  }
}
