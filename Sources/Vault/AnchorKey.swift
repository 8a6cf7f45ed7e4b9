import CSodium
import City
package import Ports

/// The key that signs anchors of the journal, a file of its own beside the other keys.
package struct AnchorKey: AnchorSigning {
  /// How it signs; anchors name it by its number.
  package enum Form: Int, CaseIterable, Sendable {
    case ed25519 = 1
    /// SM2 over SM3.
    case sm2 = 2

    /// In the folder of the keys.
    package var fileName: String { self == .ed25519 ? "anchor.key" : "anchor-sm2.key" }

    fileprivate var heading: String {
      self == .ed25519 ? "civicloop anchor key 1" : "civicloop anchor key sm2 1"
    }

    fileprivate var fileBytes: Int {
      self == .ed25519
        ? AnchorKey.seedBytes : NationalSignature.secretBytes + NationalSignature.pointBytes
    }

    var publicBytes: Int {
      self == .ed25519
        ? Int(crypto_sign_ed25519_PUBLICKEYBYTES) : NationalSignature.pointBytes
    }
  }

  static let seedBytes = 32

  package let form: Form
  package let publicKey: String
  /// Ed25519: as libsodium signs with it. SM2: secret and point.
  private let secret: [UInt8]

  /// Opens the key in a folder, or makes it on first use.
  ///
  /// - Throws: `VaultFault` where the folder cannot be written or the file is not what was written.
  package init(folder: String, form: Form = .ed25519) throws(VaultFault) {
    try inVault { () throws(SystemFault) in try SystemFolder.make(folder) }
    let stored = try KeyFile.open(
      folder + "/" + form.fileName, heading: form.heading, byteCount: form.fileBytes
    ) {
      guard form == .ed25519 else { return NationalSignature.newKey() }
      var seed = [UInt8](repeating: 0, count: Self.seedBytes)
      randombytes_buf(&seed, seed.count)
      return seed
    }
    self.form = form
    guard form == .ed25519 else {
      self.secret = stored
      publicKey = AnchorText.base64(Array(stored.suffix(NationalSignature.pointBytes)))
      guard NationalSignature.sign([], key: stored) != nil else {
        throw .masterKeyDamaged(path: folder + "/" + form.fileName)
      }
      return
    }
    var publicBytes = [UInt8](repeating: 0, count: Int(crypto_sign_ed25519_PUBLICKEYBYTES))
    var secret = [UInt8](repeating: 0, count: Int(crypto_sign_ed25519_SECRETKEYBYTES))
    let code = crypto_sign_ed25519_seed_keypair(&publicBytes, &secret, stored)
    precondition(code == 0, "every seed has a key")
    self.secret = secret
    publicKey = AnchorText.base64(publicBytes)
  }

  package func line(_ anchor: Anchor) -> String {
    let message = AnchorText.message(anchor, form: form, publicKey: publicKey)
    return message + " " + AnchorText.base64(sign(Array(message.utf8)))
  }

  private func sign(_ bytes: [UInt8]) -> [UInt8] {
    switch form {
    case .ed25519:
      var signature = [UInt8](repeating: 0, count: Int(crypto_sign_ed25519_BYTES))
      let code = crypto_sign_ed25519_detached(
        &signature, nil, bytes, UInt64(bytes.count), secret)
      precondition(code == 0, "signing cannot fail")
      return signature
    case .sm2:
      guard let signature = NationalSignature.sign(bytes, key: secret) else {
        preconditionFailure("a key that signed once signs again")
      }
      return signature
    }
  }
}

/// Anchors as text, one a line: `civicloop-anchor FORM CHAIN SEQUENCE HASH TIME KEY SIGNATURE`.
///
/// The form is 1 (Ed25519) or 2 (SM2), the hash hexadecimal, the time milliseconds since
/// 1970-01-01T00:00:00Z; key and signature (of all before the last space) are base64url without
/// padding.
package enum AnchorText {
  static let word = "civicloop-anchor"
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
    /// The keys of all of them, one a form, in the order in which they came; a comma between.
    package let publicKey: String
  }

  /// Reads anchors and checks their signatures.
  ///
  /// - Parameter publicKey: whose signatures count, with a comma between several; nil = of each form
  ///   the first line's, the same for all lines of this form.
  package static func read(_ text: String, publicKey: String?) throws(Fault) -> Book {
    Sodium.ready()
    let named = publicKey.map { $0.split(separator: ",").map(String.init) }
    var anchors: [Anchor] = []
    var keys: [(form: AnchorKey.Form, key: String)] = []
    for (index, line) in text.split(separator: "\n").enumerated() {
      guard index < linesMax else { throw .tooMany(max: linesMax) }
      guard let found = Line(line) else { throw .form(line: index + 1) }
      if let known = keys.first(where: { $0.form == found.form }) {
        guard known.key == found.key else { throw .key(line: index + 1) }
      } else {
        guard named?.contains(found.key) ?? true else { throw .key(line: index + 1) }
        keys.append((found.form, found.key))
      }
      guard found.isSigned else { throw .signature(line: index + 1) }
      anchors.append(found.anchor)
    }
    let known = keys.map(\.key)
    return Book(
      anchors: anchors,
      publicKey: (known.isEmpty ? named ?? [] : known)
        .joined(separator: ","))
  }

  /// One line, in its form but not yet believed.
  private struct Line {
    let form: AnchorKey.Form
    let anchor: Anchor
    let key: String
    private let keyBytes: [UInt8]
    private let signature: [UInt8]

    init?(_ line: Substring) {
      let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      guard words.count == 8, words[0] == AnchorText.word,
        let form = AnchorKey.Form.allCases.first(where: { String($0.rawValue) == words[1] }),
        let chain = Int64(words[2]), let sequence = Int64(words[3]), sequence > 0,
        let hash = HexText.digest(words[4]),
        let at = Int64(words[5]),
        let keyBytes = AnchorText.bytes(words[6]), keyBytes.count == form.publicBytes,
        let signature = AnchorText.bytes(words[7])
      else { return nil }
      self.form = form
      self.keyBytes = keyBytes
      self.signature = signature
      key = words[6]
      anchor = Anchor(
        chain: chain, sequence: sequence, hash: hash, at: Instant(milliseconds: at))
    }

    var isSigned: Bool {
      let text = Array(AnchorText.message(anchor, form: form, publicKey: key).utf8)
      switch form {
      case .ed25519:
        return signature.count == Int(crypto_sign_ed25519_BYTES)
          && crypto_sign_ed25519_verify_detached(signature, text, UInt64(text.count), keyBytes) == 0
      case .sm2:
        return NationalSignature.verify(text, signature: signature, point: keyBytes)
      }
    }
  }

  static func message(_ anchor: Anchor, form: AnchorKey.Form, publicKey: String) -> String {
    "\(word) \(form.rawValue) \(anchor.chain) \(anchor.sequence) "
      + "\(HexText.write(anchor.hash)) \(anchor.at.milliseconds) \(publicKey)"
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
