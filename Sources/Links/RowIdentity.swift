import CSodium
import City

/// Ids for rows whose file gives them none.
enum RowIdentity {
  /// Half of a SHA-256 keeps chance collisions out of any file.
  private static let bytesShown = 16

  /// The same for the same bytes, in every import: `row-` and 32 hexadecimal digits.
  static func id(of raw: [UInt8]) -> String {
    var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
    crypto_hash_sha256(&digest, raw, UInt64(raw.count))
    return "row-" + HexText.write(Array(digest.prefix(bytesShown)))
  }
}
