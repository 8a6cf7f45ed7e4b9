import Discovering
import Ports

/// The running state of all shards at one place of the log, as bytes.
///
/// Words of eight bytes, lowest first: format, position, how many shards; then for each its length
/// in bytes, and those.
struct FollowerState {
  private static let format: UInt64 = 1

  let position: LogPosition
  let shards: [[UInt8]]

  init(position: LogPosition, shards: [[UInt8]]) {
    self.position = position
    self.shards = shards
  }

  /// nil for what was not written by `bytes`.
  init?(_ bytes: [UInt8]) {
    var offset = 0
    func word() -> Int? {
      guard offset + 8 <= bytes.count else { return nil }
      defer { offset += 8 }
      return bytes.withUnsafeBytes {
        let word = $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        return Int(exactly: UInt64(littleEndian: word))
      }
    }
    guard word() == Int(Self.format), let position = word(), let count = word(),
      count <= bytes.count
    else { return nil }
    var shards: [[UInt8]] = []
    for _ in 0..<count {
      guard let length = word(), length <= bytes.count - offset else { return nil }
      shards.append(Array(bytes[offset..<offset + length]))
      offset += length
    }
    guard offset == bytes.count else { return nil }
    self.init(position: LogPosition(Int64(position)), shards: shards)
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(24 + shards.reduce(0) { $0 + $1.count + 8 })
    func add(_ word: UInt64) {
      withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
    }
    add(Self.format)
    add(UInt64(position.rawValue))
    add(UInt64(shards.count))
    for shard in shards {
      add(UInt64(shard.count))
      bytes.append(contentsOf: shard)
    }
    return bytes
  }
}
