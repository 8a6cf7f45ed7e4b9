import CSodium
import City
import Glibc
package import Ports

/// The key that signs anchors of the journal: Ed25519, a file of its own beside the other keys.
package struct AnchorKey: AnchorSigning {
  static let fileName = "anchor.key"
  static let seedBytes = 32
  private static let heading = "civicloop anchor key 1"

  package let publicKey: String
  private let secret: [UInt8]

  /// Opens the key in a folder, or makes it on first use.
  ///
  /// - Throws: `VaultFault` where the folder cannot be written or the file is not what was written.
  package init(folder: String) throws(VaultFault) {
    let path = folder + "/" + Self.fileName
    try inVault { () throws(SystemFault) in try SystemFolder.make(folder) }
    if !SystemFolder.exists(path) {
      var seed = [UInt8](repeating: 0, count: Self.seedBytes)
      randombytes_buf(&seed, seed.count)
      let text = Self.heading + "\n" + AnchorText.base64(seed) + "\n"
      try inVault { () throws(SystemFault) in
        try SystemFolder.replace(path, with: Array(text.utf8))
      }
    }
    let (mode, bytes) = try inVault { () throws(SystemFault) in
      let file = try SystemFile(path, flags: O_RDONLY)
      return (try file.status().st_mode & 0o777, try file.read(1_024, at: 0))
    }
    guard mode & 0o077 == 0 else { throw .masterKeyExposed(path: path, mode: mode) }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    guard lines.count == 2, lines[0] == Self.heading, let seed = AnchorText.bytes(String(lines[1])),
      seed.count == Self.seedBytes
    else { throw .masterKeyDamaged(path: path) }
    var publicBytes = [UInt8](repeating: 0, count: Int(crypto_sign_ed25519_PUBLICKEYBYTES))
    var secret = [UInt8](repeating: 0, count: Int(crypto_sign_ed25519_SECRETKEYBYTES))
    let code = crypto_sign_ed25519_seed_keypair(&publicBytes, &secret, seed)
    precondition(code == 0, "every seed has a key")
    self.secret = secret
    publicKey = AnchorText.base64(publicBytes)
  }

  package func line(_ anchor: Anchor) -> String {
    let message = AnchorText.message(anchor, publicKey: publicKey)
    var signature = [UInt8](repeating: 0, count: Int(crypto_sign_ed25519_BYTES))
    let bytes = Array(message.utf8)
    let code = crypto_sign_ed25519_detached(
      &signature, nil, bytes, UInt64(bytes.count), secret)
    precondition(code == 0, "signing cannot fail")
    return message + " " + AnchorText.base64(signature)
  }
}

/// Anchors as text, one a line: `civicloop-anchor 1 CHAIN SEQUENCE HASH TIME KEY SIGNATURE`.
///
/// The hash is hexadecimal, the time milliseconds since 1970-01-01T00:00:00Z; key and signature
/// (Ed25519, of all before the last space) are base64url without padding.
package enum AnchorText {
  static let word = "civicloop-anchor"
  static let version = "1"
  /// Anchors that are read from one file.
  package static let linesMax = 1_000_000

  /// Why a file of anchors proves nothing.
  package enum Fault: Error, Equatable {
    case form(line: Int)
    case signature(line: Int)
    /// Signed by another key than the one that was asked for, or than the lines before.
    case key(line: Int)
    case tooMany(max: Int)

    package var text: String {
      switch self {
      case .form(let line): "line \(line) is no anchor"
      case .signature(let line): "line \(line): the signature does not fit"
      case .key(let line): "line \(line): signed by another key"
      case .tooMany(let max): "more than \(max) lines"
      }
    }
  }

  /// What a file of anchors says.
  package struct Book: Equatable, Sendable {
    package let anchors: [Anchor]
    /// The key of all of them; empty where there are none.
    package let publicKey: String
  }

  /// Reads anchors and checks their signatures.
  ///
  /// - Parameter publicKey: whose signature counts; nil = the first line's, the same for all.
  package static func read(_ text: String, publicKey: String?) throws(Fault) -> Book {
    Sodium.ready()
    var anchors: [Anchor] = []
    var key = publicKey
    for (index, line) in text.split(separator: "\n").enumerated() {
      guard index < linesMax else { throw .tooMany(max: linesMax) }
      let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      guard words.count == 8, words[0] == word, words[1] == version, let chain = Int64(words[2]),
        let sequence = Int64(words[3]), sequence > 0, let hash = Hex.bytes(words[4]),
        hash.count == Digest.byteCount, let at = Int64(words[5]), let keyBytes = bytes(words[6]),
        keyBytes.count == Int(crypto_sign_ed25519_PUBLICKEYBYTES), let signature = bytes(words[7]),
        signature.count == Int(crypto_sign_ed25519_BYTES)
      else { throw .form(line: index + 1) }
      let anchor = Anchor(
        chain: chain, sequence: sequence, hash: Digest(bytes: hash), at: Instant(milliseconds: at))
      guard key == nil || key == words[6] else { throw .key(line: index + 1) }
      key = words[6]
      let message = Array(self.message(anchor, publicKey: words[6]).utf8)
      let code = crypto_sign_ed25519_verify_detached(
        signature, message, UInt64(message.count), keyBytes)
      guard code == 0 else { throw .signature(line: index + 1) }
      anchors.append(anchor)
    }
    return Book(anchors: anchors, publicKey: key ?? "")
  }

  static func message(_ anchor: Anchor, publicKey: String) -> String {
    "\(word) \(version) \(anchor.chain) \(anchor.sequence) \(Hex.text(anchor.hash.bytes)) "
      + "\(anchor.at.milliseconds) \(publicKey)"
  }

  static func base64(_ bytes: [UInt8]) -> String {
    let variant = Int32(sodium_base64_VARIANT_URLSAFE_NO_PADDING)
    var text = [CChar](repeating: 0, count: sodium_base64_encoded_len(bytes.count, variant))
    sodium_bin2base64(&text, text.count, bytes, bytes.count, variant)
    return String(decoding: text.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  static func bytes(_ text: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: text.utf8.count)
    var count = 0
    let code = sodium_base642bin(
      &bytes, bytes.count, text, text.utf8.count, nil, &count, nil,
      Int32(sodium_base64_VARIANT_URLSAFE_NO_PADDING))
    return code == 0 ? Array(bytes.prefix(count)) : nil
  }
}

/// Bytes as lower-case hexadecimal digits.
enum Hex {
  static func text(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// nil for anything but an even number of lower-case digits.
  static func bytes(_ text: String) -> [UInt8]? {
    let values = text.utf8.map { byte -> UInt8? in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
      default: nil
      }
    }
    let known = values.compactMap { $0 }
    guard known.count == values.count, known.count % 2 == 0 else { return nil }
    return stride(from: 0, to: known.count, by: 2).map { known[$0] << 4 | known[$0 + 1] }
  }
}
