import City
import Geography
import Links
import Pack

/// The days that a trial judges, as moments in the file's zone.
struct DuplicatesDays {
  let start: Instant
  /// The first moment after the last day.
  let end: Instant

  init(zone: String, from: String, to: String) throws(TrialFault) {
    start = try Self.day(from, zone)
    end = try Self.day(to, zone).advanced(byMilliseconds: Duration.day)
    guard start < end else { throw .insufficient(missing: "\(to) is before \(from)") }
  }

  private static func day(_ text: String, _ zone: String) throws(TrialFault) -> Instant {
    guard text.utf8.count == 10, var times = try? TimeReader(zone: zone, now: .distantTrialFuture),
      let day = try? times.read(text)
    else { throw .insufficient(missing: "\(text) is no day (yyyy-mm-dd)") }
    return day
  }
}

extension Instant {
  /// Later than every time of a file that is judged for what it says and not for when it is read.
  static let distantTrialFuture = Instant(milliseconds: 7_258_118_400_000)
}

/// One report of the file.
struct TrialReport {
  let id: String
  let createdAt: Instant
  let closedAt: Instant?
  let address: String
  let position: Position?
  let detail: String
  let isMarked: Bool
  /// Its moment as well as it is known, in milliseconds; finer than `createdAt` where numbers tell.
  var time: Double
}

/// Reads the reports of a ticket file in the order of their time.
enum DuplicatesRows {
  static func read(
    path: String, profile: TicketProfile, until end: Instant
  ) throws(TrialFault) -> [TrialReport] {
    let system = CoordinateSystem(rawValue: profile.coordinateSystem.rawValue) ?? .wgs84
    let marks = profile.duplicates?.statusWords ?? []
    var reports: [TrialReport] = []
    do throws(ImportFault) {
      var reader = try TicketReader(
        path: path, profile: profile,
        circumstances: TicketReader.Circumstances(
          now: .distantTrialFuture,
          convert: { Position(longitude: $0, latitude: $1).map(system.toWGS84) }))
      while let row = try reader.next() {
        guard case .ticket(let ticket) = row, ticket.createdAt < end else { continue }
        reports.append(
          TrialReport(
            id: ticket.externalID, createdAt: ticket.createdAt, closedAt: ticket.closedAt,
            address: ticket.address.uppercased(), position: ticket.position, detail: ticket.text,
            isMarked: marks.contains { ticket.status.contains($0) },
            time: Double(ticket.createdAt.milliseconds)))
      }
    } catch {
      throw .file(path: path, code: error.code)
    }
    return reports.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
  }
}

/// Tells the time of day from ticket numbers that count upward, where a file has only dates.
///
/// A number's distance from the last of the day before, in shares of an ordinary day of the same
/// weekday, is about the share of the day's calls that had come. Nothing later is looked at.
enum NumberClock {
  /// How many earlier days of a weekday make an ordinary one.
  private static let daysKept = 6
  /// What an ordinary day holds before one was seen.
  private static let firstGuess = 10_000

  static func setTimes(of reports: inout [TrialReport]) {
    var last: [Substring: Int] = [:]
    var volumes = [[Int]](repeating: [], count: 7)
    var index = 0
    while index < reports.count {
      let day = reports[index].createdAt
      let weekday = Int(((day.milliseconds / Duration.day) % 7 + 7) % 7)
      let ordinary = median(volumes[weekday]) ?? firstGuess
      var today: [Substring: (before: Int, highest: Int)] = [:]
      while index < reports.count, reports[index].createdAt == day {
        if let (series, number) = split(reports[index].id) {
          let before = today[series]?.before ?? last[series] ?? number
          today[series] = (before, max(today[series]?.highest ?? number, number))
          let share = min(1, max(0, Double(number - before) / Double(ordinary)))
          reports[index].time += share * Double(Duration.day - 1)
        }
        index += 1
      }
      for (series, span) in today {
        last[series] = span.highest
        guard span.highest > span.before else { continue }
        volumes[weekday] = (volumes[weekday] + [span.highest - span.before]).suffix(daysKept)
      }
    }
  }

  private static func median(_ values: [Int]) -> Int? {
    values.isEmpty ? nil : values.sorted()[values.count / 2]
  }

  /// `12-00021845` → (`12-`, 21845).
  private static func split(_ id: String) -> (series: Substring, number: Int)? {
    let digits = id.reversed().prefix { ("0"..."9").contains($0) }.count
    guard let number = Int(id.suffix(digits)) else { return nil }
    return (id.dropLast(digits), number)
  }
}
