import COpenSSL
import City

/// The bytes of a value sealed by Chinese algorithms: form (1), counter (16), SM4 in counter mode,
/// HMAC-SM3 over all of that and the subject (32). Encrypted first, then authenticated.
///
/// SM4 in Galois/counter mode is not in OpenSSL 3.0; this pair is as strong and as old.
enum NationalSeal {
  static let form: UInt8 = 2
  static let counterBytes = 16
  static let tagBytes = 32
  static let keyBytes = 16
  /// How much longer a value becomes by being sealed.
  static let addedBytes = 1 + counterBytes + tagBytes

  /// - Parameter counter: where the key stream begins; no two values under one key may share it.
  static func seal(
    _ bytes: [UInt8], for subject: ID<Subject>, key: KeyBytes, counter: [UInt8]
  ) -> [UInt8] {
    let keys = Keys(key)
    var sealed = [form] + counter + stream(bytes, keys.encrypting, counter)
    sealed += tag(sealed, subject, keys.authenticating)
    return sealed
  }

  /// The value, or nil where one bit of it was changed, or it is another subject's.
  static func open(_ sealed: [UInt8], of subject: ID<Subject>, key: KeyBytes) -> [UInt8]? {
    guard sealed.count >= addedBytes, sealed[0] == form else { return nil }
    let keys = Keys(key)
    let body = Array(sealed.dropLast(tagBytes))
    let expected = tag(body, subject, keys.authenticating)
    guard CRYPTO_memcmp(expected, Array(sealed.suffix(tagBytes)), tagBytes) == 0 else {
      return nil
    }
    let counter = Array(body[1...counterBytes])
    return stream(Array(body.dropFirst(1 + counterBytes)), keys.encrypting, counter)
  }

  /// A counter that follows from key and content: the same content is the same bytes.
  static func contentCounter(_ bytes: [UInt8], key: KeyBytes) -> [UInt8] {
    Array(
      authentication(Array("counter".utf8) + bytes, Keys(key).authenticating)
        .prefix(counterBytes))
  }

  /// Two keys of one, so that none does two things.
  private struct Keys {
    let encrypting: [UInt8]
    let authenticating: [UInt8]

    init(_ key: KeyBytes) {
      let bytes = key.lend { Array(UnsafeBufferPointer(start: $0, count: KeyBytes.byteCount)) }
      encrypting = Array(
        NationalSeal.authentication(Array("civicloop sm4".utf8), bytes)
          .prefix(NationalSeal.keyBytes))
      authenticating = NationalSeal.authentication(Array("civicloop hmac-sm3".utf8), bytes)
    }
  }

  private static func tag(
    _ bytes: [UInt8], _ subject: ID<Subject>, _ key: [UInt8]
  ) -> [UInt8] {
    authentication(
      bytes + withUnsafeBytes(of: subject.rawValue.littleEndian) { Array($0) }, key)
  }

  /// HMAC-SM3.
  static func authentication(_ bytes: [UInt8], _ key: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: tagBytes) { tag, count in
      let done = HMAC(
        EVP_sm3(), key, Int32(key.count), bytes, bytes.count, tag.baseAddress, nil)
      precondition(done != nil, "the library has SM3")
      count = tagBytes
    }
  }

  /// SM4 in counter mode: the same there and back.
  static func stream(_ bytes: [UInt8], _ key: [UInt8], _ counter: [UInt8]) -> [UInt8] {
    guard !bytes.isEmpty else { return [] }
    let context = EVP_CIPHER_CTX_new()
    defer { EVP_CIPHER_CTX_free(context) }
    return [UInt8](unsafeUninitializedCapacity: bytes.count) { place, count in
      var written: Int32 = 0
      let done =
        EVP_EncryptInit_ex(context, EVP_sm4_ctr(), nil, key, counter) == 1
        && EVP_EncryptUpdate(context, place.baseAddress, &written, bytes, Int32(bytes.count)) == 1
      precondition(done && Int(written) == bytes.count, "the library has SM4")
      count = bytes.count
    }
  }
}
