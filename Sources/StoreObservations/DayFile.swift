import City
import Ports

/// The sealed observations of one day (UTC): one SQLite file.
///
/// A block's key is hour of the day (5 bits), stream (22 bits), part (4 bits), so that sealing an
/// hour appends and one look-up finds all parts of a stream's hour. When the day is over, a stream's
/// hours become one block of `wholes`; a stream's day lies in one of the two, never in both.
final class DayFile {
  /// Parts of one stream's hour; one more makes them one.
  static let partsMax: Int64 = 8
  private static let partBits: Int64 = 4
  private static let streamBits: Int64 = 22

  /// Pages of 8 KB hold blocks of many lengths with little left over; what merging leaves free goes
  /// back to the disk in pieces.
  private static let form = "PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL"

  let day: Int64
  let database: Database

  init(path: String, day: Int64) throws(DiskFault) {
    self.day = day
    database = try Database(path: path, form: Self.form)
    try database.execute(
      """
      PRAGMA mmap_size = 1073741824;
      CREATE TABLE IF NOT EXISTS blocks (
        key INTEGER PRIMARY KEY, data BLOB NOT NULL, minutes BLOB) STRICT;
      CREATE TABLE IF NOT EXISTS wholes (
        stream INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS totals (
        stream INTEGER PRIMARY KEY, count INTEGER NOT NULL, first INTEGER NOT NULL,
        at INTEGER NOT NULL, least REAL NOT NULL, greatest REAL NOT NULL, sum REAL NOT NULL,
        last REAL NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS progress (
        one INTEGER PRIMARY KEY CHECK (one = 1), sealed INTEGER NOT NULL) STRICT;
      """)
  }

  /// Name of a day's file.
  static func name(_ day: Int64) -> String {
    let date = CivilDate(daysSinceEpoch: Int(day))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    return "\(date.year)-\(two(date.month))-\(two(date.day)).sqlite"
  }

  /// The day of a file's name; nil where the name is none of ours.
  static func day(_ name: String) -> Int64? {
    guard name.hasSuffix(".sqlite"), name.utf8.count == 17 else { return nil }
    let parts = name.dropLast(7).split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3, let date = CivilDate(year: parts[0], month: parts[1], day: parts[2])
    else { return nil }
    let day = Int64(date.daysSinceEpoch)
    return day >= 0 && Self.name(day) == name ? day : nil
  }

  private func key(_ stream: StreamNumber, hour: Int64, part: Int64) -> Int64 {
    (hour << Self.streamBits | Int64(stream.rawValue)) << Self.partBits | part
  }

  func hourStart(_ hour: Int64) -> Int64 { day * Duration.day + hour * Duration.hour }

  /// Log position up to which this day's observations are here; 0 for a new file.
  func sealed() throws(DiskFault) -> Int64 {
    max(0, try database.number("SELECT sealed FROM progress") ?? 0)
  }

  /// One transaction in which a range of the log becomes part of the day.
  func seal(upTo position: Int64, _ body: () throws(DiskFault) -> Void) throws(DiskFault) {
    try database.transaction { () throws(DiskFault) in
      try body()
      try database.run(
        "INSERT INTO progress (one, sealed) VALUES (1, ?1) "
          + "ON CONFLICT (one) DO UPDATE SET sealed = ?1", [.integer(position)])
    }
    try database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
  }

  /// Adds points of one stream, in time order, each time once; of times that are there already, the
  /// stored value stands.
  func add(_ points: Points, of stream: StreamNumber) throws(DiskFault) {
    guard let whole = try whole(of: stream) else { return try addHours(points, of: stream) }
    let fresh = points.without(whole)
    guard !fresh.times.isEmpty else { return }
    let all = whole.merged(with: fresh)
    if all.times.count <= Self.wholeMax { return try putWhole(all, of: stream) }
    try removeWhole(of: stream)
    try addHours(all, of: stream)
  }

