import StoreConformance
import Testing

@testable import StoreObservations

@Suite("Blocks come back to the last bit")
struct CodingTests {
  private static let hourStart: Int64 = 1_772_323_200_000

  /// How the values of a stream look.
  enum Shape: String, CaseIterable, Sendable {
    case constant, decimals, state, floats, singles, extremes, zeros

    func value(_ index: Int, _ source: inout SeededSource) -> Double {
      switch self {
      case .constant: 21.5
      case .decimals: Double(source.number(-500...10_000)) / 100
      case .state: source.chance(95) ? 0 : 1
      case .floats: Double(source.number(0...1_000_000_000)) / 7.3
      case .singles: Double(Float(source.number(0...1_000)) / 3)
      case .extremes:
        source.pick([.greatestFiniteMagnitude, -.leastNonzeroMagnitude, 0, 1e40, 1_099_511_627_776])
      case .zeros: source.pick([0.0, -0.0])
      }
    }
  }

  @Test("any shape, any count", arguments: Shape.allCases)
  func shapes(_ shape: Shape) throws {
    var source = SeededSource(seed: 11)
    for count in [1, 2, 3, 59, 60, 61, 700, 3_600] {
      var points = Points()
      var time = Self.hourStart
      for index in 0..<count where time < Self.hourStart + Block.hour {
        points.times.append(time)
        points.values.append(shape.value(index, &source))
        time += Int64(source.number(1...2_000_000 / count))
      }
      let bytes = Block.encode(points, start: Self.hourStart)
      let (got, total) = try bytes.withUnsafeBufferPointer { bytes in
        (
          try Block.decode(bytes, start: Self.hourStart),
          try Block.total(of: bytes, start: Self.hourStart)
        )
      }
      #expect(got.times == points.times)
      #expect(got.values.map(\.bitPattern) == points.values.map(\.bitPattern))
      let expected = try #require(points.total)
      #expect(total.count == expected.count && total.first == expected.first)
      #expect(total.least == expected.least && total.last == expected.last)
      #expect(total.greatest == expected.greatest && total.at == expected.at)
    }
  }

  @Test("no changed or missing byte passes unnoticed, and none traps", arguments: 1...3)
  func damage(_ seed: UInt64) throws {
    var source = SeededSource(seed: seed)
    var points = Points()
    for minute in 0..<60 {
      points.times.append(Self.hourStart + Int64(minute * 60_000 + source.number(0...900)))
      points.values.append(Double(source.number(0...700)) / 10)
    }
    let bytes = Block.encode(points, start: Self.hourStart)
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= UInt8(source.number(1...255))
      #expect(throws: BlockDamage.self) {
        try changed.withUnsafeBufferPointer { try Block.decode($0, start: Self.hourStart) }
      }
      #expect(throws: BlockDamage.self) {
        try Array(bytes[..<index]).withUnsafeBufferPointer {
          try Block.decode($0, start: Self.hourStart)
        }
      }
    }
    // Content that was never written, under a right checksum, ends in an answer or a fault.
    for _ in 0..<2_000 {
      let framed = Block.framed(source.bytes(source.number(1...90)))
      _ = try? framed.withUnsafeBufferPointer { bytes in
        try Block.decode(bytes, start: Self.hourStart)
      }
      _ = try? framed.withUnsafeBufferPointer { bytes in
        try MinuteRollUp.decode(bytes, hourStart: Self.hourStart)
      }
      let content = source.bytes(source.number(1...90))
      let count = source.number(0...20)
      _ = try? content.withUnsafeBufferPointer { try LogFrame.read($0, count: count) { _ in } }
    }
  }

  @Test("the minutes of a long block say what its observations say")
  func minutes() throws {
    var source = SeededSource(seed: 5)
    var points = Points()
    for second in 0..<3_600 where second / 60 % 7 != 3 {
      points.times.append(Self.hourStart + Int64(second) * 1_000)
      points.values.append(Double(source.number(100...900)) / 10)
    }
    let bytes = try #require(MinuteRollUp.encode(points, hourStart: Self.hourStart))
    let got = try bytes.withUnsafeBufferPointer {
      try MinuteRollUp.decode($0, hourStart: Self.hourStart)
    }
    let expected = MinuteRollUp.totals(points)
    #expect(got.map(\.count) == expected.map(\.count))
    #expect(got.map(\.first) == expected.map(\.first))
    #expect(got.map(\.least) == expected.map(\.least))
    #expect(got.map(\.greatest) == expected.map(\.greatest))
    #expect(got.map(\.last) == expected.map(\.last))
    #expect(zip(got, expected).allSatisfy { ($0.sum - $1.sum).magnitude < 1e-6 })
  }

  @Test("numbers of every width pass the columns")
  func columns() {
    var source = SeededSource(seed: 9)
    for width in 0...62 {
      let values = (0..<200).map { _ in
        Int64(bitPattern: source.next() >> UInt64(64 - max(width, 1)))
          * (source.chance(50) ? 1 : -1)
      }
      var writer = BitWriter()
      IntegerColumn.write(values, into: &writer)
      let bytes = writer.finish()
      var got: [Int64] = []
      bytes.withUnsafeBufferPointer {
        var reader = BitReader($0)
        IntegerColumn.read(values.count, from: &reader, into: &got)
      }
      #expect(got == values, "width \(width)")
    }
  }
}
