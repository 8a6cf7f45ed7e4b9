package import Pack

/// What a file is, by its bytes: never by its name or by what its sender says.
package enum FileKind: String, CaseIterable, Sendable {
  case jpeg, png, webp, pdf, mp4, text

  /// How many bytes tell the kind, except that of text.
  package static let headBytes = 16

  /// The kind of a whole file; nil for every kind that is not kept.
  package static func sniff(_ bytes: [UInt8]) -> FileKind? {
    for (kind, marks) in marks where marks.allSatisfy({ $0.fits(bytes) }) { return kind }
    if bytes.count >= 12, Mark(4, "ftyp").fits(bytes) {
      return filmBrands.contains(Array(bytes[8..<12])) ? .mp4 : nil
    }
    return isText(bytes) ? .text : nil
  }

  /// `photo` or `document`.
  package var form: Requirement {
    switch self {
    case .jpeg, .png, .webp: .photo
    case .pdf, .mp4, .text: .document
    }
  }

  /// For `Content-Type`.
  package var mediaType: String {
    switch self {
    case .jpeg: "image/jpeg"
    case .png: "image/png"
    case .webp: "image/webp"
    case .pdf: "application/pdf"
    case .mp4: "video/mp4"
    case .text: "text/plain; charset=utf-8"
    }
  }

  /// Bytes that stand at one place of every file of a kind.
  private struct Mark {
    let offset: Int
    let bytes: [UInt8]

    init(_ offset: Int, _ text: String) {
      self.init(offset, Array(text.utf8))
    }

    init(_ offset: Int, _ bytes: [UInt8]) {
      self.offset = offset
      self.bytes = bytes
    }

    func fits(_ file: [UInt8]) -> Bool { file.dropFirst(offset).starts(with: bytes) }
  }

  private static let marks: [(FileKind, [Mark])] = [
    (.jpeg, [Mark(0, [0xFF, 0xD8, 0xFF])]),
    (.png, [Mark(0, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])]),
    (.webp, [Mark(0, "RIFF"), Mark(8, "WEBP")]),
    (.pdf, [Mark(0, "%PDF-")]),
  ]

  /// Brands of films that browsers play; pictures in the same container are other brands.
  private static let filmBrands: Set<[UInt8]> = Set(
    [
      "isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "M4V ", "MSNV", "dash",
      "3gp4", "3gp5", "3gp6", "qt  ",
    ].map { Array($0.utf8) })

  /// UTF-8 without control characters but tab, line feed, form feed and carriage return.
  private static func isText(_ bytes: [UInt8]) -> Bool {
    let allowed: Set<UInt8> = [0x09, 0x0A, 0x0C, 0x0D]
    return !bytes.isEmpty
      && bytes.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || allowed.contains($0) }
      && String(validating: bytes, as: UTF8.self) != nil
  }
}
