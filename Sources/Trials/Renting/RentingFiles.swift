import City
import Evaluating
import Language
import Links

/// The rows of the sources, as `docs/` fixes them, with written addresses.
struct RentingFiles {
  struct Delivery {
    let day: Int
    let address: String
    let receiver: DwellingFacts.Receiver
  }
  struct Reading {
    let day: Int
    let address: String
    let water: Double?
    let nightShare: Double?
    let power: Double?
  }
  struct Registration {
    let address: String
    let from: Int?
    let to: Int?
  }
  struct Mention {
    let day: Int
    let address: String
  }
  struct Truth {
    let address: String
    let isRented: Bool
  }

  var deliveries: [Delivery] = []
  var readings: [Reading] = []
  var registrations: [Registration] = []
  var complaints: [Mention] = []
  /// Dwellings that were dealt with, and when.
  var treated: [Mention] = []
  var truths: [Truth] = []
  /// Those whose file was given.
  var sources: Set<DwellingSource> = []

  static let rowsMax = 20_000_000

  /// All addresses that dwellings are known by.
  var addresses: [String] {
    deliveries.map(\.address) + readings.map(\.address) + registrations.map(\.address)
      + complaints.map(\.address)
  }

  /// First and last day of all that is dated; nil where nothing is.
  var days: ClosedRange<Int>? {
    let all =
      deliveries.map(\.day) + readings.map(\.day) + complaints.map(\.day)
      + registrations.flatMap { [$0.from, $0.to].compactMap(\.self) }
    // Registers reach far back: where anything else is dated, that says the span.
    let current = deliveries.map(\.day) + readings.map(\.day)
    let dated = current.isEmpty ? all : current
    guard let first = dated.min(), let last = dated.max() else { return nil }
    return first...last
  }

  // MARK: Reading

  mutating func readDeliveries(_ path: String) throws(TrialFault) {
    var rows: [Delivery] = []
    try Self.read(path, ["date", "address"], ["name", "phone"]) { (row) throws(TrialFault) in
      let (name, phone) = (row.values[2], row.values[3])
      let key = phone.utf8.count >= Self.phoneBytesMin ? phone : name
      guard !key.isEmpty else { return }
      rows.append(
        Delivery(
          day: try Self.day(row.values[0], path, row), address: row.values[1],
          receiver: .init(key: key, familyName: name.first.map(String.init) ?? "")))
    }
    deliveries = rows
    sources.insert(.deliveries)
  }

  mutating func readUtilities(_ path: String) throws(TrialFault) {
    var rows: [Reading] = []
    try Self.read(path, ["date", "address"], ["water", "waterNight", "power"]) {
      (row) throws(TrialFault) in
      let numbers = try row.values[2...].map { (text) throws(TrialFault) in
        try Self.number(text, path, row)
      }
      let share = numbers[0].flatMap { water in
        numbers[1].flatMap { water > 0 ? min(1, $0 / water) : nil }
      }
      rows.append(
        Reading(
          day: try Self.day(row.values[0], path, row), address: row.values[1],
          water: numbers[0], nightShare: share, power: numbers[2]))
    }
    readings = rows
    sources.insert(.utilities)
  }

  mutating func readRegistrations(_ path: String) throws(TrialFault) {
    var rows: [Registration] = []
    try Self.read(path, ["address"], ["from", "to"]) { (row) throws(TrialFault) in
      let from = row.values[1].isEmpty ? nil : try Self.day(row.values[1], path, row)
      let to = row.values[2].isEmpty ? nil : try Self.day(row.values[2], path, row)
      rows.append(Registration(address: row.values[0], from: from, to: to))
    }
    registrations = rows
    sources.insert(.registrations)
  }

  mutating func readComplaints(_ path: String) throws(TrialFault) {
    complaints = try Self.mentions(path)
    sources.insert(.complaints)
  }

  mutating func readTreated(_ path: String) throws(TrialFault) {
    treated = try Self.mentions(path)
  }

  mutating func readTruth(_ path: String) throws(TrialFault) {
    var rows: [Truth] = []
    try Self.read(path, ["address", "rented"], []) { (row) throws(TrialFault) in
      switch row.values[1].lowercased() {
      case "1", "true", "yes": rows.append(Truth(address: row.values[0], isRented: true))
      case "0", "false", "no", "": rows.append(Truth(address: row.values[0], isRented: false))
      default:
        throw .line(path: path, line: row.number, rule: "`rented` must be 1 or 0")
      }
    }
    truths = rows
  }

  private static let phoneBytesMin = 7

  private static func mentions(_ path: String) throws(TrialFault) -> [Mention] {
    var rows: [Mention] = []
    try read(path, ["date", "address"], []) { (row) throws(TrialFault) in
      rows.append(Mention(day: try day(row.values[0], path, row), address: row.values[1]))
    }
    return rows
  }

  private static func read(
    _ path: String, _ required: [String], _ optional: [String],
    _ body: (Row) throws(TrialFault) -> Void
  ) throws(TrialFault) {
    var count = 0
    let wanted = WantedColumns(required: required, optional: optional)
    try TrialFile.forEachRow(of: path, wanted: wanted) { (row) throws(TrialFault) in
      count += 1
      guard count <= rowsMax else {
        throw .line(path: path, line: row.number, rule: "more than \(rowsMax) rows")
      }
      try body(row)
    }
  }

  private static func day(
    _ text: String, _ path: String, _ row: Row
  ) throws(TrialFault) -> Int {
    // A month stands for its first day.
    let whole = text.utf8.count == 7 ? text + "-01" : text
    guard let written = try? WrittenTime.read(whole) else {
      throw .line(path: path, line: row.number, rule: "`\(text)` is no date")
    }
    return written.date.daysSinceEpoch
  }

  private static func number(
    _ text: String, _ path: String, _ row: Row
  ) throws(TrialFault) -> Double? {
    if text.isEmpty { return nil }
    guard let number = Double(text), number.isFinite, number >= 0 else {
      throw .line(path: path, line: row.number, rule: "`\(text)` is no amount")
    }
    return number
  }
}
