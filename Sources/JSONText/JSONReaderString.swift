extension JSONReader {
  /// Reads a string or name; `at` stands on its opening quotation mark.
  mutating func string() throws(JSONFault) -> String {
    let opening = at
    let start = at + 1
    at = ByteScan.run(base, from: start, to: count)
    guard at < count else { throw .malformed(offset: at, rule: .stringEnd) }
    if base[at] == UInt8(ascii: "\"") {
      let length = at - start
      at += 1
      guard length <= limits.stringBytesMax else {
        throw .stringTooLong(offset: opening, stringBytesMax: limits.stringBytesMax)
      }
      let bytes = UnsafeBufferPointer(start: base + start, count: length)
      guard let text = StrictUTF8.string(bytes) else {
        throw .invalidUTF8(offset: start + StrictUTF8.firstInvalid(bytes))
      }
      return text
    }
    return try escapedString(opening: opening)
  }

  /// Reads on from the first escape or control character of a string.
  private mutating func escapedString(opening: Int) throws(JSONFault) -> String {
    scratch.removeAll(keepingCapacity: true)
    var runStart = opening + 1
    while true {
      scratch.append(contentsOf: UnsafeBufferPointer(start: base + runStart, count: at - runStart))
      guard scratch.count <= limits.stringBytesMax else {
        throw .stringTooLong(offset: opening, stringBytesMax: limits.stringBytesMax)
      }
      guard at < count else { throw .malformed(offset: at, rule: .stringEnd) }
      switch base[at] {
      case UInt8(ascii: "\""):
        let end = at
        at += 1
        guard let text = StrictUTF8.string(scratch) else {
          let raw = UnsafeBufferPointer(start: base + opening + 1, count: end - opening - 1)
          throw .invalidUTF8(offset: opening + 1 + StrictUTF8.firstInvalid(raw))
        }
        return text
      case UInt8(ascii: "\\"): try escape()
      default: throw .malformed(offset: at, rule: .control)
      }
      runStart = at
      at = ByteScan.run(base, from: at, to: count)
    }
  }

  /// Resolves one escape into `scratch`; `at` stands on its backslash.
  private mutating func escape() throws(JSONFault) {
    let offset = at
    guard count - at >= 2 else { throw .malformed(offset: offset, rule: .escape) }
    let letter = base[at + 1]
    at += 2
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(letter)
    case UInt8(ascii: "b"): scratch.append(0x08)
    case UInt8(ascii: "f"): scratch.append(0x0C)
    case UInt8(ascii: "n"): scratch.append(0x0A)
    case UInt8(ascii: "r"): scratch.append(0x0D)
    case UInt8(ascii: "t"): scratch.append(0x09)
    case UInt8(ascii: "u"): try appendScalar(offset: offset)
    default: throw .malformed(offset: offset, rule: .escape)
    }
  }

  private mutating func appendScalar(offset: Int) throws(JSONFault) {
    var value = try hexadecimal(offset: offset)
    guard value != 0 else { throw .nulCharacter(offset: offset) }
    if (0xD800...0xDFFF).contains(value) {
      guard value < 0xDC00, count - at >= 2, base[at] == UInt8(ascii: "\\"),
        base[at + 1] == UInt8(ascii: "u")
      else { throw .malformed(offset: offset, rule: .surrogate) }
      at += 2
      let low = try hexadecimal(offset: offset)
      guard (0xDC00...0xDFFF).contains(low) else {
        throw .malformed(offset: offset, rule: .surrogate)
      }
      value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(value) else {
      throw .malformed(offset: offset, rule: .surrogate)
    }
    scratch.append(contentsOf: UTF8.encode(scalar)!)
  }

  private mutating func hexadecimal(offset: Int) throws(JSONFault) -> UInt32 {
    guard count - at >= 4 else { throw .malformed(offset: offset, rule: .escape) }
    var value: UInt32 = 0
    for index in at..<at + 4 {
      let digit: UInt8
      switch base[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = base[index] - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = base[index] - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = base[index] - UInt8(ascii: "A") + 10
      default: throw .malformed(offset: offset, rule: .escape)
      }
      value = value << 4 | UInt32(digit)
    }
    at += 4
    return value
  }
}

/// Looks for the bytes that end a run of plain string content.
enum ByteScan {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let tops: UInt64 = 0x8080_8080_8080_8080

  /// The first index in `from..<to` with a quotation mark, a backslash or a control character;
  /// `to` when there is none.
  @inline(__always)
  static func run(_ base: UnsafePointer<UInt8>, from: Int, to: Int) -> Int {
    var at = from
    // Eight bytes at a time: a byte of `x` is below n exactly where x - n borrows into a clear
    // top bit. Borrows only travel upwards, so the lowest hit is always a true one.
    while to - at >= 8 {
      let word = UInt64(
        littleEndian: UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self))
      let quotes = word ^ (ones &* 0x22)
      let slashes = word ^ (ones &* 0x5C)
      let below =
        ((quotes &- ones) & ~quotes) | ((slashes &- ones) & ~slashes)
        | ((word &- (ones &* 0x20)) & ~word)
      let hits = below & tops
      if hits != 0 { return at + hits.trailingZeroBitCount / 8 }
      at += 8
    }
    while at < to {
      let byte = base[at]
      if byte < 0x20 || byte == 0x22 || byte == 0x5C { return at }
      at += 1
    }
    return to
  }
}
