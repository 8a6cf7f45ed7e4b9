/// Takes out of a file what tells of its maker: where, when and with what it was made.
package enum FileCleaning {
  /// The file without it, or nil where the bytes are not whole enough to tell, or of a kind that is
  /// not taken any more.
  ///
  /// Texts stay as they are. So do the properties inside a PDF: they are part of a document that
  /// may be signed.
  package static func cleaned(_ bytes: [UInt8], kind: FileKind) -> [UInt8]? {
    switch kind {
    case .jpeg: JPEGPicture.cleaned(bytes)
    case .png: PNGPicture.cleaned(bytes)
    // Nothing here draws the reader's name over one, so none is taken.
    case .webp: nil
    case .mp4: Film.cleaned(bytes)
    case .pdf, .text: bytes
    }
  }

  /// A number of four bytes, the greatest first; nil beyond the end.
  static func number(_ bytes: [UInt8], at offset: Int) -> Int? {
    guard offset >= 0, offset + 4 <= bytes.count else { return nil }
    return bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
  }
}

/// A PNG with only the chunks that change how it looks.
enum PNGPicture {
  private static let headBytes = 8
  private static let kept: Set<[UInt8]> = Set(
    [
      "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "bKGD",
      "hIST", "pHYs", "sPLT", "cICP", "acTL", "fcTL", "fdAT",
    ].map { Array($0.utf8) })

  /// nil where the chunks do not come to an orderly end.
  static func cleaned(_ bytes: [UInt8]) -> [UInt8]? {
    var clean = Array(bytes.prefix(headBytes))
    var at = headBytes
    while let length = FileCleaning.number(bytes, at: at), at + 12 + length <= bytes.count {
      let name = Array(bytes[at + 4..<at + 8])
      let next = at + 12 + length
      if kept.contains(name) { clean += bytes[at..<next] }
      if name == Array("IEND".utf8) { return clean }
      at = next
    }
    return nil
  }
}

/// A film whose notes on place and maker are blanked. Nothing is moved: films name places within
/// themselves by offset.
enum Film {
  private static let notes: Set<[UInt8]> = Set(["udta", "meta", "uuid"].map { Array($0.utf8) })
  private static let opened: Set<[UInt8]> = Set(["moov", "trak"].map { Array($0.utf8) })
  private static let blank = Array("free".utf8)

  /// nil where a box does not lie wholly in the file.
  static func cleaned(_ bytes: [UInt8]) -> [UInt8]? {
    var clean = bytes
    return blankNotes(in: &clean, from: 0, to: bytes.count) ? clean : nil
  }

  private static func blankNotes(in bytes: inout [UInt8], from start: Int, to end: Int) -> Bool {
    var at = start
    while at < end {
      guard let box = box(bytes, at: at, end: end) else { return false }
      let name = Array(bytes[at + 4..<at + 8])
      if opened.contains(name), !blankNotes(in: &bytes, from: box.body, to: box.end) {
        return false
      }
      if notes.contains(name) {
        bytes.replaceSubrange(at + 4..<at + 8, with: blank)
        for index in box.body..<box.end { bytes[index] = 0 }
      }
      at = box.end
    }
    return true
  }

  /// Where a box's content begins and ends. Length 1 stands for eight bytes more, 0 for the rest.
  private static func box(_ bytes: [UInt8], at: Int, end: Int) -> (body: Int, end: Int)? {
    guard at + 8 <= end, let short = FileCleaning.number(bytes, at: at) else { return nil }
    if short == 0 { return (at + 8, end) }
    guard short == 1 else {
      return short >= 8 && short <= end - at ? (at + 8, at + short) : nil
    }
    guard at + 16 <= end, FileCleaning.number(bytes, at: at + 8) == 0,
      let long = FileCleaning.number(bytes, at: at + 12), long >= 16, long <= end - at
    else { return nil }
    return (at + 16, at + long)
  }
}
