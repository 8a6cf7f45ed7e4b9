/// Takes out of pictures what cameras and telephones write into them: place, time, device, comments,
/// and pictures within the picture.
enum PictureMetadata {
  /// The same picture without it; nil where the file is no sound picture of its kind, since what
  /// cannot be read cannot be cleaned either. Other kinds stay as they are.
  static func removed(_ bytes: [UInt8], _ kind: FileKind) -> [UInt8]? {
    switch kind {
    case .jpeg: JPEGMetadata.removed(bytes)
    case .png: PNGMetadata.removed(bytes)
    case .webp: WebPMetadata.removed(bytes)
    case .pdf, .mp4, .text: bytes
    }
  }
}

/// JPEG: a chain of segments, then scans between further segments, up to the end mark.
enum JPEGMetadata {
  private static let startOfScan: UInt8 = 0xDA
  private static let end: UInt8 = 0xD9

  /// Frame, tables, scans, JFIF's own header, the colour profile and Adobe's colour mark stay.
  /// Whatever follows the end mark (a second picture, a film) is cut off.
  static func removed(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.starts(with: [0xFF, 0xD8]) else { return nil }
    var kept: [UInt8] = [0xFF, 0xD8]
    kept.reserveCapacity(bytes.count)
    var hasScan = false
    var index = 2
    while index + 1 < bytes.count, bytes[index] == 0xFF {
      let marker = bytes[index + 1]
      if marker == 0xFF {  // A byte of filling before a mark.
        index += 1
        continue
      }
      if marker == end { return hasScan ? kept + [0xFF, end] : nil }
      guard index + 4 <= bytes.count, marker >= 0xC0, !(0xD0...0xD8).contains(marker) else {
        return nil
      }
      let length = Int(bytes[index + 2]) << 8 | Int(bytes[index + 3])
      guard length >= 2, index + 2 + length <= bytes.count else { return nil }
      let segment = bytes[index..<index + 2 + length]
      if isPicture(marker, content: segment.dropFirst(4)) { kept += segment }
      index = segment.endIndex
      if marker == startOfScan {
        hasScan = true
        let scanEnd = endOfScan(bytes, from: index)
        kept += bytes[index..<scanEnd]
        index = scanEnd
      }
    }
    return nil
  }

  /// In a scan 0xFF is followed by 0 or by a restart mark; anything else is the next mark.
  private static func endOfScan(_ bytes: [UInt8], from start: Int) -> Int {
    var index = start
    while index + 1 < bytes.count {
      let isInside = bytes[index + 1] == 0 || (0xD0...0xD7).contains(bytes[index + 1])
      if bytes[index] == 0xFF && !isInside { return index }
      index += 1
    }
    return bytes.count
  }

  private static func isPicture(_ marker: UInt8, content: ArraySlice<UInt8>) -> Bool {
    switch marker {
    case 0xE0: content.starts(with: Array("JFIF\0".utf8))
    case 0xE2: content.starts(with: Array("ICC_PROFILE\0".utf8))
    case 0xEE: content.starts(with: Array("Adobe".utf8))
    case 0xE1, 0xE3...0xED, 0xEF, 0xFE: false
    default: true
    }
  }
}

/// PNG: a chain of chunks, each with length, name, content and checksum.
enum PNGMetadata {
  private static let head = 8
  /// Chunks that say how the picture looks. A capital first letter means that no reader can do
  /// without the chunk.
  private static let kept: Set<String> = [
    "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "bKGD", "pHYs", "acTL", "fcTL", "fdAT",
  ]

  static func removed(_ bytes: [UInt8]) -> [UInt8]? {
    var result = Array(bytes.prefix(head))
    result.reserveCapacity(bytes.count)
    var index = head
    while index + 12 <= bytes.count {
      let length = bytes[index..<index + 4].reduce(0) { $0 << 8 | Int($1) }
      let end = index + 12 + length
      guard end <= bytes.count else { return nil }
      let name = String(decoding: bytes[index + 4..<index + 8], as: UTF8.self)
      let isCritical = bytes[index + 4] & 0x20 == 0
      if isCritical || kept.contains(name) { result += bytes[index..<end] }
      if name == "IEND" { return result }
      index = end
    }
    return nil
  }
}

/// WebP: a RIFF file of chunks with lengths, padded to even addresses.
enum WebPMetadata {
  private static let head = 12
  private static let kept: Set<String> = ["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"]
  /// Bits of the first byte of VP8X that announce EXIF and XMP.
  private static let announced: UInt8 = 0x0C

  static func removed(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count >= head else { return nil }
    let size = 8 + number(bytes, at: 4)
    guard size <= bytes.count else { return nil }
    var result = Array(bytes.prefix(head))
    var index = head
    while index + 8 <= size {
      let name = String(decoding: bytes[index..<index + 4], as: UTF8.self)
      let length = number(bytes, at: index + 4)
      let end = index + 8 + length + length & 1
      guard end <= size else { return nil }
      if kept.contains(name) {
        var chunk = Array(bytes[index..<end])
        if name == "VP8X", chunk.count > 8 { chunk[8] &= ~announced }
        result += chunk
      }
      index = end
    }
    guard index == size, result.count > head else { return nil }
    let total = result.count - 8
    for place in 0..<4 { result[4 + place] = UInt8(truncatingIfNeeded: total >> (8 * place)) }
    return result
  }

  private static func number(_ bytes: [UInt8], at index: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(bytes[index + $1]) << (8 * $1) }
  }
}
