import City
import Glibc

/// Why a file of the store cannot be used; for operators.
struct DiskFault: Error, Equatable {
  let detail: String

  /// What the system's last call failed with.
  init(_ what: String) {
    detail = "\(what): errno \(errno)"
  }

  init(detail: String) {
    self.detail = detail
  }
}

/// The calls by which the log reaches the disk, so that tests can refuse them.
package struct DiskCalls: Sendable {
  package var write: @Sendable (Int32, UnsafeRawBufferPointer) -> Int
  package var flush: @Sendable (Int32) -> Int32

  /// The system's own.
  package static let system = DiskCalls(
    write: { Glibc.write($0, $1.baseAddress, $1.count) }, flush: { fdatasync($0) })

  package init(
    write: @escaping @Sendable (Int32, UnsafeRawBufferPointer) -> Int,
    flush: @escaping @Sendable (Int32) -> Int32
  ) {
    self.write = write
    self.flush = flush
  }
}

/// One file of the log, named for the position at which it begins.
struct LogSegment: Sendable {
  static let bytesMax = 64 << 20

  let first: Int64
  let path: String
  /// What is flushed of it.
  var bytes = 0

  init(first: Int64, folder: String) {
    self.first = first
    let digits = String(first)
    path = folder + "/" + String(repeating: "0", count: 19 - digits.count) + digits + ".log"
  }

  /// The segments of a folder, oldest first.
  static func all(in folder: String) throws(DiskFault) -> [LogSegment] {
    var segments: [LogSegment] = []
    for name in try Folder.names(folder) where name.hasSuffix(".log") && name.utf8.count == 23 {
      guard let first = Int64(name.dropLast(4)), first >= 0 else { continue }
      var segment = LogSegment(first: first, folder: folder)
      segment.bytes = Folder.size(segment.path)
      segments.append(segment)
    }
    return segments.sorted { $0.first < $1.first }
  }

  /// One frame as it lies in the file.
  struct Frame {
    let header: LogFrame.Header
    let offset: Int
    /// Header and content.
    let bytes: UnsafeBufferPointer<UInt8>

    var isWhole: Bool { LogFrame.isWhole(bytes, header) }

    func read(_ body: (Observation) -> Void) throws(BlockDamage) {
      let content = UnsafeBufferPointer(rebasing: bytes[LogFrame.headerBytes...])
      try LogFrame.read(content, count: header.count, body)
    }
  }

  /// Walks over the frames from an offset on, until `body` says false or no frame follows.
  /// - Returns: where the walk ended.
  @discardableResult
  func walk(from start: Int = 0, _ body: (Frame) -> Bool) throws(DiskFault) -> Int {
    guard start < bytes else { return start }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw DiskFault("\(path) cannot be opened") }
    defer { close(descriptor) }
    guard let base = mmap(nil, bytes, PROT_READ, MAP_SHARED, descriptor, 0), base != MAP_FAILED
    else { throw DiskFault("\(path) cannot be read") }
    defer { munmap(base, bytes) }
    let whole = UnsafeRawBufferPointer(start: base, count: bytes)
    var offset = start
    while let header = LogFrame.header(UnsafeRawBufferPointer(rebasing: whole[offset...])) {
      let end = offset + LogFrame.headerBytes + header.contentBytes
      guard end <= bytes else { break }
      let frame = UnsafeRawBufferPointer(rebasing: whole[offset..<end])
      let isWanted = body(
        Frame(header: header, offset: offset, bytes: frame.bindMemory(to: UInt8.self)))
      if !isWanted { break }
      offset = end
    }
    return offset
  }

  /// Finds where the last whole frame ends. Every frame must follow the one before.
  func soundEnd() throws(DiskFault) -> (bytes: Int, position: Int64, appendedAt: Int64) {
    var position = first
    var appendedAt: Int64 = 0
    let end = try walk { frame in
      guard frame.header.position == position, frame.isWhole else { return false }
      position += Int64(frame.header.count)
      appendedAt = frame.header.appendedAt
      return true
    }
    return (end, position, appendedAt)
  }
}

/// What the store does with folders.
enum Folder {
  private static let copyBytes = 1 << 20

  /// Names of the entries; none where there is no such folder.
  static func names(_ path: String) throws(DiskFault) -> [String] {
    guard let folder = opendir(path) else {
      if errno == ENOENT { return [] }
      throw DiskFault("\(path) cannot be read")
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  static func make(_ path: String) throws(DiskFault) {
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
      throw DiskFault("\(path) cannot be made")
    }
  }

  /// Bytes of a file; 0 where there is none.
  static func size(_ path: String) -> Int {
    var facts = stat()
    return stat(path, &facts) == 0 ? Int(facts.st_size) : 0
  }

  /// Makes names that were added to or taken from a folder durable.
  static func flush(_ path: String) throws(DiskFault) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw DiskFault("\(path) cannot be opened") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw DiskFault("\(path) cannot be flushed") }
  }

  /// Copies the first `bytes` of a file and flushes the copy.
  static func copy(_ source: String, to target: String, bytes: Int) throws(DiskFault) {
    let reading = open(source, O_RDONLY | O_CLOEXEC)
    guard reading >= 0 else { throw DiskFault("\(source) cannot be opened") }
    defer { close(reading) }
    let writing = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard writing >= 0 else { throw DiskFault("\(target) cannot be made") }
    defer { close(writing) }
    let buffer = UnsafeMutableRawPointer.allocate(byteCount: copyBytes, alignment: 16)
    defer { buffer.deallocate() }
    var rest = bytes
    while rest > 0 {
      let count = read(reading, buffer, min(rest, copyBytes))
      guard count > 0 else { throw DiskFault("\(source) cannot be read") }
      var written = 0
      while written < count {
        let piece = write(writing, buffer + written, count - written)
        guard piece > 0 else { throw DiskFault("\(target) cannot be written") }
        written += piece
      }
      rest -= count
    }
    guard fsync(writing) == 0 else { throw DiskFault("\(target) cannot be flushed") }
  }
}
