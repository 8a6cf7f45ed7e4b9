/// The durable form of a `ClassModel`: numbers side by side, little end first, so that reading it
/// is little more than copying.
///
/// A released version is read for ever; a change of the form raises `version`. Whoever stores the
/// bytes names them by their digest; the sum at their end only tells damage from another form.
package enum ClassModelCoding {
  /// The version that `encode` writes. Version 2 knows no weight of the lead; version 1 was never
  /// kept anywhere.
  package static let version: UInt32 = 3
  private static let versionsRead: ClosedRange<UInt32> = 2...version
  /// Larger files are refused, in bytes.
  package static let bytesMax = 64 << 20
  private static let mark: UInt32 = 0x4D43_4C43

  /// Why bytes are no model that this program reads.
  package enum Fault: Error, Equatable {
    case tooLarge
    /// The bytes do not begin as a model does.
    case notAModel
    case unknownVersion(UInt32)
    /// Cut short, or changed.
    case damaged

    /// Clients switch on this. Once released it never changes.
    package var code: String {
      switch self {
      case .tooLarge: "model.too_large"
      case .notAModel: "model.not_a_model"
      case .unknownVersion: "model.unknown_version"
      case .damaged: "model.damaged"
      }
    }
  }

  /// Equal models give equal bytes.
  package static func encode(_ model: ClassModel) -> [UInt8] { encode(model, version: version) }

  /// - Parameter version: one that is read; what it does not know is left out.
  static func encode(_ model: ClassModel, version: UInt32) -> [UInt8] {
    var writer = NumberWriter()
    writer.add(mark)
    writer.add(version)
    writer.add(UInt32(model.examplesCount))
    writer.add(UInt32(model.labels.count))
    for label in model.labels { writer.add(Array(label.utf8)) }
    let trust = model.trust
    let lead = version < 3 ? [] : [Double(model.features.leadWeight)]
    writer.add([trust.steepness, trust.sureLine] + lead)
    writer.add(trust.offsets)
    writer.add(trust.steps.map(\.raw))
    writer.add(trust.steps.map(\.share))
    writer.add(model.features.table.ordered)
    writer.add(model.features.rarities)
    for group in model.weights.groups { writer.add(group) }
    writer.finish()
    return writer.bytes
  }

  /// Reads what `encode` of this or an earlier version wrote.
  package static func decode(_ bytes: [UInt8]) throws(Fault) -> ClassModel {
    guard bytes.count <= bytesMax else { throw .tooLarge }
    var reader = NumberReader(bytes)
    guard reader.number() == mark else { throw .notAModel }
    guard let version = reader.number() else { throw .notAModel }
    guard versionsRead.contains(version) else { throw .unknownVersion(version) }
    guard reader.sumIsRight else { throw .damaged }
    guard let model = model(&reader, version), reader.isAtEnd else { throw .damaged }
    return model
  }

  private static func model(_ reader: inout NumberReader, _ version: UInt32) -> ClassModel? {
    guard let examples = reader.number(), let count = reader.number(),
      (2...ClassTraining.classesMax).contains(Int(count))
    else { return nil }
    var labels: [String] = []
    for _ in 0..<count {
      guard let bytes = reader.list(of: UInt8.self) else { return nil }
      labels.append(String(decoding: bytes, as: UTF8.self))
    }
    guard let lines = reader.list(of: Double.self), lines.count == (version < 3 ? 2 : 3),
      let offsets = reader.list(of: Double.self), offsets.count == labels.count,
      let raws = reader.list(of: Double.self), let shares = reader.list(of: Double.self),
      raws.count == shares.count, let keys = reader.list(of: UInt64.self),
      let rarities = reader.list(of: Float.self), rarities.count == keys.count
    else { return nil }
    var groups: [[SIMD8<Float>]] = []
    for _ in stride(from: 0, to: labels.count, by: ClassWeights.lanes) {
      guard let group = reader.list(of: SIMD8<Float>.self), group.count == keys.count + 1 else {
        return nil
      }
      groups.append(group)
    }
    let features = ClassFeatures(
      keys: keys, rarities: rarities, leadWeight: version < 3 ? 0 : Float(lines[2]))
    // A key twice would leave a column without its place.
    guard features.table.count == keys.count else { return nil }
    return ClassModel(
      labels: labels, features: features,
      weights: ClassWeights(labelsCount: labels.count, groups: groups),
      trust: ClassTrust(
        steepness: lines[0], offsets: offsets,
        steps: zip(raws, shares).map { ClassTrust.Step(raw: $0, share: $1) }, sureLine: lines[1]),
      examplesCount: Int(examples))
  }
}

/// Writes numbers as they lie in memory, lists behind their count.
private struct NumberWriter {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ number: UInt32) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }

  mutating func add<Element: BitwiseCopyable>(_ list: [Element]) {
    add(UInt32(list.count))
    list.withUnsafeBytes { bytes += $0 }
  }

  /// Adds the sum of all that was written.
  mutating func finish() {
    let sum = ByteSum.of(bytes, count: bytes.count)
    withUnsafeBytes(of: sum.littleEndian) { bytes += $0 }
  }
}

/// Reads what `NumberWriter` wrote; never beyond the end.
private struct NumberReader {
  private let bytes: [UInt8]
  private var place = 0
  private var end: Int { bytes.count - ByteSum.bytesCount }

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  var isAtEnd: Bool { place == end }

  var sumIsRight: Bool {
    guard end >= 0 else { return false }
    let stored = bytes[end...].enumerated().reduce(UInt64(0)) { $0 | UInt64($1.1) << ($1.0 * 8) }
    return stored == ByteSum.of(bytes, count: end)
  }

  mutating func number() -> UInt32? {
    guard place + 4 <= end else { return nil }
    defer { place += 4 }
    return bytes[place..<place + 4].enumerated()
      .reduce(UInt32(0)) { $0 | UInt32($1.1) << ($1.0 * 8) }
  }

  mutating func list<Element: BitwiseCopyable>(of _: Element.Type) -> [Element]? {
    guard let count = number().map(Int.init) else { return nil }
    let size = count * MemoryLayout<Element>.stride
    guard place + size <= end else { return nil }
    defer { place += size }
    return [Element](unsafeUninitializedCapacity: count) { list, filled in
      bytes.withUnsafeBytes { source in
        UnsafeMutableRawBufferPointer(list).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[place..<place + size]))
      }
      filled = count
    }
  }
}

/// A sum over bytes that tells damage (not forgery), eight at a time.
private enum ByteSum {
  static let bytesCount = 8

  static func of(_ bytes: [UInt8], count: Int) -> UInt64 {
    bytes.withUnsafeBytes { bytes in
      var sum: UInt64 = 0xCBF2_9CE4_8422_2325
      var place = 0
      while place + 8 <= count {
        let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self).littleEndian
        sum = (sum ^ word) &* 0x9E37_79B9_7F4A_7C15
        sum ^= sum >> 32
        place += 8
      }
      while place < count {
        sum = (sum ^ UInt64(bytes[place])) &* 0x0000_0100_0000_01B3
        place += 1
      }
      return sum
    }
  }
}
