import Glibc

/// Reads a file piece by piece, plain or gzip: which of the two, its first bytes say.
///
/// One owner at a time; it reads when asked and blocks meanwhile, so it belongs on a thread of
/// its own, not inside a Swift task.
package final class ByteSource {
  private static let pieceBytes = 65_536

  private let descriptor: Int32
  private let bytesMax: Int
  private var inflater: GzipInflater?
  private var produced = 0
  private var isFirst = true
  private var buffer = [UInt8](repeating: 0, count: pieceBytes)

  /// The size of the file as it lies on disk, for showing progress.
  package let storedBytes: Int
  /// How much of the file was read so far, of `storedBytes`.
  package private(set) var storedBytesRead = 0

  /// - Parameter bytesMax: how many bytes may come out in all, uncompressed.
  /// - Throws: `.unreadable` when the file cannot be opened.
  package init(path: String, bytesMax: Int) throws(GzipFault) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    self.bytesMax = bytesMax
    var facts = stat()
    let isOpen = descriptor >= 0 && fstat(descriptor, &facts) == 0
    storedBytes = isOpen ? Int(facts.st_size) : 0
    guard isOpen else { throw .unreadable(errorNumber: errno) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// The next piece of content; nil at the end. A piece may be empty.
  ///
  /// - Throws: `GzipFault`.
  package func next() throws(GzipFault) -> [UInt8]? {
    let count = read(descriptor, &buffer, buffer.count)
    guard count >= 0 else { throw .unreadable(errorNumber: errno) }
    guard count > 0 else {
      try inflater?.finish()
      return nil
    }
    storedBytesRead += count
    if isFirst {
      isFirst = false
      if count >= 2, buffer[0] == 0x1F, buffer[1] == 0x8B {
        inflater = GzipInflater(bytesMax: bytesMax)
      }
    }
    guard let inflater else {
      produced += count
      guard produced <= bytesMax else { throw .tooLong(bytesMax: bytesMax) }
      return Array(buffer[..<count])
    }
    var output: [UInt8] = []
    try inflater.feed(buffer[..<count]) { output.append(contentsOf: $0) }
    return output
  }
}
