package import City
package import Pack

/// All vitals of all places: quantities by hour and day, from which any period is read.
package struct VitalBook: Sendable {
  /// Devices must have told this share of what they should, else a number is not stated.
  package static let coverageLeast = 0.5

  package let vitals: [Vital]
  package let places: PlaceTable
  /// How far local time is ahead of UTC.
  package let offsetMilliseconds: Int64
  /// Of each quantity, in the order of `quantities`.
  package let quantities: [Quantity]
  var cells: [QuantityCells]
  /// Places in `quantities` of each vital's `count` and `per`.
  private let counts: [Int]
  private let pers: [Int?]
  /// Of observed vitals: where its hours measured, and hours due, stand.
  private let coverage: [(hours: Int, due: Int)?]
  /// Of vitals that count things by their fields: where all such things, and those without each
  /// field, stand.
  private let fields: [ThingFields?]
  /// Of vitals over imported series: where their values are counted.
  private let valueCounts: [Int?]
  /// When the outlines of places became others, in the order of time.
  private var outlines: [Int: [Instant]] = [:]
  /// When the first case was filed and the first observation made; nil = none yet.
  package private(set) var casesFrom: Instant?
  package private(set) var observationsFrom: Instant?
  /// When the first value of each imported series stands.
  package private(set) var seriesFrom: [String: Instant] = [:]

  /// - Parameter more: quantities to be kept besides those that vitals name.
  package init(
    vitals: [Vital], places: PlaceTable, offsetMilliseconds: Int64, more: [Quantity] = []
  ) {
    self.vitals = vitals
    self.places = places
    self.offsetMilliseconds = offsetMilliseconds
    var list = NumberedList<Quantity>()
    var isHourly: [Bool] = []
    func number(_ quantity: Quantity, _ hourly: Bool) -> Int {
      let number = Int(list.number(of: quantity))
      if number == isHourly.count { isHourly.append(false) }
      if hourly { isHourly[number] = true }
      return number
    }
    var counts: [Int] = []
    var pers: [Int?] = []
    var coverage: [(hours: Int, due: Int)?] = []
    var fields: [ThingFields?] = []
    var valueCounts: [Int?] = []
    for vital in vitals {
      let hourly = vital.cadence == .hour
      counts.append(number(vital.count, hourly))
      pers.append(vital.per.map { number($0, hourly) })
      coverage.append(
        vital.count.observed.map { observed in
          func sibling(_ take: ObservationQuantity.Take) -> Quantity {
            .observations(
              ObservationQuantity(kind: observed.kind, measure: observed.measure, take: take))
          }
          return (number(sibling(.hours), hourly), number(sibling(.hoursDue), hourly))
        })
      fields.append(ThingFields(vital.count) { number($0, hourly) })
      valueCounts.append(
        vital.count.imported.map {
          number(.series(SeriesQuantity(series: $0.series, take: .count)), hourly)
        })
    }
    for quantity in more { _ = number(quantity, false) }
    quantities = list.values
    self.counts = counts
    self.pers = pers
    self.coverage = coverage
    self.fields = fields
    self.valueCounts = valueCounts
    cells = zip(list.values, isHourly).map { quantity, hourly in
      QuantityCells(
        merge: quantity.merge, width: hourly ? Duration.hour : Duration.day, places: places.count)
    }
  }

  /// Adds an amount of a quantity at a moment to places.
  package mutating func add(
    _ amount: Double, quantity: Int, at milliseconds: Int64, places: [Int32]
  ) {
    cells[quantity].add(amount, places: places, bucket: bucket(milliseconds, quantity))
  }

  /// Adds amounts of a quantity, one for every place, at a moment.
  package mutating func add(
    _ amounts: ContiguousArray<Float>, quantity: Int, at milliseconds: Int64
  ) {
    cells[quantity].add(amounts, bucket: bucket(milliseconds, quantity))
  }

  /// Forgets what was measured of a quantity in a period, so that it can be read anew.
  package mutating func clear(quantity: Int, period: Period) {
    cells[quantity].clear(buckets(period, quantity))
  }

  /// Says that a quantity is measured over a period, so that what is the same stands once in memory.
  package mutating func settle(quantity: Int, period: Period) {
    cells[quantity].settle(buckets(period, quantity))
  }

  /// Says that cases, or observations, are known from a moment on.
  package mutating func know(casesFrom: Instant? = nil, observationsFrom: Instant? = nil) {
    if let casesFrom { self.casesFrom = min(self.casesFrom ?? casesFrom, casesFrom) }
    if let observationsFrom {
      self.observationsFrom = min(self.observationsFrom ?? observationsFrom, observationsFrom)
    }
  }

  /// Says that an imported series has a value at a moment.
  package mutating func know(series: String, at: Instant) {
    seriesFrom[series] = min(seriesFrom[series] ?? at, at)
  }

  /// Says that the outline of a place is another from a moment on.
  package mutating func know(outlineOf place: Int, changedAt at: Instant) {
    outlines[place, default: []].append(at)
  }

  /// Whether a place had the same outline in both periods, and between them.
  func isSameGround(_ place: Int, _ earlier: Period, _ later: Period) -> Bool {
    !(outlines[place] ?? []).contains { $0 > earlier.from && $0 < later.to }
  }

  // MARK: Reading

  /// What a vital came to. The period is widened to whole hours or days of its quantities.
  package func reading(vital index: Int, place: Int, period: Period) -> VitalReading {
    if let at = outlines[place]?.last(where: { $0 > period.from && $0 < period.to }) {
      return .not(.outlineChanged(at))
    }
    let reading = known(vital: index, place: place, period: period)
    if case .value(let value) = reading, !value.value.isFinite { return .not(.tooLarge) }
    return reading
  }

  private func known(vital index: Int, place: Int, period: Period) -> VitalReading {
    let vital = vitals[index]
    if case .cases = vital.count {
      guard let casesFrom else { return .not(.noData) }
      if period.to <= casesFrom { return .not(.beforeFirst(casesFrom)) }
    }
    if case .alarms = vital.count {
      // Without a device that speaks, no alarm is no good news.
      guard let observationsFrom else { return .not(.noData) }
      if period.to <= observationsFrom { return .not(.beforeFirst(observationsFrom)) }
    }
    if vital.count.observed != nil, let observationsFrom, period.to <= observationsFrom {
      return .not(.beforeFirst(observationsFrom))
    }
    if let observed = vital.count.observed, let reason = gap(index, observed, place, period) {
      return .not(reason)
    }
    if let imported = vital.count.imported {
      guard let from = seriesFrom[imported.series] else { return .not(.noData) }
      if period.to <= from { return .not(.beforeFirst(from)) }
    }
    // A period without one value is no period in which everything was nothing.
    if let counted = valueCounts[index], amount(counted, place, period) ?? 0 <= 0 {
      return .not(.noData)
    }
    if let reason = fields[index]?.reason({ amount($0, place, period) ?? 0 }) {
      return .not(reason)
    }
    guard let count = count(index, place, period) else { return .not(.noData) }
    guard let perIndex = pers[index] else {
      return .value(VitalValue(value: count * vital.scale, count: count, per: nil))
    }
    guard let per = amount(perIndex, place, period), per != 0 else {
      return .not(.nothingToDivide)
    }
    guard per >= vital.perLeast else { return .not(.tooFew(have: per, need: vital.perLeast)) }
    return .value(VitalValue(value: count / per * vital.scale, count: count, per: per))
  }

  /// What a quantity came to in a place over a period.
  package func amount(_ quantity: Int, _ place: Int, _ period: Period) -> Double? {
    if case .days = quantities[quantity] {
      return Double(period.milliseconds) / Double(Duration.day)
    }
    return cells[quantity].value(place: place, over: buckets(period, quantity))
  }

  /// The vital's count, each day's part by the factor of that day.
  private func count(_ index: Int, _ place: Int, _ period: Period) -> Double? {
    let factors = vitals[index].factors
    guard !factors.isEmpty else { return amount(counts[index], place, period) }
    var sum: Double?
    for (number, factor) in factors.enumerated() {
      let from = max(period.from, start(of: factor.from))
      let next = number + 1 < factors.count ? start(of: factors[number + 1].from) : period.to
      guard let part = Period(from: from, to: min(period.to, next)),
        let amount = amount(counts[index], place, part)
      else { continue }
      sum = (sum ?? 0) + amount * factor.value
    }
    return sum
  }

  private func gap(
    _ index: Int, _ observed: ObservationQuantity, _ place: Int, _ period: Period
  ) -> Unmeasurable? {
    guard let (hours, due) = coverage[index] else { return nil }
    let expected = amount(due, place, period) ?? 0
    let measured = amount(hours, place, period) ?? 0
    if observed.take == .hoursDue || observed.take == .hours { return expected > 0 ? nil : .noData }
    guard expected > 0 else {
      return .unknownField(kind: observed.kind, measure: observed.measure)
    }
    guard measured > 0 else { return .noData }
    return measured / expected < Self.coverageLeast ? .gap(measured / expected) : nil
  }

  private func start(of date: CivilDate) -> Instant {
    Instant(milliseconds: Int64(date.daysSinceEpoch) * Duration.day - offsetMilliseconds)
  }

  // MARK: Buckets

  private func bucket(_ milliseconds: Int64, _ quantity: Int) -> Int {
    Self.floor(milliseconds + offsetMilliseconds, cells[quantity].width)
  }

  private func buckets(_ period: Period, _ quantity: Int) -> Range<Int> {
    let width = cells[quantity].width
    let from = Self.floor(period.from.milliseconds + offsetMilliseconds, width)
    let to = Self.floor(period.to.milliseconds + offsetMilliseconds + width - 1, width)
    return from..<max(from, to)
  }

  private static func floor(_ value: Int64, _ width: Int64) -> Int {
    Int(value >= 0 ? value / width : (value - width + 1) / width)
  }
}
