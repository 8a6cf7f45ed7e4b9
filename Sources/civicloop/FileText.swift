import Glibc

/// Small files, read and written whole.
enum FileText {
  static let bytesMax = 64 << 20

  /// Whether something lies at a path.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// nil where there is no such file, or it is larger than `bytesMax`.
  static func read(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { return bytes }
      guard count > 0, bytes.count + count <= bytesMax else { return nil }
      bytes.append(contentsOf: buffer[..<count])
    }
  }

  /// Writes the file and flushes it; false where that failed.
  static func write(_ bytes: [UInt8], to path: String) -> Bool {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      guard count > 0 else { return false }
      offset += count
    }
    return fsync(descriptor) == 0
  }
}
