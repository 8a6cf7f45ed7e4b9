/// Takes white space off both ends: ASCII's, the ideographic space and the no-break space.
enum TextTrim {
  static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var from = 0
    var to = bytes.count
    while from < to {
      if isSpace(bytes[from]) {
        from += 1
      } else if to - from >= 3, isIdeographicSpace(bytes, from) {
        from += 3
      } else if to - from >= 2, bytes[from] == 0xC2, bytes[from + 1] == 0xA0 {
        from += 2
      } else {
        break
      }
    }
    while to > from {
      if isSpace(bytes[to - 1]) {
        to -= 1
      } else if to - from >= 3, isIdeographicSpace(bytes, to - 3) {
        to -= 3
      } else if to - from >= 2, bytes[to - 2] == 0xC2, bytes[to - 1] == 0xA0 {
        to -= 2
      } else {
        break
      }
    }
    return UnsafeBufferPointer(rebasing: bytes[from..<to])
  }

  static func trimmed(_ text: String) -> String {
    guard let first = text.utf8.first, let last = text.utf8.last,
      first <= 0x20 || first >= 0xC2 || last <= 0x20 || last == 0x80 || last == 0xA0
    else { return text }
    var text = text
    return text.withUTF8 { String(decoding: trimmed($0), as: UTF8.self) }
  }

  /// Other control characters stay, so that they are seen and refused.
  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  private static func isIdeographicSpace(
    _ bytes: UnsafeBufferPointer<UInt8>, _ at: Int
  ) -> Bool {
    bytes[at] == 0xE3 && bytes[at + 1] == 0x80 && bytes[at + 2] == 0x80
  }
}
