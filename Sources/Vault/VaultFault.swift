/// Why the vault cannot be opened or copied. Every case is for the operator to mend.
package enum VaultFault: Error, Equatable {
  /// Keys are there, but not the master key that they are useless without.
  case masterKeyMissing(path: String)
  /// The master key file is not what was written there.
  case masterKeyDamaged(path: String)
  /// Others than its owner may read the master key; `mode` as in `chmod`.
  case masterKeyExposed(path: String, mode: UInt32)
  /// The key file was made under another master key, or its head is damaged.
  case keysForeign(path: String)
  /// Another process has the key file open.
  case keysHeld(path: String)
  /// A path of a copy must be absolute, on one line, and not the key file itself.
  case copyPath(String)
  /// More copies than are kept track of.
  case copiesTooMany(max: Int)
  /// One of the lists of copies holds a line that was not written there.
  case listDamaged(path: String, line: Int)
  /// A sealed copy was changed, cut short, or sealed with another key; `name` within the backup.
  case copyDamaged(name: String)
  /// `detail` is for operators.
  case unavailable(detail: String)

  /// Switch on this; once released it never changes.
  package var code: String {
    switch self {
    case .masterKeyMissing: "vault.master_key_missing"
    case .masterKeyDamaged: "vault.master_key_damaged"
    case .masterKeyExposed: "vault.master_key_exposed"
    case .keysForeign: "vault.keys_foreign"
    case .keysHeld: "vault.keys_held"
    case .copyPath: "vault.copy_path"
    case .copiesTooMany: "vault.copies_too_many"
    case .listDamaged: "vault.list_damaged"
    case .copyDamaged: "vault.copy_damaged"
    case .unavailable: "vault.unavailable"
    }
  }
}

/// Runs what asks the system, and turns its fault into one of the vault.
func inVault<Answer>(
  _ body: () throws(SystemFault) -> Answer
) throws(VaultFault) -> Answer {
  do throws(SystemFault) {
    return try body()
  } catch {
    throw .unavailable(detail: error.detail)
  }
}
