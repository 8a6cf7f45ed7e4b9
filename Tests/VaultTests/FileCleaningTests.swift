import Testing

@testable import Vault

/// Files put together piece by piece, as small as they may be.
enum MadeFile {
  static let start: [UInt8] = [0xFF, 0xD8]
  static let end: [UInt8] = [0xFF, 0xD9]
  static let jfif = segment(0xE0, Array("JFIF\0".utf8) + [1, 1, 0, 0, 1, 0, 1, 0, 0])
  static let profile = segment(0xE2, Array("ICC_PROFILE\0".utf8) + [1, 1, 9, 9])
  static let adobe = segment(0xEE, Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, 1])
  static let table = segment(0xDB, [0] + [UInt8](repeating: 1, count: 64))
  /// A scan whose bytes hold an escaped FF, a restart and fill bytes.
  static let scan =
    segment(0xDA, [1, 1, 0, 0, 63, 0]) + [0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD0, 0x56]

  static func segment(_ marker: UInt8, _ body: [UInt8]) -> [UInt8] {
    [0xFF, marker, UInt8((body.count + 2) >> 8), UInt8((body.count + 2) & 0xFF)] + body
  }

  /// Exif with an orientation and a note of where it was taken.
  static func exif(orientation: UInt8, isLittle: Bool) -> [UInt8] {
    let table: [UInt8] =
      isLittle
      ? [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]
      : [0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]
    return segment(0xE1, Array("Exif\0\0".utf8) + table + Array("SECRET-PLACE".utf8))
  }

  static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
    [0, 0, UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + Array(name.utf8) + body
      + [1, 2, 3, 4]
  }

  static let pngHead: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  static let png =
    pngHead + chunk("IHDR", [UInt8](repeating: 0, count: 13)) + chunk("IDAT", [5, 6])
    + chunk("IEND", [])

  static func part(_ name: String, _ body: [UInt8]) -> [UInt8] {
    Array(name.utf8) + [UInt8(body.count), 0, 0, 0] + body + (body.count % 2 == 1 ? [0] : [])
  }

  static func webp(_ parts: [UInt8]) -> [UInt8] {
    Array("RIFF".utf8) + [UInt8(parts.count + 4), 0, 0, 0] + Array("WEBP".utf8) + parts
  }

  static func box(_ name: String, _ body: [UInt8]) -> [UInt8] {
    [0, 0, 0, UInt8(body.count + 8)] + Array(name.utf8) + body
  }

  static let film = box("ftyp", Array("isom".utf8) + [0, 0, 0, 0])
}

