import City
import Ports

/// Finds what a question asks for in one segment: lists of pairs, the rarest first, and then the
/// texts where pairs alone do not prove it. What may not be seen is left out before it is counted.
struct SegmentSearch {
  /// A text is read about as fast as so many numbers of a list.
  static let listNumbersPerText = 64

  let segment: Segment
  let number: Int
  let question: SearchQuestion
  let ranking: Ranking

  /// Counts what was found and offers it to be among the best.
  func run(_ collector: inout SearchCollector) {
    let rows = matching()
    if !rows.isEmpty { collect(rows, &collector) }
  }

  /// The rows that match and may be seen, ascending.
  func rows() -> [UInt32] { matching().map { $0 >> 1 } }

  /// Rows times two, plus one where a head holds the words; ascending.
  private func matching() -> [UInt32] {
    guard var rows = candidates() else { return [] }
    keepVisible(&rows)
    if rows.needsText {
      keepMatching(&rows.values)
    } else if question.query.headOnly {
      rows.values.removeAll { $0 & 1 == 0 }
    }
    return rows.values
  }

  /// Rows times two, plus one where a head holds the pair; ascending.
  private struct Rows {
    var values: [UInt32]
    var needsText: Bool
  }

  private func candidates() -> Rows? {
    if question.parts.isEmpty { return reported() }
    var terms: [Int] = []
    for key in question.keys {
      guard let term = segment.term(key) else { return nil }
      terms.append(term)
    }
    guard !terms.isEmpty else {
      return Rows(values: beginning(question.parts[0][0]), needsText: question.parts.count > 1)
    }
    terms.sort { segment.counts[$0] < segment.counts[$1] }
    var rows = Rows(values: decode(terms[0]), needsText: question.needsText)
    for term in terms.dropFirst() {
      if rows.values.count * Self.listNumbersPerText < Int(segment.counts[term]) {
        rows.needsText = true
        break
      }
      intersect(&rows.values, term)
    }
    return rows
  }

  /// Everything of one reporter, where no words narrow it.
  private func reported() -> Rows? {
    guard let reporter = question.query.reporter?.rawValue else { return nil }
    let rows = (0..<segment.count).filter { segment.columns.reporter[$0] == reporter }
    return Rows(values: rows.map { UInt32($0) << 1 }, needsText: false)
  }

  private func decode(_ term: Int) -> [UInt32] {
    let count = Int(segment.counts[term])
    return [UInt32](unsafeUninitializedCapacity: count) { target, initialised in
      var list = UnsafePointer(segment.lists + Int(segment.offsets[term]))
      var row: UInt32 = 0
      for index in 0..<count {
        let value = Postings.read(&list)
        row &+= value >> 1
        target[index] = row << 1 | value & 1
      }
      initialised = count
    }
  }

  /// Keeps what the list of `term` holds too.
  private func intersect(_ rows: inout [UInt32], _ term: Int) {
    var list = UnsafePointer(segment.lists + Int(segment.offsets[term]))
    var left = Int(segment.counts[term])
    let count = rows.count
    var kept = 0
    rows.withUnsafeMutableBufferPointer { rows in
      var row: UInt32 = 0
      var index = 0
      while left > 0, index < count {
        row &+= Postings.read(&list) >> 1
        left -= 1
        while index < count, rows[index] >> 1 < row { index += 1 }
        if index < count, rows[index] >> 1 == row {
          rows[kept] = rows[index]
          kept += 1
          index += 1
        }
      }
    }
    rows.removeLast(count - kept)
  }

  /// Rows with any pair that begins with this character.
  private func beginning(_ unit: UInt16) -> [UInt32] {
    var term = segment.lowerBound(UInt32(unit) << 16)
    var flags = [UInt8](repeating: 0, count: segment.count)
    while term < segment.layout.terms, segment.keys[term] >> 16 == UInt32(unit) {
      var list = UnsafePointer(segment.lists + Int(segment.offsets[term]))
      var row = 0
      for _ in 0..<segment.counts[term] {
        let value = Postings.read(&list)
        row += Int(value >> 1)
        flags[row] |= value & 1 == 1 ? 3 : 1
      }
      term += 1
    }
    var rows: [UInt32] = []
    for row in 0..<segment.count where flags[row] != 0 {
      rows.append(UInt32(row) << 1 | UInt32(flags[row] >> 1))
    }
    return rows
  }

  private func keepVisible(_ rows: inout Rows) {
    let columns = segment.columns
    let reporter = question.query.reporter?.rawValue
    let count = rows.values.count
    var kept = 0
    rows.values.withUnsafeMutableBufferPointer { values in
      question.areas.withUnsafeBufferPointer { areas in
        question.units.withUnsafeBufferPointer { units in
          question.open.withUnsafeBufferPointer { open in
            for index in 0..<count {
              let row = Int(values[index] >> 1)
              let kind = columns.kind[row]
              let (area, unit) = (Int(columns.area[row]), Int(columns.unit[row]))
              // A path that was numbered after the question was made ready is not seen yet.
              let seen =
                (area < areas.count ? areas[area] : 0) | (unit < units.count ? units[unit] : 0)
                | open[Int(kind)]
              values[kept] = values[index]
              kept += seen != 0 && kind != 0 ? 1 : 0
            }
          }
        }
      }
    }
    rows.values.removeLast(count - kept)
    if let reporter { rows.values.removeAll { columns.reporter[Int($0 >> 1)] != reporter } }
  }

  /// Keeps the rows whose text holds every part, and says whether a head holds the first.
  private func keepMatching(_ rows: inout [UInt32]) {
    let count = rows.count
    var kept = 0
    rows.withUnsafeMutableBufferPointer { rows in
      for index in 0..<count {
        let row = rows[index] >> 1
        guard let isHead = matches(Int(row)) else { continue }
        rows[kept] = row << 1 | (isHead ? 1 : 0)
        kept += 1
      }
    }
    rows.removeLast(count - kept)
  }

  /// nil = not all parts stand in the text; else whether the first stands in the head.
  private func matches(_ row: Int) -> Bool? {
    let text = segment.text(row)
    let head = text.headCount
    let range = 0..<(question.query.headOnly ? head : text.unitCount)
    var isHead: Bool?
    for part in question.parts {
      let place = part.withUnsafeBufferPointer { UnitSearch.first($0, in: text.units, range) }
      guard let place else { return nil }
      if isHead == nil { isHead = place < head }
    }
    return isHead
  }

  private func collect(_ rows: [UInt32], _ collector: inout SearchCollector) {
    let columns = segment.columns
    let time = UnsafePointer(columns.time)
    var counts = collector.counts
    // The newest come first, so that the later ones seldom get in.
    for value in rows.reversed() {
      let row = Int(value >> 1)
      let kind = Int(columns.kind[row]) & (SearchQuestion.kindsMax - 1)
      counts[kind] += 1
      guard question.wanted[kind] != 0 else { continue }
      let points = ranking.points(
        row, kind: Ranking.kindPoints[kind], isHead: value & 1 != 0, time: time, columns)
      guard points >= collector.scoreMin else { continue }
      collector.offer(
        SearchCollector.Entry(
          score: points, time: time[row], id: columns.id[row], segment: Int32(number),
          row: UInt32(row)))
    }
    collector.counts = counts
  }
}
