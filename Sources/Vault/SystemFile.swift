import Glibc

/// A call of the operating system that failed.
struct SystemFault: Error, Equatable {
  let call: String
  let path: String
  /// As in `errno`.
  let number: Int32

  /// For operators only.
  var detail: String {
    let reason = strerror(number).map { String(cString: $0) } ?? "error \(number)"
    return "\(call) \(path): \(reason)"
  }
}

/// An open file, closed when the last holder lets go. Reads and writes name their offset, so that
/// threads may share it.
final class SystemFile: Sendable {
  let path: String
  private let number: Int32

  /// - Parameter flags: as for `open`; the file is never handed to child processes.
  init(_ path: String, flags: Int32, mode: mode_t = 0o600) throws(SystemFault) {
    self.path = path
    number = open(path, flags | O_CLOEXEC, mode)
    guard number >= 0 else { throw SystemFault(call: "open", path: path, number: errno) }
  }

  deinit {
    close(number)
  }

  private func check(_ code: Int32, _ call: String) throws(SystemFault) {
    guard code == 0 else { throw SystemFault(call: call, path: path, number: code) }
  }

  /// How many bytes the file holds.
  func byteCount() throws(SystemFault) -> Int {
    Int(try status().st_size)
  }

  /// What the system says of the file: size, mode.
  func status() throws(SystemFault) -> stat {
    var found = stat()
    try check(fstat(number, &found) == 0 ? 0 : errno, "stat")
    return found
  }

  /// Up to `count` bytes from `offset` on; fewer only at the end of the file.
  func read(_ count: Int, at offset: Int) throws(SystemFault) -> [UInt8] {
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
      filled = 0
      while filled < count {
        let got = pread(
          number, bytes.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
        if got < 0 && errno == EINTR { continue }
        if got < 0 { code = errno }
        if got <= 0 { break }
        filled += got
      }
    }
    try check(code, "read")
    return bytes
  }

  /// Writes all of `bytes` at `offset`; it is on disk only after `flush`.
  func write(_ bytes: [UInt8], at offset: Int) throws(SystemFault) {
    var code: Int32 = 0
    bytes.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let got = pwrite(
          number, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
        if got < 0 && errno == EINTR { continue }
        guard got >= 0 else {
          code = errno
          return
        }
        done += got
      }
    }
    try check(code, "write")
  }

  /// Returns once what was written is on disk, with the size that finds it again.
  func flush() throws(SystemFault) {
    try check(fdatasync(number) == 0 ? 0 : errno, "flush")
  }

  func truncate(to count: Int) throws(SystemFault) {
    try check(ftruncate(number, off_t(count)) == 0 ? 0 : errno, "truncate")
  }

  func unlock() {
    flock(number, LOCK_UN)
  }

  /// - Returns: false where another holder has it.
  func lock(shared: Bool = false) throws(SystemFault) -> Bool {
    if flock(number, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 { return true }
    guard errno == EWOULDBLOCK else { throw SystemFault(call: "lock", path: path, number: errno) }
    return false
  }
}

/// What is done to whole files and folders.
enum SystemFolder {
  static func exists(_ path: String) -> Bool {
    access(path, F_OK) == 0
  }

  /// Makes a folder that only its owner may enter; one that is there already stays.
  static func make(_ path: String) throws(SystemFault) {
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
      throw SystemFault(call: "mkdir", path: path, number: errno)
    }
  }

  /// Makes the names in a folder durable: a new file can else be lost though its bytes are not.
  static func flush(_ path: String) throws(SystemFault) {
    let number = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard number >= 0 else { throw SystemFault(call: "open", path: path, number: errno) }
    defer { close(number) }
    guard fsync(number) == 0 else { throw SystemFault(call: "flush", path: path, number: errno) }
  }

  static func remove(_ path: String) throws(SystemFault) {
    guard unlink(path) == 0 || errno == ENOENT else {
      throw SystemFault(call: "unlink", path: path, number: errno)
    }
  }

  static func move(_ path: String, to other: String) throws(SystemFault) {
    guard rename(path, other) == 0 else {
      throw SystemFault(call: "rename", path: path, number: errno)
    }
  }

  /// What lies in a folder, in no order, without `.` and `..`.
  static func entries(_ path: String) throws(SystemFault) -> [Entry] {
    guard let folder = opendir(path) else {
      throw SystemFault(call: "opendir", path: path, number: errno)
    }
    defer { closedir(folder) }
    var found: [Entry] = []
    while let item = readdir(folder) {
      let name = withUnsafePointer(to: &item.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) {
          String(cString: $0)
        }
      }
      guard name != ".", name != ".." else { continue }
      var status = stat()
      guard lstat(path + "/" + name, &status) == 0 else { continue }
      let form = status.st_mode & S_IFMT
      found.append(Entry(name: name, isFolder: form == S_IFDIR, isFile: form == S_IFREG))
    }
    return found
  }

  struct Entry {
    let name: String
    let isFolder: Bool
    let isFile: Bool
  }

  /// Writes a whole file so that a crash leaves the old one or the new one, never a part.
  static func replace(_ path: String, with bytes: [UInt8]) throws(SystemFault) {
    let draft = path + ".new"
    let file = try SystemFile(draft, flags: O_WRONLY | O_CREAT | O_TRUNC)
    try file.write(bytes, at: 0)
    try file.flush()
    try move(draft, to: path)
    try flush(parent(of: path))
  }

  /// All bytes of a file; nil where there is none.
  static func contents(_ path: String) throws(SystemFault) -> [UInt8]? {
    guard exists(path) else { return nil }
    let file = try SystemFile(path, flags: O_RDONLY)
    return try file.read(try file.byteCount(), at: 0)
  }

  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
