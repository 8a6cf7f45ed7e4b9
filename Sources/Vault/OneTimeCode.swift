import COpenSSL

/// Codes of six digits that a device and we compute from a shared secret (RFC 4226, RFC 6238).
package enum OneTimeCode {
  static let digitsCount = 6

  /// The code that belongs to a counter; for codes by time, the number of the span of 30 s.
  package static func digits(secret: [UInt8], counter: Int64) -> String {
    let message = withUnsafeBytes(of: counter.bigEndian) { Array($0) }
    var hash = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    let made = HMAC(
      EVP_sha1(), secret, Int32(secret.count), message, message.count, &hash, &count)
    precondition(made != nil && count == 20, "SHA-1 is always there")
    let offset = Int(hash[19] & 0x0F)
    let number = hash[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
    let text = String(number % 1_000_000)
    return String(repeating: "0", count: digitsCount - text.count) + text
  }
}
