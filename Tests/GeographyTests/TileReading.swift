import Geography

/// A tile as a map client reads it, written from the specification and apart from our writer.
struct ReadTile {
  struct Feature {
    var type = 0
    /// Parts in grid units: points, lines, or rings without their closing points.
    var parts: [[(x: Int, y: Int)]] = []
    var attributes: [String: TileValue] = [:]
  }

  struct Layer {
    var name = ""
    var version: UInt64 = 0
    var extent: UInt64 = 0
    var features: [Feature] = []
  }

  var layers: [Layer] = []

  /// nil for bytes that are no tile.
  init?(_ bytes: [UInt8]) {
    guard let fields = Self.fields(bytes[...]) else { return nil }
    for field in fields {
      guard field.number == 3, let layer = Self.layer(field.content) else { return nil }
      layers.append(layer)
    }
  }

  subscript(_ name: String) -> Layer? { layers.first { $0.name == name } }

  private struct Field {
    let number: UInt64
    /// Of fields with a length; of eight bytes these.
    let content: ArraySlice<UInt8>
    let value: UInt64
  }

  private static func number(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = bytes.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
    }
    return nil
  }

  private static func fields(_ given: ArraySlice<UInt8>) -> [Field]? {
    var bytes = given
    var found: [Field] = []
    while !bytes.isEmpty {
      guard let key = number(&bytes) else { return nil }
      switch key & 7 {
      case 0:
        guard let value = number(&bytes) else { return nil }
        found.append(Field(number: key >> 3, content: [], value: value))
      case 1:
        guard bytes.count >= 8 else { return nil }
        found.append(Field(number: key >> 3, content: bytes.prefix(8), value: 0))
        bytes = bytes.dropFirst(8)
      case 2:
        guard let count = number(&bytes), bytes.count >= Int(count) else { return nil }
        found.append(Field(number: key >> 3, content: bytes.prefix(Int(count)), value: 0))
        bytes = bytes.dropFirst(Int(count))
      default: return nil
      }
    }
    return found
  }

  private static func numbers(_ given: ArraySlice<UInt8>) -> [UInt64]? {
    var bytes = given
    var found: [UInt64] = []
    while !bytes.isEmpty {
      guard let value = number(&bytes) else { return nil }
      found.append(value)
    }
    return found
  }

  private static func layer(_ bytes: ArraySlice<UInt8>) -> Layer? {
    guard let fields = fields(bytes) else { return nil }
    var layer = Layer()
    var keys: [String] = []
    var values: [TileValue] = []
    for field in fields {
      switch field.number {
      case 1: layer.name = String(decoding: field.content, as: UTF8.self)
      case 3: keys.append(String(decoding: field.content, as: UTF8.self))
      case 4:
        guard let value = value(field.content) else { return nil }
        values.append(value)
      case 5: layer.extent = field.value
      case 15: layer.version = field.value
      default: break
      }
    }
    for field in fields where field.number == 2 {
      guard let feature = feature(field.content, keys, values) else { return nil }
      layer.features.append(feature)
    }
    return layer
  }

  private static func value(_ bytes: ArraySlice<UInt8>) -> TileValue? {
    guard let field = fields(bytes)?.first else { return nil }
    switch field.number {
    case 1: return .text(String(decoding: field.content, as: UTF8.self))
    case 3:
      let bits = field.content.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return .number(Double(bitPattern: bits))
    default: return nil
    }
  }

  private static func feature(
    _ bytes: ArraySlice<UInt8>, _ keys: [String], _ values: [TileValue]
  ) -> Feature? {
    guard let fields = fields(bytes) else { return nil }
    var feature = Feature()
    for field in fields {
      switch field.number {
      case 2:
        guard let tags = numbers(field.content), tags.count.isMultiple(of: 2) else { return nil }
        for place in stride(from: 0, to: tags.count, by: 2) {
          guard keys.indices.contains(Int(tags[place])),
            values.indices.contains(Int(tags[place + 1]))
          else { return nil }
          feature.attributes[keys[Int(tags[place])]] = values[Int(tags[place + 1])]
        }
      case 3: feature.type = Int(field.value)
      case 4:
        guard let commands = numbers(field.content), let parts = parts(commands) else { return nil }
        feature.parts = parts
      default: break
      }
    }
    return feature
  }

  private static func parts(_ commands: [UInt64]) -> [[(x: Int, y: Int)]]? {
    var parts: [[(x: Int, y: Int)]] = []
    var (x, y) = (0, 0)
    var rest = commands[...]
    while let command = rest.popFirst() {
      switch command & 7 {
      case 1, 2:
        for _ in 0..<(command >> 3) {
          guard let right = rest.popFirst(), let down = rest.popFirst() else { return nil }
          x += Int(bitPattern: UInt(right >> 1)) ^ -Int(right & 1)
          y += Int(bitPattern: UInt(down >> 1)) ^ -Int(down & 1)
          if command & 7 == 1 {
            parts.append([(x, y)])
          } else {
            parts[parts.count - 1].append((x, y))
          }
        }
      case 7: break
      default: return nil
      }
    }
    return parts
  }
}
