import COpenSSL

/// Signatures by SM2 over SM3 (GB/T 32918), the signer's name being the one that GB/T 35276 gives
/// where there is no other: `1234567812345678`.
enum NationalSignature {
  static let secretBytes = 32
  /// A point of the curve: 0x04, then both numbers.
  static let pointBytes = 65
  /// The longest signature, as two numbers in DER.
  static let signatureBytesMax = 72

  /// A new key: the secret, then the point that others check by.
  static func newKey() -> [UInt8] {
    var secret = [UInt8](repeating: 0, count: secretBytes)
    var point = [UInt8](repeating: 0, count: pointBytes)
    let code = civicloop_openssl_sm2_make(&secret, &point)
    precondition(code == 1, "the library has SM2")
    return secret + point
  }

  /// - Parameter key: as `newKey` made it; nil from anything else.
  static func sign(_ text: [UInt8], key: [UInt8]) -> [UInt8]? {
    guard key.count == secretBytes + pointBytes,
      let made = civicloop_openssl_sm2(
        Array(key.prefix(secretBytes)), Array(key.suffix(pointBytes)), pointBytes)
    else { return nil }
    defer { EVP_PKEY_free(made) }
    var signature = [UInt8](repeating: 0, count: signatureBytesMax)
    let count = civicloop_openssl_sm2_sign(made, text, text.count, &signature)
    return count > 0 ? Array(signature.prefix(count)) : nil
  }

  /// Whether the owner of a point signed this; false too where it is no point of the curve.
  static func verify(_ text: [UInt8], signature: [UInt8], point: [UInt8]) -> Bool {
    guard point.count == pointBytes, (1...signatureBytesMax).contains(signature.count),
      let key = civicloop_openssl_sm2(nil, point, point.count)
    else { return false }
    defer { EVP_PKEY_free(key) }
    return civicloop_openssl_sm2_verify(key, text, text.count, signature, signature.count) == 1
  }
}
