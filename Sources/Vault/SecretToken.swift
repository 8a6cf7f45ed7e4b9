import CSodium
package import City

/// Secrets of sessions and keys: 256 random bits as 43 letters of base64url. Only the hash is kept;
/// it needs no salt and no cost, because nobody guesses 256 bits.
package enum SecretToken {
  static let byteCount = 32
  /// How long the text of a secret is.
  package static let letters = 43

  /// A new secret, and the hash by which it is known later.
  package static func make() -> (text: String, hash: Digest) {
    var bytes = [UInt8](repeating: 0, count: byteCount)
    randombytes_buf(&bytes, byteCount)
    var text = [CChar](repeating: 0, count: letters + 1)
    sodium_bin2base64(
      &text, text.count, bytes, bytes.count, Int32(sodium_base64_VARIANT_URLSAFE_NO_PADDING))
    return (
      String(decoding: text.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self),
      Hashing.digest(of: bytes)
    )
  }

  /// The hash of a secret that somebody sent; nil where it has not the form of one.
  package static func hash(_ text: String) -> Digest? {
    guard text.utf8.count == letters else { return nil }
    let letters = text.utf8.map { CChar(bitPattern: $0) }
    var bytes = [UInt8](repeating: 0, count: byteCount)
    var count = 0
    let code = sodium_base642bin(
      &bytes, bytes.count, letters, letters.count, nil, &count, nil,
      Int32(sodium_base64_VARIANT_URLSAFE_NO_PADDING))
    guard code == 0, count == byteCount else { return nil }
    return Hashing.digest(of: bytes)
  }
}
