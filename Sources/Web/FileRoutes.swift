import City
import Engine
import HTTPServing
import Handling
import JSONText
import Pack
import Ports
import Reports

/// Files: pictures and documents by content.
enum FileRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .post, "/files", .permission([.submit, .handle]), "Keep a file",
        takes: ["application/octet-stream"]
      ) { call throws(Problem) in
        let bytes = call.request.body
        let file = try await asProblem(Problem.init) {
          () throws(FileFault) in try await context.files.put(bytes)
        }
        return Answer.object(status: 201) { writer in
          writer.member("digest", HexText.write(file.digest.digest))
          writer.member("form", file.form.rawValue)
          writer.member("bytes", file.byteCount)
        }
      },
      Route(.get, "/files/:digest", .permission([.read]), "A file") { call throws(Problem) in
        try await load(call, context)
      },
    ]
  }

  private static func load(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    guard let digest = HexText.digest(call.capture("digest")).map(FileDigest.init) else {
      throw .notFound
    }
    try await EvidenceRoutes.open(digest, call, context)
    let found = try await asProblem(Problem.init) {
      () throws(FileFault) in
      (try await context.files.describe(digest), try await context.files.load(digest))
    }
    guard let file = found.0, let bytes = found.1 else { throw .notFound }
    let isPicture = file.mediaType.hasPrefix("image/")
    // Programs get what was kept; people get it with their name over it.
    if isPicture, !(try call.caller.isByKey),
      let marked = try marked(bytes, file.mediaType, call, context)
    {
      return HTTPResponse(
        status: 200,
        headers: [
          ("Content-Type", file.mediaType), ("Content-Disposition", "inline"),
          ("Cache-Control", "private, max-age=3600"),
        ], body: .bytes(marked))
    }
    return HTTPResponse(
      status: 200,
      headers: [
        ("Content-Type", isPicture ? file.mediaType : "application/octet-stream"),
        ("Content-Disposition", isPicture ? "inline" : "attachment"),
        ("Cache-Control", "private, max-age=86400, immutable"),
      ], body: .bytes(bytes))
  }

  /// The picture with the reader's name over it; nil where there is nothing to draw on: it is
  /// damaged, or too small for words.
  /// - Throws: `file.unmarked` for a picture of another form or size than are drawn on: it goes to
  ///   nobody without a name.
  private static func marked(
    _ bytes: [UInt8], _ mediaType: String, _ call: Call, _ context: WebContext
  ) throws(Problem) -> [UInt8]? {
    let words = try ViewerMark.words(call, context)
    switch PictureMark.outcome(bytes, mediaType: mediaType, words: words) {
    case .marked(let bytes): return bytes
    case .nothingToDraw: return nil
    case .refused: throw Problem(status: 409, code: "file.unmarked")
    }
  }

  /// The files named as evidence, which must all be here.
  static func evidence(
    _ digests: [FileDigest], _ context: WebContext
  ) async throws(Problem) -> [EvidenceFile] {
    var files: [EvidenceFile] = []
    for digest in digests {
      let file = try await asProblem(Problem.init) {
        () throws(FileFault) in try await context.files.describe(digest)
      }
      guard let file else {
        throw .field("evidence", "file.unknown", ["digest": HexText.write(digest.digest)])
      }
      files.append(EvidenceFile(file: digest, form: file.form))
    }
    return files
  }
}
