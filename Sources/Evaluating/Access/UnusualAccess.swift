package import City

/// That somebody looked at what is held closely.
package struct AccessMark: Equatable, Sendable {
  /// What was done.
  package enum Form: String, CaseIterable, Sendable {
    /// A person's data, unmasked.
    case reveal
    /// A list, taken out.
    case export
  }

  package let form: Form
  package let at: Instant
  package let staff: ID<Staff>
  /// Neither his unit's work nor in its area.
  package let isForeign: Bool

  package init(form: Form, at: Instant, staff: ID<Staff>, isForeign: Bool) {
    self.form = form
    self.at = at
    self.staff = staff
    self.isForeign = isForeign
  }
}

/// Access that an auditor should ask about.
package struct UnusualAccess: Equatable, Sendable {
  /// What stands out about it.
  package enum Flag: String, CaseIterable, Sendable {
    /// Between `nightFrom` and `nightTo` o'clock of the city.
    case night
    /// More within an hour than work explains.
    case bulk
    /// Of cases that are neither his unit's nor in its area.
    case foreign
  }

  package let flag: Flag
  package let form: AccessMark.Form
  package let staff: ID<Staff>
  /// The first and the last of them.
  package let from: Instant
  package let to: Instant
  package let count: Int

  /// Hours of the city's day.
  package static let nightFrom: Int64 = 22
  package static let nightTo: Int64 = 6
  /// From so many within one hour on it is bulk.
  package static func bulkMin(_ form: AccessMark.Form) -> Int { form == .reveal ? 10 : 3 }

  /// What stands out, by person, the newest first. Marks of one flag, form and day of the city, or
  /// of one busy stretch, are told as one.
  ///
  /// - Parameter offsetMinutes: of the city's time east of UTC.
  package static func find(_ marks: [AccessMark], offsetMinutes: Int) -> [UnusualAccess] {
    let offset = Int64(offsetMinutes) * Duration.minute
    var found: [UnusualAccess] = []
    for form in AccessMark.Form.allCases {
      let own = Dictionary(grouping: marks.filter { $0.form == form }, by: \.staff)
      for marks in own.values {
        let sorted = marks.sorted { $0.at < $1.at }
        // The day of a night begins at noon, so that one night is one day.
        let nights = sorted.filter { isNight($0.at, offset) }
        found += grouped(.night, nights, offset: offset - Duration.day / 2)
        found += grouped(.foreign, sorted.filter(\.isForeign), offset: offset)
        found += bulk(sorted)
      }
    }
    return found.sorted {
      ($0.to, $0.staff, $0.flag.rawValue) > ($1.to, $1.staff, $1.flag.rawValue)
    }
  }

  private static func isNight(_ at: Instant, _ offset: Int64) -> Bool {
    let day = (at.milliseconds + offset) % Duration.day
    let hour = (day + Duration.day) % Duration.day / Duration.hour
    return hour >= nightFrom || hour < nightTo
  }

  private static func grouped(
    _ flag: Flag, _ marks: [AccessMark], offset: Int64
  ) -> [UnusualAccess] {
    let days = Dictionary(grouping: marks) { mark in
      Int64((Double(mark.at.milliseconds + offset) / Double(Duration.day)).rounded(.down))
    }
    return days.values.compactMap { told(flag, $0) }
  }

  /// Stretches in which every mark has enough others within the hour up to or after it.
  private static func bulk(_ marks: [AccessMark]) -> [UnusualAccess] {
    guard let form = marks.first?.form else { return [] }
    let min = bulkMin(form)
    var isBusy = [Bool](repeating: false, count: marks.count)
    for last in marks.indices where last + 1 >= min {
      let first = last + 1 - min
      guard marks[last].at.millisecondsSince(marks[first].at) < Duration.hour else { continue }
      for index in first...last { isBusy[index] = true }
    }
    var found: [UnusualAccess] = []
    var stretch: [AccessMark] = []
    for (index, mark) in marks.enumerated() {
      if let last = stretch.last,
        !isBusy[index] || mark.at.millisecondsSince(last.at) >= Duration.hour
      {
        found += [told(.bulk, stretch)].compactMap { $0 }
        stretch = []
      }
      if isBusy[index] { stretch.append(mark) }
    }
    return found + [told(.bulk, stretch)].compactMap { $0 }
  }

  private static func told(_ flag: Flag, _ marks: [AccessMark]) -> UnusualAccess? {
    guard let first = marks.first, let last = marks.last else { return nil }
    return UnusualAccess(
      flag: flag, form: first.form, staff: first.staff, from: first.at, to: last.at,
      count: marks.count)
  }
}
