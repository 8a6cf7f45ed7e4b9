import CSodium
import Glibc
import Ports

/// The key over all keys: 32 bytes in a file that only its owner may read.
enum MasterKey {
  static let byteCount = 32

  /// Reads the key, or makes one where there is none.
  ///
  /// - Parameter isFirst: whether there may be none yet. Keys sealed under a master key that is
  ///   missing, or cannot be read, are never joined by others under a new one.
  static func load(_ path: String, isFirst: Bool) throws(SealingFault) -> [UInt8] {
    if let bytes = SmallFile.read(path) {
      guard bytes.count == byteCount else { throw .damaged }
      return bytes
    }
    let number = errno
    guard number == ENOENT, isFirst else {
      throw .unavailable(detail: "\(path) cannot be read: errno \(number)")
    }
    let key = RandomBytes.make(byteCount)
    guard SmallFile.write(key, to: path) else {
      throw .unavailable(detail: "\(path) cannot be written")
    }
    return key
  }

  /// A key for one purpose, from which neither the master key nor another follows.
  static func derived(_ master: [UInt8], _ number: UInt64, _ purpose: String) -> [UInt8] {
    var key = [UInt8](repeating: 0, count: byteCount)
    let context = Array(purpose.utf8CString.prefix(8))
    crypto_kdf_derive_from_key(&key, key.count, number, context, master)
    return key
  }
}

/// Files read and written whole; written ones are flushed and put in place at once.
enum SmallFile {
  static func read(_ path: String) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var offset = 0
    while offset < bytes.count {
      let left = bytes.count - offset
      let count = bytes.withUnsafeMutableBytes {
        Glibc.read(file, $0.baseAddress.map { $0 + offset }, left)
      }
      guard count > 0 else { return nil }
      offset += count
    }
    return bytes
  }

  /// - Parameter temporary: where the bytes lie until they are whole; on the same file system, and
  ///   nobody else's.
  static func write(_ bytes: [UInt8], to path: String, through temporary: String? = nil) -> Bool {
    let temporary = temporary ?? path + ".part"
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { return false }
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      guard count > 0 else {
        close(file)
        unlink(temporary)
        return false
      }
      offset += count
    }
    let flushed = fsync(file) == 0
    close(file)
    guard flushed, rename(temporary, path) == 0 else {
      unlink(temporary)
      return false
    }
    return Folder.flush(path)
  }
}

enum Folder {
  /// What lies in a folder.
  static func names(_ path: String) -> [String] {
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// Flushes the folder that holds `path`, so that a rename in it lasts.
  static func flush(_ path: String) -> Bool {
    let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let folder = open(parent.isEmpty ? "/" : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return false }
    defer { close(folder) }
    return fsync(folder) == 0
  }
}
