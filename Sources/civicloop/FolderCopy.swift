import Glibc

/// Copies of files and folders, flushed to disk.
enum FolderCopy {
  /// Copies a folder with all that is in it; a missing one copies nothing.
  ///
  /// - Returns: bytes copied.
  static func copy(_ source: String, to target: String) throws -> Int64 {
    guard Home.isFolder(source) else { return 0 }
    try DataFolder.makeFolder(target)
    var bytes: Int64 = 0
    for name in names(source) {
      let from = source + "/" + name
      if Home.isFolder(from) {
        bytes += try copy(from, to: target + "/" + name)
      } else {
        bytes += try copyFile(from, to: target + "/" + name)
      }
    }
    return bytes
  }

  /// Copies one file in pieces.
  static func copyFile(_ source: String, to target: String) throws -> Int64 {
    let from = open(source, O_RDONLY | O_CLOEXEC)
    guard from >= 0 else { throw WorkFault(message: "\(source) cannot be read") }
    defer { close(from) }
    let to = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard to >= 0 else { throw WorkFault(message: "\(target) cannot be written") }
    defer { close(to) }
    var total: Int64 = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = read(from, &buffer, buffer.count)
      if count == 0 { break }
      guard count > 0, Glibc.write(to, buffer, count) == count else {
        throw WorkFault(message: "\(source) could not be copied to \(target)")
      }
      total += Int64(count)
    }
    guard fsync(to) == 0 else { throw WorkFault(message: "\(target) could not be flushed") }
    return total
  }

  /// Writes a small file, flushed.
  static func write(_ bytes: [UInt8], to target: String) throws {
    let to = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard to >= 0 else { throw WorkFault(message: "\(target) cannot be written") }
    defer { close(to) }
    guard Glibc.write(to, bytes, bytes.count) == bytes.count, fsync(to) == 0 else {
      throw WorkFault(message: "\(target) could not be written")
    }
  }

  /// Every file below a folder, named from it, in the order of names.
  static func files(_ folder: String) -> [String] { below(folder) { !Home.isFolder($0) } }

  /// Every folder below a folder, each before what it holds.
  static func folders(_ folder: String) -> [String] { below(folder, Home.isFolder) }

  private static func below(_ folder: String, _ isMeant: (String) -> Bool) -> [String] {
    names(folder).flatMap { name -> [String] in
      let path = folder + "/" + name
      let own = isMeant(path) ? [name] : []
      return own + (Home.isFolder(path) ? below(path, isMeant).map { name + "/" + $0 } : [])
    }
  }

  static func size(_ path: String) -> Int64 {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : 0
  }

  /// The same path from the root.
  static func absolute(_ path: String) -> String {
    guard let full = realpath(path, nil) else { return path }
    defer { free(full) }
    return String(cString: full)
  }

  private static func names(_ folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
