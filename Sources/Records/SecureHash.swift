import CSodium
package import City

/// SHA-256, fed piece by piece.
package struct SecureHash {
  private var state = crypto_hash_sha256_state()

  package init() {
    crypto_hash_sha256_init(&state)
  }

  /// Feeds bytes; how they are cut into calls makes no difference.
  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
    crypto_hash_sha256_update(
      &state, base.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
  }

  package mutating func add(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { add($0) }
  }

  package mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
  }

  /// The digest of all that was added. The hash stays as it is and may be fed on.
  package func finish() -> Digest {
    var ending = state
    return Digest(
      bytes: [UInt8](unsafeUninitializedCapacity: Digest.byteCount) { bytes, count in
        guard let base = bytes.baseAddress else { return }
        crypto_hash_sha256_final(&ending, base)
        count = Digest.byteCount
      })
  }

  /// The digest of one run of bytes.
  package static func digest(of bytes: [UInt8]) -> Digest {
    var hash = SecureHash()
    hash.add(bytes)
    return hash.finish()
  }
}
