import City
import Discovering
import Engine
import HTTPServing
import Handling
import JSONText
import Pack
import Ports

/// What video boxes find: each finding is a signal at the camera's place, with its picture.
enum FindingRoutes {
  static let kindMax = 100
  /// A finding with its picture in base64, which makes four bytes of three; a file of a photo holds
  /// 20 MB at most.
  private static let limits = JSONLimits(bytesMax: 28 << 20, stringBytesMax: 27 << 20)

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
          .init(name: "pictureURL", type: "string"), .init(name: "boxes", type: "array"),
          .init(name: "longitude", type: "number"),
          .init(name: "latitude", type: "number"),
        ]
      ) { call throws(Problem) in try await take(call, context) }
    ]
  }

  /// What a box says, before its camera is known.
  private struct Finding {
    var kind = ""
    var confidence = 0.0
    var at = Instant(milliseconds: 0)
    var camera = ""
    var name: String?
    var pictures: [FileDigest] = []
    var pictureData: String?
    /// Where that lies.
    var pictureKept: FileDigest?
    var pictureAddress: String?
    var boxes: [FindingBox] = []
    var longitude: Double?
    var latitude: Double?
  }

  private static func read(_ bytes: [UInt8]) throws(Problem) -> Finding {
    var body = try Body(bytes, limits: limits)
    var finding = Finding()
    finding.kind = body.label("kind", max: kindMax)
    if let confidence = body.number("confidence") {
      finding.confidence = confidence
      if !(0...1).contains(confidence) {
        body.refuse("confidence", "number.range", ["min": "0", "max": "1"])
      }
    } else {
      _ = body.required("confidence")
    }
    finding.at = body.requiredInstant("at") ?? finding.at
    finding.camera = body.required("camera")
    finding.name = body.string("id")
    if let picture = body.string("picture") {
      if let digest = HexText.digest(picture) {
        finding.pictures = [FileDigest(digest)]
      } else {
        body.refuse("picture", "digest.form")
      }
    }
    finding.pictureData = body.string("pictureData")
    finding.pictureAddress = body.string("pictureURL")
    finding.boxes = body.objects("boxes", max: FindingBox.countMax, FindingBox.init)
    finding.longitude = body.number("longitude")
    finding.latitude = body.number("latitude")
    try body.finish()
    return finding
  }

  /// The kind is an item's code, or words by which an item is found.
  private static func take(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    var finding = try read(call.request.body)
    let camera = try await camera(finding.camera, context)
    if let data = finding.pictureData {
      let digest = try await keep(data, context)
      finding.pictureKept = digest
      finding.pictures.append(digest)
    }
    if let address = finding.pictureAddress {
      finding.pictures.append(try await fetch(address, context))
    }
    for file in try await FileRoutes.evidence(finding.pictures, context)
    where file.form != .photo {
      throw .field("picture", "picture.kind")
    }
    let incoming = IncomingSignal(
      channel: .video, draft: draft(of: finding, camera, context),
      raw: kept(call.request.body, finding))
    let outcome = try await asProblem(Problem.init) { () throws(IntakeFault) in
      try await Intake(engine: context.engine).take(incoming, by: caller.actor, request: call.id)
    }
    return try await SignalRoutes.answer(outcome, context)
  }

  /// The finding as it is kept. A picture that came within it lies in its file; the journal has the
  /// hash in its place.
  private static func kept(_ body: [UInt8], _ finding: Finding) -> [UInt8] {
    guard let digest = finding.pictureKept,
      let members = (try? JSON.parse(body, limits: limits))?.members
    else { return body }
    var writer = JSONWriter()
    writer.value(
      .object(
        members.map { member in
          guard member.name == "pictureData" else { return member }
          return JSONMember(member.name, .string(HexText.write(digest.digest)))
        }))
    return writer.take()
  }

  private static func draft(
    of finding: Finding, _ camera: Thing, _ context: WebContext
  ) -> SignalDraft {
    let item = context.engine.catalogue.item(code: finding.kind)
    var draft = SignalDraft()
    draft.externalID =
      finding.name ?? "\(camera.code):\(finding.kind):\(finding.at.milliseconds)"
    draft.occurredAt = finding.at
    draft.item = item?.code
    draft.title = item?.name ?? finding.kind
    let percent = Int((finding.confidence * 100).rounded())
    let labels = finding.boxes.compactMap(\.label)
    draft.text =
      ([draft.title, camera.name, "\(percent)%"] + labels).filter { !$0.isEmpty }
      .joined(separator: " · ")
    draft.address = camera.address
    // The finding is at the place, not at the camera: who owns the camera does not answer for it.
    draft.longitude = finding.longitude ?? camera.position?.longitude
    draft.latitude = finding.latitude ?? camera.position?.latitude
    draft.evidence = finding.pictures
    return draft
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

  /// Fetches a picture from an allowed host and keeps it.
  private static func fetch(
    _ address: String, _ context: WebContext
  ) async throws(Problem) -> FileDigest {
    guard let source = context.pictures else {
      throw .field("pictureURL", PictureFault.host.code)
    }
    let bytes = try await asProblem(Problem.init) { () throws(PictureFault) in
      try await source.picture(at: address)
    }
    let file = try await asProblem(Problem.init) { () throws(FileFault) in
      try await context.files.put(bytes)
    }
    return file.digest
  }
}

/// Where in the picture a video box saw it, in shares of width and height from the upper left.
struct FindingBox: Equatable {
  /// Boxes of one finding.
  static let countMax = 64
  static let labelMax = 40

  let left: Double
  let top: Double
  let width: Double
  let height: Double
  let label: String?

  /// From `{"left":…,"top":…,"width":…,"height":…,"label":…}`; nil for anything else.
  init?(_ json: JSON) {
    let known: Set = ["left", "top", "width", "height", "label", "confidence"]
    guard let members = json.members, members.allSatisfy({ known.contains($0.name) }),
      let left = json["left"]?.number, let top = json["top"]?.number,
      let width = json["width"]?.number, let height = json["height"]?.number,
      [left, top, width, height, left + width, top + height].allSatisfy({ (0...1).contains($0) })
    else { return nil }
    label = json["label"]?.string
    if let label, TextField.finding(label, max: Self.labelMax) != nil { return nil }
    self.left = left
    self.top = top
    self.width = width
    self.height = height
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

extension Problem {
  init(_ fault: PictureFault) {
    switch fault {
    case .form, .host: self = .field("pictureURL", fault.code)
    case .tooLarge(let max): self = .field("pictureURL", fault.code, ["max": String(max)])
    case .status(let status): self = .field("pictureURL", fault.code, ["status": String(status)])
    case .slow, .unreachable: self = .field("pictureURL", fault.code)
    case .busy: self.init(status: 503, code: fault.code, retryAfterSeconds: 1)
    }
  }
}
