/// How one character is read: folded to the form that texts are compared in, and sorted.
enum ScalarForm {
  enum Sort {
    /// Left out: control characters, zero-width marks.
    case dropped
    case space
    /// Ends a run: punctuation, symbols, pictures.
    case mark
    /// Letters and digits written in words: Latin, Greek, Cyrillic, numbers.
    case word
    /// Written without spaces between words: Han, kana, hangul and their like.
    case ideograph
  }

  /// Full width becomes half width, A–Z becomes a–z; all else stays.
  static func folded(_ scalar: UInt32) -> UInt32 {
    var value = scalar
    if value >= 0xFF01 && value <= 0xFF5E { value -= 0xFEE0 }
    if value >= 0x41 && value <= 0x5A { value += 0x20 }
    return value
  }

  /// - Parameter scalar: already folded.
  static func sort(_ scalar: UInt32) -> Sort {
    if scalar < 0x80 { return asciiSort(scalar) }
    switch scalar {
    case 0x4E00...0x9FFF: return .ideograph
    case 0x80...0x84, 0x86...0x9F, 0xAD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064,
      0xFE00...0xFE0F, 0xFEFF, 0xE0000...0xE0FFF:
      return .dropped
    case 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000:
      return .space
    case 0xAA, 0xB5, 0xBA, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2B8, 0x300...0x1FFF: return .word
    // The iteration mark, the closing mark and the round zero stand inside Chinese words.
    case 0x3005...0x3007, 0x3021...0x3029, 0x3038...0x303B: return .ideograph
    case 0x2E80...0x2FDF, 0x3041...0x318F, 0x31A0...0x31BF, 0x31F0...0x31FF, 0x3400...0x4DBF,
      0xA000...0xD7FF, 0xF900...0xFAFF, 0xFF66...0xFFDC, 0x20000...0x3FFFF:
      return .ideograph
    default: return .mark
    }
  }

  private static func asciiSort(_ scalar: UInt32) -> Sort {
    switch scalar {
    case 0x61...0x7A, 0x30...0x39, 0x41...0x5A: .word
    case 0x20, 0x09...0x0D: .space
    case 0x00..<0x20, 0x7F: .dropped
    default: .mark
    }
  }

  /// What a byte that is no UTF-8 is read as: a mark, so that it ends a run and finds nothing.
  static let broken: UInt32 = 0xFFFD

  /// The character that begins at `index`, and how many bytes it takes; never reads beyond the end.
  static func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, at index: Int
  ) -> (scalar: UInt32, count: Int) {
    let first = bytes[index]
    if first < 0x80 { return (UInt32(first), 1) }
    let count: Int
    var value: UInt32
    switch first {
    case 0xC2...0xDF: (count, value) = (2, UInt32(first & 0x1F))
    case 0xE0...0xEF: (count, value) = (3, UInt32(first & 0x0F))
    case 0xF0...0xF4: (count, value) = (4, UInt32(first & 0x07))
    default: return (broken, 1)
    }
    guard index + count <= bytes.count else { return (broken, 1) }
    for offset in 1..<count {
      let next = bytes[index + offset]
      guard next & 0xC0 == 0x80 else { return (broken, 1) }
      value = value << 6 | UInt32(next & 0x3F)
    }
    return (value, count)
  }

  /// Writes a character as UTF-8 at `index` of `target`; returns how many bytes it took (1 to 4).
  static func encode(
    _ scalar: UInt32, into target: UnsafeMutableBufferPointer<UInt8>, at index: Int
  ) -> Int {
    switch scalar {
    case 0..<0x80:
      target[index] = UInt8(scalar)
      return 1
    case 0x80..<0x800:
      target[index] = UInt8(0xC0 | scalar >> 6)
      target[index + 1] = UInt8(0x80 | scalar & 0x3F)
      return 2
    case 0x800..<0x10000:
      target[index] = UInt8(0xE0 | scalar >> 12)
      target[index + 1] = UInt8(0x80 | scalar >> 6 & 0x3F)
      target[index + 2] = UInt8(0x80 | scalar & 0x3F)
      return 3
    default:
      target[index] = UInt8(0xF0 | scalar >> 18 & 0x07)
      target[index + 1] = UInt8(0x80 | scalar >> 12 & 0x3F)
      target[index + 2] = UInt8(0x80 | scalar >> 6 & 0x3F)
      target[index + 3] = UInt8(0x80 | scalar & 0x3F)
      return 4
    }
  }
}

extension String {
  /// The text of these characters.
  init(scalars: some Collection<Unicode.Scalar>) {
    self.init(unsafeUninitializedCapacity: 4 * scalars.count) { bytes in
      scalars.reduce(0) { $0 + ScalarForm.encode($1.value, into: bytes, at: $0) }
    }
  }

  /// The text's UTF-8 bytes where they lie; copied first only where they do not lie in a row.
  func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    if let result = utf8.withContiguousStorageIfAvailable(body) { return result }
    return Array(utf8).withUnsafeBufferPointer(body)
  }
}
