import City
import Ports
import Synchronization

/// The numbers of streams, and how far sealing and retention came: one small SQLite file, and all
/// streams in memory. Safe to share: the connection is only used under the lock `writing`.
final class StreamRegistry: Sendable {
  private struct Known {
    var numbers: [StreamKey: StreamNumber] = [:]
    var keys: [StreamKey] = []
    /// Log position before which everything is in blocks.
    var sealed: Int64 = 0
    /// Days before this number are dropped.
    var firstDay: Int64 = 0
  }

  /// A connection that goes where its lock goes.
  private struct Held: ~Copyable {
    let database: Database
  }

  private let known: Mutex<Known>
  private let writing: Mutex<Held>

  init(path: String) throws(DiskFault) {
    let database = try Database(path: path)
    try database.execute(
      """
      CREATE TABLE IF NOT EXISTS streams (
        number INTEGER PRIMARY KEY, thing INTEGER NOT NULL, measure TEXT NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS progress (
        name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      """)
    var known = Known()
    var isDense = true
    try database.run("SELECT number, thing, measure FROM streams ORDER BY number") { row in
      let key = StreamKey(thing: ID(row.integer(1)), measure: row.text(2))
      isDense = isDense && row.integer(0) == Int64(known.keys.count)
      known.numbers[key] = StreamNumber(UInt32(known.keys.count))
      known.keys.append(key)
    }
    guard isDense else { throw DiskFault(detail: "\(path): numbers of streams are missing") }
    let value = "SELECT value FROM progress WHERE name = ?1"
    known.sealed = try database.number(value, [.text("sealed")]) ?? 0
    known.firstDay = try database.number(value, [.text("first_day")]) ?? 0
    let days = ObservationLimits.timeRange.upperBound / Duration.day
    guard (0...LogFrame.positionMax).contains(known.sealed), (0...days).contains(known.firstDay)
    else { throw DiskFault(detail: "\(path): its progress is impossible") }
    self.known = Mutex(known)
    writing = Mutex(Held(database: database))
  }

  var keys: [StreamKey] { known.withLock { $0.keys } }
  var count: Int { known.withLock { $0.keys.count } }
  var sealed: Int64 { known.withLock { $0.sealed } }
  var firstDay: Int64 { known.withLock { $0.firstDay } }

  /// The numbers where all are known.
  func find(_ keys: [StreamKey]) -> [StreamNumber]? {
    known.withLock { known in
      var numbers: [StreamNumber] = []
      numbers.reserveCapacity(keys.count)
      for key in keys {
        guard let number = known.numbers[key] else { return nil }
        numbers.append(number)
      }
      return numbers
    }
  }

  /// Registers what is unknown, durably, and gives the numbers of all. Blocks for the disk.
  func register(_ keys: [StreamKey]) throws(StoreFault) -> [StreamNumber] {
    let result: Result<[StreamNumber], StoreFault> = writing.withLock { held in
      let first = count
      var fresh: [StreamKey] = []
      var numbers: [StreamKey: StreamNumber] = [:]
      for key in keys where numbers[key] == nil {
        if let number = find([key]) {
          numbers[key] = number[0]
        } else {
          numbers[key] = StreamNumber(UInt32(first + fresh.count))
          fresh.append(key)
        }
      }
      guard first + fresh.count <= ObservationLimits.streamsMax else {
        return .failure(
          .inconsistent(detail: "more than \(ObservationLimits.streamsMax) streams"))
      }
      do throws(DiskFault) {
        try Self.write(fresh, from: first, held.database)
      } catch {
        return .failure(.unavailable(detail: error.detail))
      }
      known.withLock { known in
        for key in fresh { known.numbers[key] = numbers[key] }
        known.keys += fresh
      }
      return .success(keys.compactMap { numbers[$0] })
    }
    return try result.get()
  }

  private static func write(
    _ keys: [StreamKey], from first: Int, _ database: Database
  ) throws(DiskFault) {
    guard !keys.isEmpty else { return }
    try database.transaction { () throws(DiskFault) in
      for (offset, key) in keys.enumerated() {
        try database.run(
          "INSERT INTO streams (number, thing, measure) VALUES (?1, ?2, ?3)",
          [.integer(Int64(first + offset)), .integer(key.thing.rawValue), .text(key.measure)])
      }
    }
  }

  /// Remembers how far sealing came.
  func setSealed(_ position: Int64) throws(DiskFault) {
    try set("sealed", position)
    known.withLock { $0.sealed = max($0.sealed, position) }
  }

  /// Remembers which days are dropped.
  func setFirstDay(_ day: Int64) throws(DiskFault) {
    try set("first_day", day)
    known.withLock { $0.firstDay = max($0.firstDay, day) }
  }

  private func set(_ name: String, _ value: Int64) throws(DiskFault) {
    let result = writing.withLock { held in
      Result { () throws(DiskFault) in
        try held.database.run(
          "INSERT INTO progress (name, value) VALUES (?1, ?2) "
            + "ON CONFLICT (name) DO UPDATE SET value = max(value, ?2)",
          [.text(name), .integer(value)])
      }
    }
    try result.get()
  }
}
