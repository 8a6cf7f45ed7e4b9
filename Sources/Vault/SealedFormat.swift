import CSodium
import City

/// The bytes of a sealed value: form (1), nonce (24), ciphertext and tag of XChaCha20-Poly1305.
///
/// The form and the subject are authenticated too: a value cannot be moved to another subject.
enum SealedFormat {
  static let form: UInt8 = 1
  static let nonceBytes = Int(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
  static let tagBytes = Int(crypto_aead_xchacha20poly1305_ietf_ABYTES)
  /// How much longer a value becomes by being sealed.
  static let addedBytes = 1 + nonceBytes + tagBytes

  static func seal(
    _ bytes: [UInt8], for subject: ID<Subject>, key: KeyBytes, nonce: Nonce
  ) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: bytes.count + addedBytes) { sealed, count in
      guard let base = sealed.baseAddress else { return }
      base[0] = form
      nonce.write(to: base + 1, bytes: bytes, key: key)
      withUnsafeBytes(of: subject.rawValue.littleEndian) { subject in
        key.lend { key in
          _ = crypto_aead_xchacha20poly1305_ietf_encrypt(
            base + 1 + nonceBytes, nil, bytes, UInt64(bytes.count),
            subject.assumingMemoryBound(to: UInt8.self).baseAddress, UInt64(subject.count), nil,
            base + 1, key)
        }
      }
      count = bytes.count + addedBytes
    }
  }

  /// The value, or nil where one bit of it was changed, or it is another subject's.
  static func open(_ sealed: [UInt8], of subject: ID<Subject>, key: KeyBytes) -> [UInt8]? {
    if sealed.first == NationalSeal.form {
      return NationalSeal.open(sealed, of: subject, key: key)
    }
    guard sealed.count >= addedBytes, sealed[0] == form else { return nil }
    var code: Int32 = -1
    let bytes = [UInt8](unsafeUninitializedCapacity: sealed.count - addedBytes) { bytes, count in
      // An empty value still needs a place to be written to.
      var nothing: UInt8 = 0
      code = withUnsafeMutablePointer(to: &nothing) { nothing in
        decrypt(sealed, of: subject, key: key, into: bytes.baseAddress ?? nothing)
      }
      count = code == 0 ? sealed.count - addedBytes : 0
    }
    return code == 0 ? bytes : nil
  }

  private static func decrypt(
    _ sealed: [UInt8], of subject: ID<Subject>, key: KeyBytes,
    into bytes: UnsafeMutablePointer<UInt8>
  ) -> Int32 {
    sealed.withUnsafeBufferPointer { sealed in
      withUnsafeBytes(of: subject.rawValue.littleEndian) { subject in
        key.lend { key in
          crypto_aead_xchacha20poly1305_ietf_decrypt(
            bytes, nil, nil, sealed.baseAddress! + 1 + nonceBytes,
            UInt64(sealed.count - 1 - nonceBytes),
            subject.assumingMemoryBound(to: UInt8.self).baseAddress, UInt64(subject.count),
            sealed.baseAddress! + 1, key)
        }
      }
    }
  }

  /// Where the number comes from that no two values under one key may share.
  enum Nonce {
    case random
    /// From key and content: the same content sealed twice is the same bytes. Used for files, which
    /// are kept once by their content.
    case content

    /// The same for SM4: a beginning of its key stream.
    func counter(_ bytes: [UInt8], key: KeyBytes) -> [UInt8] {
      switch self {
      case .random:
        var counter = [UInt8](repeating: 0, count: NationalSeal.counterBytes)
        randombytes_buf(&counter, counter.count)
        return counter
      case .content: return NationalSeal.contentCounter(bytes, key: key)
      }
    }

    fileprivate func write(to place: UnsafeMutablePointer<UInt8>, bytes: [UInt8], key: KeyBytes) {
      switch self {
      case .random: randombytes_buf(place, nonceBytes)
      case .content:
        _ = key.lend {
          crypto_generichash_blake2b(
            place, nonceBytes, bytes, UInt64(bytes.count), $0, KeyBytes.byteCount)
        }
      }
    }
  }
}

/// Hashes of the library, as values of the city.
enum Hashing {
  /// SHA-256.
  static func digest(of bytes: [UInt8]) -> Digest {
    bytes.withUnsafeBufferPointer { digest(of: $0) }
  }

  /// SHA-256.
  static func digest(of bytes: UnsafeBufferPointer<UInt8>) -> Digest {
    Digest(
      bytes: [UInt8](unsafeUninitializedCapacity: Digest.byteCount) { digest, count in
        guard let base = digest.baseAddress else { return }
        crypto_hash_sha256(base, bytes.baseAddress, UInt64(bytes.count))
        count = Digest.byteCount
      })
  }

  /// BLAKE2b-256 under a key.
  static func keyed(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Digest.byteCount) { digest, count in
      guard let base = digest.baseAddress else { return }
      crypto_generichash_blake2b(
        base, Digest.byteCount, bytes, UInt64(bytes.count), key, key.count)
      count = Digest.byteCount
    }
  }
}

/// The library must be made ready once; only then does it use what this processor is best at.
enum Sodium {
  private static let code = sodium_init()

  static func ready() {
    precondition(code >= 0, "the library can be made ready at start")
  }
}
