/// Bytes in hexadecimal, as people compare digests.
package enum HexText {
  /// Two lower-case digits a byte.
  package static func write(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(2 * bytes.count)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 0x0F)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// 64 lower-case digits.
  package static func write(_ digest: Digest) -> String { write(digest.bytes) }

  /// nil for anything but an even number of lower-case digits.
  package static func bytes(_ text: String) -> [UInt8]? {
    let values = text.utf8.compactMap { byte -> UInt8? in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
      default: nil
      }
    }
    guard values.count == text.utf8.count, values.count % 2 == 0 else { return nil }
    return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
  }

  /// nil for anything but 64 lower-case hexadecimal digits.
  package static func digest(_ text: String) -> Digest? {
    guard text.utf8.count == 2 * Digest.byteCount else { return nil }
    return bytes(text).flatMap { Digest(bytes: $0) }
  }
}
