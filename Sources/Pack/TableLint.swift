package import City

extension PackLint {
  /// Kinds and hours.
  mutating func checkTables() {
    for (index, kind) in pack.kinds.enumerated() {
      var names: Set<String> = []
      for (fieldIndex, field) in kind.fields.enumerated()
      where !names.insert(field.name).inserted {
        report(
          .codeTwice, PackSubject(.kinds, index, .field, fieldIndex),
          ["what": "field", "code": field.name])
      }
    }
    for (index, hours) in pack.hours.enumerated() {
      let subject = PackSubject(.hours, index)
      let days = hours.week + (hours.makeUpDay.map { [$0] } ?? [])
      if hours.week.allSatisfy(\.isEmpty) { report(.hoursNone, subject, ["code": hours.code]) }
      let inOrder = days.allSatisfy { spans in
        zip(spans, spans.dropFirst()).allSatisfy { $0.to <= $1.from }
      }
      if !inOrder { report(.hoursOverlap, subject, ["code": hours.code]) }
    }
  }

  // MARK: Calendars

  mutating func checkCalendars() {
    for (index, year) in pack.calendarYears.enumerated() {
      for (holidayIndex, holiday) in year.holidays.enumerated() {
        let subject = PackSubject(.calendarYears, index, .holiday, holidayIndex)
        if holiday.to < holiday.from { report(.holidayBackwards, subject) }
        for date in Set([holiday.from, holiday.to]).sorted() where date.year != year.year {
          report(.dayOutsideYear, subject, ["date": date.text, "year": String(year.year)])
        }
        if let other = year.holidays[..<holidayIndex].first(where: {
          $0.from <= holiday.to && holiday.from <= $0.to
        }) {
          report(.holidaysOverlap, subject, ["other": other.name])
        }
      }
      checkMakeUpDays(of: year, index)
    }
  }

  private mutating func checkMakeUpDays(of year: CalendarYear, _ index: Int) {
    var days: Set<CivilDate> = []
    for (dayIndex, date) in year.makeUpDays.enumerated() {
      let subject = PackSubject(.calendarYears, index, .makeUpDay, dayIndex)
      if date.year != year.year {
        report(.dayOutsideYear, subject, ["date": date.text, "year": String(year.year)])
      }
      if date.weekday <= 5 { report(.makeUpWeekday, subject, ["date": date.text]) }
      if let holiday = year.holidays.first(where: { $0.from <= date && date <= $0.to }) {
        report(.makeUpHoliday, subject, ["date": date.text, "other": holiday.name])
      }
      if !days.insert(date).inserted {
        report(.valueTwice, subject, ["value": date.text, "key": "makeUpDays"])
      }
    }
  }

  // MARK: Profiles

  mutating func checkProfiles() {
    for (index, profile) in pack.profiles.enumerated() {
      for (keyIndex, key) in profile.items.keys.sorted().enumerated() {
        guard let item = profile.items[key] else { continue }
        require(item, in: known.items, "item", PackSubject(.profiles, index, .mapping, keyIndex))
      }
      checkColumns(profile, PackSubject(.profiles, index))
      var names: Set<String> = []
      var codes: Set<String> = []
      for (unitIndex, unit) in profile.units.enumerated() {
        let subject = PackSubject(.profiles, index, .unit, unitIndex)
        if !codes.insert(unit.code).inserted {
          report(.codeTwice, subject, ["what": "unit", "code": unit.code])
        }
        for alias in unit.aliases where !names.insert(alias).inserted {
          report(.valueTwice, subject, ["value": alias, "key": "aliases"])
        }
      }
    }
  }

  private mutating func checkColumns(_ profile: TicketProfile, _ subject: PackSubject) {
    let columns = profile.columns
    let needs: [(isMissing: Bool, what: String)] = [
      (columns.id.isEmpty, "the column `id`"),
      (columns.created.isEmpty, "the column `created`"),
      (columns.title.isEmpty && columns.text.isEmpty, "the column `title` or `text`"),
      (columns.latitude.isEmpty != columns.longitude.isEmpty, "both `latitude` and `longitude`"),
      (columns.type.isEmpty && !profile.items.isEmpty, "the column `type`, as it maps types"),
      (columns.unit.isEmpty && !profile.units.isEmpty, "the column `unit`, as it names units"),
    ]
    for need in needs where need.isMissing {
      report(.profileColumns, subject, ["code": profile.code, "what": need.what])
    }
  }
}

extension CivilDate {
  /// As packs write it, for example `2026-01-31`.
  package var text: String {
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }
}
