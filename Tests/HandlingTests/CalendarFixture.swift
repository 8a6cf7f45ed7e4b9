import City
import Pack

/// The public holidays and make-up days of 2020–2026, as `month.day` texts.
enum CalendarFixture {
  static let years: [CalendarYear] = [
    year(
      2020,
      [
        ("0101", "0101"), ("0124", "0202"), ("0404", "0406"), ("0501", "0505"),
        ("0625", "0627"), ("1001", "1008"),
      ],
      ["0119", "0426", "0509", "0628", "0927", "1010"]),
    year(
      2021,
      [
        ("0101", "0103"), ("0211", "0217"), ("0403", "0405"), ("0501", "0505"),
        ("0612", "0614"), ("0919", "0921"), ("1001", "1007"),
      ],
      ["0207", "0220", "0425", "0508", "0918", "0926", "1009"]),
    year(
      2022,
      [
        ("0101", "0103"), ("0131", "0206"), ("0403", "0405"), ("0430", "0504"),
        ("0603", "0605"), ("0910", "0912"), ("1001", "1007"),
      ],
      ["0129", "0130", "0402", "0424", "0507", "1008", "1009"]),
    year(
      2023,
      [
        ("0101", "0102"), ("0121", "0127"), ("0405", "0405"), ("0429", "0503"),
        ("0622", "0624"), ("0929", "1006"),
      ],
      ["0128", "0129", "0423", "0506", "0625", "1007", "1008"]),
    year(
      2024,
      [
        ("0101", "0101"), ("0210", "0217"), ("0404", "0406"), ("0501", "0505"),
        ("0610", "0610"), ("0915", "0917"), ("1001", "1007"),
      ],
      ["0204", "0218", "0407", "0428", "0511", "0914", "0929", "1012"]),
    year(
      2025,
      [
        ("0101", "0101"), ("0128", "0204"), ("0404", "0406"), ("0501", "0505"),
        ("0531", "0602"), ("1001", "1008"),
      ],
      ["0126", "0208", "0427", "0928", "1011"]),
    year(
      2026,
      [
        ("0101", "0103"), ("0215", "0223"), ("0404", "0406"), ("0501", "0505"),
        ("0619", "0621"), ("0925", "0927"), ("1001", "1007"),
      ],
      ["0104", "0214", "0228", "0509", "0920", "1010"]),
  ]

  static let office = hours(
    "office", weekdays: [(540, 720), (780, 1_050)], weekend: [], makeUp: nil, holidays: false)
  /// Half of Saturday too, short make-up days.
  static let street = WorkingHours(
    code: "street", name: "",
    week: Array(repeating: spans([(480, 690), (810, 1_080)]), count: 5)
      + [spans([(540, 720)]), []], makeUpDay: spans([(540, 900)]), worksOnHolidays: false)
  /// 22:00 to 06:00.
  static let night = hours(
    "night", weekdays: [(0, 360), (1_320, 1_440)], weekend: [(0, 360), (1_320, 1_440)],
    makeUp: nil, holidays: true)
  static let always = hours(
    "always", weekdays: [(0, 1_440)], weekend: [(0, 1_440)], makeUp: nil, holidays: true)
  static let never = hours("never", weekdays: [], weekend: [], makeUp: nil, holidays: false)

  static func hours(
    _ code: String, weekdays: [(Int, Int)], weekend: [(Int, Int)], makeUp: [(Int, Int)]?,
    holidays: Bool
  ) -> WorkingHours {
    WorkingHours(
      code: code, name: "",
      week: Array(repeating: spans(weekdays), count: 5)
        + Array(repeating: spans(weekend), count: 2),
      makeUpDay: makeUp.map(spans), worksOnHolidays: holidays)
  }

  private static func spans(_ pairs: [(Int, Int)]) -> [MinuteSpan] {
    pairs.map { MinuteSpan(from: $0.0, to: $0.1) }
  }

  private static func year(
    _ year: Int, _ holidays: [(String, String)], _ makeUpDays: [String]
  ) -> CalendarYear {
    CalendarYear(
      year: year,
      holidays: holidays.map {
        Holiday(name: "", from: date(year, $0.0), to: date(year, $0.1))
      }, makeUpDays: makeUpDays.map { date(year, $0) })
  }

  static func date(_ year: Int, _ text: String) -> CivilDate {
    guard let number = Int(text),
      let date = CivilDate(year: year, month: number / 100, day: number % 100)
    else { preconditionFailure("a day of the year: \(text)") }
    return date
  }

  /// A moment in China, for example `at(2026, "1120", 9, 30)`.
  static func at(_ year: Int, _ day: String, _ hour: Int, _ minute: Int = 0) -> Instant {
    Instant(
      milliseconds: Int64(date(year, day).daysSinceEpoch) * Duration.day
        + Int64(hour * 60 + minute - 480) * Duration.minute)
  }
}

/// SplitMix64: small, and the same on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
