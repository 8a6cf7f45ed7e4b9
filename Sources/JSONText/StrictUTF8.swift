/// Makes strings of bytes that are UTF-8 to the last one, and of no others.
///
/// The standard library's own check is generic and takes several times as long on short texts.
package enum StrictUTF8 {
  /// The text, or nil when a byte is out of place.
  package static func string(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    var text = String(decoding: bytes, as: UTF8.self)
    guard !isASCII(bytes) else { return text }
    // Decoding repairs what is wrong, and a repaired text differs from its bytes.
    let isSame = text.withUTF8 { decoded in
      guard decoded.count == bytes.count else { return false }
      for index in 0..<bytes.count where decoded[index] != bytes[index] { return false }
      return true
    }
    return isSame ? text : nil
  }

  /// The text, or nil when a byte is out of place.
  package static func string(_ bytes: [UInt8]) -> String? {
    bytes.withUnsafeBufferPointer { string($0) }
  }

  private static func isASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var seen: UInt8 = 0
    for byte in bytes { seen |= byte }
    return seen < 0x80
  }

  /// The index of the first byte that starts no valid UTF-8 sequence; the count if all is well.
  package static func firstInvalid(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var at = 0
    while at < bytes.count {
      let length = sequenceLength(bytes, at)
      guard length > 0 else { return at }
      at += length
    }
    return at
  }

  private static func sequenceLength(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int {
    let lead = bytes[at]
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF:
      length = 3
      if lead == 0xE0 { second = 0xA0...0xBF }
      if lead == 0xED { second = 0x80...0x9F }
    case 0xF0...0xF4:
      length = 4
      if lead == 0xF0 { second = 0x90...0xBF }
      if lead == 0xF4 { second = 0x80...0x8F }
    default: return 0
    }
    guard at + length <= bytes.count, second.contains(bytes[at + 1]) else { return 0 }
    for index in at + 2..<max(at + 2, at + length) where !(0x80...0xBF).contains(bytes[index]) {
      return 0
    }
    return length
  }
}
