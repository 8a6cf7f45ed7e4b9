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
    // Each request with a key or a session comes by here: nothing is put on the heap for it.
    var text = text
    return text.withUTF8 { letters in
      letters.withMemoryRebound(to: CChar.self) { letters in
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: byteCount) { bytes in
          var count = 0
          let code = sodium_base642bin(
            bytes.baseAddress!, byteCount, letters.baseAddress!, letters.count, nil, &count, nil,
            Int32(sodium_base64_VARIANT_URLSAFE_NO_PADDING))
          guard code == 0, count == byteCount else { return nil }
          return Hashing.digest(of: UnsafeBufferPointer(bytes))
        }
      }
    }
  }
}
