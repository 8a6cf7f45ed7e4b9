import Compression
package import Pack

/// How far a file was read, of the file as it is stored.
package struct ImportProgress: Equatable, Sendable {
  package let bytesRead: Int
  package let bytesTotal: Int

  package init(bytesRead: Int, bytesTotal: Int) {
    self.bytesRead = bytesRead
    self.bytesTotal = bytesTotal
  }
}

/// The text of a file in UTF-8, piece by piece: inflated where it is gzip, converted where it is
/// GB18030, without its byte order mark.
///
/// It blocks while it reads, and has one owner at a time: it belongs on a thread of its own, not
/// inside a Swift task.
package final class TextStream {
  private static let markBytes = 3
  private let pull: () throws(GzipFault) -> [UInt8]?
  private let place: () -> ImportProgress
  private let decoder: ChineseDecoder?
  private var hasBegun = false
  private var hasEnded = false

  /// Reads a file, plain or gzip as its first bytes say.
  ///
  /// - Throws: `.file(.unreadable)`, or `.encodingUnknown`.
  package convenience init(
    path: String, encoding: TicketProfile.Encoding, limits: ImportLimits
  ) throws(ImportFault) {
    let source: ByteSource
    do throws(GzipFault) {
      source = try ByteSource(path: path, bytesMax: limits.fileBytesMax)
    } catch {
      throw .file(error)
    }
    try self.init(
      encoding: encoding,
      pull: { () throws(GzipFault) in try source.next() },
      place: {
        ImportProgress(bytesRead: source.storedBytesRead, bytesTotal: source.storedBytes)
      })
  }

  /// Reads bytes that are in memory already, in pieces.
  package convenience init(
    bytes: [UInt8], encoding: TicketProfile.Encoding = .utf8, pieceBytes: Int = 65_536
  ) throws(ImportFault) {
    var start = 0
    try self.init(
      encoding: encoding,
      pull: { () throws(GzipFault) in
        guard start < bytes.count else { return nil }
        let end = min(start + pieceBytes, bytes.count)
        defer { start = end }
        return Array(bytes[start..<end])
      },
      place: { ImportProgress(bytesRead: start, bytesTotal: bytes.count) })
  }

  private init(
    encoding: TicketProfile.Encoding, pull: @escaping () throws(GzipFault) -> [UInt8]?,
    place: @escaping () -> ImportProgress
  ) throws(ImportFault) {
    self.pull = pull
    self.place = place
    decoder =
      switch encoding {
      case .utf8: nil
      case .gb18030: try ChineseDecoder()
      }
  }

  /// How far it came.
  package var progress: ImportProgress { place() }

  /// The next piece; nil at the end. A piece may be empty.
  ///
  /// - Throws: `.file`, `.wideText`.
  package func next() throws(ImportFault) -> [UInt8]? {
    guard !hasEnded else { return nil }
    var piece = try stored()
    if !hasBegun {
      piece = try beginning(piece)
      hasBegun = true
    }
    guard let piece else {
      hasEnded = true
      return decoder?.decode([], isLast: true)
    }
    return decoder?.decode(piece, isLast: false) ?? piece
  }

  private func stored() throws(ImportFault) -> [UInt8]? {
    do throws(GzipFault) {
      return try pull()
    } catch {
      throw .file(error)
    }
  }

  /// Reads on until a byte order mark would be seen, and takes it off.
  private func beginning(_ first: [UInt8]?) throws(ImportFault) -> [UInt8]? {
    guard var bytes = first else { return nil }
    while bytes.count < Self.markBytes, let more = try stored() { bytes += more }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { throw .wideText }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(Self.markBytes) }
    return bytes
  }
}
