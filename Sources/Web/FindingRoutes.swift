import City
import Discovering
import Engine
import HTTPServing
import JSONText
import Pack
import Ports

/// What video boxes find: each finding is a signal at the camera's place, with its picture.
enum FindingRoutes {
  static let kindMax = 100

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .post, "/findings", .permission([.submit]), "Send what a video box found",
        body: [
          .init(name: "id", type: "string"),
          .init(name: "kind", type: "string", required: true),
          .init(name: "confidence", type: "number", required: true),
          .init(name: "at", type: "string", required: true),
          .init(name: "camera", type: "string", required: true),
          .init(name: "picture", type: "string"), .init(name: "pictureData", type: "string"),
          .init(name: "boxes", type: "string"), .init(name: "longitude", type: "number"),
          .init(name: "latitude", type: "number"),
        ]
      ) { call throws(Problem) in try await take(call, context) }
    ]
  }

  /// The kind is an item's code, or words by which an item is found.
  private static func take(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    var body = try Body(call.request.body)
    let kind = body.label("kind", max: kindMax)
    let confidence = body.number("confidence")
    if let confidence, !(0...1).contains(confidence) {
      body.refuse("confidence", "number.range", ["min": "0", "max": "1"])
    }
    if confidence == nil { _ = body.required("confidence") }
    let at = body.requiredInstant("at")
    let code = body.required("camera")
    let name = body.string("id")
    var evidence: [FileDigest] = []
    if let picture = body.string("picture") {
      if let digest = HexText.digest(picture) {
        evidence = [FileDigest(digest)]
      } else {
        body.refuse("picture", "digest.form")
      }
    }
    let data = body.string("pictureData")
    let boxes = body.string("boxes") ?? ""
    let longitude = body.number("longitude")
    let latitude = body.number("latitude")
    try body.finish()
    guard let at, let confidence else { throw .field("at", "field.required") }
    let camera = try await camera(code, context)
    if let data { evidence.append(try await keep(data, context)) }
    _ = try await FileRoutes.evidence(evidence, context)

    var draft = SignalDraft()
    draft.externalID = name ?? "\(camera.code):\(kind):\(at.milliseconds)"
    draft.occurredAt = at
    let isItem = context.engine.catalogue.item(code: kind) != nil
    draft.item = isItem ? kind : nil
    draft.title = isItem ? context.engine.catalogue.item(code: kind)?.name ?? kind : kind
    let percent = Int((confidence * 100).rounded())
    let told = [draft.title, camera.name, "\(percent)%", boxes].filter { !$0.isEmpty }
    draft.text = told.joined(separator: " · ")
    draft.address = camera.address
    // The finding is at the place, not at the camera: who owns the camera does not answer for it.
    draft.longitude = longitude ?? camera.position?.longitude
    draft.latitude = latitude ?? camera.position?.latitude
    draft.evidence = evidence
    let incoming = IncomingSignal(channel: .video, draft: draft, raw: call.request.body)
    let outcome = try await asProblem(Problem.init) { () throws(IntakeFault) in
      try await Intake(engine: context.engine).take(incoming, by: caller.actor, request: call.id)
    }
    return Answer.object(status: outcome.kind == .repeated ? 200 : 201) { writer in
      writer.member("outcome", outcome.kind.rawValue)
      writer.member("signal", String(outcome.signal.rawValue))
      writer.member("event", outcome.event.map { String($0.rawValue) })
      writer.member("case", outcome.case.map { String($0.rawValue) })
      writer.member("item", outcome.item)
    }
  }

  private static func camera(
    _ code: String, _ context: WebContext
  ) async throws(Problem) -> Thing {
    let thing = try await stored { () throws(StoreFault) in
      try await context.engine.store.thing(kind: "camera", code: code)
    }
    guard let thing else { throw .field("camera", "camera.unknown") }
    return thing
  }

  /// Keeps a picture that came within the finding, in base64.
  private static func keep(
    _ data: String, _ context: WebContext
  ) async throws(Problem) -> FileDigest {
    guard let bytes = Base64Text.bytes(data) else { throw .field("pictureData", "base64.form") }
    let file = try await asProblem(Problem.init) { () throws(FileFault) in
      try await context.files.put(bytes)
    }
    return file.digest
  }
}

/// Base64 (RFC 4648) with `+` and `/`; padding may be left out.
enum Base64Text {
  /// nil for anything else.
  static func bytes(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count * 3 / 4)
    var held: UInt32 = 0
    var bits = 0
    var padding = 0
    for byte in text.utf8 {
      let value: UInt32
      switch byte {
      case 0x41...0x5A: value = UInt32(byte - 0x41)
      case 0x61...0x7A: value = UInt32(byte - 0x61) + 26
      case 0x30...0x39: value = UInt32(byte - 0x30) + 52
      case 0x2B: value = 62
      case 0x2F: value = 63
      case 0x3D:
        padding += 1
        continue
      default: return nil
      }
      guard padding == 0 else { return nil }
      held = held << 6 | value
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: held >> UInt32(bits)))
      }
    }
    guard padding <= 2, bits < 6, held & (1 << UInt32(bits) - 1) == 0 else { return nil }
    return bytes
  }
}
