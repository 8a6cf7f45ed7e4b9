import City
import Ports

/// One appended batch as it lies in the log. The layout stands in `docs/history.md`.
enum LogFrame {
  /// magic, bytes of content, checksum of the rest (4 each), position (8), time of appending (8),
  /// observations (4).
  static let headerBytes = 32
  static let contentBytesMax = 32 * 65_536
  /// No log comes to so many observations.
  static let positionMax: Int64 = 1 << 60
  private static let magic: UInt32 = 0x3146_4C43  // "CLF1"

  struct Header: Equatable {
    let contentBytes: Int
    let checksum: UInt32
    let position: Int64
    let appendedAt: Int64
    let count: Int
  }

  /// Content alone: it needs neither position nor time, so callers make it side by side.
  static func content(_ observations: [Observation]) -> [UInt8] {
    let places = commonPlaces(observations)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(1 + observations.count * 12)
    bytes.append(UInt8(places))
    var stream: Int64 = 0
    var time: Int64 = 0
    for observation in observations {
      put(zigzag(Int64(observation.stream.rawValue) - stream), onto: &bytes)
      put(zigzag(observation.at.milliseconds - time), onto: &bytes)
      stream = Int64(observation.stream.rawValue)
      time = observation.at.milliseconds
      if places < ValueColumn.bitwise, let n = ValueColumn.scaled(observation.value, places) {
        put(zigzag(n), onto: &bytes)
      } else {
        withUnsafeBytes(of: observation.value.bitPattern.littleEndian) {
          bytes.append(contentsOf: $0)
        }
      }
    }
    return bytes
  }

  private static func commonPlaces(_ observations: [Observation]) -> Int {
    var places = 0
    for observation in observations {
      while ValueColumn.scaled(observation.value, places) == nil {
        places += 1
        if places > ValueColumn.placesMax { return ValueColumn.bitwise }
      }
    }
    // A small value may be exact at few places and its neighbour too large at more.
    let fits = observations.allSatisfy { ValueColumn.scaled($0.value, places) != nil }
    return fits ? places : ValueColumn.bitwise
  }

  @inline(__always)
  private static func put(_ value: UInt64, onto bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// The whole frame.
  static func write(
    _ content: [UInt8], count: Int, position: Int64, appendedAt: Int64, onto bytes: inout [UInt8]
  ) {
    let start = bytes.count
    put32(magic, onto: &bytes)
    put32(UInt32(content.count), onto: &bytes)
    put32(0, onto: &bytes)
    withUnsafeBytes(of: position.littleEndian) { bytes.append(contentsOf: $0) }
    withUnsafeBytes(of: appendedAt.littleEndian) { bytes.append(contentsOf: $0) }
    put32(UInt32(count), onto: &bytes)
    bytes.append(contentsOf: content)
    let sum = bytes[(start + 12)...].withUnsafeBufferPointer { Checksum.of($0) }
    for index in 0..<4 {
      bytes[start + 8 + index] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * index))
    }
  }

  private static func put32(_ value: UInt32, onto bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// nil where these 32 bytes begin no frame.
  static func header(_ bytes: UnsafeRawBufferPointer) -> Header? {
    guard bytes.count >= headerBytes,
      UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self)) == magic
    else { return nil }
    let header = Header(
      contentBytes: Int(
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))),
      checksum: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)),
      position: Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 12, as: Int64.self)),
      appendedAt: Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 20, as: Int64.self)),
      count: Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 28, as: UInt32.self))))
    guard (1...contentBytesMax).contains(header.contentBytes),
      (0...positionMax).contains(header.position),
      header.count <= header.contentBytes
    else { return nil }
    return header
  }

  /// - Parameter frame: header and content.
  static func isWhole(_ frame: UnsafeBufferPointer<UInt8>, _ header: Header) -> Bool {
    frame.count == headerBytes + header.contentBytes
      && Checksum.of(UnsafeBufferPointer(rebasing: frame[12...])) == header.checksum
  }

  /// Reads the observations of a frame whose checksum is right.
  static func read(
    _ content: UnsafeBufferPointer<UInt8>, count: Int, _ body: (Observation) -> Void
  ) throws(BlockDamage) {
    guard let first = content.first, first <= UInt8(ValueColumn.bitwise) else {
      throw BlockDamage()
    }
    let places = Int(first)
    var offset = 1
    func number() -> UInt64 {
      var value: UInt64 = 0
      var shift: UInt64 = 0
      while offset < content.count, shift < 64 {
        let byte = content[offset]
        offset += 1
        value |= UInt64(byte & 0x7F) << shift
        if byte & 0x80 == 0 { return value }
        shift += 7
      }
      offset = content.count + 1
      return 0
    }
    var stream: Int64 = 0
    var time: Int64 = 0
    for _ in 0..<count {
      stream &+= unzigzag(number())
      time &+= unzigzag(number())
      let value: Double
      if places < ValueColumn.bitwise {
        value = ValueColumn.unscaled(unzigzag(number()), places)
      } else {
        guard offset + 8 <= content.count else { throw BlockDamage() }
        let bits = UnsafeRawBufferPointer(content).loadUnaligned(
          fromByteOffset: offset, as: UInt64.self)
        value = Double(bitPattern: UInt64(littleEndian: bits))
        offset += 8
      }
      guard offset <= content.count, (0..<Int64(ObservationLimits.streamsMax)).contains(stream),
        ObservationLimits.timeRange.contains(time), value.isFinite
      else { throw BlockDamage() }
      body(
        Observation(
          stream: StreamNumber(UInt32(stream)), at: Instant(milliseconds: time), value: value))
    }
    guard offset == content.count else { throw BlockDamage() }
  }
}
