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
    let end = min(end, bytes.count)
    return shardOf.withUnsafeBufferPointer { shardOf in
      while cursor.place < end {
        if let line = cursor.repeatedTime(), line.device < shardOf.count {
          let shard = shardOf[line.device] == 0 ? first : second
          shard.append(UInt32(truncatingIfNeeded: line.device), line.time, line.value)
          continue
        }
        let line = cursor.place
        guard let time = cursor.whole(endedBy: 0x2C), let device = cursor.whole(endedBy: 0x2C),
          let value = cursor.decimal(), device < shardOf.count
        else { return line }
        cursor.remember(time &* 1_000, from: line)
        let shard = shardOf[Int(device)] == 0 ? first : second
        shard.append(UInt32(truncatingIfNeeded: device), time &* 1_000, value)
      }
      return nil
    }
  }
}
