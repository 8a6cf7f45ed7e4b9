import Pack
import Testing

@testable import Vault

@Suite("File kinds")
struct FileKindTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let expected: FileKind?
    var testDescription: String { name }

    init(_ name: String, _ bytes: [UInt8], _ expected: FileKind?) {
      self.name = name
      self.bytes = bytes
      self.expected = expected
    }

    init(_ name: String, _ text: String, _ expected: FileKind?) {
      self.init(name, Array(text.utf8), expected)
    }
  }

  static let rows = [
    Row("jpeg", [0xFF, 0xD8, 0xFF, 0xE0], .jpeg),
    Row("half a jpeg mark", [0xFF, 0xD8], nil),
    Row("png", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0], .png),
    Row("png through a text transfer", [0x89, 0x50, 0x4E, 0x47, 0x0A, 0x1A, 0x0A], nil),
    Row("webp", "RIFF\0\0\0\0WEBPVP8 ", .webp),
    Row("sound in the same container", "RIFF\0\0\0\0WAVEfmt ", nil),
    Row("pdf", "%PDF-1.7\n%\0", .pdf),
    Row("mp4", "\0\0\0\u{18}ftypisom\0\0\0\0", .mp4),
    Row("picture in the container of films", "\0\0\0\u{18}ftypheic\0\0\0\0", nil),
    Row("film cut short", "\0\0\0\u{18}ftyp", nil),
    Row("text", "道路积水\r\n\tsecond line", .text),
    Row("text with byte order mark", "\u{FEFF}a", .text),
    Row("zero in text", "a\0b", nil),
    Row("escape in text", "a\u{1B}[31m", nil),
    Row("GB18030", [0xD5, 0xC5, 0xC8, 0xFD], nil),
    Row("UTF-8 cut short", [0x61, 0xE5, 0xBC], nil),
    Row("program", [0x7F, 0x45, 0x4C, 0x46], nil),
    Row("archive", "PK\u{3}\u{4}", nil),
    Row("sealed file", FileShelf.sealedMark, nil),
    Row("nothing", "", nil),
  ]

  @Test("a kind is told by bytes alone", arguments: rows)
  func sniff(_ row: Row) {
    #expect(FileKind.sniff(row.bytes) == row.expected)
  }

  @Test("pictures are photos, all else documents")
  func form() {
    for kind in FileKind.allCases {
      #expect((kind.form == .photo) == kind.mediaType.hasPrefix("image/"))
      #expect(kind.form == .photo || kind.form == .document)
    }
  }
}
