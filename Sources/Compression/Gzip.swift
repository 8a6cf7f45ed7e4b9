import CZlib
import Synchronization

/// Why compressed bytes were not read. `detail` numbers are zlib's own, for operators.
package enum GzipFault: Error, Equatable, Sendable {
  /// Not gzip, or damaged: a checksum or a length does not agree.
  case damaged
  /// The bytes end before the stream does.
  case cutShort
  /// More came out than the caller allows; a small file can hold a very large one.
  case tooLong(bytesMax: Int)
  /// The file cannot be opened or read. `errorNumber` is the system's.
  case unreadable(errorNumber: Int32)

  /// Clients switch on this. Once released it never changes.
  package var code: String {
    switch self {
    case .damaged: "gzip.damaged"
    case .cutShort: "gzip.cut_short"
    case .tooLong: "gzip.too_long"
    case .unreadable: "gzip.unreadable"
    }
  }
}

/// Compresses whole buffers in the gzip format.
package enum Gzip {
  /// Quick, and within a few percent of the tightest for JSON.
  package static let levelDefault: Int32 = 4
  /// Compressors kept for the next caller: each holds about 256 KB.
  private static let spareMax = 4

  // A deflater is used by one caller at a time: it is taken out of `spares` and put back.
  private final class Deflater: @unchecked Sendable {
    var stream = z_stream()
    let level: Int32

    init?(level: Int32) {
      self.level = level
      guard civicloop_deflate_init(&stream, level) == Z_OK else { return nil }
    }

    deinit { deflateEnd(&stream) }
  }

  private static let spares = Mutex<[Deflater]>([])

  /// `bytes` as one gzip member, or nil when there is no memory for it or it is beyond 1 GiB.
  package static func compress(_ bytes: [UInt8], level: Int32 = levelDefault) -> [UInt8]? {
    guard bytes.count <= 1 << 30 else { return nil }
    let spare = spares.withLock { list in
      list.lastIndex { $0.level == level }.map { list.remove(at: $0) }
    }
    guard let deflater = spare ?? Deflater(level: level) else { return nil }
    defer {
      deflateReset(&deflater.stream)
      spares.withLock { list in
        if list.count < spareMax { list.append(deflater) }
      }
    }
    let bound = Int(deflateBound(&deflater.stream, UInt(bytes.count)))
    return bytes.withUnsafeBufferPointer { input in
      var finished = false
      let output = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
        deflater.stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        deflater.stream.avail_in = UInt32(input.count)
        deflater.stream.next_out = buffer.baseAddress
        deflater.stream.avail_out = UInt32(bound)
        finished = deflate(&deflater.stream, Z_FINISH) == Z_STREAM_END
        count = bound - Int(deflater.stream.avail_out)
      }
      return finished ? output : nil
    }
  }

  /// Everything in `bytes`, uncompressed.
  ///
  /// - Throws: `GzipFault`; `.tooLong` beyond `bytesMax`.
  package static func inflate(_ bytes: [UInt8], bytesMax: Int) throws(GzipFault) -> [UInt8] {
    let inflater = GzipInflater(bytesMax: bytesMax)
    var output: [UInt8] = []
    try inflater.feed(bytes) { output.append(contentsOf: $0) }
    try inflater.finish()
    return output
  }
}

/// Uncompresses a gzip stream that arrives in pieces; several members after each other are one
/// stream, as the format says. One owner at a time.
package final class GzipInflater {
  private static let pieceBytes = 65_536

  private var stream = z_stream()
  private let bytesMax: Int
  private var produced = 0
  private var isReady: Bool
  private var insideMember = false
  private var sawMember = false
  private var piece = [UInt8](repeating: 0, count: pieceBytes)

  /// - Parameter bytesMax: how many bytes may come out in all.
  package init(bytesMax: Int) {
    self.bytesMax = bytesMax
    isReady = civicloop_inflate_init(&stream) == Z_OK
  }

  deinit { inflateEnd(&stream) }

  /// Takes the next compressed bytes and hands on what they hold, piece by piece.
  ///
  /// - Throws: `.damaged` or `.tooLong`; nothing may be fed afterwards.
  package func feed(
    _ bytes: [UInt8], _ emit: (UnsafeBufferPointer<UInt8>) -> Void
  ) throws(GzipFault) {
    try feed(bytes[...], emit)
  }

  /// Takes the next compressed bytes and hands on what they hold, piece by piece.
  ///
  /// - Throws: `.damaged` or `.tooLong`; nothing may be fed afterwards.
  package func feed(
    _ bytes: ArraySlice<UInt8>, _ emit: (UnsafeBufferPointer<UInt8>) -> Void
  ) throws(GzipFault) {
    guard isReady else { throw .damaged }
    do {
      try bytes.withUnsafeBufferPointer { input in
        Result { () throws(GzipFault) in try inflateAll(input, emit) }
      }.get()
    } catch {
      isReady = false
      throw error
    }
  }

  /// Says that no more bytes come.
  ///
  /// - Throws: `.cutShort` when the stream is not at an end, or nothing came at all.
  package func finish() throws(GzipFault) {
    guard sawMember, !insideMember else { throw .cutShort }
  }

  private func inflateAll(
    _ input: UnsafeBufferPointer<UInt8>, _ emit: (UnsafeBufferPointer<UInt8>) -> Void
  ) throws(GzipFault) {
    stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
    stream.avail_in = UInt32(input.count)
    var hasMore = input.count > 0
    while hasMore {
      insideMember = true
      sawMember = true
      let status = piece.withUnsafeMutableBufferPointer { buffer in
        stream.next_out = buffer.baseAddress
        stream.avail_out = UInt32(buffer.count)
        return CZlib.inflate(&stream, Z_NO_FLUSH)
      }
      guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
        throw .damaged
      }
      let count = Self.pieceBytes - Int(stream.avail_out)
      produced += count
      guard produced <= bytesMax else { throw .tooLong(bytesMax: bytesMax) }
      piece.withUnsafeBufferPointer { emit(UnsafeBufferPointer(rebasing: $0[..<count])) }
      if status == Z_STREAM_END {
        insideMember = false
        inflateReset(&stream)
        hasMore = stream.avail_in > 0
      } else {
        hasMore = stream.avail_in > 0 || stream.avail_out == 0
      }
    }
  }
}
