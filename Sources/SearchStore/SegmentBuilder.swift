import City
import Language
import Ports

/// Gathers documents and makes a segment of them.
struct SegmentBuilder {
  /// One pair in one document: the pair in the upper half, then the row, then whether in the head.
  private var pairs: [UInt64] = []
  private var texts: [UInt16] = []
  private var starts: [UInt32] = [0]
  private(set) var rows: [Row] = []

  /// What the columns will hold.
  struct Row {
    var document: SearchDocument
    var area: UInt32
    var unit: UInt32
    /// Taken out again before it was built.
    var isRemoved = false
  }

  var count: Int { rows.count }
  var unitCount: Int { texts.count }

  /// A document's text as the segment stores it.
  static func record(of document: SearchDocument, _ folding: SearchFolding) -> [UInt16] {
    var text = FoldedText()
    text.units.reserveCapacity(64 + document.text.utf8.count / 2)
    var lengths: [UInt16] = []
    let sound = Self.sound(of: document, folding)
    for (field, limit) in [
      (document.code, SearchLimits.fieldUnitsMax), (document.title, SearchLimits.fieldUnitsMax),
      (sound, SearchLimits.fieldUnitsMax), (document.address, SearchLimits.fieldUnitsMax),
      (document.text, SearchLimits.bodyUnitsMax),
    ] {
      let start = text.units.count
      folding.append(field, unitsMax: limit, to: &text)
      lengths.append(UInt16(text.units.count - start))
      text.units.append(SearchFolding.end)
    }
    return lengths + text.units + text.originals
  }

  /// Names of what is not told by citizens are found by their sound too.
  private static func sound(of document: SearchDocument, _ folding: SearchFolding) -> String {
    guard let readings = folding.readings, document.kind != .case, document.kind != .event else {
      return ""
    }
    let address = readings.spellings(of: document.address)
    let title = readings.spellings(of: document.title)
    return address.isEmpty ? title : title + " " + address
  }

  mutating func add(_ document: SearchDocument, record: [UInt16], area: UInt32, unit: UInt32) {
    let row = UInt64(rows.count)
    rows.append(Row(document: document, area: area, unit: unit))
    texts.append(contentsOf: record)
    starts.append(UInt32(texts.count))
    record.withUnsafeBufferPointer { record in
      guard let base = record.baseAddress else { return }
      let stored = StoredText(base, count: record.count)
      addPairs(stored.units, stored.unitCount, head: stored.headCount, row: row)
    }
  }

  private mutating func addPairs(
    _ units: UnsafePointer<UInt16>, _ count: Int, head: Int, row: UInt64
  ) {
    for index in 0..<max(count - 1, 0) {
      let first = units[index]
      if first == SearchFolding.end || first == SearchFolding.space { continue }
      var second = units[index + 1]
      if second == SearchFolding.space { second = SearchFolding.end }
      let key = UInt64(first) << 16 | UInt64(second)
      pairs.append(key << 32 | row << 1 | (index < head ? 1 : 0))
    }
  }

  /// Changes what is no text of a document that is not built yet.
  mutating func change(_ row: Int, _ body: (inout Row) -> Void) { body(&rows[row]) }

  /// Makes the segment; the builder is empty afterwards.
  mutating func build(path: String?) throws(SearchStoreFault) -> Segment {
    Self.sort(&pairs)
    var lists: [UInt8] = []
    lists.reserveCapacity(pairs.count * 2)
    var terms: [(key: UInt32, offset: UInt32, count: UInt32, last: UInt32)] = []
    encode(&lists, &terms)
    let segment = try Segment.make(
      Segment.Layout(
        documents: rows.count, terms: terms.count, units: texts.count, postings: lists.count),
      path: path)
    for (index, term) in terms.enumerated() {
      segment.keys[index] = term.key
      segment.offsets[index] = term.offset
      segment.counts[index] = term.count
      segment.lasts[index] = term.last
    }
    segment.offsets[terms.count] = UInt32(lists.count)
    lists.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { segment.lists.update(from: base, count: source.count) }
    }
    starts.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { segment.starts.update(from: base, count: source.count) }
    }
    texts.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { segment.texts.update(from: base, count: source.count) }
    }
    for (row, entry) in rows.enumerated() {
      segment.columns.write(entry.document, area: entry.area, unit: entry.unit, at: row)
      if entry.isRemoved { segment.columns.kind[row] = 0 }
    }
    let order = rows.indices.sorted { rows[$0].document.id < rows[$1].document.id }
    for (place, row) in order.enumerated() { segment.order[place] = UInt32(row) }
    self = SegmentBuilder()
    try segment.seal()
    return segment
  }

  private func encode(
    _ lists: inout [UInt8],
    _ terms: inout [(key: UInt32, offset: UInt32, count: UInt32, last: UInt32)]
  ) {
    var index = 0
    while index < pairs.count {
      let key = UInt32(pairs[index] >> 32)
      let offset = UInt32(lists.count)
      var count: UInt32 = 0
      var last: UInt32 = 0
      var previous = UInt32.max
      while index < pairs.count, UInt32(pairs[index] >> 32) == key {
        let low = UInt32(truncatingIfNeeded: pairs[index])
        index += 1
        let row = low >> 1
        // The head comes first in a text, so the first of equal pairs says it.
        if row == previous { continue }
        Postings.append((row - last) << 1 | low & 1, to: &lists)
        (previous, last) = (row, row)
        count += 1
      }
      terms.append((key, offset, count, last))
    }
  }

  /// Sorts by pair; documents keep their order. Three passes of 11 bits each.
  private static func sort(_ pairs: inout [UInt64]) {
    let count = pairs.count
    guard count > 1 else { return }
    let other = UnsafeMutablePointer<UInt64>.allocate(capacity: count)
    defer { other.deallocate() }
    pairs.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      var (source, target) = (base, other)
      withUnsafeTemporaryAllocation(of: Int.self, capacity: 2_048) { starts in
        for shift in [32, 43, 54] as [UInt64] {
          starts.update(repeating: 0)
          for index in 0..<count { starts[Int(source[index] >> shift & 2_047)] += 1 }
          var sum = 0
          for digit in 0..<2_048 {
            let digits = starts[digit]
            starts[digit] = sum
            sum += digits
          }
          for index in 0..<count {
            let digit = Int(source[index] >> shift & 2_047)
            target[starts[digit]] = source[index]
            starts[digit] += 1
          }
          swap(&source, &target)
        }
      }
      base.update(from: other, count: count)
    }
  }
}

/// Numbers of seven bits a byte.
enum Postings {
  @inline(__always) static func append(_ value: UInt32, to list: inout [UInt8]) {
    var value = value
    while value >= 0x80 {
      list.append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    list.append(UInt8(value))
  }

  /// - Returns: how many bytes it took.
  @inline(__always) static func write(_ value: UInt32, at target: UnsafeMutablePointer<UInt8>)
    -> Int
  {
    var value = value
    var count = 0
    while value >= 0x80 {
      target[count] = UInt8(truncatingIfNeeded: value) | 0x80
      value >>= 7
      count += 1
    }
    target[count] = UInt8(value)
    return count + 1
  }

  @inline(__always) static func read(_ list: inout UnsafePointer<UInt8>) -> UInt32 {
    var byte = list.pointee
    list += 1
    if byte < 0x80 { return UInt32(byte) }
    var value = UInt32(byte & 0x7F)
    var shift: UInt32 = 7
    repeat {
      byte = list.pointee
      list += 1
      value |= UInt32(byte & 0x7F) << shift
      shift += 7
    } while byte >= 0x80
    return value
  }
}
