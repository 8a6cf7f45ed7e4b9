import Foundation
import JSONText
import Testing

/// Whoever only reads the report of the demonstration can say what is wrong with it.
@Suite("the report names what is planted", .serialized)
struct PlantedTests {
  /// How far the day that the report names may lie from the true one.
  static let daysApart = 4

  /// Ends of the demonstration's past, as the city writes them: a working day's afternoon, just
  /// after midnight of a month's first, and late on a Sunday.
  static let ends = ["2026-09-16 15:10", "2026-10-01 00:05", "2026-11-08 23:40"]

  @Test(
    "every planted fault stands in the report: what, where, since when, who should act",
    arguments: ends)
  func named(_ end: String) throws {
    let scratch = try Scratch()
    let data = scratch.path + "/data"
    let made = try Program.must(
      [
        "demo", "--seed", "7", "--things", "3000", "--devices", "600", "--cases", "5600", "--days",
        "56", "--ending", end,
      ], data: data)
    let faults =
      try JSON.parse(Files.read(data + "/planted.json"), limits: .request)["planted"]?
      .array ?? []
    #expect(made["planted"]?.integer == Int64(faults.count))
    let page = data + "/report.html"
    let today = try #require(Self.formatter.date(from: String(end.prefix(10))))
    let first = today.addingTimeInterval(-19 * 86_400)
    try Program.must(
      [
        "checkup", "--from", Self.day(first), "--to", Self.day(today), "--out", page, "--as-of",
        end,
      ],
      data: data)
    let paragraphs = Self.paragraphs(String(decoding: Files.read(page), as: UTF8.self))
    var forms: [String: Int] = [:]
    for fault in faults {
      let form = try #require(fault["form"]?.string)
      forms[form, default: 0] += 1
      let words = Self.words(of: fault)
      let telling = paragraphs.filter { text in words.allSatisfy { text.contains($0) } }
      #expect(!telling.isEmpty, "\(form): nothing tells of \(words)")
      guard let since = fault["since"]?.string else { continue }
      #expect(
        telling.contains { Self.tells(since, $0) },
        "\(form) since \(since): \(telling.map { $0.prefix(300) })")
    }
    // One of each in the cases, and devices of at least three sorts.
    for form in [
      "hotSpot", "lateUnit", "returnedItem", "repeatedPlace", "falseClosings", "discontent",
    ] { #expect(forms[form] == 1, "\(form)") }
    #expect(forms["device"] ?? 0 >= 3)
  }

  /// What must stand in one paragraph together.
  private static func words(of fault: JSON) -> [String] {
    let title: [String: String] = [
      "hotSpot": "突增", "lateUnit": "超期突出", "returnedItem": "反复退单",
      "repeatedPlace": "同一处反复发生", "falseClosings": "办结不实", "discontent": "满意度下降",
    ]
    let form = fault["form"]?.string ?? ""
    let areas = (fault["areas"]?.array ?? []).compactMap(\.string)
    let place = form == "repeatedPlace" ? fault["detail"]?.string : nil
    let parts = [
      title[form], fault["item"]?.string, fault["unit"]?.string, fault["device"]?.string, place,
    ]
    return parts.compactMap { $0 } + areas
  }

  /// Whether a paragraph names a day near the true one.
  private static func tells(_ since: String, _ text: String) -> Bool {
    guard let day = formatter.date(from: since) else { return false }
    return (-daysApart...daysApart).contains { apart in
      text.contains("自 " + formatter.string(from: day.addingTimeInterval(Double(apart) * 86_400)))
    }
  }

  /// The texts between tags, one for each item of a list.
  private static func paragraphs(_ page: String) -> [String] {
    page.components(separatedBy: "<li").dropFirst().map { item in
      let end = item.range(of: "</li>")?.lowerBound ?? item.endIndex
      var text = ""
      var isTag = true
      for character in item[..<end] {
        if character == "<" { isTag = true }
        if !isTag { text.append(character) }
        if character == ">" { isTag = false }
      }
      return text
    }
  }

  private static let formatter: DateFormatter = {
    let formatter = DateFormatter()
    formatter.dateFormat = "yyyy-MM-dd"
    formatter.timeZone = TimeZone(secondsFromGMT: 8 * 3_600)
    formatter.locale = Locale(identifier: "en_US_POSIX")
    return formatter
  }()

  private static func day(_ date: Date) -> String { formatter.string(from: date) }
}
