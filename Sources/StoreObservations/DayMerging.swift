import City
import Ports

/// Where the merging of a day has come to.
package enum MergeStep: Sendable {
  /// A stream's day is written, its hours are gone; nothing is committed yet.
  case moving
  /// A turn is durable, its pages perhaps not in the file itself yet.
  case committed
  /// Some free pages went back to the disk.
  case shrunk
}

/// A day that is over: the hours of a stream become one block, for what a block says of itself is
/// much of an hour of slow readings.
///
/// Each turn is one transaction, so that an end of the program at any point leaves a stream's day
/// either in hours or whole.
extension DayFile {
  /// Observations of a stream's day that become one block: one each ten seconds. Longer days stay in
  /// hours, where a series finds its hour, and roll-ups of minutes, without reading the rest.
  static let wholeMax = 8_640
  /// Streams and observations after which a turn ends.
  private static let turnStreamsMax = 4_096
  private static let turnObservationsMax = 1_000_000
  /// Free pages that a turn gives back.
  private static let turnPagesMax = 4_096
  /// What `auto_vacuum` says of a file that can shrink in pieces.
  private static let shrinksInPieces: Int64 = 2

  /// All points of a stream whose day is one block; nil where it is not.
  func whole(of stream: StreamNumber) throws(DiskFault) -> Points? {
    try read(stream) { bytes, start throws(BlockDamage) in
      try Block.decode(bytes, start: start, span: Duration.day)
    }
  }

  /// What a stream's day comes to where it is one block.
  func wholeTotal(of stream: StreamNumber) throws(DiskFault) -> Total? {
    try read(stream) { bytes, start throws(BlockDamage) in
      try Block.total(of: bytes, start: start, span: Duration.day)
    }
  }

  private func read<Answer>(
    _ stream: StreamNumber,
    _ decode: (UnsafeBufferPointer<UInt8>, Int64) throws(BlockDamage) -> Answer
  ) throws(DiskFault) -> Answer? {
    var answer: Answer?
    var isDamaged = false
    let start = hourStart(0)
    try database.run(
      "SELECT data FROM wholes WHERE stream = ?1", [.integer(Int64(stream.rawValue))]
    ) { row in
      do throws(BlockDamage) { answer = try decode(row.bytes(0), start) } catch { isDamaged = true }
    }
    if isDamaged {
      throw DiskFault(detail: "\(Self.name(day)) is damaged: day of stream \(stream.rawValue)")
    }
    return answer
  }

  func putWhole(_ points: Points, of stream: StreamNumber) throws(DiskFault) {
    try database.run(
      "INSERT OR REPLACE INTO wholes (stream, data) VALUES (?1, ?2)",
      [
        .integer(Int64(stream.rawValue)), .bytes(Block.encode(points, start: hourStart(0))),
      ])
  }

  func removeWhole(of stream: StreamNumber) throws(DiskFault) {
    try database.run(
      "DELETE FROM wholes WHERE stream = ?1", [.integer(Int64(stream.rawValue))])
  }

  /// Merges the next streams, from one on, or gives free pages back where none is left.
  /// - Returns: the stream to go on from; nil where the day is done.
  func mergeTurn(
    from stream: Int64, _ seen: (MergeStep) -> Void
  ) throws(DiskFault) -> Int64? {
    let streams = try mergeable(from: stream)
    guard let last = streams.last else {
      return try shrink(seen) ? stream : nil
    }
    try database.transaction { () throws(DiskFault) in
      for (stream, count) in streams {
        try merge(StreamNumber(UInt32(stream)), count)
        seen(.moving)
      }
    }
    seen(.committed)
    try database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return last.stream + 1
  }

  /// The next streams in hours whose day may be one block, and how many observations it has.
  private func mergeable(
    from stream: Int64
  ) throws(DiskFault) -> [(stream: Int64, count: Int)] {
    var streams: [(stream: Int64, count: Int)] = []
    var observations = 0
    try database.run(
      "SELECT stream, count FROM totals WHERE stream >= ?1 AND count <= ?2 ORDER BY stream LIMIT ?3",
      [.integer(stream), .integer(Int64(Self.wholeMax)), .integer(Int64(Self.turnStreamsMax))]
    ) { row in
      observations += Int(row.integer(1))
      let isFirst = streams.isEmpty
      guard isFirst || observations <= Self.turnObservationsMax else { return }
      streams.append((row.integer(0), Int(row.integer(1))))
    }
    return streams
  }

  /// Makes one block of a stream's hours. What cannot be read stays as it is, for `verify` to name.
  private func merge(_ stream: StreamNumber, _ count: Int) throws(DiskFault) {
    var points = Points()
    do throws(DiskFault) {
      for hour in 0..<Self.hours {
        let hour = try self.points(of: stream, hour: hour)
        points.times.append(contentsOf: hour.times)
        points.values.append(contentsOf: hour.values)
      }
    } catch {
      return
    }
    guard points.times.count == count else { return }
    try putWhole(points, of: stream)
    for hour in 0..<Self.hours { try removeHour(hour, of: stream) }
    try database.run(
      "DELETE FROM totals WHERE stream = ?1", [.integer(Int64(stream.rawValue))])
  }

  private static let hours: Int64 = 24

  /// - Returns: whether pages went back, so that there may be more.
  private func shrink(_ seen: (MergeStep) -> Void) throws(DiskFault) -> Bool {
    guard try database.number("PRAGMA auto_vacuum") == Self.shrinksInPieces,
      let free = try database.number("PRAGMA freelist_count"), free > 0
    else { return false }
    try database.execute("PRAGMA incremental_vacuum(\(Self.turnPagesMax))")
    try database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    seen(.shrunk)
    return true
  }
}
