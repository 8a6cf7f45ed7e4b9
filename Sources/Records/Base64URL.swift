/// Bytes as text of RFC 4648, section 5: the alphabet that URLs and JSON need not escape, without padding.
package enum Base64URL {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
  private static let unknown: UInt8 = 0xFF
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: unknown, count: 256)
    for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
    return values
  }()

  /// The text of `bytes`, of any length.
  package static func text(_ bytes: [UInt8]) -> String {
    String(decoding: quoted(bytes).dropFirst().dropLast(), as: UTF8.self)
  }

  /// The text of `bytes` between quotation marks, ready to stand in a JSON text.
  static func quoted(_ bytes: [UInt8]) -> [UInt8] {
    let length = (bytes.count * 4 + 2) / 3 + 2
    return [UInt8](unsafeUninitializedCapacity: length) { text, count in
      text[0] = UInt8(ascii: "\"")
      var at = 1
      alphabet.withUnsafeBufferPointer { alphabet in
        var index = 0
        while index < bytes.count {
          let left = bytes.count - index
          let first = UInt32(bytes[index]) << 16
          let second = left > 1 ? UInt32(bytes[index + 1]) << 8 : 0
          let third = left > 2 ? UInt32(bytes[index + 2]) : 0
          let group = first | second | third
          for letter in 0..<min(left + 1, 4) {
            text[at] = alphabet[Int(group >> UInt32(18 - 6 * letter)) & 63]
            at += 1
          }
          index += 3
        }
      }
      text[at] = UInt8(ascii: "\"")
      count = at + 1
    }
  }

  /// The bytes of `text`, or nil where it is not what `quoted` writes, letter for letter.
  package static func bytes(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count * 3 / 4)
    var group: UInt32 = 0
    var bits = 0
    for letter in text.utf8 {
      let value = values[Int(letter)]
      guard value != unknown else { return nil }
      group = group << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
        group &= (1 << UInt32(bits)) - 1
      }
    }
    // One letter alone holds no byte, and bits that are left over must be zero.
    guard bits < 6, group == 0 else { return nil }
    return bytes
  }
}