@Suite("File cleaning")
struct FileCleaningTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let expected: [UInt8]?

    init(_ name: String, _ bytes: [[UInt8]], _ expected: [[UInt8]]?) {
      testDescription = name
      self.bytes = Array(bytes.joined())
      self.expected = expected.map { Array($0.joined()) }
    }
  }

  typealias Made = MadeFile
  static let secret = Array("SECRET-PLACE".utf8)

  static let jpegs = [
    Row(
      "a bare picture stays as it is", [Made.start, Made.jfif, Made.table, Made.scan, Made.end],
      [Made.start, Made.jfif, Made.table, Made.scan, Made.end]),
    Row(
      "Exif goes", [Made.start, Made.exif(orientation: 1, isLittle: true), Made.scan, Made.end],
      [Made.start, Made.scan, Made.end]),
    Row(
      "which way up stays, little-endian",
      [Made.start, Made.exif(orientation: 6, isLittle: true), Made.table, Made.scan, Made.end],
      [Made.start, Made.table, ExifOrientation.segment(6), Made.scan, Made.end]),
    Row(
      "which way up stays, big-endian",
      [Made.start, Made.exif(orientation: 8, isLittle: false), Made.scan, Made.end],
      [Made.start, ExifOrientation.segment(8), Made.scan, Made.end]),
    Row(
      "a way up that there is not goes",
      [Made.start, Made.exif(orientation: 9, isLittle: false), Made.scan, Made.end],
      [Made.start, Made.scan, Made.end]),
    Row(
      "profile and colour transform stay",
      [Made.start, Made.profile, Made.adobe, Made.scan, Made.end],
      [Made.start, Made.profile, Made.adobe, Made.scan, Made.end]),
    Row(
      "XMP, IPTC, comment, previews and other notes go",
      [
        Made.start, Made.segment(0xE1, Array("http://ns.adobe.com/xap/1.0/\0".utf8) + secret),
        Made.segment(0xED, Array("Photoshop 3.0\0".utf8) + secret), Made.segment(0xFE, secret),
        Made.segment(0xE2, Array("MPF\0".utf8) + secret),
        Made.segment(0xE0, Array("JFXX\0".utf8) + secret), Made.segment(0xE5, secret), Made.scan,
        Made.end,
      ], [Made.start, Made.scan, Made.end]),
    Row(
      "what hangs behind the end goes", [Made.start, Made.scan, Made.end, secret],
      [Made.start, Made.scan, Made.end]),
    Row(
      "several scans, notes between them",
      [Made.start, Made.scan, Made.segment(0xFE, secret), Made.table, Made.scan, Made.end],
      [Made.start, Made.scan, Made.table, Made.scan, Made.end]),
    Row(
      "fill bytes before a marker", [Made.start, [0xFF, 0xFF], Made.table, Made.scan, Made.end],
      [Made.start, Made.table, Made.scan, Made.end]),
    Row(
      "a scan that breaks off is ended", [Made.start, Made.scan], [Made.start, Made.scan, Made.end]),
    Row("no scan", [Made.start, Made.jfif, Made.end], nil),
    Row("a segment beyond the end", [Made.start, [0xFF, 0xE1, 0xFF, 0xFF, 1]], nil),
    Row("a length that is none", [Made.start, [0xFF, 0xE1, 0, 1], Made.scan, Made.end], nil),
    Row("rubbish behind the start", [Made.start, [0x12, 0x34]], nil),
    Row("nothing", [], nil),
  ]

  @Test("a JPEG keeps its picture and nothing else", arguments: jpegs)
  func jpeg(_ row: Row) {
    let clean = JPEGPicture.cleaned(row.bytes)
    #expect(clean == row.expected)
    if let clean {
      #expect(JPEGPicture.cleaned(clean) == clean, "cleaning what is clean changes nothing")
      #expect(ByteSearch.places(of: Self.secret, in: clean).isEmpty)
    }
  }

  static let others = [
    Row("png stays", [Made.png], [Made.png]),
    Row(
      "png without its notes",
      [
        Made.pngHead, Made.chunk("IHDR", [UInt8](repeating: 0, count: 13)),
        Made.chunk("eXIf", secret), Made.chunk("tEXt", secret), Made.chunk("tIME", secret),
        Made.chunk("IDAT", [5, 6]), Made.chunk("IEND", []), secret,
      ], [Made.png]),
    Row("png that breaks off", [Made.png.dropLast(13)], nil),
    Row(
      "png chunk beyond the end", [Made.pngHead, [0xFF, 0xFF, 0xFF, 0xFF, 73, 72, 68, 82]], nil),
    Row("webp is not taken", [Made.webp(Made.part("VP8 ", [1, 2, 3]))], nil),
    Row(
      "film notes are blanked where they lie",
      [
        Made.film,
        Made.box("moov", Made.box("mvhd", [1]) + Made.box("trak", Made.box("udta", secret))),
        Made.box("udta", secret), Made.box("mdat", [1, 2, 3]),
      ],
      [
        Made.film,
        Made.box(
          "moov",
          Made.box("mvhd", [1])
            + Made.box("trak", Made.box("free", [UInt8](repeating: 0, count: secret.count)))),
        Made.box("free", [UInt8](repeating: 0, count: secret.count)), Made.box("mdat", [1, 2, 3]),
      ]),
    Row(
      "a last box without a length", [Made.film, [0, 0, 0, 0], Array("mdat".utf8), [1, 2]],
      [Made.film, [0, 0, 0, 0], Array("mdat".utf8), [1, 2]]),
    Row("a box beyond the end", [Made.film, [0, 0, 0, 99], Array("moov".utf8)], nil),
    Row("a box shorter than its head", [Made.film, [0, 0, 0, 7], Array("moov".utf8)], nil),
    Row("text stays", [Array("拍摄地点".utf8)], [Array("拍摄地点".utf8)]),
  ]

  @Test("other kinds lose what tells of their maker", arguments: others)
  func other(_ row: Row) throws {
    let kind = try #require(FileKind.sniff(row.bytes))
    #expect(FileCleaning.cleaned(row.bytes, kind: kind) == row.expected)
  }

  @Test("no bytes at all make cleaning fail badly")
  func anyBytes() {
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var numbers = SeededNumbers(seed: seed)
    let whole = Self.jpegs.map(\.bytes) + Self.others.map(\.bytes)
    for _ in 0..<5_000 {
      var bytes = whole.randomElement(using: &numbers) ?? []
      for _ in 0..<Int.random(in: 1...4, using: &numbers) where !bytes.isEmpty {
        let place = Int.random(in: bytes.indices, using: &numbers)
        bytes[place] = UInt8.random(in: .min ... .max, using: &numbers)
        if Bool.random(using: &numbers) { bytes.removeLast(min(place, 5)) }
      }
      for kind in FileKind.allCases {
        guard let clean = FileCleaning.cleaned(bytes, kind: kind) else { continue }
        // Orientation and the mark of the end are the only things ever added.
        #expect(clean.count <= bytes.count + 40)
      }
    }
  }
}
