import Glibc

/// Writes a file that is there whole or not at all: under another name first, then renamed.
///
/// It blocks while it writes, and has one owner at a time.
package final class FileSink {
  private static let partSuffix = ".part"
  private let path: String
  private var descriptor: Int32

  /// - Throws: `.unwritable`.
  package init(path: String) throws(ImportFault) {
    self.path = path
    descriptor = open(
      path + Self.partSuffix, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .unwritable(errorNumber: errno) }
  }

  /// Unfinished, nothing stays.
  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(path + Self.partSuffix)
  }

  /// Puts bytes behind those that were written.
  ///
  /// - Throws: `.unwritable`, for example when the disk is full.
  package func write(_ bytes: [UInt8]) throws(ImportFault) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress! + done, bytes.count - done)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .unwritable(errorNumber: errno) }
      done += count
    }
  }

  /// Brings the bytes to the disk and gives the file its name, over an older one.
  ///
  /// - Throws: `.unwritable`.
  package func finish() throws(ImportFault) {
    let isSynced = fsync(descriptor) == 0
    let error = errno
    close(descriptor)
    descriptor = -1
    guard isSynced else {
      unlink(path + Self.partSuffix)
      throw .unwritable(errorNumber: error)
    }
    guard rename(path + Self.partSuffix, path) == 0 else { throw .unwritable(errorNumber: errno) }
  }
}
