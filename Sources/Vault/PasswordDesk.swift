import CSodium
package import City
package import Ports

/// Checks passwords one after another on a thread of its own, and makes secrets.
package final class PasswordDesk: Secrets {
  /// How many passwords may wait; at the interactive cost the last one waits some 3 s.
  package static let waitingMax = 32

  private let thread: WorkThread
  private let cost: PasswordCost
  /// The hash of a password that nobody knows, checked where there is nothing to check against.
  private let decoy: String

  /// Takes as long as one hash.
  package init(cost: PasswordCost, waitingMax: Int = PasswordDesk.waitingMax) {
    self.cost = cost
    Sodium.ready()
    thread = WorkThread(waitingMax: waitingMax)
    // Where even one hash has no memory, checks against the empty text fail, as they should.
    decoy = PasswordHash.make(SecretToken.make().text, cost: cost) ?? ""
  }

  package func hash(password: String) async throws(SecretsFault) -> String {
    let cost = cost
    // No memory for the hash is a shortage that passes, like a full line.
    guard let hash = try await run({ PasswordHash.make(password, cost: cost) }) else {
      throw .busy
    }
    return hash
  }

  package func verify(
    password: String, against hash: String
  ) async throws(SecretsFault) -> Bool {
    let decoy = decoy
    return try await run {
      guard PasswordHash.isHash(hash) else {
        // Whoever asks must not learn from the time that there is no such account.
        _ = PasswordHash.verify(password, against: decoy)
        return false
      }
      return PasswordHash.verify(password, against: hash)
    }
  }

  /// Whether a hash was made at another cost than today's.
  package func needsRehash(_ hash: String) -> Bool {
    PasswordHash.needsRehash(hash, cost: cost)
  }

  package func newSecret() -> (text: String, hash: Digest) {
    SecretToken.make()
  }

  package func hash(secret: String) -> Digest? {
    SecretToken.hash(secret)
  }

  package func newBytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    randombytes_buf(&bytes, count)
    return bytes
  }

  package func oneTimeCode(secret: [UInt8], counter: Int64) -> String {
    OneTimeCode.digits(secret: secret, counter: counter)
  }

  private func run<Answer: Sendable>(
    _ work: @escaping @Sendable () -> Answer
  ) async throws(SecretsFault) -> Answer {
    do throws(WorkThread.Full) {
      return try await thread.run(work)
    } catch {
      throw .busy
    }
  }
}
