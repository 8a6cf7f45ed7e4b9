/// Writes numbers of any width, highest bit first.
struct BitWriter {
  private(set) var bytes: [UInt8] = []
  private var pending: UInt64 = 0
  private var pendingCount = 0

  /// The lowest `count` bits of a number; at most 56 at once.
  mutating func put(_ value: UInt64, _ count: Int) {
    pending = pending << UInt64(count) | (value & (count == 0 ? 0 : ~0 >> UInt64(64 - count)))
    pendingCount += count
    while pendingCount >= 8 {
      pendingCount -= 8
      bytes.append(UInt8(truncatingIfNeeded: pending >> UInt64(pendingCount)))
    }
  }

  mutating func putWord(_ value: UInt64) {
    put(value >> 32, 32)
    put(value & 0xFFFF_FFFF, 32)
  }

  /// Seven bits at a time, lowest first, each with a bit that says whether more follow.
  mutating func putNumber(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      put(rest & 0x7F | 0x80, 8)
      rest >>= 7
    }
    put(rest, 8)
  }

  mutating func putSigned(_ value: Int64) { putNumber(zigzag(value)) }

  /// Fills the last byte with zeros and gives all away.
  mutating func finish() -> [UInt8] {
    if pendingCount > 0 { put(0, 8 - pendingCount) }
    var taken: [UInt8] = []
    swap(&taken, &bytes)
    return taken
  }
}

/// Reads what `BitWriter` wrote. Past the end it gives zeros and remembers that it did.
struct BitReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var offset = 0
  private var window: UInt64 = 0
  private var available = 0
  private(set) var ranOut = false

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  @inline(__always)
  private mutating func fill() {
    if offset + 8 <= bytes.count {
      // Bits of a byte that does not fit whole are there already when it comes in.
      let word = UnsafeRawBufferPointer(bytes).loadUnaligned(
        fromByteOffset: offset, as: UInt64.self)
      window |= UInt64(bigEndian: word) >> UInt64(available)
      let taken = (64 - available) / 8
      offset += taken
      available += 8 * taken
      return
    }
    while available <= 56 {
      guard offset < bytes.count else { return }
      window |= UInt64(bytes[offset]) << UInt64(56 - available)
      offset += 1
      available += 8
    }
  }

  /// At most 56 bits.
  @inline(__always)
  mutating func get(_ count: Int) -> UInt64 {
    guard count > 0 else { return 0 }
    if available < count { fill() }
    let value = window >> UInt64(64 - count)
    drop(count)
    return value
  }

  @inline(__always)
  private mutating func drop(_ count: Int) {
    window <<= UInt64(count)
    available -= count
    if available < 0 {
      ranOut = true
      available = 0
      window = 0
    }
  }

  mutating func getWord() -> UInt64 {
    let high = get(32)
    return high << 32 | get(32)
  }

  mutating func getNumber() -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while shift < 64 {
      let byte = get(8)
      value |= (byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
    ranOut = true
    return value
  }

  mutating func getSigned() -> Int64 { unzigzag(getNumber()) }

  /// How many one-bits follow, up to `most`; takes the zero that ends them, where one does.
  @inline(__always)
  mutating func ones(most: Int) -> Int {
    if available <= most { fill() }
    let count = min((~window).leadingZeroBitCount, most)
    drop(count == most ? count : count + 1)
    return count
  }
}

/// Numbers near zero, of either sign, as small numbers without one.
@inline(__always)
func zigzag(_ value: Int64) -> UInt64 {
  UInt64(bitPattern: value &<< 1 ^ value &>> 63)
}

@inline(__always)
func unzigzag(_ value: UInt64) -> Int64 {
  Int64(bitPattern: value &>> 1) ^ -Int64(bitPattern: value & 1)
}
