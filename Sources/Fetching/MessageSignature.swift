import CSodium

/// HMAC-SHA-256 (RFC 2104), and its forms as text.
package enum MessageSignature {
  /// - Parameter key: its bytes; any length.
  package static func bytes(of message: [UInt8], key: [UInt8]) -> [UInt8] {
    var state = crypto_auth_hmacsha256_state()
    var tag = [UInt8](repeating: 0, count: Int(crypto_auth_hmacsha256_BYTES))
    crypto_auth_hmacsha256_init(&state, key, key.count)
    crypto_auth_hmacsha256_update(&state, message, UInt64(message.count))
    crypto_auth_hmacsha256_final(&state, &tag)
    return tag
  }

  /// In hexadecimal digits, lower case.
  package static func hexadecimal(of message: [UInt8], key: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes(of: message, key: key).flatMap {
        [digits[Int($0 >> 4)], digits[Int($0 & 15)]]
      }, as: UTF8.self)
  }

  /// In base64 (RFC 4648, with padding).
  package static func base64(of message: [UInt8], key: [UInt8]) -> String {
    Base64.text(bytes(of: message, key: key))
  }

  /// Whether two signatures are the same, in a time that says nothing of where they differ.
  package static func isSame(_ one: String, _ other: String) -> Bool {
    let (one, other) = (Array(one.utf8), Array(other.utf8))
    guard one.count == other.count, !one.isEmpty else { return false }
    return sodium_memcmp(one, other, one.count) == 0
  }
}

/// Base64 (RFC 4648, with padding).
package enum Base64 {
  /// Any bytes as text.
  package static func text(_ bytes: [UInt8]) -> String {
    let variant = sodium_base64_VARIANT_ORIGINAL
    var text = [CChar](repeating: 0, count: sodium_base64_encoded_len(bytes.count, variant))
    _ = sodium_bin2base64(&text, text.count, bytes, bytes.count, variant)
    return String(decoding: text.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
