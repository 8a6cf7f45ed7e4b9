/// What traditional characters are written as today (繁 → 简), character by character.
///
/// Made from lines `traditional simplified`. Only characters of three bytes in UTF-8 are taken,
/// which all of everyday use are, so that a text keeps its length.
package struct Simplified: Sendable {
  /// Changes nothing.
  package static let none = Simplified(table: "")

  /// By the character's number less `first`: what it is written as; 0 = as it is.
  private let targets: [UInt16]
  private static let first: UInt32 = 0x3400
  private static let last: UInt32 = 0x9FFF
  /// Every pair, for tables of another form.
  package let pairs: [Unicode.Scalar: Unicode.Scalar]

  /// Reads a table; a line of another form, and one that begins with `#`, is passed over.
  package init(table: String) {
    var pairs: [Unicode.Scalar: Unicode.Scalar] = [:]
    for line in table.split(separator: "\n") where !line.hasPrefix("#") {
      let words = line.split(separator: " ")
      guard words.count == 2, words[0].unicodeScalars.count == 1,
        words[1].unicodeScalars.count == 1, let from = words[0].unicodeScalars.first,
        let to = words[1].unicodeScalars.first, (Self.first...Self.last).contains(from.value),
        (Self.first...Self.last).contains(to.value)
      else { continue }
      pairs[from] = to
    }
    self.pairs = pairs
    guard !pairs.isEmpty else {
      targets = []
      return
    }
    var targets = [UInt16](repeating: 0, count: Int(Self.last - Self.first) + 1)
    for (from, to) in pairs { targets[Int(from.value - Self.first)] = UInt16(to.value) }
    self.targets = targets
  }

  /// The text in today's characters; all else stays as it is.
  package func simplified(_ text: String) -> String {
    guard !targets.isEmpty else { return text }
    var changed: [UInt8]?
    text.withBytes { bytes in
      var index = 0
      while index + 2 < bytes.count {
        // Every character of the range begins with one of these; a byte inside another never does.
        guard (0xE3...0xE9).contains(bytes[index]) else {
          index += 1
          continue
        }
        let scalar =
          UInt32(bytes[index] & 0x0F) << 12 | UInt32(bytes[index + 1] & 0x3F) << 6
          | UInt32(bytes[index + 2] & 0x3F)
        if (Self.first...Self.last).contains(scalar),
          case let target = targets[Int(scalar - Self.first)], target != 0
        {
          if changed == nil { changed = Array(bytes) }
          changed?[index] = UInt8(0xE0 | target >> 12)
          changed?[index + 1] = UInt8(0x80 | target >> 6 & 0x3F)
          changed?[index + 2] = UInt8(0x80 | target & 0x3F)
        }
        index += 3
      }
    }
    return changed.map { String(decoding: $0, as: UTF8.self) } ?? text
  }
}
