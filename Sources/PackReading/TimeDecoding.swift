import City
import Pack

extension PackDecoder {
  private static let weekdays = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
  ]

  mutating func decodeHours(_ node: Node) {
    let keys = ["code", "name", "week", "makeUpDay", "worksOnHolidays"]
    guard let table = TableReader(node, "hours", keys: keys, list) else { return }
    let works = table.flag("worksOnHolidays", standard: false)
    let makeUpDay = table.optional("makeUpDay").map { spans(of: $0, "makeUpDay", table) }
    var week: [[MinuteSpan]] = []
    if let weekNode = table.required("week"),
      let days = TableReader(weekNode, "week", keys: Self.weekdays, list)
    {
      week = Self.weekdays.map { day in
        days.optional(day).map { spans(of: $0, day, days) } ?? []
      }
    }
    guard let code = table.code("code"), let name = table.text("name"), let works,
      week.count == Self.weekdays.count
    else { return }
    draft.places[PackSubject(.hours, draft.hours.count)] = node.place
    draft.hours.append(
      WorkingHours(
        code: code, name: name, week: week, makeUpDay: makeUpDay, worksOnHolidays: works))
  }

  func spans(of node: Node, _ key: String, _ table: TableReader) -> [MinuteSpan] {
    table.nodes(of: node, key).compactMap { element in
      guard let text = table.text(of: element, key) else { return nil }
      if let span = MinuteSpan(packText: text) { return span }
      list.report(.valueNotSpan, element.place, ["value": text])
      return nil
    }
  }

  mutating func decodeCalendarYear(_ node: Node) {
    let keys = ["year", "holidays", "makeUpDays"]
    guard let table = TableReader(node, "calendar year", keys: keys, list) else { return }
    let index = draft.calendarYears.count
    var holidays: [Holiday] = []
    for holidayNode in table.requiredNodes("holidays") {
      guard let holiday = decodeHoliday(holidayNode) else { continue }
      draft.places[PackSubject(.calendarYears, index, .holiday, holidays.count)] =
        holidayNode.place
      holidays.append(holiday)
    }
    var makeUpDays: [CivilDate] = []
    for dayNode in table.nodes("makeUpDays") {
      guard let day = table.date(of: dayNode, "makeUpDays") else { continue }
      draft.places[PackSubject(.calendarYears, index, .makeUpDay, makeUpDays.count)] =
        dayNode.place
      makeUpDays.append(day)
    }
    guard let year = table.number("year", PackLimits.yearRange) else { return }
    draft.places[PackSubject(.calendarYears, index)] = node.place
    draft.calendarYears.append(
      CalendarYear(year: year, holidays: holidays, makeUpDays: makeUpDays))
  }

  private func decodeHoliday(_ node: Node) -> Holiday? {
    let keys = ["name", "from", "to"]
    guard let table = TableReader(node, "holiday", keys: keys, list) else { return nil }
    let (from, to) = (table.date("from"), table.date("to"))
    guard let name = table.text("name"), let from, let to else { return nil }
    return Holiday(name: name, from: from, to: to)
  }
}

extension MinuteSpan {
  /// Reads `09:00-12:00`, to `24:00` at most; nil for anything else.
  init?(packText text: String) {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let from = Self.minute(ends[0]), let to = Self.minute(ends[1]),
      from < to
    else { return nil }
    self.init(from: from, to: to)
  }

  /// Minutes after midnight of `09:00`; nil for what is no time of a day.
  static func minute(_ text: Substring) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [2, 2],
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60,
      hour * 60 + minute <= 1_440
    else { return nil }
    return hour * 60 + minute
  }
}
