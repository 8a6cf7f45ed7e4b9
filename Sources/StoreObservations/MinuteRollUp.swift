/// What each minute of a block comes to, kept beside blocks that are long to read.
///
/// Columns one after the other: how many minutes (number), minute of the hour, count, then least,
/// greatest, sum and last as `ValueColumn`; framed like a block.
enum MinuteRollUp {
  /// Made where a minute holds this many observations in the mean.
  static let observationsMin = 10
  private static let minute: Int64 = 60_000

  /// The totals of the minutes of `points`, in time order.
  static func totals(_ points: Points) -> [Total] {
    var totals: [Total] = []
    totals.reserveCapacity(min(points.times.count, 60))
    for index in points.times.indices {
      let one = Total(at: points.times[index], value: points.values[index])
      if let last = totals.indices.last, totals[last].first / minute == one.at / minute {
        totals[last].add(one)
      } else {
        totals.append(one)
      }
    }
    return totals
  }

  /// nil where the block itself is as quick to read.
  static func encode(_ points: Points, hourStart: Int64) -> [UInt8]? {
    guard points.times.count >= observationsMin * 2 else { return nil }
    let totals = totals(points)
    guard points.times.count >= observationsMin * totals.count else { return nil }
    var writer = BitWriter()
    writer.putNumber(UInt64(totals.count))
    IntegerColumn.write(totals.map { ($0.first - hourStart) / minute }, into: &writer)
    IntegerColumn.write(totals.map { Int64($0.count) }, into: &writer)
    ValueColumn.write(totals.map(\.least), into: &writer)
    ValueColumn.write(totals.map(\.greatest), into: &writer)
    ValueColumn.write(exactSums(points, totals), into: &writer)
    ValueColumn.write(totals.map(\.last), into: &writer)
    return Block.framed(writer.finish())
  }

  /// Sums of decimal numbers without the error of adding doubles, so that they are short to write.
  private static func exactSums(_ points: Points, _ totals: [Total]) -> [Double] {
    guard let scaled = ValueColumn.scaled(points.values) else { return totals.map(\.sum) }
    var next = 0
    return totals.map { total in
      defer { next += total.count }
      let sum = scaled.numbers[next..<next + total.count].reduce(0, +)
      return ValueColumn.unscaled(sum, scaled.places)
    }
  }

  static func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, hourStart: Int64
  ) throws(BlockDamage) -> [Total] {
    var reader = BitReader(try Block.content(of: bytes))
    let count = Int(truncatingIfNeeded: reader.getNumber())
    guard (1...60).contains(count) else { throw BlockDamage() }
    var minutes: [Int64] = []
    IntegerColumn.read(count, from: &reader, into: &minutes)
    var counts: [Int64] = []
    IntegerColumn.read(count, from: &reader, into: &counts)
    var columns = [[Double]](repeating: [], count: 4)
    for column in columns.indices { ValueColumn.read(count, from: &reader, into: &columns[column]) }
    guard !reader.ranOut, minutes.count == count, counts.count == count,
      columns.allSatisfy({ $0.count == count }), counts.allSatisfy({ $0 >= 1 && $0 <= minute }),
      minutes.allSatisfy({ $0 >= 0 && $0 < 60 }), zip(minutes, minutes.dropFirst()).allSatisfy(<)
    else { throw BlockDamage() }
    return (0..<count).map { index in
      let start = hourStart + minutes[index] * minute
      return Total(
        count: Int(counts[index]), first: start, at: start, least: columns[0][index],
        greatest: columns[1][index], sum: columns[2][index], last: columns[3][index])
    }
  }
}
