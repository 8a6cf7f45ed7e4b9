import CSodium
package import City
import Glibc
import Pack

/// The files of one pack's folder, in the order of their paths, compared byte by byte.
package struct PackFiles: Equatable, Sendable {
  /// One file.
  package struct File: Equatable, Sendable {
    /// From the pack's folder, with `/` between.
    package let path: String
    package let bytes: [UInt8]

    package init(path: String, bytes: [UInt8]) {
      self.path = path
      self.bytes = bytes
    }
  }

  /// The folder's own name, which findings put before paths.
  package let name: String
  package let files: [File]

  package init(name: String, files: [File]) {
    self.name = name
    self.files = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  /// SHA-256 over path, length and bytes of every file in order: equal folders give equal digests
  /// on every machine.
  package var digest: Digest {
    var state = crypto_hash_sha256_state()
    crypto_hash_sha256_init(&state)
    for file in files {
      let path = Array(file.path.utf8)
      for part in [path, file.bytes] {
        let length = (0..<8).map { UInt8(truncatingIfNeeded: UInt64(part.count) >> (8 * $0)) }
        crypto_hash_sha256_update(&state, length, UInt64(length.count))
        crypto_hash_sha256_update(&state, part, UInt64(part.count))
      }
    }
    var bytes = [UInt8](repeating: 0, count: Digest.byteCount)
    crypto_hash_sha256_final(&state, &bytes)
    return Digest(bytes: bytes)
  }
}

/// Reads the files of a pack's folder. Names that begin with a dot are passed over.
struct FolderWalk {
  let root: String
  let name: String
  private(set) var files: [PackFiles.File] = []
  private(set) var findings: [Finding] = []
  private var bytesTotal = 0
  private var isFull = false

  init(root: String) {
    self.root = root
    name = root.split(separator: "/").last.map(String.init) ?? root
    walk(path: "", depth: 0)
  }

  /// The names in a folder, sorted byte by byte; nil where it cannot be read.
  static func names(in folder: String) -> [String]? {
    guard let stream = opendir(folder) else { return nil }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) {
          String(cString: $0)
        }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private mutating func report(
    _ kind: FindingKind, _ path: String, _ facts: [String: String] = [:]
  ) {
    findings.append(
      Finding(kind, at: SourcePlace(file: path.isEmpty ? name : "\(name)/\(path)"), facts))
  }

  private mutating func walk(path: String, depth: Int) {
    let folder = path.isEmpty ? root : "\(root)/\(path)"
    guard Self.isFolder(folder), let names = Self.names(in: folder) else {
      report(path.isEmpty ? .folderMissing : .fileUnreadable, path)
      return
    }
    for name in names where !isFull {
      let inner = path.isEmpty ? name : "\(path)/\(name)"
      var status = stat()
      guard lstat("\(root)/\(inner)", &status) == 0 else {
        report(.fileUnreadable, inner)
        continue
      }
      switch status.st_mode & S_IFMT {
      case S_IFDIR where depth < PackLimits.folderDepthMax: walk(path: inner, depth: depth + 1)
      case S_IFDIR: reportUnknown(inner)
      case S_IFREG: read(inner)
      default: report(.fileNotPlain, inner)
      }
    }
  }

  private mutating func reportUnknown(_ path: String) {
    let allowed = PackPart.allCases.map(\.pattern).joined(separator: ", ")
    report(.fileUnknown, path, ["allowed": allowed])
  }

  private mutating func read(_ path: String) {
    guard PackPart(path: path) != nil || PackPart.ignored.contains(path) else {
      reportUnknown(path)
      return
    }
    guard files.count < PackLimits.filesMax else {
      report(.filesTooMany, "", ["max": String(PackLimits.filesMax)])
      isFull = true
      return
    }
    guard let bytes = Self.bytes(of: "\(root)/\(path)") else {
      report(.fileUnreadable, path)
      return
    }
    if bytes.count > PackLimits.fileBytesMax {
      report(.fileTooLarge, path, ["max": String(PackLimits.fileBytesMax)])
      return
    }
    bytesTotal += bytes.count
    if bytesTotal > PackLimits.packBytesMax {
      report(.filesTooLarge, "", ["max": String(PackLimits.packBytesMax)])
      isFull = true
      return
    }
    files.append(PackFiles.File(path: path, bytes: bytes))
  }

  /// At most one byte more than a file may have, by which a larger one shows.
  private static func bytes(of path: String) -> [UInt8]? {
    guard let stream = fopen(path, "rb") else { return nil }
    defer { fclose(stream) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= PackLimits.fileBytesMax {
      let count = fread(&chunk, 1, chunk.count, stream)
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    return ferror(stream) == 0 ? bytes : nil
  }
}
