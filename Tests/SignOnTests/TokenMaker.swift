import COpenSSL
import Records

/// A key of a provider and the tokens it signs.
final class TokenMaker {
  let name: String
  let isCurve: Bool
  private let key: OpaquePointer

  init(_ name: String, isCurve: Bool = true) {
    self.name = name
    self.isCurve = isCurve
    let context = EVP_PKEY_CTX_new_from_name(nil, isCurve ? "EC" : "RSA", nil)
    defer { EVP_PKEY_CTX_free(context) }
    var made: OpaquePointer?
    EVP_PKEY_keygen_init(context)
    if isCurve { EVP_PKEY_CTX_set_group_name(context, "P-256") }
    EVP_PKEY_generate(context, &made)
    key = made!
  }

  deinit { EVP_PKEY_free(key) }

  /// As it stands in a set of keys.
  var jwk: String {
    if isCurve {
      let point = octets("pub")
      return """
        {"kty":"EC","crv":"P-256","use":"sig","kid":"\(name)",\
        "x":"\(Base64URL.text(Array(point[1..<33])))","y":"\(Base64URL.text(Array(point[33...])))"}
        """
    }
    return """
      {"kty":"RSA","kid":"\(name)","n":"\(Base64URL.text(number("n")))",\
      "e":"\(Base64URL.text(number("e")))"}
      """
  }

  func token(_ claims: String, header: String? = nil) -> String {
    let algorithm = isCurve ? "ES256" : "RS256"
    let head = header ?? "{\"alg\":\"\(algorithm)\",\"kid\":\"\(name)\"}"
    let signed = Base64URL.text(Array(head.utf8)) + "." + Base64URL.text(Array(claims.utf8))
    return signed + "." + Base64URL.text(sign(Array(signed.utf8)))
  }

  private func sign(_ bytes: [UInt8]) -> [UInt8] {
    let context = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(context) }
    EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key)
    var count = 0
    EVP_DigestSign(context, nil, &count, bytes, bytes.count)
    var signature = [UInt8](repeating: 0, count: count)
    EVP_DigestSign(context, &signature, &count, bytes, bytes.count)
    signature.removeLast(signature.count - count)
    return isCurve ? Self.pair(signature) : signature
  }

  /// r and s of 32 bytes each, from the form of OpenSSL.
  private static func pair(_ signature: [UInt8]) -> [UInt8] {
    signature.withUnsafeBufferPointer { buffer in
      var at = buffer.baseAddress
      let pair = d2i_ECDSA_SIG(nil, &at, buffer.count)
      defer { ECDSA_SIG_free(pair) }
      var bytes = [UInt8](repeating: 0, count: 64)
      bytes.withUnsafeMutableBufferPointer { bytes in
        _ = BN_bn2binpad(ECDSA_SIG_get0_r(pair), bytes.baseAddress, 32)
        _ = BN_bn2binpad(ECDSA_SIG_get0_s(pair), bytes.baseAddress! + 32, 32)
      }
      return bytes
    }
  }

  private func octets(_ name: String) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 256)
    var count = 0
    EVP_PKEY_get_octet_string_param(key, name, &bytes, bytes.count, &count)
    return Array(bytes.prefix(count))
  }

  private func number(_ name: String) -> [UInt8] {
    var number: OpaquePointer?
    EVP_PKEY_get_bn_param(key, name, &number)
    defer { BN_free(number) }
    var bytes = [UInt8](repeating: 0, count: 1_024)
    let count = BN_bn2bin(number, &bytes)
    return Array(bytes.prefix(Int(count)))
  }
}
