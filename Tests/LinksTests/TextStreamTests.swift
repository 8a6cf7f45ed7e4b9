import Compression
import Foundation
import Links
import Pack
import Testing

/// A folder of its own for one test, gone afterwards.
final class Scratch {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "links-\(UInt64.random(in: .min ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func file(_ name: String, _ bytes: [UInt8] = []) throws -> String {
    let url = folder.appending(path: name)
    if !bytes.isEmpty { try Data(bytes).write(to: url) }
    return url.path(percentEncoded: false)
  }
}

extension TextStream {
  func all() throws(ImportFault) -> [UInt8] {
    var bytes: [UInt8] = []
    while let piece = try next() { bytes += piece }
    return bytes
  }
}

@Suite("the text of a file")
struct TextStreamTests {
  static let text = Array("编号,标题\r\n1,真南路积水\r\n".utf8)
  /// The same in GB18030.
  static let chinese: [UInt8] = [
    0xB1, 0xE0, 0xBA, 0xC5, 0x2C, 0xB1, 0xEA, 0xCC, 0xE2, 0x0D, 0x0A, 0x31, 0x2C, 0xD5, 0xE6,
    0xC4, 0xCF, 0xC2, 0xB7, 0xBB, 0xFD, 0xCB, 0xAE, 0x0D, 0x0A,
  ]

  @Test("plain and gzip files are told apart by what they hold, not by name")
  func files() throws {
    let scratch = try Scratch()
    let packed = try #require(Gzip.compress(Self.text))
    for (name, bytes) in [
      ("plain.gz", Self.text), ("packed.csv", packed), ("twice.gz", packed + packed),
    ] {
      let stream = try TextStream(
        path: try scratch.file(name, bytes), encoding: .utf8, limits: .tickets)
      #expect(try stream.all() == (name == "twice.gz" ? Self.text + Self.text : Self.text))
      #expect(stream.progress == ImportProgress(bytesRead: bytes.count, bytesTotal: bytes.count))
    }
  }

  @Test("a gzip file that was cut anywhere is a fault, never a short file")
  func cut() throws {
    let scratch = try Scratch()
    let packed = try #require(Gzip.compress(Self.text))
    for length in 2..<packed.count {
      let path = try scratch.file("cut.gz", Array(packed[..<length]))
      #expect(throws: ImportFault.file(.cutShort)) {
        try TextStream(path: path, encoding: .utf8, limits: .tickets).all()
      }
    }
  }

  @Test("damage, too much content and no file are faults of their own")
  func faults() throws {
    let scratch = try Scratch()
    var packed = try #require(Gzip.compress(Self.text))
    let small = ImportLimits(fileBytesMax: 10, rowBytesMax: 10, fieldBytesMax: 10, fieldsMax: 10)
    let whole = try scratch.file("whole.gz", packed)
    #expect(throws: ImportFault.file(.tooLong(bytesMax: 10))) {
      try TextStream(path: whole, encoding: .utf8, limits: small).all()
    }
    packed[packed.count - 8] ^= 1
    let damaged = try scratch.file("damaged.gz", packed)
    #expect(throws: ImportFault.file(.damaged)) {
      try TextStream(path: damaged, encoding: .utf8, limits: .tickets).all()
    }
    let absent = try scratch.file("absent.csv")
    #expect(throws: ImportFault.file(.unreadable(errorNumber: 2))) {
      try TextStream(path: absent, encoding: .utf8, limits: .tickets)
    }
  }

  @Test("GB18030 in pieces of any size reads as the same text", arguments: [1, 2, 3, 7, 4_096])
  func chinese(_ pieceBytes: Int) throws {
    let stream = try TextStream(bytes: Self.chinese, encoding: .gb18030, pieceBytes: pieceBytes)
    #expect(try stream.all() == Self.text)
  }

  @Test("GB18030 of four bytes, and bytes that are none")
  func chineseEdges() throws {
    // U+20000 and a byte that begins nothing.
    let bytes: [UInt8] = [0x95, 0x32, 0x82, 0x36, 0xFF, 0x41, 0xD5]
    for pieceBytes in 1...7 {
      let stream = try TextStream(bytes: bytes, encoding: .gb18030, pieceBytes: pieceBytes)
      #expect(try stream.all() == Array("𠀀".utf8) + [0xFF, 0x41, 0xFF])
    }
  }

  @Test("a byte order mark is taken off, and UTF-16 is refused", arguments: [1, 2, 3, 100])
  func marks(_ pieceBytes: Int) throws {
    let marked = [0xEF, 0xBB, 0xBF] + Self.text
    #expect(try TextStream(bytes: marked, pieceBytes: pieceBytes).all() == Self.text)
    let wide: [UInt8] = [0xFF, 0xFE, 0x41, 0x00]
    #expect(throws: ImportFault.wideText) {
      try TextStream(bytes: wide, pieceBytes: pieceBytes).all()
    }
    #expect(try TextStream(bytes: [], pieceBytes: pieceBytes).all() == [])
  }
}
