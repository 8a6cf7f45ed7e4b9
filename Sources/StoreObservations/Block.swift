import CZlib

/// What an hour, a day or any other part of a series comes to.
struct Total: Equatable, Sendable {
  var count: Int
  /// Milliseconds since 1970 of the first and last observation.
  var first: Int64
  var at: Int64
  var least: Double
  var greatest: Double
  var sum: Double
  var last: Double

  /// One observation.
  init(at: Int64, value: Double) {
    self.init(
      count: 1, first: at, at: at, least: value, greatest: value, sum: value, last: value)
  }

  init(
    count: Int, first: Int64, at: Int64, least: Double, greatest: Double, sum: Double, last: Double
  ) {
    self.count = count
    self.first = first
    self.at = at
    self.least = least
    self.greatest = greatest
    self.sum = sum
    self.last = last
  }

  /// One observation that is later than all before it.
  @inline(__always)
  mutating func addNext(at time: Int64, value: Double) {
    count += 1
    at = time
    least = min(least, value)
    greatest = max(greatest, value)
    sum += value
    last = value
  }

  mutating func add(_ other: Total) {
    count += other.count
    first = min(first, other.first)
    least = min(least, other.least)
    greatest = max(greatest, other.greatest)
    sum += other.sum
    guard other.at >= at else { return }
    at = other.at
    last = other.last
  }
}

/// Stored bytes that are not what was written.
struct BlockDamage: Error, Equatable {}

/// Observations of one stream in time order, each time once: the unit of sealing.
struct Points: Equatable, Sendable {
  /// Milliseconds since 1970.
  var times: [Int64] = []
  var values: [Double] = []

  /// The points of both; where both have a time, those of `self` stand.
  func merged(with later: Points) -> Points {
    var merged = Points()
    merged.times.reserveCapacity(times.count + later.times.count)
    merged.values.reserveCapacity(times.count + later.times.count)
    var mine = 0
    var other = 0
    while mine < times.count || other < later.times.count {
      let takesMine =
        other == later.times.count || (mine < times.count && times[mine] <= later.times[other])
      if takesMine {
        if other < later.times.count, times[mine] == later.times[other] { other += 1 }
        merged.times.append(times[mine])
        merged.values.append(values[mine])
        mine += 1
      } else {
        merged.times.append(later.times[other])
        merged.values.append(later.values[other])
        other += 1
      }
    }
    return merged
  }

  /// The points that `earlier` has no time of.
  func without(_ earlier: Points) -> Points {
    let known = Set(earlier.times)
    var rest = Points()
    for index in times.indices where !known.contains(times[index]) {
      rest.times.append(times[index])
      rest.values.append(values[index])
    }
    return rest
  }

  /// Those at some places.
  func slice(_ places: Range<Int>) -> Points {
    if places == times.indices { return self }
    return Points(times: Array(times[places]), values: Array(values[places]))
  }

  /// nil where there are none.
  var total: Total? {
    guard let first = times.first else { return nil }
    var total = Total(at: first, value: values[0])
    for index in 1..<max(times.count, 1) {
      total.add(Total(at: times[index], value: values[index]))
    }
    return total
  }
}

/// A stream's observations of one hour or one day as bytes. The layout stands in `docs/history.md`.
enum Block {
  /// One observation a millisecond of an hour.
  static let pointsMax = 3_600_000
  static let hour: Int64 = 3_600_000
  private static let version: UInt8 = 1
  private static let headerBytes = 5

  /// - Parameter points: at least one, all within the hour or day that begins at `start`.
  static func encode(_ points: Points, start: Int64) -> [UInt8] {
    var writer = BitWriter()
    guard let total = points.total else { return [] }
    writer.putNumber(UInt64(total.count))
    writer.putNumber(UInt64(total.first - start))
    writer.putNumber(UInt64(total.at - total.first))
    let scaled = ValueColumn.scaled(points.values)
    writer.put(UInt64(scaled?.places ?? ValueColumn.bitwise), 3)
    if let scaled {
      writeSummary(scaled.numbers, into: &writer)
    } else {
      for value in [total.least, total.greatest, total.sum, total.last] {
        writer.putWord(value.bitPattern)
      }
    }
    IntegerColumn.write(differences(points.times), into: &writer)
    if let scaled {
      IntegerColumn.write(scaled.numbers, into: &writer)
    } else {
      ValueColumn.writeBits(points.values, into: &writer)
    }
    return framed(writer.finish())
  }

  private static func writeSummary(_ numbers: [Int64], into writer: inout BitWriter) {
    guard let least = numbers.min(), let greatest = numbers.max(), let last = numbers.last else {
      return
    }
    writer.putSigned(least)
    writer.putNumber(UInt64(greatest - least))
    writer.putNumber(UInt64(last - least))
    writer.putNumber(UInt64(numbers.reduce(0) { $0 + ($1 - least) }))
  }

