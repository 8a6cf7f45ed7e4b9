import City
import Evaluating
import Testing

@Suite("unusual access")
struct UnusualAccessTests {
  /// Midnight of a day in the city's time, eight hours east.
  private static let midnight = Instant(milliseconds: 20_000 * Duration.day - 8 * Duration.hour)

  private static func mark(
    _ hour: Double, staff: Int64 = 1, form: AccessMark.Form = .reveal, foreign: Bool = false
  ) -> AccessMark {
    AccessMark(
      form: form, at: midnight.advanced(byMilliseconds: Int64(hour * Double(Duration.hour))),
      staff: ID(staff), isForeign: foreign)
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let marks: [AccessMark]
    /// Flags with counts, the newest first.
    let found: [String]
  }

  static let rows = [
    Row(testDescription: "nothing", marks: [], found: []),
    Row(testDescription: "by day", marks: [mark(9), mark(14), mark(21.9)], found: []),
    Row(testDescription: "from 22 o'clock", marks: [mark(22)], found: ["night 1"]),
    Row(testDescription: "up to 6 o'clock", marks: [mark(5.99), mark(6)], found: ["night 1"]),
    Row(
      testDescription: "one night is one finding", marks: [mark(23), mark(25), mark(29)],
      found: ["night 3"]),
    Row(
      testDescription: "two nights are two", marks: [mark(2), mark(26)],
      found: ["night 1", "night 1"]),
    Row(
      testDescription: "nine in an hour",
      marks: (0..<9).map { mark(10 + Double($0) / 10) }, found: []),
    Row(
      testDescription: "ten in an hour",
      marks: (0..<10).map { mark(10 + Double($0) / 20) }, found: ["bulk 10"]),
    Row(
      testDescription: "ten over more than an hour",
      marks: (0..<10).map { mark(8 + Double($0) / 2) }, found: []),
    Row(
      testDescription: "a long busy stretch is one finding",
      marks: (0..<40).map { mark(9 + Double($0) / 20) }, found: ["bulk 40"]),
    Row(
      testDescription: "ten of two people",
      marks: (0..<10).map { mark(10 + Double($0) / 20, staff: Int64($0 % 2)) }, found: []),
    Row(
      testDescription: "three lists in an hour",
      marks: [0, 0.2, 0.4].map { mark(10 + $0, form: .export) }, found: ["bulk 3"]),
    Row(
      testDescription: "others' cases", marks: [mark(10, foreign: true), mark(11)],
      found: ["foreign 1"]),
  ]

  @Test("what stands out, and nothing else", arguments: rows)
  func find(_ row: Row) {
    let found = UnusualAccess.find(row.marks, offsetMinutes: 480)
    #expect(found.map { "\($0.flag.rawValue) \($0.count)" } == row.found)
    let backwards = UnusualAccess.find(row.marks.reversed(), offsetMinutes: 480)
    #expect(backwards == found)
  }
}

@Suite("spot checks")
struct SpotCheckTests {
  @Test("the same seed draws the same, another draws others")
  func seeds() {
    let first = SpotCheck.numbers(seed: 7, count: 20, in: 1...10_000)
    #expect(first == SpotCheck.numbers(seed: 7, count: 20, in: 1...10_000))
    #expect(first != SpotCheck.numbers(seed: 8, count: 20, in: 1...10_000))
    #expect(first == first.sorted() && Set(first).count == 20)
    #expect(first.allSatisfy { (1...10_000).contains($0) })
  }

  /// The first draws of SplitMix64 from seed 1234567, which its authors print.
  @Test("numbers are those of the published generator")
  func published() {
    let numbers: [UInt64] = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]
    let expected = numbers.map { Int64($0 % 1_000_000_007) }.sorted()
    #expect(SpotCheck.numbers(seed: 1_234_567, count: 2, in: 0...1_000_000_006) == expected)
  }

  @Test("edges of ranges")
  func edges() {
    #expect(SpotCheck.numbers(seed: 1, count: 5, in: 3...7) == [3, 4, 5, 6, 7])
    #expect(SpotCheck.numbers(seed: 1, count: 99, in: 3...4) == [3, 4])
    #expect(SpotCheck.numbers(seed: 1, count: 0, in: 3...4) == [])
    #expect(SpotCheck.numbers(seed: 1, count: 4, in: 3...7).count == 4)
  }

  @Test("over many seeds every number comes about equally often")
  func even() {
    var counts = [Int](repeating: 0, count: 10)
    for seed in UInt64(0)..<2_000 {
      for number in SpotCheck.numbers(seed: seed, count: 3, in: 0...9) { counts[Int(number)] += 1 }
    }
    // 600 expected each, standard deviation about 20.
    #expect(counts.allSatisfy { (500...700).contains($0) }, "\(counts)")
  }
}
