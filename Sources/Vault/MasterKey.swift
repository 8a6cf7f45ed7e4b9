import CSodium

/// The one key under which every other is worthless without it. 32 random bytes, made on first start.
struct MasterKey: Sendable {
  static let byteCount = 32
  /// Begins the file, so that a person knows what he holds, and a later form can be told apart.
  private static let heading = "civicloop master key 1"

  /// Mixes a slot's secret into the key of its subject.
  let subjectKey: [UInt8]
  /// Recognises slots and heads that were not written by us.
  let checkKey: [UInt8]
  /// Hides contacts and search tokens.
  let blindKey: [UInt8]

  init(_ bytes: [UInt8]) {
    precondition(bytes.count == Self.byteCount)
    subjectKey = Self.derive(1, count: Int(crypto_generichash_blake2b_KEYBYTES), from: bytes)
    checkKey = Self.derive(2, count: Int(crypto_shorthash_siphash24_KEYBYTES), from: bytes)
    blindKey = Self.derive(3, count: Int(crypto_generichash_blake2b_KEYBYTES), from: bytes)
  }

  private static func derive(_ number: UInt64, count: Int, from bytes: [UInt8]) -> [UInt8] {
    // Eight letters that keep keys of this program apart from any other use of the same bytes.
    let context = "civicvlt".utf8.map { CChar(bitPattern: $0) }
    var derived = [UInt8](repeating: 0, count: count)
    let code = crypto_kdf_derive_from_key(&derived, count, number, context, bytes)
    precondition(code == 0, "the lengths are fixed")
    return derived
  }

  /// The text of a key file: a heading and 64 hexadecimal digits, so that it can be kept on paper.
  static func text(_ bytes: [UInt8]) -> String {
    let digits = bytes.map { byte in
      let text = String(byte, radix: 16)
      return byte < 16 ? "0" + text : text
    }
    return heading + "\n" + digits.joined() + "\n"
  }

  /// The bytes in the text of a key file, or nil where it is not one.
  static func bytes(_ text: String) -> [UInt8]? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 2, lines[0] == heading, lines[2...].allSatisfy(\.isEmpty) else {
      return nil
    }
    let digits = lines[1].compactMap(\.hexDigitValue)
    guard digits.count == byteCount * 2, lines[1].utf8.count == digits.count else { return nil }
    return (0..<byteCount).map { UInt8(digits[2 * $0] << 4 | digits[2 * $0 + 1]) }
  }

  /// Reads the key file, or makes it where `mayMake` allows and there is none.
  static func open(_ path: String, mayMake: Bool) throws(VaultFault) -> MasterKey {
    if SystemFolder.exists(path) { return try read(path) }
    guard mayMake else { throw .masterKeyMissing(path: path) }
    var bytes = [UInt8](repeating: 0, count: byteCount)
    randombytes_buf(&bytes, byteCount)
    try inVault { () throws(SystemFault) in
      try SystemFolder.replace(path, with: Array(text(bytes).utf8))
    }
    return MasterKey(bytes)
  }

  private static func read(_ path: String) throws(VaultFault) -> MasterKey {
    guard let bytes = bytes(try KeyFile.text(path)) else {
      throw .masterKeyDamaged(path: path)
    }
    return MasterKey(bytes)
  }
}
