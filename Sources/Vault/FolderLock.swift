import Glibc

/// Keeps a second process from writing to a data folder.
package final class FolderLock: Sendable {
  package enum Fault: Error, Equatable {
    /// What the holder wrote of itself.
    case held(by: String)
    case unavailable(detail: String)
  }

  private let file: Int32

  /// - Parameter note: what others are told while this is held, for example the address served on.
  package init(folder: String, note: String) throws(Fault) {
    let path = folder + "/lock"
    file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .unavailable(detail: "\(path): errno \(errno)") }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      let holder = SmallFile.read(path).map { String(decoding: $0, as: UTF8.self) } ?? ""
      close(file)
      throw .held(by: holder)
    }
    let text = Array("pid \(getpid()), \(note)".utf8)
    ftruncate(file, 0)
    _ = text.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
  }

  deinit { close(file) }
}
