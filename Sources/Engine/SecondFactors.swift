package import City
package import Ports
import Synchronization

/// Codes that change with the time, as a second proof at the sign-in (RFC 6238: 30 s, six digits).
extension Accounts {
  /// Milliseconds for which a code is the one.
  static let spanMilliseconds: Int64 = 30_000
  /// Spans before and after that count too: clocks differ.
  static let spansAround: Int64 = 1
  /// Bytes of the secret that the device shares.
  static let factorBytes = 20
  /// Recovery codes that are given at once, each good for one sign-in.
  static let recoveryCodes = 10
  static let recoveryBytes = 10

  /// Begins a second factor: nothing is asked for until the first code was shown.
  /// - Returns: the secret in base32, as the device takes it.
  package func startFactor(
    of id: ID<Account>, by actor: Actor, request: String
  ) async throws(AccountFault) -> String {
    var account = try await stored(id)
    guard account.factor?.confirmed != true else { throw .factorThere }
    let bytes = engine.secrets.newBytes(Self.factorBytes)
    account.factor = SecondFactor(
      secret: try sealed(bytes), confirmed: false, lastSpan: 0, recovery: [])
    try await save(account, "account.factor_started", by: actor, request: request)
    return Base32.text(bytes)
  }

  /// Puts the second factor in force, once a code of it is shown.
  /// - Returns: recovery codes, shown once.
  package func confirmFactor(
    of id: ID<Account>, code: String, by actor: Actor, request: String
  ) async throws(AccountFault) -> [String] {
    var account = try await stored(id)
    guard let factor = account.factor else { throw .factorMissing }
    guard !factor.confirmed else { throw .factorThere }
    guard case .span(let span) = use(code, of: factor, account: id) else { throw .codeWrong }
    let codes = (0..<Self.recoveryCodes).map { _ in
      Base32.text(engine.secrets.newBytes(Self.recoveryBytes))
    }
    account.factor = SecondFactor(
      secret: factor.secret, confirmed: true, lastSpan: span,
      recovery: codes.map { recoveryHash($0, of: id) })
    try await save(account, "account.factor_confirmed", by: actor, request: request)
    return codes
  }

  /// Takes a second factor away; the key of its secret is destroyed.
  package func removeFactor(
    of id: ID<Account>, by actor: Actor, request: String
  ) async throws(AccountFault) {
    var account = try await stored(id)
    guard let factor = account.factor else { throw .factorMissing }
    account.factor = nil
    try await save(account, "account.factor_removed", by: actor, request: request)
    do throws(SealingFault) {
      try engine.sealing.destroy(factor.secret.subject)
    } catch {
      throw .sealing(error)
    }
  }

  /// What a code turned out to be.
  enum CodeUse {
    case span(Int64)
    case recovery(Digest)
    case wrong
  }

  /// Uses a code up: the same code is wrong from then on, whoever asks at the same time.
  func use(_ code: String, of factor: SecondFactor, account: ID<Account>) -> CodeUse {
    let text = code.filter { !$0.isWhitespace && $0 != "-" }.uppercased()
    let hash = recoveryHash(text, of: account)
    if factor.recovery.contains(hash) {
      let isFirst = usedCodes.withLock { $0.recovery.insert(hash).inserted }
      return isFirst ? .recovery(hash) : .wrong
    }
    guard let bytes = try? engine.sealing.open(factor.secret) else { return .wrong }
    let now = engine.time.now.milliseconds / Self.spanMilliseconds
    for span in now - Self.spansAround...now + Self.spansAround {
      guard engine.secrets.oneTimeCode(secret: bytes, counter: span) == text else { continue }
      return usedCodes.withLock { used in
        guard span > max(factor.lastSpan, used.spans[account] ?? 0) else { return .wrong }
        used.spans[account] = span
        return .span(span)
      }
    }
    return .wrong
  }

  /// The account after a code was used up; nil where the code was wrong.
  func account(_ account: Account, using code: String) -> Account? {
    guard var factor = account.factor else { return account }
    switch use(code, of: factor, account: account.id) {
    case .span(let span): factor.lastSpan = span
    case .recovery(let hash): factor.recovery.removeAll { $0 == hash }
    case .wrong: return nil
    }
    var changed = account
    changed.factor = factor
    return changed
  }

  private func recoveryHash(_ code: String, of account: ID<Account>) -> Digest {
    engine.sealing.blindHash("recovery \(account.rawValue) \(code)")
  }

  private func sealed(_ bytes: [UInt8]) throws(AccountFault) -> Sealed {
    do throws(SealingFault) {
      return try engine.sealing.seal(bytes, for: try engine.sealing.newSubject())
    } catch {
      throw .sealing(error)
    }
  }
}

/// Codes that were used in this run of the program.
struct UsedCodes {
  var spans: [ID<Account>: Int64] = [:]
  var recovery: Set<Digest> = []
}

/// Bytes as capital letters and digits that people can copy (RFC 4648, section 6, without padding).
package enum Base32 {
  private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

  /// Five bytes make eight letters; a rest is padded with zero bits.
  package static func text(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    var held: UInt32 = 0
    var bits = 0
    for byte in bytes {
      held = held << 8 | UInt32(byte)
      bits += 8
      while bits >= 5 {
        bits -= 5
        text.append(letters[Int(held >> UInt32(bits) & 31)])
      }
      held &= (1 << UInt32(bits)) - 1
    }
    if bits > 0 { text.append(letters[Int(held << UInt32(5 - bits) & 31)]) }
    return String(decoding: text, as: UTF8.self)
  }
}