  private func addHours(_ points: Points, of stream: StreamNumber) throws(DiskFault) {
    var added: Total?
    var start = 0
    while start < points.times.count {
      let hour = (points.times[start] - hourStart(0)) / Duration.hour
      let next = hourStart(hour + 1)
      let end = points.times[start...].firstIndex { $0 >= next } ?? points.times.count
      let total = try add(points.slice(start..<end), of: stream, hour: hour)
      if let total, added?.add(total) == nil { added = total }
      start = end
    }
    if let added { try addTotal(added, of: stream) }
  }

  /// Adds points of one stream's hour.
  /// - Returns: what was new, to be added to the day's total; nil where nothing was.
  private func add(
    _ points: Points, of stream: StreamNumber, hour: Int64
  ) throws(DiskFault) -> Total? {
    guard let range = points.total else { return nil }
    let start = hourStart(hour)
    let parts = try totals(of: stream, hour: hour)
    let overlaps = parts.contains { $0.first <= range.at && $0.at >= range.first }
    guard overlaps || parts.count >= Self.partsMax else {
      try insert(points, key(stream, hour: hour, part: Int64(parts.count)), start)
      return range
    }
    let stored = try self.points(of: stream, hour: hour)
    let fresh = points.without(stored)
    guard let total = fresh.total else { return nil }
    try removeHour(hour, of: stream)
    try insert(stored.merged(with: fresh), key(stream, hour: hour, part: 0), start)
    return total
  }

  func removeHour(_ hour: Int64, of stream: StreamNumber) throws(DiskFault) {
    try database.run(
      "DELETE FROM blocks WHERE key BETWEEN ?1 AND ?2", bounds(stream, hour: hour))
  }

  private func insert(_ points: Points, _ key: Int64, _ start: Int64) throws(DiskFault) {
    let minutes = MinuteRollUp.encode(points, hourStart: start)
    try database.run(
      "INSERT INTO blocks (key, data, minutes) VALUES (?1, ?2, ?3)",
      [
        .integer(key), .bytes(Block.encode(points, start: start)),
        minutes.map { .bytes($0) } ?? .none,
      ])
  }

  private func addTotal(_ total: Total, of stream: StreamNumber) throws(DiskFault) {
    try database.run(
      """
      INSERT INTO totals VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      ON CONFLICT (stream) DO UPDATE SET count = count + ?2, first = min(first, ?3),
        last = iif(at > ?4, last, ?8), at = max(at, ?4), least = min(least, ?5),
        greatest = max(greatest, ?6), sum = sum + ?7
      """,
      [
        .integer(Int64(stream.rawValue)), .integer(Int64(total.count)), .integer(total.first),
        .integer(total.at), .real(total.least), .real(total.greatest), .real(total.sum),
        .real(total.last),
      ])
  }

  // MARK: Reading

  /// Several readings that see the same state of the day.
  func together(_ body: () throws(DiskFault) -> Void) throws(DiskFault) {
    try database.reading(body)
  }

  private func bounds(_ stream: StreamNumber, hour: Int64) -> [Database.Value] {
    [
      .integer(key(stream, hour: hour, part: 0)),
      .integer(key(stream, hour: hour, part: 1 << Self.partBits - 1)),
    ]
  }

  /// Reads the rows of one stream's hour; damaged bytes are a fault that names the place.
  private func read<Element>(
    _ stream: StreamNumber, _ hour: Int64,
    _ decode: (Database.Row, Int64) throws(BlockDamage) -> Element
  ) throws(DiskFault) -> [Element] {
    var elements: [Element] = []
    var isDamaged = false
    let start = hourStart(hour)
    try database.run(
      "SELECT data, minutes FROM blocks WHERE key BETWEEN ?1 AND ?2", bounds(stream, hour: hour)
    ) { row in
      do throws(BlockDamage) { elements.append(try decode(row, start)) } catch { isDamaged = true }
    }
    if isDamaged {
      throw DiskFault(
        detail: "\(Self.name(day)) is damaged: stream \(stream.rawValue), hour \(hour)")
    }
    return elements
  }