  private static func differences(_ times: [Int64]) -> [Int64] {
    times.indices.dropFirst().map { times[$0] - times[$0 - 1] }
  }

  /// What the block comes to, without reading its columns.
  /// - Parameter span: milliseconds of the hour or day.
  static func total(
    of bytes: UnsafeBufferPointer<UInt8>, start: Int64, span: Int64 = hour
  ) throws(BlockDamage) -> Total {
    var reader = BitReader(try content(of: bytes))
    let (total, _) = try header(&reader, start, span)
    return total
  }

  /// - Parameter span: milliseconds of the hour or day.
  static func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, start: Int64, span: Int64 = hour
  ) throws(BlockDamage) -> Points {
    var reader = BitReader(try content(of: bytes))
    let (total, places) = try header(&reader, start, span)
    var points = Points()
    var numbers: [Int64] = []
    IntegerColumn.read(total.count - 1, from: &reader, into: &numbers)
    guard numbers.count == total.count - 1, numbers.allSatisfy({ $0 > 0 && $0 < span }) else {
      throw BlockDamage()
    }
    var time = total.first
    points.times = [Int64](unsafeUninitializedCapacity: total.count) { times, count in
      times[0] = time
      for (index, step) in numbers.enumerated() {
        time &+= step
        times[index + 1] = time
      }
      count = total.count
    }
    if places == ValueColumn.bitwise {
      points.values.reserveCapacity(total.count)
      ValueColumn.readBits(total.count, from: &reader, into: &points.values)
    } else {
      numbers.removeAll(keepingCapacity: true)
      IntegerColumn.read(total.count, from: &reader, into: &numbers)
      points.values = ValueColumn.unscaled(numbers, places)
    }
    guard points.values.count == total.count, !reader.ranOut, time == total.at else {
      throw BlockDamage()
    }
    return points
  }

  private static func header(
    _ reader: inout BitReader, _ start: Int64, _ span: Int64
  ) throws(BlockDamage) -> (total: Total, places: Int) {
    let count = reader.getNumber()
    let first = reader.getNumber()
    let length = reader.getNumber()
    guard !reader.ranOut, (1...UInt64(pointsMax)).contains(count), first < UInt64(span),
      length < UInt64(span), first + length < UInt64(span), count <= length + 1
    else { throw BlockDamage() }
    let places = Int(reader.get(3))
    var total = Total(at: start + Int64(first), value: 0)
    total.count = Int(count)
    total.at = total.first + Int64(length)
    if places == ValueColumn.bitwise {
      total.least = Double(bitPattern: reader.getWord())
      total.greatest = Double(bitPattern: reader.getWord())
      total.sum = Double(bitPattern: reader.getWord())
      total.last = Double(bitPattern: reader.getWord())
    } else {
      let least = reader.getSigned()
      let greatest = least &+ Int64(truncatingIfNeeded: reader.getNumber())
      let last = least &+ Int64(truncatingIfNeeded: reader.getNumber())
      let sum = Int64(truncatingIfNeeded: reader.getNumber()) &+ least &* Int64(count)
      total.least = ValueColumn.unscaled(least, places)
      total.greatest = ValueColumn.unscaled(greatest, places)
      total.last = ValueColumn.unscaled(last, places)
      total.sum = ValueColumn.unscaled(sum, places)
    }
    guard !reader.ranOut else { throw BlockDamage() }
    return (total, places)
  }

  /// Puts checksum and version before the content.
  static func framed(_ content: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [0, 0, 0, 0, version]
    bytes.append(contentsOf: content)
    let sum = bytes[4...].withUnsafeBufferPointer { Checksum.of($0) }
    for index in 0..<4 { bytes[index] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * index)) }
    return bytes
  }

  /// - Throws: where checksum or version is another.
  static func content(
    of bytes: UnsafeBufferPointer<UInt8>
  ) throws(BlockDamage) -> UnsafeBufferPointer<UInt8> {
    guard bytes.count > headerBytes, bytes[4] == version else { throw BlockDamage() }
    let stored = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[$1]) << UInt32(8 * $1) }
    guard Checksum.of(UnsafeBufferPointer(rebasing: bytes[4...])) == stored else {
      throw BlockDamage()
    }
    return UnsafeBufferPointer(rebasing: bytes[headerBytes...])
  }
}

/// CRC-32 as gzip uses it.
enum Checksum {
  static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    UInt32(truncatingIfNeeded: crc32_z(0, bytes.baseAddress, bytes.count))
  }
}
