import CSQLite
import Glibc

/// A file system for the writing connection: what one commit adds to the write-ahead log goes to
/// the system in one call, or a few of a large one (`GatheredLog.bytesMax`), not in two for every page.
///
/// Only the log is wrapped; every other file is SQLite's own. What is held back is never more than
/// an unfinished commit: its last page, and whoever asks for the file's length or content through
/// this connection, lets all of it go out. Other connections read no frame before the commit that
/// holds it has ended.
enum LogGathering {
  /// The name to open a connection with; nil where the file system could not be made.
  static let name: String? = {
    guard let system = sqlite3_vfs_find(nil) else { return nil }
    let own = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    own.initialize(to: system.pointee)
    own.pointee.zName = UnsafePointer(strdup("civicloop-gathering"))
    own.pointee.szOsFile = Int32(GatheredLog.headBytes) + system.pointee.szOsFile
    own.pointee.xOpen = { _, path, file, flags, outFlags in
      guard let system = sqlite3_vfs_find(nil), let file else { return SQLITE_CANTOPEN }
      guard flags & SQLITE_OPEN_WAL != 0 else {
        return system.pointee.xOpen(system, path, file, flags, outFlags)
      }
      let inner = GatheredLog.inner(file)
      let code = system.pointee.xOpen(system, path, inner, flags, outFlags)
      if code == SQLITE_OK { GatheredLog.begin(file) } else { file.pointee.pMethods = nil }
      return code
    }
    return sqlite3_vfs_register(own, 0) == SQLITE_OK ? "civicloop-gathering" : nil
  }()
}

/// The log of one connection, and what of it was not written yet.
private final class GatheredLog {
  /// The bytes of a file before SQLite's own: its methods and this object.
  static let headBytes = 16
  private static let referenceOffset = 8
  /// Bytes held back before they are written in any case: SQLite takes no more in one call of its own.
  static let bytesMax = 131_071
  /// A frame is this head, then its page; the second word of the head is 0 in all but a commit's last frame.
  static let frameHeadBytes = 24
  private static let commitMark = 4..<8

  private let file: UnsafeMutablePointer<sqlite3_file>
  private let held = UnsafeMutableRawBufferPointer.allocate(byteCount: bytesMax, alignment: 16)
  private var start: Int64 = 0
  private var count = 0
  /// The head of a commit's last frame was written, and its page comes next.
  private var isLastFrame = false

  private init(_ file: UnsafeMutablePointer<sqlite3_file>) { self.file = file }

  deinit { held.deallocate() }

  /// SQLite's own file within one of ours.
  static func inner(_ file: UnsafeMutablePointer<sqlite3_file>) -> UnsafeMutablePointer<
    sqlite3_file
  > {
    (UnsafeMutableRawPointer(file) + headBytes).assumingMemoryBound(to: sqlite3_file.self)
  }

  static func begin(_ file: UnsafeMutablePointer<sqlite3_file>) {
    let log = Unmanaged.passRetained(GatheredLog(inner(file)))
    (UnsafeMutableRawPointer(file) + referenceOffset).storeBytes(
      of: log.toOpaque(), as: UnsafeMutableRawPointer.self)
    file.pointee.pMethods = methods
  }

  private static func reference(_ file: UnsafeMutablePointer<sqlite3_file>?) -> Unmanaged<
    GatheredLog
  > {
    Unmanaged.fromOpaque(
      (UnsafeRawPointer(file!) + referenceOffset).load(as: UnsafeMutableRawPointer.self))
  }

  /// Hands a call on, after what is held back has gone out.
  private static func settled(
    _ file: UnsafeMutablePointer<sqlite3_file>?,
    _ body: (sqlite3_io_methods, UnsafeMutablePointer<sqlite3_file>) -> Int32
  ) -> Int32 {
    let log = reference(file).takeUnretainedValue()
    let code = log.letGo()
    return code == SQLITE_OK ? body(log.file.pointee.pMethods.pointee, log.file) : code
  }

  private func letGo() -> Int32 {
    guard count > 0 else { return SQLITE_OK }
    defer { count = 0 }
    return file.pointee.pMethods.pointee.xWrite(file, held.baseAddress, Int32(count), start)
  }

  private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) -> Int32 {
    if count > 0, offset != start + Int64(count) || count + bytes.count > Self.bytesMax {
      let code = letGo()
      guard code == SQLITE_OK else { return code }
    }
    guard bytes.count <= Self.bytesMax else {
      return file.pointee.pMethods.pointee.xWrite(
        file, bytes.baseAddress, Int32(bytes.count), offset)
    }
    if count == 0 { start = offset }
    UnsafeMutableRawBufferPointer(rebasing: held[count...]).copyMemory(from: bytes)
    count += bytes.count
    if bytes.count == Self.frameHeadBytes {
      isLastFrame = bytes[Self.commitMark].contains { $0 != 0 }
      return SQLITE_OK
    }
    // A page of a commit that goes on waits for the next; anything else goes out.
    guard isLastFrame || offset == 0 else { return SQLITE_OK }
    isLastFrame = false
    return letGo()
  }

  // Never changed once it is made.
  private nonisolated(unsafe) static let methods: UnsafePointer<sqlite3_io_methods> = {
    var calls = sqlite3_io_methods()
    calls.iVersion = 1
    calls.xClose = { file in
      let log = reference(file).takeRetainedValue()
      let code = log.letGo()
      let closed = log.file.pointee.pMethods.pointee.xClose(log.file)
      return code == SQLITE_OK ? closed : code
    }
    calls.xRead = { file, bytes, count, offset in
      settled(file) { $0.xRead($1, bytes, count, offset) }
    }
    calls.xWrite = { file, bytes, count, offset in
      reference(file)._withUnsafeGuaranteedRef {
        $0.write(UnsafeRawBufferPointer(start: bytes, count: Int(count)), at: offset)
      }
    }
    calls.xTruncate = { file, size in settled(file) { $0.xTruncate($1, size) } }
    calls.xSync = { file, flags in settled(file) { $0.xSync($1, flags) } }
    calls.xFileSize = { file, size in settled(file) { $0.xFileSize($1, size) } }
    calls.xLock = { file, level in settled(file) { $0.xLock($1, level) } }
    calls.xUnlock = { file, level in settled(file) { $0.xUnlock($1, level) } }
    calls.xCheckReservedLock = { file, out in settled(file) { $0.xCheckReservedLock($1, out) } }
    calls.xFileControl = { file, code, value in settled(file) { $0.xFileControl($1, code, value) } }
    calls.xSectorSize = { file in settled(file) { $0.xSectorSize($1) } }
    calls.xDeviceCharacteristics = { file in settled(file) { $0.xDeviceCharacteristics($1) } }
    let made = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
    made.initialize(to: calls)
    return UnsafePointer(made)
  }()
}