  /// All stored points of a stream's hour. Parts never overlap in time.
  func points(of stream: StreamNumber, hour: Int64) throws(DiskFault) -> Points {
    let parts = try read(stream, hour) { row, start throws(BlockDamage) in
      try Block.decode(row.bytes(0), start: start)
    }
    guard parts.count > 1 else { return parts.first ?? Points() }
    var points = Points()
    for part in parts.sorted(by: { $0.times[0] < $1.times[0] }) {
      points.times.append(contentsOf: part.times)
      points.values.append(contentsOf: part.values)
    }
    return points
  }

  /// What the parts of a stream's hour come to, in time order.
  func totals(of stream: StreamNumber, hour: Int64) throws(DiskFault) -> [Total] {
    try read(stream, hour) { row, start throws(BlockDamage) in
      try Block.total(of: row.bytes(0), start: start)
    }.sorted { $0.first < $1.first }
  }

  /// A part of a stream's hour: what its minutes come to where that is kept, else its points.
  enum Part {
    case points(Points)
    case minutes([Total])

    var first: Int64 {
      switch self {
      case .points(let points): points.times[0]
      case .minutes(let minutes): minutes[0].first
      }
    }
  }

  /// The parts of a stream's hour in time order; they never overlap, but may share a minute.
  func parts(of stream: StreamNumber, hour: Int64) throws(DiskFault) -> [Part] {
    let parts = try read(stream, hour) { row, start throws(BlockDamage) in
      let minutes = row.bytes(1)
      return minutes.isEmpty
        ? Part.points(try Block.decode(row.bytes(0), start: start))
        : Part.minutes(try MinuteRollUp.decode(minutes, hourStart: start))
    }
    return parts.count < 2 ? parts : parts.sorted { $0.first < $1.first }
  }

  /// What the whole day comes to; nil where nothing of the stream is stored. Asked within `together`.
  func total(of stream: StreamNumber) throws(DiskFault) -> Total? {
    if let total = try wholeTotal(of: stream) { return total }
    var total: Total?
    try database.run(
      "SELECT count, first, at, least, greatest, sum, last FROM totals WHERE stream = ?1",
      [.integer(Int64(stream.rawValue))]
    ) { row in
      total = Total(
        count: Int(row.integer(0)), first: row.integer(1), at: row.integer(2), least: row.real(3),
        greatest: row.real(4), sum: row.real(5), last: row.real(6))
    }
    let span = hourStart(0)..<hourStart(24)
    if let total, total.count < 1 || !span.contains(total.first) || !span.contains(total.at) {
      throw DiskFault(detail: "\(Self.name(day)) is damaged: total of stream \(stream.rawValue)")
    }
    return total
  }

  /// Reads everything once.
  /// - Returns: blocks read, observations in them, and those blocks that are not what was written.
  func verify() throws(DiskFault) -> (blocks: Int, observations: Int, damaged: Int) {
    var (blocks, observations, damaged) = (0, 0, 0)
    let mask: Int64 = 1 << (Self.streamBits + Self.partBits)
    try database.run("SELECT key, data, minutes FROM blocks") { row in
      blocks += 1
      let start = hourStart(row.integer(0) / mask)
      do throws(BlockDamage) {
        observations += try Block.decode(row.bytes(1), start: start).times.count
        let minutes = row.bytes(2)
        if !minutes.isEmpty { _ = try MinuteRollUp.decode(minutes, hourStart: start) }
      } catch {
        damaged += 1
      }
    }
    let counted = try database.number("SELECT coalesce(sum(count), 0) FROM totals") ?? 0
    if damaged == 0, counted != observations { damaged += 1 }
    try database.run("SELECT data FROM wholes") { row in
      blocks += 1
      do throws(BlockDamage) {
        observations += try Block.decode(row.bytes(0), start: hourStart(0), span: Duration.day)
          .times.count
      } catch {
        damaged += 1
      }
    }
    return (blocks, observations, damaged)
  }
}
