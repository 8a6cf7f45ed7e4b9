import City
import Ports
import Vault

/// Copies the keys every hour while the server runs, so that a backup of the journal never has a
/// person without a key. The master key does not go along: it is kept elsewhere.
struct KeyCopies {
  static let intervalMilliseconds: Int64 = Duration.hour

  let keys: KeyRing
  /// Absolute; its copy is known to the ring, so that an erasure reaches it.
  let path: String

  /// Runs until it is cancelled; what cannot be copied is said and tried again.
  func run() async {
    while !Task.isCancelled {
      do throws(VaultFault) {
        _ = try keys.copy(to: path, includingMaster: false)
      } catch {
        Output.say("warning: the keys were not copied to \(path): \(error.code)")
      }
      try? await Task.sleep(for: .milliseconds(Self.intervalMilliseconds))
    }
  }
}
