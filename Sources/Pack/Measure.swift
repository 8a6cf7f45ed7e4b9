/// What a device of a kind measures (测项): one stream a device.
package struct Measure: Equatable, Sendable {
  package let code: String
  package let title: String
  /// As people write it, for example `mm`; empty where it has none, as with states.
  package let unit: String
  /// How often a healthy device tells it; 0 = only when something happens.
  package let intervalSeconds: Int
  /// What a working device can measure at all.
  package let range: ClosedRange<Double>
  /// The smallest step that its value takes; 0 = any.
  package let resolution: Double
  /// Unchanged for so long, it is taken to be stuck; nil = staying the same is normal.
  package let stuckAfterSeconds: Int?
  /// A day's mean farther from the median of its kind is taken to be drift, in the unit; nil =
  /// devices of the kind need not agree.
  package let driftLimit: Double?

  package init(
    code: String, title: String, unit: String, intervalSeconds: Int, range: ClosedRange<Double>,
    resolution: Double, stuckAfterSeconds: Int?, driftLimit: Double? = nil
  ) {
    self.code = code
    self.title = title
    self.unit = unit
    self.intervalSeconds = intervalSeconds
    self.range = range
    self.resolution = resolution
    self.stuckAfterSeconds = stuckAfterSeconds
    self.driftLimit = driftLimit
  }
}

extension Kind {
  /// Whether its things are devices, which measure.
  package var isDevice: Bool { !measures.isEmpty }
}
