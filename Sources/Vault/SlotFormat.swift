import CSodium
import City

/// 32 bytes without a heap block of their own, so that many fit in a small cache.
struct KeyBytes: Sendable {
  static let byteCount = 32
  private var words = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))

  /// - Parameter bytes: 32 of them.
  init(_ bytes: some Collection<UInt8>) {
    precondition(bytes.count == Self.byteCount)
    withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
  }

  /// Lends the bytes to a call of the library.
  func lend<Answer>(_ body: (UnsafePointer<UInt8>) -> Answer) -> Answer {
    withUnsafeBytes(of: words) { raw in
      body(raw.assumingMemoryBound(to: UInt8.self).baseAddress!)
    }
  }
}

/// What a slot of the key file holds.
enum Slot {
  /// Never written: no subject was ever given this slot, or its key is lost.
  case empty
  /// The secret that becomes the subject's key once the master key is mixed in.
  case secret(KeyBytes)
  case destroyed
  /// Not what we wrote: a torn write, or somebody else's.
  case damaged
}

/// The bytes of the key file. Its head is one page, then one slot a subject.
///
/// A slot is state, form, 6 zeros, subject (8 bytes, little-endian), secret (32), check (8), 8 zeros.
/// 64 bytes divide a sector, so overwriting a slot never leaves half of it.
struct SlotFormat: Sendable {
  static let slotBytes = 64
  static let headBytes = 4_096
  /// Where the mark of an orderly close stands: in a sector of its own.
  static let markOffset = 512
  static let markBytes = 24
  static let fileNameBytes = 16
  private static let form: UInt8 = 1
  private static let magic = Array("CivicLoop keys 1".utf8)
  private static let checkedBytes = 48
  private static let secretRange = 16..<48
  private static let checkBytes = 8
  private static let stateSecret: UInt8 = 1
  private static let stateDestroyed: UInt8 = 2

  let checkKey: [UInt8]

  /// Where the slot of a subject begins.
  static func offset(_ slot: Int) -> Int { headBytes + slot * slotBytes }

  /// How many slots a file of this size reaches into.
  static func slots(inBytes count: Int) -> Int {
    max(count - headBytes + slotBytes - 1, 0) / slotBytes
  }

  private func check(_ bytes: some Collection<UInt8>) -> [UInt8] {
    let bytes = Array(bytes)
    var check = [UInt8](repeating: 0, count: Self.checkBytes)
    crypto_shorthash_siphash24(&check, bytes, UInt64(bytes.count), checkKey)
    return check
  }

  // MARK: Slots

  /// Slots with fresh secrets, ready to be written from slot `first` on.
  func secrets(from first: Int, count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count * Self.slotBytes) { bytes, filled in
      filled = count * Self.slotBytes
      guard let base = bytes.baseAddress else { return }
      randombytes_buf(base, filled)
      for index in 0..<count {
        let place = bytes[index * Self.slotBytes..<(index + 1) * Self.slotBytes]
        frame(Self.stateSecret, slot: first + index, in: .init(rebasing: place))
      }
    }
  }

  /// A slot whose secret is overwritten with zeros.
  func destroyed(_ slot: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.slotBytes)
    bytes.withUnsafeMutableBufferPointer { frame(Self.stateDestroyed, slot: slot, in: $0) }
    return bytes
  }

  /// Writes all of a slot but its secret, which stays as it is.
  private func frame(_ state: UInt8, slot: Int, in place: UnsafeMutableBufferPointer<UInt8>) {
    let raw = UnsafeMutableRawBufferPointer(place)
    raw.storeBytes(of: (UInt64(state) | UInt64(Self.form) << 8).littleEndian, as: UInt64.self)
    raw.storeBytes(of: (UInt64(slot) + 1).littleEndian, toByteOffset: 8, as: UInt64.self)
    raw.storeBytes(of: 0, toByteOffset: Self.checkedBytes + Self.checkBytes, as: UInt64.self)
    let base = place.baseAddress!
    crypto_shorthash_siphash24(
      base + Self.checkedBytes, base, UInt64(Self.checkedBytes), checkKey)
  }

  /// What the 64 bytes of a slot say; fewer bytes are a slot beyond the end.
  func read(_ bytes: [UInt8], slot: Int) -> Slot {
    guard bytes.count == Self.slotBytes else { return bytes.isEmpty ? .empty : .damaged }
    if bytes.allSatisfy({ $0 == 0 }) { return .empty }
    let end = Self.checkedBytes + Self.checkBytes
    guard bytes[1] == Self.form,
      Array(bytes[8..<16]) == Self.littleEndian(UInt64(slot) + 1),
      check(bytes[..<Self.checkedBytes]) == Array(bytes[Self.checkedBytes..<end])
    else { return .damaged }
    switch bytes[0] {
    case Self.stateSecret: return .secret(KeyBytes(bytes[Self.secretRange]))
    case Self.stateDestroyed: return .destroyed
    default: return .damaged
    }
  }

  // MARK: Head

  /// The first page of a file; `name` is random and shared with the file's copies.
  func head(name: [UInt8]) -> [UInt8] {
    precondition(name.count == Self.fileNameBytes)
    var bytes = Self.magic + name + Self.littleEndian(UInt64(Self.slotBytes))
    bytes += check(bytes)
    return bytes + [UInt8](repeating: 0, count: Self.headBytes - bytes.count)
  }

  /// The random name in a head, or nil where it is not a head made under this master key.
  func name(inHead bytes: [UInt8]) -> [UInt8]? {
    let checked = Self.magic.count + Self.fileNameBytes + 8
    guard bytes.count >= Self.headBytes, bytes.starts(with: Self.magic),
      check(bytes[..<checked]) == Array(bytes[checked..<checked + Self.checkBytes])
    else { return nil }
    return Array(bytes[Self.magic.count..<Self.magic.count + Self.fileNameBytes])
  }

  /// The mark of an orderly close: which slot is next, and where the written ones end.
  func mark(next: Int, end: Int, name: [UInt8]) -> [UInt8] {
    let bytes = Self.littleEndian(UInt64(next)) + Self.littleEndian(UInt64(end))
    return bytes + check(bytes + name)
  }

  /// The two numbers of a mark, or nil where there is none.
  func mark(in bytes: [UInt8], name: [UInt8]) -> (next: Int, end: Int)? {
    guard bytes.count == Self.markBytes, check(bytes[..<16] + name) == Array(bytes[16...]),
      let next = Int(exactly: Self.number(bytes[..<8])),
      let end = Int(exactly: Self.number(bytes[8..<16])), next <= end
    else { return nil }
    return (next, end)
  }

  static func littleEndian(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }

  static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
