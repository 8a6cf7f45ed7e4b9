/// Numbers from a seed, the same on every machine and with every version of the language.
package struct DemonstrationRandom: Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  /// Numbers of their own for one part of a whole: `stream` names the part, `index` its member.
  package init(seed: UInt64, stream: UInt64, index: UInt64 = 0) {
    state = Self.mixed(Self.mixed(seed &+ stream &* 0xA076_1D64_78BD_642F) &+ index)
  }

  /// SplitMix64.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mixed(state)
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// 0 up to but not including 1.
  package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Evenly within a range.
  package mutating func double(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + unit() * (range.upperBound - range.lowerBound)
  }

  mutating func int(in range: Range<Int>) -> Int {
    range.lowerBound + Int((UInt64(range.count)).multipliedFullWidth(by: next()).high)
  }

  mutating func int(in range: ClosedRange<Int>) -> Int {
    int(in: range.lowerBound..<range.upperBound + 1)
  }

  /// Whether something of this probability happens.
  package mutating func chance(_ probability: Double) -> Bool { unit() < probability }

  /// Wants at least one element.
  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[int(in: 0..<elements.count)]
  }

  /// One place of a list of weights, drawn by weight; the sum must be positive.
  mutating func place(weighted weights: [Double]) -> Int {
    var left = unit() * weights.reduce(0, +)
    for (place, weight) in weights.enumerated() {
      left -= weight
      if left < 0 { return place }
    }
    return weights.lastIndex { $0 > 0 } ?? 0
  }

  mutating func shuffle<Element>(_ elements: inout [Element]) {
    for place in elements.indices.dropFirst().reversed() {
      elements.swapAt(place, int(in: 0...place))
    }
  }
}
