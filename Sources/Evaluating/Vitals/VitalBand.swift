package import City
package import Pack

/// What is normal for a vital in a place at a time, and where each grade begins.
package struct VitalBand: Hashable, Sendable {
  /// So many earlier periods are looked at, …
  package static let roundsMax = 12
  /// … and so many must have a number before anything is called usual.
  package static let roundsLeast = 4
  /// A usual deviation is at least this share of what is usual: below it nobody would look.
  package static let deviationShareLeast = 0.02
  /// Scales the median of absolute deviations to the deviation of a normal distribution.
  static let normalScale = 1.482_6

  /// What is usual; nil while nothing is known.
  package let usual: Double?
  /// The usual deviation from it.
  package let deviation: Double?
  /// Where each grade begins, mild to grave: the nearer of the fixed and the learned limit.
  package let edges: [VitalLimit]

  /// - Parameter earlier: what the vital came to in comparable earlier periods.
  package init(vital: Vital, earlier: [Double], per: Double?) {
    var usual: Double?
    var deviation: Double?
    if earlier.count >= Self.roundsLeast {
      let middle = Self.median(earlier)
      let apart = Self.median(earlier.map { abs($0 - middle) }) * Self.normalScale
      // A count of chance events varies by its root, and by one at least, however calm the past.
      let one = vital.chanceUnit(per: per)
      let chance = vital.isCount ? (max(abs(middle), one) * one).squareRoot() : 0
      usual = middle
      deviation = max(apart, chance, abs(middle) * Self.deviationShareLeast)
    }
    self.usual = usual
    self.deviation = deviation
    let sign: Double = vital.worse == .above ? 1 : -1
    edges = Grade.allCases.reversed().compactMap { grade in
      let fixed = vital.limits.first { $0.grade == grade }?.beyond
      let learned: Double? = vital.learned.first { $0.grade == grade }.flatMap { limit in
        guard let usual, let deviation, deviation > 0 else { return nil }
        return usual + sign * limit.beyond * deviation
      }
      let nearest = [fixed, learned].compactMap { $0 }.min { $0 * sign < $1 * sign }
      return nearest.map { VitalLimit(grade: grade, beyond: $0) }
    }
  }

  /// The grade that a value has reached; nil = normal.
  package func grade(of value: Double, worse: RuleSide) -> Grade? {
    edges.last { worse == .above ? value > $0.beyond : value < $0.beyond }?.grade
  }

  /// The middle of values; of an even number the mean of the middle two.
  package static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let half = sorted.count / 2
    guard sorted.count.isMultiple(of: 2) else { return sorted[half] }
    return (sorted[half - 1] + sorted[half]) / 2
  }
}

extension Vital {
  /// Whether it counts events, as it stands or per day.
  var isCount: Bool {
    switch count {
    case .cases(let cases): cases.take == .one && (per == nil || per == .days)
    case .alarms: per == nil || per == .days
    case .observations, .things, .gradings, .series, .days: false
    }
  }

  /// What one event adds to the number.
  func chanceUnit(per: Double?) -> Double { abs(scale) / (per ?? 1) }
}

/// A vital in a place over a period, with its band and grade.
package struct VitalState: Hashable, Sendable {
  package let vital: Int
  package let place: Int
  package let period: Period
  package let reading: VitalReading
  package let band: VitalBand
  /// nil = normal, or not measurable.
  package let grade: Grade?
  /// What it came to in the period before.
  package let before: Double?
}

extension VitalBook {
  /// A vital over a period, held against earlier periods of the same length.
  ///
  /// - Parameter holidays: days (since 1970, local) on which nobody works: of single hours and days,
  ///   such a day is held against such days and Sundays.
  package func state(
    vital index: Int, place: Int, period: Period, holidays: Set<Int> = []
  ) -> VitalState {
    let vital = vitals[index]
    let reading = reading(vital: index, place: place, period: period)
    var earlier: [Double] = []
    if !vital.learned.isEmpty {
      for past in comparable(period, holidays)
      where isKnown(vital, past) && isSameGround(place, past, period) {
        if let value = self.reading(vital: index, place: place, period: past).value {
          earlier.append(value)
        }
      }
    }
    var per: Double?
    if case .value(let value) = reading { per = value.per }
    let band = VitalBand(vital: vital, earlier: earlier, per: per)
    let before = period.earlier(1)
    return VitalState(
      vital: index, place: place, period: period, reading: reading, band: band,
      grade: reading.value.flatMap { band.grade(of: $0, worse: vital.worse) },
      before: isKnown(vital, before) && isSameGround(place, before, period)
        ? self.reading(vital: index, place: place, period: before).value : nil)
  }

  /// Whether all of a period lies within what is known.
  package func isKnown(_ vital: Vital, _ period: Period) -> Bool {
    switch vital.count {
    case .cases: casesFrom.map { $0 <= period.from } ?? false
    case .observations, .alarms: observationsFrom.map { $0 <= period.from } ?? false
    case .series(let wanted): seriesFrom[wanted.series].map { $0 <= period.from } ?? false
    case .things, .gradings, .days: true
    }
  }

  /// Earlier periods like this one: up to a day, the same hours of the same kind of day in weeks
  /// before; above, the equally long periods before it.
  func comparable(_ period: Period, _ holidays: Set<Int>) -> [Period] {
    guard period.milliseconds <= Duration.day else {
      return (1...VitalBand.roundsMax).map { period.earlier($0) }
    }
    let day = localDay(period.from)
    let isHoliday = holidays.contains(day)
    var found: [Period] = []
    for back in 1...(VitalBand.roundsMax * 7) where found.count < VitalBand.roundsMax {
      let other = day - back
      let fits =
        isHoliday
        ? holidays.contains(other) || CivilDate(daysSinceEpoch: other).weekday == 7
        : back.isMultiple(of: 7) && !holidays.contains(other)
      if fits { found.append(period.shifted(byMilliseconds: -Int64(back) * Duration.day)) }
    }
    return found
  }

  private func localDay(_ instant: Instant) -> Int {
    let local = instant.milliseconds + offsetMilliseconds
    return Int(local >= 0 ? local / Duration.day : (local - Duration.day + 1) / Duration.day)
  }
}
