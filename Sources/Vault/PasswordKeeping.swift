import CSodium
package import City
import Glibc
package import Ports
import Synchronization

/// Passwords by argon2id, and secrets of 256 random bits.
///
/// argon2id takes memory and time on purpose; it runs on a thread of its own, one at a time.
package final class PasswordKeeping: Secrets {
  /// Passwords that may wait; one more is told to come back.
  package static let waitingMax = 64
  static let secretBytes = 32

  /// How hard guessing is made.
  package struct Cost: Sendable {
    package let passes: UInt64
    package let memoryBytes: Int

    /// The library's own choice for interactive sign-in: 2 passes over 64 MiB.
    package static let interactive = Cost(passes: 2, memoryBytes: 64 << 20)
    /// The least there is; for tests alone.
    package static let least = Cost(passes: 1, memoryBytes: 8_192)
  }

  private let cost: Cost
  private let waiting = Atomic<Int>(0)
  private let queue = SerialThread()

  package init(cost: Cost) {
    self.cost = cost
    _ = sodium_init()
  }

  package func hash(password: String) async throws(SecretsFault) -> String {
    let cost = cost
    return try await run { () -> String in
      var text = [CChar](repeating: 0, count: Int(crypto_pwhash_strbytes()))
      let bytes = Array(password.utf8CString.dropLast())
      let code = crypto_pwhash_str_alg(
        &text, bytes, UInt64(bytes.count), cost.passes, cost.memoryBytes,
        crypto_pwhash_alg_argon2id13())
      // It fails only where the memory is not there: such a hash matches no password.
      return code == 0
        ? String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) : ""
    }
  }

  package func verify(password: String, against hash: String) async throws(SecretsFault) -> Bool {
    try await run { () -> Bool in
      let bytes = Array(password.utf8CString.dropLast())
      return crypto_pwhash_str_verify(hash, bytes, UInt64(bytes.count)) == 0
    }
  }

  private func run<Answer: Sendable>(
    _ body: @escaping @Sendable () -> Answer
  ) async throws(SecretsFault) -> Answer {
    guard waiting.add(1, ordering: .relaxed).newValue <= Self.waitingMax else {
      waiting.subtract(1, ordering: .relaxed)
      throw .busy
    }
    defer { waiting.subtract(1, ordering: .relaxed) }
    return await withCheckedContinuation { continuation in
      queue.run { continuation.resume(returning: body()) }
    }
  }

  package func newSecret() -> (text: String, hash: Digest) {
    let bytes = RandomBytes.make(Self.secretBytes)
    let text = Self.text(bytes)
    return (text, Self.digest(text))
  }

  package func hash(secret: String) -> Digest? {
    let count = secret.utf8.count
    return count == Self.textCount ? Self.digest(secret) : nil
  }

  /// Characters of a secret: 256 bits in base64url without padding.
  static let textCount = 43

  private static func text(_ bytes: [UInt8]) -> String {
    let variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING
    var text = [CChar](repeating: 0, count: sodium_base64_encoded_len(bytes.count, variant))
    sodium_bin2base64(&text, text.count, bytes, bytes.count, variant)
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static func digest(_ text: String) -> Digest {
    var hash = [UInt8](repeating: 0, count: Digest.byteCount)
    let bytes = Array(text.utf8)
    crypto_hash_sha256(&hash, bytes, UInt64(bytes.count))
    return Digest(bytes: hash)
  }
}
