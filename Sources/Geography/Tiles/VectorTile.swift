/// One value of a feature of a map tile.
package enum TileValue: Hashable, Sendable {
  case text(String)
  case number(Double)
}

/// One shape of a map tile with what is known of it; its points lie on the tile's plane.
package struct TileFeature: Sendable {
  /// Where it lies, in one of the three forms that tiles know.
  package enum Shape: Sendable {
    case point(TilePoint)
    case lines([[TilePoint]])
    /// Faces, each its outer ring and then its holes, without closing points.
    case faces([[[TilePoint]]])
  }

  package let shape: Shape
  package let attributes: [(name: String, value: TileValue)]

  package init(shape: Shape, attributes: [(name: String, value: TileValue)]) {
    self.shape = shape
    self.attributes = attributes
  }
}

/// Writes map tiles as the Mapbox Vector Tile specification 2.1 has them (protocol buffers).
package struct VectorTile: Sendable {
  private var bytes: [UInt8] = []

  package init() {}

  /// The tile, whole.
  package var encoded: [UInt8] { bytes }

  /// Adds one layer; a layer without a feature that is larger than a dot is left out.
  package mutating func add(layer name: String, _ features: [TileFeature]) {
    var layer = ProtocolBuffer()
    var tables = Tables()
    layer.add(LayerField.name, Array(name.utf8))
    var count = 0
    for feature in features {
      var geometry = TileCommands()
      let type = geometry.add(feature.shape)
      guard !geometry.commands.isEmpty else { continue }
      var message = ProtocolBuffer()
      message.add(FeatureField.tags, packed: feature.attributes.flatMap { tables.tags($0) })
      message.add(FeatureField.type, UInt64(type.rawValue))
      message.add(FeatureField.geometry, packed: geometry.commands)
      layer.add(LayerField.features, message.bytes)
      count += 1
    }
    guard count > 0 else { return }
    for key in tables.keys { layer.add(LayerField.keys, Array(key.utf8)) }
    for value in tables.values { layer.add(LayerField.values, Self.message(value)) }
    layer.add(LayerField.extent, UInt64(TileAddress.extent))
    layer.add(LayerField.version, 2)
    var tile = ProtocolBuffer()
    tile.add(3, layer.bytes)
    bytes += tile.bytes
  }

  private static func message(_ value: TileValue) -> [UInt8] {
    var message = ProtocolBuffer()
    switch value {
    case .text(let text): message.add(1, Array(text.utf8))
    case .number(let number): message.add(3, double: number)
    }
    return message.bytes
  }

  /// Numbers of the fields, by the specification.
  private enum LayerField {
    static let name = 1, features = 2, keys = 3, values = 4, extent = 5, version = 15
  }

  private enum FeatureField {
    static let tags = 2, type = 3, geometry = 4
  }

  /// Names and values stand once in a layer; features point to them.
  private struct Tables {
    private(set) var keys: [String] = []
    private(set) var values: [TileValue] = []
    private var keyPlaces: [String: UInt32] = [:]
    private var valuePlaces: [TileValue: UInt32] = [:]

    mutating func tags(_ attribute: (name: String, value: TileValue)) -> [UInt32] {
      let key = keyPlaces[attribute.name] ?? UInt32(keys.count)
      if key == keys.count { keys.append(attribute.name) }
      keyPlaces[attribute.name] = key
      let value = valuePlaces[attribute.value] ?? UInt32(values.count)
      if value == values.count { values.append(attribute.value) }
      valuePlaces[attribute.value] = value
      return [key, value]
    }
  }
}

/// The drawing commands of one feature: a cursor that moves from point to point.
struct TileCommands {
  enum ShapeType: Int {
    case point = 1
    case line = 2
    case face = 3
  }

  private(set) var commands: [UInt32] = []
  private var x: Int32 = 0
  private var y: Int32 = 0

  mutating func add(_ shape: TileFeature.Shape) -> ShapeType {
    switch shape {
    case .point(let point):
      move(to: Self.rounded([point]))
      return .point
    case .lines(let lines):
      for line in lines {
        let points = Self.rounded(line)
        guard points.count > 1 else { continue }
        move(to: Array(points.prefix(1)))
        draw(points.dropFirst())
      }
      return .line
    case .faces(let faces):
      for face in faces { add(face) }
      return .face
    }
  }

  /// The outer ring runs clockwise on the screen, holes the other way. A face without area is left
  /// out with its holes.
  private mutating func add(_ face: [[TilePoint]]) {
    for (index, ring) in face.enumerated() {
      var points = Self.rounded(ring)
      if let first = points.first, points.count > 1, points[points.count - 1] == first {
        points.removeLast()
      }
      let area = Self.doubleArea(points)
      guard points.count > 2, area != 0 else {
        if index == 0 { return }
        continue
      }
      if (area > 0) != (index == 0) { points.reverse() }
      move(to: Array(points.prefix(1)))
      draw(points.dropFirst())
      commands.append(Self.command(7, count: 1))
    }
  }

  private mutating func move(to points: [Whole]) {
    commands.append(Self.command(1, count: points.count))
    for point in points { step(to: point) }
  }

  private mutating func draw(_ points: ArraySlice<Whole>) {
    commands.append(Self.command(2, count: points.count))
    for point in points { step(to: point) }
  }

  private mutating func step(to point: Whole) {
    commands.append(Self.zigzag(point.x - x))
    commands.append(Self.zigzag(point.y - y))
    (x, y) = (point.x, point.y)
  }

  struct Whole: Equatable {
    let x: Int32
    let y: Int32
  }

  /// Points of the tile's grid; the same point twice in a row is one.
  private static func rounded(_ points: [TilePoint]) -> [Whole] {
    var whole: [Whole] = []
    whole.reserveCapacity(points.count)
    for point in points {
      let next = Whole(x: Int32(point.x.rounded()), y: Int32(point.y.rounded()))
      if whole.last != next { whole.append(next) }
    }
    return whole
  }

  private static func doubleArea(_ ring: [Whole]) -> Int64 {
    guard var last = ring.last else { return 0 }
    var sum: Int64 = 0
    for point in ring {
      sum += Int64(last.x) * Int64(point.y) - Int64(point.x) * Int64(last.y)
      last = point
    }
    return sum
  }

  private static func command(_ id: UInt32, count: Int) -> UInt32 { id | UInt32(count) << 3 }

  private static func zigzag(_ value: Int32) -> UInt32 {
    UInt32(bitPattern: (value << 1) ^ (value >> 31))
  }
}

/// The few forms of protocol buffers that tiles are made of.
struct ProtocolBuffer {
  private(set) var bytes: [UInt8] = []

  private enum Wire: UInt64 {
    case number = 0
    case eightBytes = 1
    case counted = 2
  }

  mutating func add(_ field: Int, _ value: UInt64) {
    tag(field, .number)
    append(value)
  }

  mutating func add(_ field: Int, double value: Double) {
    tag(field, .eightBytes)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func add(_ field: Int, _ content: [UInt8]) {
    tag(field, .counted)
    append(UInt64(content.count))
    bytes += content
  }

  /// Nothing at all where there are no values.
  mutating func add(_ field: Int, packed values: [UInt32]) {
    guard !values.isEmpty else { return }
    var packed = ProtocolBuffer()
    for value in values { packed.append(UInt64(value)) }
    add(field, packed.bytes)
  }

  private mutating func tag(_ field: Int, _ wire: Wire) {
    append(UInt64(field) << 3 | wire.rawValue)
  }

  private mutating func append(_ value: UInt64) {
    var rest = value
    while rest > 0x7F {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }
}
