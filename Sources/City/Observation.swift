/// One measured property of one device (数据流): `level` of gauge 7.
package struct StreamKey: Hashable, Sendable {
  /// The device.
  package let thing: ID<Thing>
  /// Code of a measure of the device's kind.
  package let measure: String

  package init(thing: ID<Thing>, measure: String) {
    self.thing = thing
    self.measure = measure
  }
}

/// Stands for a stream wherever there are many: dense, from 0 in the order of registration, never
/// given twice, the same after every restart.
package struct StreamNumber: Hashable, Sendable, Comparable {
  package let rawValue: UInt32

  package init(_ rawValue: UInt32) {
    self.rawValue = rawValue
  }

  package static func < (left: Self, right: Self) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// One value of one stream at one time (观测), in the unit that its measure declares.
package struct Observation: Hashable, Sendable {
  package let stream: StreamNumber
  /// When it was measured, by the device's word.
  package let at: Instant
  /// Finite; states and doors are 0 and 1.
  package let value: Double

  package init(stream: StreamNumber, at: Instant, value: Double) {
    self.stream = stream
    self.at = at
    self.value = value
  }
}
