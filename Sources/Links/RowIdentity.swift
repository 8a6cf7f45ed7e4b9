import CSodium

/// Ids for rows whose file gives them none.
enum RowIdentity {
  /// Half of a SHA-256 keeps chance collisions out of any file.
  private static let bytesShown = 16
  private static let digits = Array("0123456789abcdef".utf8)

  /// The same for the same bytes, in every import: `row-` and 32 hexadecimal digits.
  static func id(of raw: [UInt8]) -> String {
    var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
    crypto_hash_sha256(&digest, raw, UInt64(raw.count))
    var text = Array("row-".utf8)
    for byte in digest.prefix(bytesShown) {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
