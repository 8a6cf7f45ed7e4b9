import COpenSSL
import JSONText
import Ports
import Records

/// The public keys of a provider (RFC 7517), and what they have signed.
struct SigningKeys: Sendable {
  /// Keys that one provider may have.
  static let keysMax = 64
  /// Bits of an RSA key.
  static let modulusBits = 2_048...8_192

  /// RSA with SHA-256 after PKCS #1 v1.5, and ECDSA with SHA-256 on P-256.
  enum Form: String, CaseIterable, Sendable {
    case rsa = "RS256"
    case curve = "ES256"
  }

  struct Key: Sendable {
    let name: String?
    let form: Form
    /// Modulus and exponent, or the point as 0x04, x, y.
    let numbers: [[UInt8]]
  }

  let keys: [Key]

  /// Reads a set of keys; those of other forms or for other use are passed over.
  init?(_ json: JSON) {
    guard let list = json["keys"]?.array, list.count <= Self.keysMax else { return nil }
    keys = list.compactMap(Self.key)
  }

  private static func key(_ json: JSON) -> Key? {
    guard json["use"]?.string ?? "sig" == "sig" else { return nil }
    func bytes(_ name: String) -> [UInt8]? { json[name]?.string.flatMap(Base64URL.bytes) }
    let name = json["kid"]?.string
    switch json["kty"]?.string {
    case "RSA":
      guard let modulus = bytes("n"), let exponent = bytes("e"),
        modulusBits.contains(modulus.drop { $0 == 0 }.count * 8), exponent.count <= 8
      else { return nil }
      return Key(name: name, form: .rsa, numbers: [modulus, exponent])
    case "EC":
      guard json["crv"]?.string == "P-256", let x = bytes("x"), let y = bytes("y"),
        x.count == 32, y.count == 32
      else { return nil }
      return Key(name: name, form: .curve, numbers: [[4] + x + y])
    default: return nil
    }
  }

  /// Whether a key of the name a token gives is here; true for one that gives none.
  func has(_ name: String?) -> Bool { name == nil || keys.contains { $0.name == name } }

  /// - Throws: `algorithm` for any form but the two, `key` where there is none, `signature`.
  func check(_ token: SignedToken) throws(SignOnFault) {
    guard let form = Form(rawValue: token.algorithm) else { throw .token(.algorithm) }
    let fitting = keys.filter {
      $0.form == form && (token.key == nil || $0.name == token.key)
    }
    guard !fitting.isEmpty else { throw .token(.key) }
    guard fitting.contains(where: { Signatures.holds(token, $0) }) else { throw .token(.signature) }
  }
}

/// Checks signatures with OpenSSL.
private enum Signatures {
  static func holds(_ token: SignedToken, _ key: SigningKeys.Key) -> Bool {
    guard let signature = key.form == .curve ? curveForm(token.signature) : token.signature,
      let opened = open(key)
    else { return false }
    defer { EVP_PKEY_free(opened) }
    guard let context = EVP_MD_CTX_new() else { return false }
    defer { EVP_MD_CTX_free(context) }
    guard EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, opened) == 1 else { return false }
    return EVP_DigestVerify(
      context, signature, signature.count, token.signed, token.signed.count) == 1
  }

  /// A key of OpenSSL; nil where the numbers are none of a key.
  private static func open(_ key: SigningKeys.Key) -> OpaquePointer? {
    let first = key.numbers[0]
    switch key.form {
    case .rsa:
      let exponent = key.numbers[1]
      return civicloop_openssl_rsa(first, Int32(first.count), exponent, Int32(exponent.count))
    case .curve: return civicloop_openssl_p256(first, Int32(first.count))
    }
  }

  /// A signature as tokens carry it (r and s of 32 bytes each) in the form OpenSSL reads.
  private static func curveForm(_ signature: [UInt8]) -> [UInt8]? {
    guard signature.count == 64, let pair = ECDSA_SIG_new() else { return nil }
    defer { ECDSA_SIG_free(pair) }
    let first = BN_bin2bn(Array(signature[..<32]), 32, nil)
    let second = BN_bin2bn(Array(signature[32...]), 32, nil)
    guard ECDSA_SIG_set0(pair, first, second) == 1 else { return nil }
    var bytes: UnsafeMutablePointer<UInt8>?
    let count = i2d_ECDSA_SIG(pair, &bytes)
    guard count > 0, let bytes else { return nil }
    defer { civicloop_openssl_free(bytes) }
    return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
  }
}
