package import City

/// What a vital comes to in one place over one period.
package enum VitalReading: Hashable, Sendable {
  case value(VitalValue)
  /// There is no number, and this is why.
  case not(Unmeasurable)

  package var value: Double? { if case .value(let value) = self { value.value } else { nil } }
}

/// A vital's number, with what it was made of.
package struct VitalValue: Hashable, Sendable {
  package let value: Double
  package let count: Double
  /// What it was divided by; nil = nothing.
  package let per: Double?
}

/// Why a vital has no number.
package enum Unmeasurable: Hashable, Sendable {
  /// Nothing was measured in the period.
  case noData
  case nothingToDivide
  /// So few that a number would say nothing.
  case tooFew(have: Double, need: Double)
  /// The period begins before anything is known.
  case beforeFirst(Instant)
  /// Devices told less than half of what they should: the share that they told.
  case gap(Double)
  /// No device of the kind is there, or none tells the measure.
  case unknownField(kind: String, measure: String)
  /// There are things of the kind, and not one of them has the field that is asked for.
  case fieldMissing(kind: String, field: String)
  /// The outline of the place became another within the period: its parts speak of different ground.
  case outlineChanged(Instant)
  /// What was measured adds up to no number that can be written.
  case tooLarge

  /// Programs switch on it.
  package var code: String {
    switch self {
    case .noData: "noData"
    case .nothingToDivide: "nothingToDivide"
    case .tooFew: "tooFew"
    case .beforeFirst: "beforeFirst"
    case .gap: "gap"
    case .unknownField: "unknownField"
    case .fieldMissing: "fieldMissing"
    case .outlineChanged: "outlineChanged"
    case .tooLarge: "tooLarge"
    }
  }
}

/// A span of time, from a moment up to, not including, another.
package struct Period: Hashable, Sendable {
  package let from: Instant
  package let to: Instant

  /// - Returns: nil where it would hold no time.
  package init?(from: Instant, to: Instant) {
    guard from < to else { return nil }
    self.from = from
    self.to = to
  }

  package var milliseconds: Int64 { to.millisecondsSince(from) }

  /// The period of the same length that ends so many lengths earlier.
  package func earlier(_ times: Int) -> Period {
    let shift = -Int64(times) * milliseconds
    return shifted(byMilliseconds: shift)
  }

  /// The period of the same length that lies so much later; earlier where negative.
  package func shifted(byMilliseconds shift: Int64) -> Period {
    Period(unchecked: from.advanced(byMilliseconds: shift), to.advanced(byMilliseconds: shift))
  }

  /// Whether a moment lies within.
  package func holds(_ milliseconds: Int64) -> Bool {
    milliseconds >= from.milliseconds && milliseconds < to.milliseconds
  }

  private init(unchecked from: Instant, _ to: Instant) {
    self.from = from
    self.to = to
  }
}
