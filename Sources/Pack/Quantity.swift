package import City

/// Something that is counted or measured (量), from which vitals and scores are made.
///
/// Every quantity adds up over areas, units and time, except where it says otherwise, so that any
/// period of any place follows from hours or days of the smallest places.
package enum Quantity: Hashable, Sendable {
  case cases(CaseQuantity)
  case observations(ObservationQuantity)
  case alarms(AlarmQuantity)
  /// How many things there are.
  case things(ThingQuantity)
  /// How many things a risk model grades so.
  case gradings(GradingQuantity)
  /// Values of an imported series.
  case series(SeriesQuantity)
  /// The days of the period itself.
  case days
}

/// What is counted of an imported series.
package struct SeriesQuantity: Hashable, Sendable {
  /// What each value adds.
  package enum Take: String, CaseIterable, Sendable {
    /// Itself; divided by `count` it is the mean.
    case values
    case count
  }
  /// Name under which it is imported.
  package let series: String
  package let take: Take

  package init(series: String, take: Take) {
    self.series = series
    self.take = take
  }
}

/// What is counted of cases.
package struct CaseQuantity: Hashable, Sendable {
  /// When a case counts, and so in which period.
  package enum Moment: String, CaseIterable, Sendable {
    case filed
    /// Dispatched to a unit for the first time.
    case dispatched
    /// Taken up by a unit for the first time: 先行联系.
    case contacted
    case closed
    /// Judged by a reporter for the last time: 评价、回访.
    case judged
    /// Not closed yet at the end of the period.
    case open
    /// Open at the end of the period, with the deadline passed.
    case overdue
  }
  /// What each case adds.
  package enum Take: String, CaseIterable, Sendable {
    case one
    /// The weight of its item, in thousandths.
    case weight
    /// From the last dispatch to the close, by the clock.
    case handlingHours
    /// From the first dispatch to the first contact, by the clock.
    case contactMinutes
    case reworks, returns, signals
    /// What reporters say of it: all, those that are content, those that say it is solved.
    case judgements, content, solved
  }
  package var moment: Moment
  package var take: Take
  /// Any of these; every empty list and nil does not narrow.
  package var items: [String] = []
  /// Categories, with all below them.
  package var categories: [String] = []
  package var channels: [Channel] = []
  package var grades: [Grade] = []
  package var verdicts: [Verdict] = []
  /// Reported back by the deadline, or without one.
  package var isInTime: Bool?
  package var isReworked: Bool?
  package var isReturned: Bool?
  /// Given back by a unit that then got it again.
  package var isReturnedWrongly: Bool?
  /// Somebody said that it is unreasonable or beyond duty; another one found so.
  package var isDoubted: Bool?
  package var isUpheld: Bool?
  /// Reported by more than one signal.
  package var isRepeated: Bool?
  package var isUnclassified: Bool?
  /// First contact within so many minutes of the dispatch.
  package var contactWithinMinutes: Int?

  package init(moment: Moment, take: Take = .one) {
    self.moment = moment
    self.take = take
  }
}

/// What is counted of the observations of one measure of one kind of device.
package struct ObservationQuantity: Hashable, Sendable {
  /// What each hour of a device adds.
  package enum Take: String, CaseIterable, Sendable {
    /// Hourly means, added up; divided by `hours` it is the mean over devices and time.
    case means
    /// Hours of devices in which anything was measured.
    case hours
    /// Hours of devices in which `limit` was passed.
    case hoursBeyond
    /// Hours in which the devices there are should have measured.
    case hoursDue
    /// The greatest value of all; does not add up, it is the greatest of the parts.
    case greatest
  }
  package let kind: String
  package let measure: String
  package let take: Take
  /// For `hoursBeyond`: strictly beyond this, on that side.
  package let limit: Double
  package let side: RuleSide

  package init(
    kind: String, measure: String, take: Take, limit: Double = 0, side: RuleSide = .above
  ) {
    self.kind = kind
    self.measure = measure
    self.take = take
    self.limit = limit
    self.side = side
  }
}

/// Which things are counted.
package struct ThingQuantity: Hashable, Sendable {
  /// Codes of kinds; empty = of all kinds.
  package let kinds: [String]
  /// What their fields must hold, all of them; empty does not narrow. Only `field` is asked.
  package let conditions: [RiskCondition]

  package init(kinds: [String], conditions: [RiskCondition] = []) {
    self.kinds = kinds
    self.conditions = conditions
  }
}

/// Which gradings are counted, as they hold at the end of the period.
package struct GradingQuantity: Hashable, Sendable {
  /// Code of a risk model.
  package let model: String
  /// Any of these; empty = all.
  package let grades: [Grade]

  package init(model: String, grades: [Grade]) {
    self.model = model
    self.grades = grades
  }
}

/// What is counted of alarms.
package struct AlarmQuantity: Hashable, Sendable {
  /// When an alarm counts.
  package enum Moment: String, CaseIterable, Sendable {
    case opened
    /// Not cleared at the end of the period.
    case open
    /// Opened, and a case said what it was.
    case judged
  }
  package let moment: Moment
  /// Codes of rules; empty = all.
  package let rules: [String]
  package let grades: [Grade]
  package let verdicts: [AlarmVerdict]

  package init(
    moment: Moment, rules: [String] = [], grades: [Grade] = [], verdicts: [AlarmVerdict] = []
  ) {
    self.moment = moment
    self.rules = rules
    self.grades = grades
    self.verdicts = verdicts
  }
}

/// How a quantity's parts come together.
package enum QuantityMerge: Hashable, Sendable {
  /// Parts add up over places and time.
  case sum
  /// Changes add up from the beginning: it is a stock, looked at where the period ends.
  case stock
  /// The greatest of all parts.
  case greatest
}

extension Quantity {
  /// How its parts come together.
  package var merge: QuantityMerge {
    switch self {
    case .cases(let cases): cases.moment == .open || cases.moment == .overdue ? .stock : .sum
    case .alarms(let alarms): alarms.moment == .open ? .stock : .sum
    case .observations(let observations): observations.take == .greatest ? .greatest : .sum
    case .things, .gradings: .stock
    case .days, .series: .sum
    }
  }

  /// Whether it is counted from cases.
  package var isOfCases: Bool {
    if case .cases = self { true } else { false }
  }

  /// Whether it comes of an imported series.
  package var imported: SeriesQuantity? {
    if case .series(let quantity) = self { quantity } else { nil }
  }

  /// Whether it comes of devices, which may fall silent.
  package var observed: ObservationQuantity? {
    if case .observations(let quantity) = self { quantity } else { nil }
  }
}
