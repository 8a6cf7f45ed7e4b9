import Glibc
import Records
import Vault

/// Which algorithms new entries, sealed values and anchors are made with:
/// `CIVICLOOP_CRYPTOGRAPHY` names them. What was written by others before is read all the same.
enum Cryptography: String, CaseIterable {
  /// SHA-256, XChaCha20-Poly1305, anchors signed with Ed25519.
  case standard
  /// SM3, SM4 with HMAC-SM3, anchors signed with SM2.
  case national

  static let variable = "CIVICLOOP_CRYPTOGRAPHY"

  /// - Throws: `UsageFault` for a word that is none of them.
  static func chosen() throws -> Cryptography {
    guard let named = getenv(variable).map({ String(cString: $0) }), !named.isEmpty else {
      return .standard
    }
    guard let chosen = Cryptography(rawValue: named) else {
      let known = allCases.map(\.rawValue).joined(separator: ", ")
      throw UsageFault(message: "\(variable)=\(named) is none of: \(known)")
    }
    return chosen
  }

  var journal: EntryAlgorithm { self == .national ? .sm3 : .sha256 }
  var anchors: AnchorKey.Form { self == .national ? .sm2 : .ed25519 }
  var sealing: KeyRing.Settings.Form { self == .national ? .national : .standard }
}
