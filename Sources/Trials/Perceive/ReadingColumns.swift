/// Readings of one shard as columns, in the order of their arrival.
///
/// Sendable by hand: one thread fills it, then, after all have met, one thread empties it.
final class ReadingColumns: @unchecked Sendable {
  let streams: UnsafeMutablePointer<UInt32>
  let times: UnsafeMutablePointer<Int64>
  let values: UnsafeMutablePointer<Double>
  var count = 0

  init(capacity: Int) {
    streams = .allocate(capacity: capacity)
    times = .allocate(capacity: capacity)
    values = .allocate(capacity: capacity)
  }

  deinit {
    streams.deallocate()
    times.deallocate()
    values.deallocate()
  }

  @inline(__always)
  func append(_ stream: UInt32, _ time: Int64, _ value: Double) {
    streams[count] = stream
    times[count] = time
    values[count] = value
    count += 1
  }
}

/// Records of 12 bytes, little-endian: time in seconds (u4), device (u4), value × 100 (i4).
enum BinaryReadings {
  static let recordBytes = 12
  /// Bytes that one thread reads at a time: a whole number of records.
  static let chunkBytes = 32_768 * recordBytes

  /// - Returns: the offset of what is no reading, or nil.
  static func parse(
    _ bytes: UnsafeRawBufferPointer, from start: Int, to end: Int, _ shardOf: [UInt8],
    into shards: [ReadingColumns]
  ) -> Int? {
    var place = start
    let first = shards[0]
    let second = shards[1]
    return shardOf.withUnsafeBufferPointer { shardOf in
      while place < end {
        guard place + recordBytes <= bytes.count else { return place }
        let time = bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)
        let device = bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self)
        let value = bytes.loadUnaligned(fromByteOffset: place + 8, as: Int32.self)
        guard device < shardOf.count else { return place }
        let shard = shardOf[Int(device)] == 0 ? first : second
        shard.append(device, Int64(time) * 1_000, Double(value) / 100)
        place += recordBytes
      }
      return nil
    }
  }
}

/// Lines of `time in seconds,device,value` behind one line of names.
enum LineReadings {
  static let chunkBytes = 1 << 19
  /// The shortest line is `0,0,0` and a line feed.
  static let lineBytesMin = 6

  /// Reads the lines that begin within the span.
  /// - Returns: the offset of what is no reading, or nil.
  static func parse(
    _ bytes: UnsafeRawBufferPointer, from start: Int, to end: Int, _ shardOf: [UInt8],
    into shards: [ReadingColumns]
  ) -> Int? {
    var cursor = LineCursor(bytes, start)
    let first = shards[0]
    let second = shards[1]
    return shardOf.withUnsafeBufferPointer { shardOf in
      while cursor.place < min(end, bytes.count) {
        let line = cursor.place
        guard let time = cursor.whole(endedBy: 0x2C), let device = cursor.whole(endedBy: 0x2C),
          let value = cursor.decimal(), device < shardOf.count
        else { return line }
        let shard = shardOf[Int(device)] == 0 ? first : second
        shard.append(UInt32(truncatingIfNeeded: device), time &* 1_000, value)
      }
      return nil
    }
  }
}

/// Reads numbers of lines, byte by byte.
struct LineCursor {
  private let bytes: UnsafeRawBufferPointer
  private(set) var place: Int

  /// Begins at the first line that begins at `start` or behind it; the first of all is passed over.
  init(_ bytes: UnsafeRawBufferPointer, _ start: Int) {
    self.bytes = bytes
    place = max(start - 1, 0)
    while place < bytes.count && bytes[place] != 0x0A { place += 1 }
    place += 1
  }

  /// Digits up to and including the byte that ends them; 18 at most.
  @inline(__always)
  mutating func whole(endedBy end: UInt8) -> Int64? {
    var number: Int64 = 0
    let start = place
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      let digit = byte &- 0x30
      if digit < 10 {
        number = number &* 10 &+ Int64(digit)
      } else {
        return byte == end && (2...19).contains(place - start) ? number : nil
      }
    }
    return nil
  }

  /// A decimal number up to and including the end of the line. Exact where it has at most 15
  /// digits: one division of two whole numbers that a Double holds.
  @inline(__always)
  mutating func decimal() -> Double? {
    var isNegative = false
    if place < bytes.count, bytes[place] == 0x2D {
      isNegative = true
      place += 1
    }
    var number: Int64 = 0
    var digits = 0
    var decimals = -1
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      let digit = byte &- 0x30
      if digit < 10 {
        number = number &* 10 &+ Int64(digit)
        digits += 1
        if decimals >= 0 { decimals += 1 }
      } else if byte == 0x2E && decimals < 0 {
        decimals = 0
      } else if byte == 0x0D && place < bytes.count && bytes[place] == 0x0A {
        continue
      } else if byte == 0x0A {
        break
      } else {
        return nil
      }
    }
    guard (1...15).contains(digits) else { return nil }
    let value = Double(number) / Self.powers[max(decimals, 0)]
    return isNegative ? -value : value
  }

  private static let powers: InlineArray<16, Double> = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]
}
