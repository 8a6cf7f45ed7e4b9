import City
import Foundation
import Glibc
import Pack
import Ports
import Testing

@testable import Vault

@Suite("files by content")
struct FileStoreTests {
  static let frame: [UInt8] = [0xFF, 0xC0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0]
  static let scan: [UInt8] = [
    0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0xFF, 0x00, 0xFF, 0xD0, 0x34,
  ]
  static let end: [UInt8] = [0xFF, 0xD9]

  static func segment(_ marker: UInt8, _ content: String) -> [UInt8] {
    let count = content.utf8.count + 2
    return [0xFF, marker, UInt8(count >> 8), UInt8(count & 255)] + Array(content.utf8)
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    /// nil = refused.
    let kept: [UInt8]?
    var testDescription: String { name }
  }

  static let start: [UInt8] = [0xFF, 0xD8]
  static let plain = start + segment(0xE0, "JFIF\0\u{1}\u{1}") + frame + scan + end

  static let rows: [Row] = [
    Row(name: "nothing to take out", bytes: plain, kept: plain),
    Row(
      name: "EXIF first",
      bytes: start + segment(0xE1, "Exif\0\0GPS") + segment(0xE0, "JFIF\0\u{1}\u{1}") + frame + scan
        + end,
      kept: plain),
    Row(
      name: "EXIF behind bytes of filling",
      bytes: start + segment(0xE0, "JFIF\0\u{1}\u{1}") + [0xFF, 0xFF] + segment(0xE1, "Exif\0\0GPS")
        + frame + scan + end,
      kept: plain),
    Row(
      name: "XMP, IPTC, comment, maker's segments, thumbnails",
      bytes: start + segment(0xE0, "JFIF\0\u{1}\u{1}") + segment(0xE0, "JFXX\0thumb")
        + segment(0xE1, "http://ns.adobe.com/xap/1.0/\0GPS") + segment(0xED, "Photoshop 3.0\0")
        + segment(0xFE, "owner") + segment(0xE2, "MPF\0more") + segment(0xE5, "maker")
        + segment(0xEF, "x") + frame + scan + end, kept: plain),
    Row(
      name: "EXIF between two scans",
      bytes: start + frame + scan + segment(0xE1, "Exif") + scan + end,
      kept: start + frame + scan + scan + end),
    Row(
      name: "a second picture after the end", bytes: plain + plain + Array("film".utf8), kept: plain
    ),
    Row(
      name: "colour profile and Adobe's mark stay",
      bytes: start + segment(0xE2, "ICC_PROFILE\0\u{1}\u{1}p") + segment(0xEE, "Adobe\0d") + frame
        + scan + end,
      kept: start + segment(0xE2, "ICC_PROFILE\0\u{1}\u{1}p") + segment(0xEE, "Adobe\0d") + frame
        + scan + end),
    Row(name: "no end", bytes: Array(plain.dropLast(2)), kept: nil),
    Row(name: "no scan", bytes: start + frame + end, kept: nil),
    Row(
      name: "a segment longer than the file", bytes: start + [0xFF, 0xE1, 0xFF, 0xFF, 1], kept: nil),
    Row(
      name: "a segment shorter than its length", bytes: start + [0xFF, 0xE1, 0, 1] + plain,
      kept: nil),
    Row(
      name: "garbage between segments", bytes: start + frame + [0x00] + segment(0xE1, "Exif"),
      kept: nil),
    Row(
      name: "a mark within the picture that cannot be there", bytes: start + [0xFF, 0xD8] + frame,
      kept: nil),
  ]

