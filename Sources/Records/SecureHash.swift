import COpenSSL
package import City

/// SHA-256, fed piece by piece; with the processor's own instructions where it has them.
package struct SecureHash {
  private var state = State()

  package init() {}

  /// Feeds bytes; how they are cut into calls makes no difference.
  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard !bytes.isEmpty else { return }
    if !isKnownUniquelyReferenced(&state) { state = State(copying: state) }
    let done = EVP_DigestUpdate(state.context, bytes.baseAddress, bytes.count)
    precondition(done == 1, "a digest that began goes on")
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
    let ending = State(copying: state)
    return Digest(
      bytes: [UInt8](unsafeUninitializedCapacity: Digest.byteCount) { bytes, count in
        let done = EVP_DigestFinal_ex(ending.context, bytes.baseAddress, nil)
        precondition(done == 1, "a digest that began ends")
        count = Digest.byteCount
      })
  }

  /// The digest of one run of bytes.
  package static func digest(of bytes: [UInt8]) -> Digest {
    digest(of: bytes, State.algorithm)
  }

  /// The same by one of the library's algorithms whose digests have as many bytes.
  static func digest(of bytes: [UInt8], _ algorithm: OpaquePointer?) -> Digest {
    Digest(
      bytes: [UInt8](unsafeUninitializedCapacity: Digest.byteCount) { digest, count in
        let done = EVP_Digest(bytes, bytes.count, digest.baseAddress, nil, algorithm, nil)
        precondition(done == 1, "the library has the algorithm")
        count = Digest.byteCount
      })
  }

  /// What the library keeps of a hash that is not finished.
  private final class State {
    /// Looked up once: the library takes a lock for each search by name.
    // The library's own, and never changed.
    nonisolated(unsafe) static let algorithm = EVP_MD_fetch(nil, "SHA256", nil)

    let context: OpaquePointer

    init() {
      context = Self.context()
      let done = EVP_DigestInit_ex2(context, Self.algorithm, nil)
      precondition(done == 1, "the library has SHA-256")
    }

    init(copying other: State) {
      context = Self.context()
      let done = EVP_MD_CTX_copy_ex(context, other.context)
      precondition(done == 1, "a digest that began can be copied")
    }

    deinit { EVP_MD_CTX_free(context) }

    private static func context() -> OpaquePointer {
      guard let context = EVP_MD_CTX_new() else { preconditionFailure("no memory") }
      return context
    }
  }
}
