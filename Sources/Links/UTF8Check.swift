/// Looks for bytes that are no UTF-8.
enum UTF8Check {
  /// The index of the first byte that starts no valid sequence; nil where all is well.
  static func firstInvalid(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var at = 0
    let count = bytes.count
    while at < count {
      if bytes[at] < 0x80 {
        at += 1
        continue
      }
      let length = sequenceLength(bytes, at)
      guard length > 0 else { return at }
      at += length
    }
    return nil
  }

  /// Overlong forms, surrogates and what lies beyond U+10FFFF are cut by the second byte's range.
  private static func sequenceLength(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int {
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch bytes[at] {
    case 0xC2...0xDF: length = 2
    case 0xE0:
      length = 3
      second = 0xA0...0xBF
    case 0xED:
      length = 3
      second = 0x80...0x9F
    case 0xE1...0xEF: length = 3
    case 0xF0:
      length = 4
      second = 0x90...0xBF
    case 0xF4:
      length = 4
      second = 0x80...0x8F
    case 0xF1...0xF3: length = 4
    default: return 0
    }
    guard at + length <= bytes.count, second.contains(bytes[at + 1]) else { return 0 }
    for index in (at + 2)..<max(at + 2, at + length) where bytes[index] & 0xC0 != 0x80 {
      return 0
    }
    return length
  }
}
