import CZip

/// The parts of a packed file, read piece by piece.
struct ZipFolder: ~Copyable {
  private static let pieceBytes = 65_536

  private let archive: OpaquePointer
  private let partBytesMax: Int

  init(path: String, partBytesMax: Int) throws(WorkbookFault) {
    var code: Int32 = 0
    guard let archive = zip_open(path, ZIP_RDONLY, &code) else { throw .unreadable }
    self.archive = archive
    self.partBytesMax = partBytesMax
  }

  deinit { zip_discard(archive) }

  /// Unpacks a part and hands its bytes on.
  ///
  /// What comes out is counted: the size that the file states proves nothing.
  /// - Returns: false where there is no such part.
  func read(
    _ part: String, _ take: (UnsafeBufferPointer<UInt8>) throws(WorkbookFault) -> Void
  ) throws(WorkbookFault) -> Bool {
    let index = zip_name_locate(archive, part, 0)
    guard index >= 0 else { return false }
    guard let file = zip_fopen_index(archive, UInt64(index), 0) else { throw .unreadable }
    defer { zip_fclose(file) }
    let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: Self.pieceBytes)
    defer { buffer.deallocate() }
    var total = 0
    while true {
      let count = zip_fread(file, buffer.baseAddress, UInt64(buffer.count))
      guard count >= 0 else { throw .malformed(part) }
      guard count > 0 else { return true }
      total += Int(count)
      guard total <= partBytesMax else { throw .tooLarge(what: part, max: partBytesMax) }
      try take(UnsafeBufferPointer(rebasing: buffer[..<Int(count)]))
    }
  }
}
