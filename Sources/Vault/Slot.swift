import CSodium
import City

/// One key as it lies in the file: a state byte, seven of nothing, a nonce, the key under the master key.
enum Slot {
  static let keyBytes = 32
  static let byteCount = 8 + nonceBytes + keyBytes + tagBytes
  private static let nonceBytes = 24
  private static let tagBytes = 16
  private static let live: UInt8 = 1
  private static let gone: UInt8 = 2

  enum Content {
    case key([UInt8])
    case destroyed
    case damaged
  }

  static var destroyed: [UInt8] {
    [gone] + [UInt8](repeating: 0, count: byteCount - 1)
  }

  static func sealed(_ key: [UInt8], under master: [UInt8]) -> [UInt8] {
    let nonce = RandomBytes.make(nonceBytes)
    var box = [UInt8](repeating: 0, count: keyBytes + tagBytes)
    crypto_secretbox_easy(&box, key, UInt64(key.count), nonce, master)
    return [live] + [UInt8](repeating: 0, count: 7) + nonce + box
  }

  static func open(_ bytes: [UInt8], under master: [UInt8]) -> Content {
    // Zero bytes are a slot that was skipped: there never was a key.
    if bytes[0] == gone || bytes.allSatisfy({ $0 == 0 }) { return .destroyed }
    guard bytes[0] == live else { return .damaged }
    let nonce = Array(bytes[8..<8 + nonceBytes])
    let box = Array(bytes[(8 + nonceBytes)...])
    var key = [UInt8](repeating: 0, count: keyBytes)
    guard crypto_secretbox_open_easy(&key, box, UInt64(box.count), nonce, master) == 0 else {
      return .damaged
    }
    return .key(key)
  }
}

/// Sealed bytes: a version byte, a nonce, XChaCha20-Poly1305 with the subject as associated data.
enum Envelope {
  private static let version: UInt8 = 1
  private static let nonceBytes = 24
  private static let tagBytes = 16

  static func seal(_ bytes: [UInt8], key: [UInt8], subject: ID<Subject>) -> [UInt8] {
    let nonce = RandomBytes.make(nonceBytes)
    let about = bound(to: subject)
    var box = [UInt8](repeating: 0, count: bytes.count + tagBytes)
    var count: UInt64 = 0
    crypto_aead_xchacha20poly1305_ietf_encrypt(
      &box, &count, bytes, UInt64(bytes.count), about, UInt64(about.count), nil, nonce, key)
    return [version] + nonce + box
  }

  /// nil where the bytes are not what was sealed for this subject.
  static func open(_ sealed: [UInt8], key: [UInt8], subject: ID<Subject>) -> [UInt8]? {
    guard sealed.count >= 1 + nonceBytes + tagBytes, sealed[0] == version else { return nil }
    let nonce = Array(sealed[1..<1 + nonceBytes])
    let box = Array(sealed[(1 + nonceBytes)...])
    let about = bound(to: subject)
    var bytes = [UInt8](repeating: 0, count: box.count - tagBytes)
    var count: UInt64 = 0
    let opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
      &bytes, &count, nil, box, UInt64(box.count), about, UInt64(about.count), nonce, key)
    return opened == 0 ? bytes : nil
  }

  private static func bound(to subject: ID<Subject>) -> [UInt8] {
    withUnsafeBytes(of: subject.rawValue.littleEndian) { Array($0) }
  }
}

/// Bytes that nobody can foresee.
enum RandomBytes {
  static func make(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    randombytes_buf(&bytes, count)
    return bytes
  }
}
