package import City

/// What one case comes to, in a few numbers: a row of a `CaseBook`. Codes are places in its lists.
package struct CaseRow: Hashable, Sendable {
  /// Stands where a case has none: no item, no area, no unit, no verdict.
  package static let none: Int32 = -1
  /// Stands for a moment that has not come.
  package static let never = Int64.min

  package let id: Int64
  package let numberDay: Int32
  package let numberSerial: Int32
  package let longitude: Double
  package let latitude: Double
  /// Moments in milliseconds.
  package let filedAt: Int64
  package internal(set) var dispatchedAt = Self.never
  package internal(set) var contactedAt = Self.never
  /// When the latest order was opened, and reported back.
  package internal(set) var orderedAt = Self.never
  package internal(set) var reportedAt = Self.never
  package internal(set) var closedAt = Self.never
  /// When a reporter judged it last.
  package internal(set) var judgedAt = Self.never
  package internal(set) var due = Self.never
  package internal(set) var item = Self.none
  package internal(set) var area = Self.none
  package internal(set) var unit = Self.none
  /// The unit that had it last, also while nobody has it.
  package internal(set) var lastUnit = Self.none
  package internal(set) var handler = Self.none
  package internal(set) var verdict = Self.none
  /// Weight of the item in thousandths.
  package internal(set) var weight: Int32 = 1_000
  package internal(set) var signals: Int32 = 1
  package internal(set) var reworks: Int32 = 0
  package internal(set) var returns: Int32 = 0
  /// Judgements of its reporters; of them the content ones, and those that say it is solved.
  package internal(set) var judgements: Int16 = 0
  package internal(set) var content: Int16 = 0
  package internal(set) var solved: Int16 = 0
  /// Whether the unit that had it last gave it back, and nobody has it since.
  var isGivenBack = false
  /// Whether a unit got it again that had given it back: it was its own after all.
  package internal(set) var isReturnedWrongly = false
  /// Whether somebody said that it is unreasonable or beyond duty, and whether another one found so.
  package internal(set) var isDoubted = false
  package internal(set) var isUpheld = false
  package let channel: UInt8
  package internal(set) var grade: UInt8

  package var isClosed: Bool { closedAt != Self.never }
  /// Its place is not on the map where this is false.
  package var hasPosition: Bool { longitude.isFinite }

  /// The earliest contact counts.
  mutating func contact(at moment: Instant) {
    if contactedAt == Self.never || moment.milliseconds < contactedAt {
      contactedAt = moment.milliseconds
    }
  }

  /// Reported back, or closed, by the deadline; a case without one is in time. What counts is the
  /// report, since how long checking takes is not the unit's doing.
  package var isInTime: Bool {
    guard due != Self.never else { return true }
    return (reportedAt != Self.never ? reportedAt : closedAt) <= due
  }

  /// From the latest order to the close; 0 where either is missing.
  package var handlingMilliseconds: Int64 {
    orderedAt != Self.never && isClosed ? max(0, closedAt - orderedAt) : 0
  }

  /// From the first dispatch to the first contact; nil where either is missing.
  package var contactMilliseconds: Int64? {
    dispatchedAt != Self.never && contactedAt != Self.never
      ? max(0, contactedAt - dispatchedAt) : nil
  }

  package var number: CaseNumber {
    CaseNumber(date: CivilDate(daysSinceEpoch: Int(numberDay)), serial: Int(numberSerial))
  }
}

/// Gives each value of a kind a small number, from 0 in the order in which they come.
package struct NumberedList<Value: Hashable & Sendable>: Sendable {
  package private(set) var values: [Value] = []
  private var numbers: [Value: Int32] = [:]

  package init(_ values: [Value] = []) {
    for value in values { _ = number(of: value) }
  }

  /// The number of a value, new where it never came before.
  package mutating func number(of value: Value) -> Int32 {
    if let number = numbers[value] { return number }
    let number = Int32(values.count)
    values.append(value)
    numbers[value] = number
    return number
  }

  /// nil where the value never came.
  package func find(_ value: Value) -> Int32? { numbers[value] }

  /// The value of a number that was given; nil for `CaseRow.none`.
  package subscript(number: Int32) -> Value? {
    number >= 0 && Int(number) < values.count ? values[Int(number)] : nil
  }
}
