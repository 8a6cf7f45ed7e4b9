package import City
package import Evaluating
package import Pack
import Ports

// What speaks for warnings now, area by area.
extension VitalDesk {
  /// Hours and days that forecasts are learned from.
  static let forecastHours = 60 * 24
  static let forecastDays = 400

  /// What the conditions of a kind find, by area; areas without a finding are left out. Call
  /// `refresh` (or `follow`, where no vital of observations is asked) before.
  package func findings(_ kind: WarningKind) -> [ID<Area>: WarningFinding] {
    findings(kind, at: engine.time.now, isNow: true)
  }

  /// - Parameter isNow: whether the alarms count as they stand, or as they stood at the moment.
  func findings(
    _ kind: WarningKind, at now: Instant, isNow: Bool
  ) -> [ID<Area>: WarningFinding] {
    var found: [ID<Area>: WarningFinding] = [:]
    guard !kind.conditions.isEmpty else { return found }
    for area in engine.directory.areas.values where area.level == kind.level {
      var gravest: WarningFinding?
      for condition in kind.conditions where condition.grade.rank > gravest?.grade.rank ?? 0 {
        let finding = self.finding(condition, in: area, at: now, isNow: isNow)
        gravest = WarningFinding.graver(gravest, finding)
      }
      found[area.id] = gravest
    }
    return found
  }

  private func finding(
    _ condition: WarningCondition, in area: Area, at now: Instant, isNow: Bool
  ) -> WarningFinding? {
    switch condition.test {
    case .alarms(let rules, let from, let least):
      let count = alarms.values.count { alarm in
        rules.contains(alarm.rule) && alarm.area.lies(in: area.id)
          && (isNow
            ? alarm.state.clearedAt == nil && alarm.state.grade.rank >= from.rank
            : stood(alarm, from, at: now))
      }
      guard count >= least else { return nil }
      return WarningFinding(
        grade: condition.grade, source: .alarms,
        why: WarningSentence.text(
          condition.say, ["count": String(count), "area": area.name]))
    case .vital(let code, let from):
      guard let (index, place) = vital(code, area.id) else { return nil }
      let vital = book.vitals[index]
      let state = state(index, place, current(vital, at: now))
      guard let grade = state.grade, grade.rank >= from.rank, let value = state.reading.value
      else { return nil }
      return WarningFinding(
        grade: condition.grade, source: .vital,
        why: WarningSentence.text(
          condition.say,
          [
            "name": vital.name, "value": NumberText.fixed(value, vital.decimals),
            "unit": vital.unit, "area": area.name,
          ]))
    case .forecast(let code, let from, let steps):
      guard let (index, place) = vital(code, area.id) else { return nil }
      return expected(index, place, from, steps, condition, area, at: now)
    }
  }

  /// The first step ahead at which a vital is expected to reach a grade.
  private func expected(
    _ index: Int, _ place: Int, _ from: Grade, _ steps: Int, _ condition: WarningCondition,
    _ area: Area, at now: Instant
  ) -> WarningFinding? {
    let vital = book.vitals[index]
    for ahead in 1...steps {
      guard let step = outlook(index, place, ahead: ahead, at: now),
        let grade = step.grade, grade.rank >= from.rank
      else { continue }
      func text(_ value: Double) -> String { NumberText.fixed(value, vital.decimals) }
      var finding = WarningFinding(
        grade: condition.grade, source: .forecast,
        why: WarningSentence.text(
          condition.say,
          [
            "name": vital.name, "value": text(step.forecast.value), "unit": vital.unit,
            "low": text(step.forecast.low), "high": text(step.forecast.high),
            "steps": String(ahead), "area": area.name,
          ]))
      finding.expectedAt = max(step.period.from, now)
      return finding
    }
    return nil
  }

  /// Whether an alarm was open at a moment and had reached a grade by then.
  private func stood(_ alarm: Alarm, _ from: Grade, at now: Instant) -> Bool {
    guard let reached = alarmPeaks[alarm.id]?.firstAt(from), reached <= now else { return false }
    return alarm.state.clearedAt.map { $0 > now } ?? true
  }

  private func vital(_ code: String, _ area: ID<Area>) -> (index: Int, place: Int)? {
    guard let index = book.vitals.firstIndex(where: { $0.code == code }),
      let place = places.number(of: .area(area))
    else { return nil }
    return (index, place)
  }

  /// What a vital is expected to come to, so many of its hours or days after the last full one; nil
  /// where too little is known.
  package func outlook(
    _ index: Int, _ place: Int, ahead: Int, at now: Instant
  ) -> VitalOutlook? {
    let vital = book.vitals[index]
    let last = current(vital, at: now)
    let count = vital.cadence == .hour ? Self.forecastHours : Self.forecastDays
    var values: [Double?] = []
    var days: [Int] = []
    for back in (0..<count).reversed() {
      let step = last.earlier(back)
      guard book.isKnown(vital, step) else { continue }
      values.append(book.reading(vital: index, place: place, period: step).value)
      days.append(engine.civilDate(of: step.from).daysSinceEpoch)
    }
    let seasons = vital.cadence == .hour ? [24, 168] : [7]
    let holidays = self.holidays
    let forecast = VitalForecast(values: values, seasons: seasons, ahead: ahead) { number in
      guard number < days.count else {
        let target = last.earlier(-(number - days.count + 1))
        return holidays.contains(engine.civilDate(of: target.from).daysSinceEpoch)
      }
      return holidays.contains(days[number])
    }
    guard let forecast else { return nil }
    let target = last.earlier(-ahead)
    let band = state(index, place, target).band
    return VitalOutlook(
      ahead: ahead, period: target, forecast: forecast,
      grade: band.grade(of: forecast.value, worse: vital.worse))
  }
}

/// What a vital is expected to come to in one of its next hours or days.
package struct VitalOutlook: Sendable {
  package let ahead: Int
  package let period: Period
  package let forecast: VitalForecast
  /// The grade that the expected value would have; nil = normal.
  package let grade: Grade?
}
