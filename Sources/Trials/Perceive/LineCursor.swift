/// Reads numbers of lines: byte by byte, and where a line has the time of the one before, eight bytes
/// at once.
struct LineCursor {
  private let bytes: UnsafeRawBufferPointer
  private(set) var place: Int
  /// The time that came last, with the bytes that it was written in; see `remember`.
  private var time: Int64 = 0
  private var timeHead: UInt64 = 0
  /// Overlaps with the head; at first they contradict each other, so that nothing is recognised.
  private var timeTail: UInt64 = .max

  /// Begins at the first line that begins at `start` or behind it; the first of all is passed over.
  init(_ bytes: UnsafeRawBufferPointer, _ start: Int) {
    self.bytes = bytes
    place = max(start - 1, 0)
    while place < bytes.count && bytes[place] != 0x0A { place += 1 }
    place += 1
  }

  /// Digits up to and including the byte that ends them; 18 at most.
  @inline(__always)
  mutating func whole(endedBy end: UInt8) -> Int64? {
    var number: Int64 = 0
    let start = place
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      let digit = byte &- 0x30
      if digit < 10 {
        number = number &* 10 &+ Int64(digit)
      } else {
        return byte == end && (2...19).contains(place - start) ? number : nil
      }
    }
    return nil
  }

  /// A decimal number up to and including the end of the line. Exact where it has at most 15
  /// digits: one division of two whole numbers that a Double holds.
  @inline(__always)
  mutating func decimal() -> Double? {
    var isNegative = false
    if place < bytes.count, bytes[place] == 0x2D {
      isNegative = true
      place += 1
    }
    var number: Int64 = 0
    var digits = 0
    var decimals = -1
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      let digit = byte &- 0x30
      if digit < 10 {
        number = number &* 10 &+ Int64(digit)
        digits += 1
        if decimals >= 0 { decimals += 1 }
      } else if byte == 0x2E && decimals < 0 {
        decimals = 0
      } else if byte == 0x0D && place < bytes.count && bytes[place] == 0x0A {
        continue
      } else if byte == 0x0A {
        break
      } else {
        return nil
      }
    }
    guard (1...15).contains(digits) else { return nil }
    let value = Double(number) / Self.powers[max(decimals, 0)]
    return isNegative ? -value : value
  }

  private static let powers: InlineArray<16, Double> = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]

  // MARK: Eight bytes at once

  /// Digits of a time of which repetitions are recognised, and the comma behind them.
  private static let timeBytes = 11
  /// A line of `repeatedTime` is not longer: a time and two words.
  private static let quickBytes = timeBytes + 16

  /// Keeps a time for lines that begin with the same bytes, where it has ten digits.
  @inline(__always)
  mutating func remember(_ time: Int64, from line: Int) {
    guard line + Self.quickBytes <= bytes.count else { return }
    let (head, tail) = (word(line), word(line + 3))
    guard DigitWord.place(of: 0x2C, in: head) == 8, DigitWord.place(of: 0x2C, in: tail) == 7 else {
      return
    }
    (self.time, timeHead, timeTail) = (time, head, tail)
  }

  @inline(__always)
  private func word(_ place: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
  }

  /// The whole line, where it has the time remembered, a device and a value of at most seven bytes
  /// each, and no sign. Otherwise nil, and nothing is read.
  @inline(__always)
  mutating func repeatedTime() -> (time: Int64, device: Int, value: Double)? {
    guard place + Self.quickBytes <= bytes.count, word(place) == timeHead,
      word(place + 3) == timeTail
    else { return nil }
    var at = place + Self.timeBytes
    let device = word(at)
    let deviceBytes = DigitWord.place(of: 0x2C, in: device)
    guard let number = DigitWord.number(device, digits: deviceBytes) else { return nil }
    at += deviceBytes + 1
    let text = word(at)
    let textBytes = DigitWord.place(of: 0x0A, in: text)
    guard textBytes < 8 else { return nil }
    let point = DigitWord.place(of: 0x2E, in: text)
    guard point < textBytes else {
      guard let whole = DigitWord.number(text, digits: textBytes) else { return nil }
      place = at + textBytes + 1
      return (time, Int(number), Double(whole))
    }
    // The digits behind the point move up to those before it.
    let before = text & ((1 << UInt64(8 * point)) &- 1)
    let shift = UInt64(8 * point)
    let behind = ((text >> shift) >> 8) << shift
    guard let digits = DigitWord.number(before | behind, digits: textBytes - 1) else { return nil }
    place = at + textBytes + 1
    return (time, Int(number), Double(digits) / Self.powers[textBytes - point - 1])
  }
}

/// Eight characters in one word, the first in its lowest byte.
enum DigitWord {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highs: UInt64 = 0x8080_8080_8080_8080

  /// Which of the eight is the first to be a byte; 8 where none is.
  @inline(__always)
  static func place(of byte: UInt8, in word: UInt64) -> Int {
    let differences = word ^ (ones &* UInt64(byte))
    return ((differences &- ones) & ~differences & highs).trailingZeroBitCount / 8
  }

  /// The number that the first `digits` of the eight say; nil where one is no digit, or there is
  /// none, or more than seven.
  @inline(__always)
  static func number(_ word: UInt64, digits: Int) -> UInt64? {
    guard digits > 0 && digits < 8 else { return nil }
    let zeros = 0x3030_3030_3030_3030 as UInt64
    var all = word << UInt64(64 - 8 * digits) | zeros >> UInt64(8 * digits)
    guard ((all &+ 0x4646_4646_4646_4646) | (all &- zeros)) & highs == 0 else { return nil }
    // Pairs of digits, then of pairs, then of fours.
    all = ((all & 0x0F0F_0F0F_0F0F_0F0F) &* 2_561) >> 8
    all = ((all & 0x00FF_00FF_00FF_00FF) &* 6_553_601) >> 16
    return ((all & 0x0000_FFFF_0000_FFFF) &* 42_949_672_960_001) >> 32
  }
}
