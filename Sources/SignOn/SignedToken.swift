import JSONText
import Ports
import Records

/// A JSON Web Token in its compact form (RFC 7519, 7515), taken apart and not yet believed.
struct SignedToken {
  /// Bytes of a token.
  static let bytesMax = 16_384

  let algorithm: String
  /// Names the key; nil where the provider has one alone.
  let key: String?
  let claims: JSON
  /// What the signature stands for: the first two parts as they came.
  let signed: [UInt8]
  let signature: [UInt8]

  init(_ text: String) throws(SignOnFault) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard text.utf8.count <= Self.bytesMax, parts.count == 3,
      let header = Self.object(parts[0]), let claims = Self.object(parts[1]),
      let signature = Base64URL.bytes(parts[2]), let algorithm = header["alg"]?.string,
      // A token that names rules we do not know must not be believed.
      header["crit"] == nil
    else { throw .token(.form) }
    self.algorithm = algorithm
    key = header["kid"]?.string
    self.claims = claims
    signed = Array("\(parts[0]).\(parts[1])".utf8)
    self.signature = signature
  }

  private static func object(_ part: String) -> JSON? {
    guard let bytes = Base64URL.bytes(part), let json = try? JSON.parse(bytes), json.members != nil
    else { return nil }
    return json
  }
}
