import City

/// A geometry as bytes of one column: a form byte, counts as 4 bytes and degrees as 8, little-endian.
enum GeometryCoding {
  private enum Form: UInt8 {
    case point = 1
    case line = 2
    case outline = 3
  }

  static func encode(_ geometry: Geometry) -> [UInt8] {
    var writer = ByteWriter()
    switch geometry {
    case .point(let position):
      writer.bytes.append(Form.point.rawValue)
      writer.append(position)
    case .line(let points):
      writer.bytes.append(Form.line.rawValue)
      writer.append(points)
    case .outline(let outline):
      writer.bytes.append(Form.outline.rawValue)
      writer.append(count: outline.polygons.count)
      for polygon in outline.polygons {
        writer.append(count: polygon.holes.count)
        writer.append(polygon.outer.points)
        for hole in polygon.holes { writer.append(hole.points) }
      }
    }
    return writer.bytes
  }

  /// - Returns: nil for bytes that `encode` did not make.
  static func decode(_ bytes: [UInt8]) -> Geometry? {
    var reader = ByteReader(bytes: bytes)
    switch reader.byte().flatMap(Form.init(rawValue:)) {
    case .point: return reader.position().map { .point($0) }
    case .line: return reader.points().map { .line($0) }
    case .outline:
      guard let count = reader.count() else { return nil }
      var polygons: [Polygon] = []
      for _ in 0..<count {
        guard let holeCount = reader.count(), let outer = reader.points() else { return nil }
        var holes: [Ring] = []
        for _ in 0..<holeCount {
          guard let hole = reader.points() else { return nil }
          holes.append(Ring(points: hole))
        }
        polygons.append(Polygon(outer: Ring(points: outer), holes: holes))
      }
      return .outline(Outline(polygons: polygons))
    case nil: return nil
    }
  }
}

private struct ByteWriter {
  var bytes: [UInt8] = []

  mutating func append(count: Int) {
    withUnsafeBytes(of: UInt32(count).littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func append(_ position: Position) {
    for degrees in [position.longitude, position.latitude] {
      withUnsafeBytes(of: degrees.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
  }

  mutating func append(_ points: [Position]) {
    append(count: points.count)
    for point in points { append(point) }
  }
}

private struct ByteReader {
  let bytes: [UInt8]
  var offset = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func byte() -> UInt8? {
    guard offset < bytes.count else { return nil }
    defer { offset += 1 }
    return bytes[offset]
  }

  private mutating func number<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
    let size = MemoryLayout<Number>.size
    guard offset + size <= bytes.count else { return nil }
    defer { offset += size }
    return bytes.withUnsafeBytes {
      Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
  }

  mutating func count() -> Int? {
    guard let count = number(UInt32.self), Int(count) <= bytes.count else { return nil }
    return Int(count)
  }

  mutating func position() -> Position? {
    guard let longitude = number(UInt64.self), let latitude = number(UInt64.self) else {
      return nil
    }
    return Position(
      longitude: Double(bitPattern: longitude), latitude: Double(bitPattern: latitude))
  }

  mutating func points() -> [Position]? {
    guard let count = count() else { return nil }
    var points: [Position] = []
    points.reserveCapacity(count)
    for _ in 0..<count {
      guard let position = position() else { return nil }
      points.append(position)
    }
    return points
  }
}
