import CSodium
import Glibc

/// Keys in files of their own: a heading that tells what one holds, and the key as text.
enum KeyFile {
  /// Bytes that are read of one.
  static let bytesMax = 1_024

  /// The key in a file: its bytes in base64url below the heading.
  ///
  /// - Parameter make: makes one where there is no file; nil = that is a fault.
  /// - Throws: `VaultFault` where others may read the file, or it is not what was written.
  static func open(
    _ path: String, heading: String, byteCount: Int, make: (() -> [UInt8])?
  ) throws(VaultFault) -> [UInt8] {
    Sodium.ready()
    if !SystemFolder.exists(path) {
      guard let make else { throw .masterKeyMissing(path: path) }
      let text = heading + "\n" + AnchorText.base64(make()) + "\n"
      try inVault { () throws(SystemFault) in
        try SystemFolder.replace(path, with: Array(text.utf8))
      }
    }
    let lines = try text(path).split(separator: "\n")
    guard lines.count == 2, lines[0] == heading, let key = AnchorText.bytes(String(lines[1])),
      key.count == byteCount
    else { throw .masterKeyDamaged(path: path) }
    return key
  }

  /// What stands in a file that nobody but its owner may read.
  static func text(_ path: String) throws(VaultFault) -> String {
    let (mode, bytes) = try inVault { () throws(SystemFault) in
      let file = try SystemFile(path, flags: O_RDONLY)
      return (try file.status().st_mode & 0o777, try file.read(bytesMax, at: 0))
    }
    guard mode & 0o077 == 0 else { throw .masterKeyExposed(path: path, mode: mode) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
