import CSodium
import Glibc

/// The key under which backups are sealed: a file of its own, kept apart from them.
package struct BackupKey: Sendable {
  private static let heading = "civicloop backup key 1"
  static let byteCount = Int(crypto_secretstream_xchacha20poly1305_KEYBYTES)

  let bytes: [UInt8]

  /// Reads the key.
  ///
  /// - Parameter mayMake: makes one where there is no file; else that is a fault.
  /// - Throws: `VaultFault` where others may read the file, or it is not what was written.
  package init(path: String, mayMake: Bool) throws(VaultFault) {
    let make: (() -> [UInt8])? = mayMake ? { Self.newKey() } : nil
    bytes = try KeyFile.open(
      path, heading: Self.heading, byteCount: Self.byteCount, make: make)
  }

  private static func newKey() -> [UInt8] {
    var key = [UInt8](repeating: 0, count: byteCount)
    crypto_secretstream_xchacha20poly1305_keygen(&key)
    return key
  }
}

/// Files sealed in pieces (XChaCha20-Poly1305, libsodium's secret stream).
///
/// Layout: the heading, the stream's head of 24 bytes, then pieces of 1 MiB, each 17 bytes longer
/// than what it holds; the last is marked as the last. Each is bound to the name of its file, so
/// that a byte changed, a piece left out, a file cut short and two files changed for each other
/// are all found.
package enum SealedCopy {
  static let heading = Array("civicloop sealed copy 1\n".utf8)
  static let pieceBytes = 1 << 20
  private static let headBytes = Int(crypto_secretstream_xchacha20poly1305_HEADERBYTES)
  private static let addedBytes = Int(crypto_secretstream_xchacha20poly1305_ABYTES)

  /// Seals a file.
  ///
  /// - Parameter name: what the file is called within the backup.
  /// - Returns: bytes written, on disk.
  @discardableResult
  package static func seal(
    _ source: String, as name: String, to target: String, key: BackupKey
  ) throws(VaultFault) -> Int {
    try inVault { () throws(SystemFault) in
      let from = try SystemFile(source, flags: O_RDONLY)
      let to = try SystemFile(target, flags: O_WRONLY | O_CREAT | O_EXCL)
      var state = crypto_secretstream_xchacha20poly1305_state()
      var head = [UInt8](repeating: 0, count: headBytes)
      crypto_secretstream_xchacha20poly1305_init_push(&state, &head, key.bytes)
      try to.write(heading + head, at: 0)
      var written = heading.count + headBytes
      let count = try from.byteCount()
      let label = Array(name.utf8)
      var at = 0
      repeat {
        let piece = try from.read(min(pieceBytes, count - at), at: at)
        at += piece.count
        let tag = at >= count || piece.isEmpty ? Tag.last : Tag.more
        var sealed = [UInt8](repeating: 0, count: piece.count + addedBytes)
        crypto_secretstream_xchacha20poly1305_push(
          &state, &sealed, nil, piece, UInt64(piece.count), label, UInt64(label.count), tag)
        try to.write(sealed, at: written)
        written += sealed.count
        if tag == Tag.last { break }
      } while true
      try to.flush()
      return written
    }
  }

  /// Opens a sealed file.
  ///
  /// - Throws: `.copyDamaged` with the name where anything in it was changed, or the key is another.
  /// - Returns: bytes written, on disk.
  @discardableResult
  package static func open(
    _ source: String, as name: String, to target: String, key: BackupKey
  ) throws(VaultFault) -> Int {
    let opened = try inVault { () throws(SystemFault) -> Int? in
      let from = try SystemFile(source, flags: O_RDONLY)
      let count = try from.byteCount()
      let head = try from.read(heading.count + headBytes, at: 0)
      var state = crypto_secretstream_xchacha20poly1305_state()
      guard head.count == heading.count + headBytes, head.starts(with: heading),
        crypto_secretstream_xchacha20poly1305_init_pull(
          &state, Array(head[heading.count...]), key.bytes) == 0
      else { return nil }
      let to = try SystemFile(target, flags: O_WRONLY | O_CREAT | O_TRUNC)
      let label = Array(name.utf8)
      var (at, written) = (head.count, 0)
      while true {
        let sealed = try from.read(min(pieceBytes + addedBytes, count - at), at: at)
        at += sealed.count
        guard sealed.count >= addedBytes else { return nil }
        var piece = [UInt8](repeating: 0, count: max(sealed.count - addedBytes, 1))
        var (length, tag): (UInt64, UInt8) = (0, 0)
        guard
          crypto_secretstream_xchacha20poly1305_pull(
            &state, &piece, &length, &tag, sealed, UInt64(sealed.count), label,
            UInt64(label.count)) == 0
        else { return nil }
        try to.write(Array(piece.prefix(Int(length))), at: written)
        written += Int(length)
        if tag == Tag.last {
          guard at == count else { return nil }
          break
        }
      }
      try to.flush()
      return written
    }
    guard let opened else { throw .copyDamaged(name: name) }
    return opened
  }

  /// Marks of pieces; macros of the library that Swift does not see.
  private enum Tag {
    static let more: UInt8 = 0
    static let last: UInt8 = 3
  }
}