  @Test("a JPEG keeps its picture and nothing else", arguments: rows)
  func jpeg(_ row: Row) {
    #expect(JPEGMetadata.removed(row.bytes) == row.kept)
    if let kept = row.kept { #expect(JPEGMetadata.removed(kept) == kept) }
  }

  @Test("cut or random bytes never crash, and no owner survives in what is kept")
  func damaged() {
    let whole = Self.start + Self.segment(0xE1, "OWNER") + Self.frame + Self.scan + Self.end
    for count in 0..<whole.count {
      let kept = JPEGMetadata.removed(Array(whole.prefix(count)))
      #expect(kept == nil, "cut at \(count)")
    }
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2_000 {
      var bytes = whole
      for _ in 0..<3 {
        bytes[Int.random(in: 2..<bytes.count, using: &random)] = .random(
          in: 0...255, using: &random)
      }
      for kind in FileKind.allCases { _ = PictureMetadata.removed(bytes, kind) }
    }
  }

  static func chunk(_ name: String, _ content: String) -> [UInt8] {
    let count = content.utf8.count
    return [0, 0, UInt8(count >> 8), UInt8(count & 255)] + Array((name + content).utf8) + [
      1, 2, 3, 4,
    ]
  }

  @Test("a PNG and a WebP keep their picture and nothing else")
  func others() {
    let mark: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let body = Self.chunk("IHDR", "h") + Self.chunk("IDAT", "data") + Self.chunk("IEND", "")
    let told =
      Self.chunk("IHDR", "h") + Self.chunk("eXIf", "GPS") + Self.chunk("tEXt", "Author")
      + Self.chunk("IDAT", "data") + Self.chunk("tIME", "now") + Self.chunk("IEND", "")
    #expect(PNGMetadata.removed(mark + body) == mark + body)
    #expect(PNGMetadata.removed(mark + told + Array("tail".utf8)) == mark + body)
    #expect(PNGMetadata.removed(mark + body.dropLast(5)) == nil)
    func webp(_ chunks: [UInt8]) -> [UInt8] {
      Array("RIFF".utf8) + [UInt8(chunks.count + 4), 0, 0, 0] + Array("WEBP".utf8) + chunks
    }
    func piece(_ name: String, _ content: [UInt8]) -> [UInt8] {
      Array(name.utf8) + [UInt8(content.count), 0, 0, 0] + content
        + (content.count % 2 == 1 ? [0] : [])
    }
    let picture = piece("VP8 ", [1, 2, 3])
    let loud = webp(
      piece("VP8X", [0x1C, 0]) + picture + piece("EXIF", [9, 9, 9]) + piece("XMP ", [8]))
    #expect(WebPMetadata.removed(loud) == webp(piece("VP8X", [0x10, 0]) + picture))
    #expect(WebPMetadata.removed(loud + [7, 7]) == webp(piece("VP8X", [0x10, 0]) + picture))
    #expect(WebPMetadata.removed(Array(loud.dropLast(2))) == nil)
  }

  @Test("kinds are told by content")
  func sniffs() {
    let rows: [([UInt8], FileKind?)] = [
      (Self.plain, .jpeg), (Array("%PDF-1.7".utf8), .pdf), (Array("说明".utf8), .text),
      ([0, 0, 0, 24] + Array("ftypisom".utf8), .mp4), ([0xFF, 0xFE, 0x41, 0x00], nil),
      (Array("a\0b".utf8), nil), ([0x4D, 0x5A, 0x90, 0x00], nil), ([0xC3, 0x28], nil),
      (Array("RIFFxxxxWEBP".utf8), .webp), (Array("RIFFxxxxWAVE".utf8), .text),
    ]
    for (bytes, kind) in rows { #expect(FileKind.sniff(bytes) == kind) }
  }

  @Test("what is kept comes back by its digest, once for each content, also from many at once")
  func keeps() async throws {
    let scratch = try Scratch()
    let store = try FileStore(folder: scratch.path + "/files")
    let stored = try await withThrowingTaskGroup(of: StoredFile.self) { group in
      for number in 0..<64 {
        group.addTask {
          try await store.put([UInt8](repeating: UInt8(65 + number % 4), count: 200_000))
        }
      }
      var stored: Set<StoredFile> = []
      for try await file in group { stored.insert(file) }
      return stored
    }
    #expect(stored.count == 4)
    for file in stored {
      #expect(try await store.load(file.digest)?.count == 200_000)
      #expect(try await store.describe(file.digest) == file)
    }
    #expect(Folder.names(scratch.path + "/files/incoming") == [])
    #expect(
      try await store.load(FileDigest(Digest(bytes: [UInt8](repeating: 0, count: 32)))) == nil)
  }

  @Test("what is not kept is refused, and leaves nothing behind")
  func refuses() async throws {
    let scratch = try Scratch()
    let store = try FileStore(folder: scratch.path)
    let rows: [([UInt8], FileFault)] = [
      ([], .empty), ([0, 1, 2], .kind), (Array(Self.plain.dropLast(2)), .kind),
      ([UInt8](repeating: 65, count: FileStore.bytesMax + 1), .tooLarge(max: FileStore.bytesMax)),
    ]
    for (bytes, fault) in rows {
      await #expect(throws: fault) { _ = try await store.put(bytes) }
    }
    #expect(Folder.names(scratch.path) == ["incoming"])
  }

  @Test("what a crash left unfinished is taken away at the next start")
  func crash() throws {
    let scratch = try Scratch()
    _ = try FileStore(folder: scratch.path)
    #expect(SmallFile.write([1], to: scratch.path + "/incoming/half"))
    _ = try FileStore(folder: scratch.path)
    #expect(Folder.names(scratch.path + "/incoming") == [])
  }
}
