import CSodium

/// What a password hash costs to make, and so to guess.
package struct PasswordCost: Hashable, Sendable {
  package static let operationsRange = 1...100
  package static let memoryBytesRange = 8_192...(1 << 30)
  package let operations: Int
  package let memoryBytes: Int

  /// Both are cut to their ranges.
  package init(operations: Int, memoryBytes: Int) {
    self.operations = operations.clamped(to: Self.operationsRange)
    self.memoryBytes = memoryBytes.clamped(to: Self.memoryBytesRange)
  }

  /// What the library recommends where people wait: two passes over 64 MiB.
  package static let interactive = PasswordCost(
    operations: Int(crypto_pwhash_OPSLIMIT_INTERACTIVE),
    memoryBytes: Int(crypto_pwhash_MEMLIMIT_INTERACTIVE))
  /// The least there is. It protects nothing; for tests alone.
  package static let least = PasswordCost(
    operations: operationsRange.lowerBound, memoryBytes: memoryBytesRange.lowerBound)
}

extension Int {
  fileprivate func clamped(to range: ClosedRange<Int>) -> Int {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}

/// argon2id, in the library's own text form. Each call takes as long as its cost says: never call it
/// from a task.
package enum PasswordHash {
  /// A salted hash; nil where the memory that the cost asks for is not to be had.
  package static func make(_ password: String, cost: PasswordCost) -> String? {
    var text = [CChar](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
    let password = password.utf8.map { CChar(bitPattern: $0) }
    let code = crypto_pwhash_str(
      &text, password, UInt64(password.count), UInt64(cost.operations), cost.memoryBytes)
    guard code == 0 else { return nil }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Whether `hash` was made of this password. Text that is no hash fits nothing.
  package static func verify(_ password: String, against hash: String) -> Bool {
    guard let text = field(hash) else { return false }
    let password = password.utf8.map { CChar(bitPattern: $0) }
    return crypto_pwhash_str_verify(text, password, UInt64(password.count)) == 0
  }

  /// Whether `hash` was made at another cost, or is no hash: make it anew at the next sign-in.
  package static func needsRehash(_ hash: String, cost: PasswordCost) -> Bool {
    guard let text = field(hash) else { return true }
    return crypto_pwhash_str_needs_rehash(text, UInt64(cost.operations), cost.memoryBytes) != 0
  }

  /// Whether the text has the form of a hash made here.
  static func isHash(_ text: String) -> Bool {
    // The library answers -1 for what it cannot read, and 0 or 1 for a hash.
    guard let field = field(text) else { return false }
    return crypto_pwhash_str_needs_rehash(
      field, UInt64(PasswordCost.least.operations), PasswordCost.least.memoryBytes) >= 0
  }

  /// The text in a field of the length that the library reads, ended by zeros.
  private static func field(_ hash: String) -> [CChar]? {
    let length = Int(crypto_pwhash_STRBYTES)
    let bytes = hash.utf8.map { CChar(bitPattern: $0) }
    guard bytes.count < length, hash.hasPrefix(crypto_pwhash_STRPREFIX), !bytes.contains(0) else {
      return nil
    }
    return bytes + [CChar](repeating: 0, count: length - bytes.count)
  }
}
