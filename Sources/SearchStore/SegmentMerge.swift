/// Makes one segment of several, whose documents follow one another in it.
///
/// Where nothing was taken out, lists are copied as they lie: only the first number of each is
/// written anew. Where much was, they are read, and what was taken out is left out.
struct SegmentMerge {
  let sources: [Segment]
  /// The new row of each old one; nil = as they lie, one source behind the other.
  private let rows: [[UInt32]]?
  private let bases: [Int]
  /// Documents of the outcome.
  let documents: Int

  static let gone = UInt32.max

  /// - Parameter purging: leave out what was taken out, however little it is.
  init(_ sources: [Segment], purging: Bool = false) {
    self.sources = sources
    var bases: [Int] = []
    var total = 0
    var removed = 0
    for source in sources {
      bases.append(total)
      total += source.count
      for row in 0..<source.count where source.columns.kind[row] == 0 { removed += 1 }
    }
    self.bases = bases
    guard removed > (purging ? 0 : total / 16) else {
      rows = nil
      documents = total
      return
    }
    var next: UInt32 = 0
    rows = sources.map { source in
      (0..<source.count).map { row in
        guard source.columns.kind[row] != 0 else { return Self.gone }
        defer { next += 1 }
        return next
      }
    }
    documents = Int(next)
  }

  func run(path: String?) throws(SearchStoreFault) -> Segment {
    let keys = mergedKeys()
    var units = 0
    var postings = 0
    for (number, source) in sources.enumerated() {
      postings += source.layout.postings + 5 * source.layout.terms
      guard rows != nil else {
        units += source.layout.units
        continue
      }
      for row in 0..<source.count where target(number, row) != Self.gone {
        units += Int(source.starts[row + 1] - source.starts[row])
      }
    }
    // Lists grow in memory first: how long they become is known only then.
    let lists = UnsafeMutablePointer<UInt8>.allocate(capacity: postings + 16)
    defer { lists.deallocate() }
    var terms: [(key: UInt32, offset: UInt32, count: UInt32, last: UInt32)] = []
    terms.reserveCapacity(keys.count)
    let length = writeLists(keys, lists, &terms)
    let segment = try Segment.make(
      Segment.Layout(
        documents: documents, terms: terms.count, units: units, postings: length), path: path)
    for (index, term) in terms.enumerated() {
      segment.keys[index] = term.key
      segment.offsets[index] = term.offset
      segment.counts[index] = term.count
      segment.lasts[index] = term.last
    }
    segment.offsets[terms.count] = UInt32(length)
    segment.lists.update(from: lists, count: length)
    writeTexts(segment)
    writeColumns(segment)
    try segment.seal()
    return segment
  }

  private func target(_ source: Int, _ row: Int) -> UInt32 {
    rows.map { $0[source][row] } ?? UInt32(bases[source] + row)
  }

  private func mergedKeys() -> [UInt32] {
    var keys: [UInt32] = []
    for source in sources {
      keys.append(contentsOf: UnsafeBufferPointer(start: source.keys, count: source.layout.terms))
    }
    keys.sort()
    var unique: [UInt32] = []
    unique.reserveCapacity(keys.count)
    for key in keys where unique.last != key { unique.append(key) }
    return unique
  }

  private func writeLists(
    _ keys: [UInt32], _ lists: UnsafeMutablePointer<UInt8>,
    _ terms: inout [(key: UInt32, offset: UInt32, count: UInt32, last: UInt32)]
  ) -> Int {
    var length = 0
    var next = [Int](repeating: 0, count: sources.count)
    for key in keys {
      let offset = length
      var count: UInt32 = 0
      var last: UInt32 = 0
      for number in sources.indices {
        let source = sources[number]
        let term = next[number]
        guard term < source.layout.terms, source.keys[term] == key else { continue }
        next[number] += 1
        if rows != nil {
          copyHeld(number, term, lists, &length, &count, &last)
        } else {
          copyWhole(number, term, lists, &length, &count, &last)
        }
      }
      if count > 0 { terms.append((key, UInt32(offset), count, last)) }
    }
    return length
  }

  private func copyWhole(
    _ number: Int, _ term: Int, _ lists: UnsafeMutablePointer<UInt8>, _ length: inout Int,
    _ count: inout UInt32, _ last: inout UInt32
  ) {
    let source = sources[number]
    let base = UInt32(bases[number])
    var list = UnsafePointer(source.lists + Int(source.offsets[term]))
    let end = UnsafePointer(source.lists + Int(source.offsets[term + 1]))
    let first = Postings.read(&list)
    let row = base + first >> 1
    length += Postings.write((row - last) << 1 | first & 1, at: lists + length)
    (lists + length).update(from: list, count: end - list)
    length += end - list
    count += source.counts[term]
    last = base + source.lasts[term]
  }

  private func copyHeld(
    _ number: Int, _ term: Int, _ lists: UnsafeMutablePointer<UInt8>, _ length: inout Int,
    _ count: inout UInt32, _ last: inout UInt32
  ) {
    let source = sources[number]
    var list = UnsafePointer(source.lists + Int(source.offsets[term]))
    var row = 0
    for _ in 0..<source.counts[term] {
      let value = Postings.read(&list)
      row += Int(value >> 1)
      let place = target(number, row)
      guard place != Self.gone else { continue }
      length += Postings.write((place - last) << 1 | value & 1, at: lists + length)
      last = place
      count += 1
    }
  }

  private func writeTexts(_ segment: Segment) {
    var start = 0
    var place = 0
    for (number, source) in sources.enumerated() {
      for row in 0..<source.count where target(number, row) != Self.gone {
        let from = Int(source.starts[row])
        let count = Int(source.starts[row + 1]) - from
        segment.starts[place] = UInt32(start)
        (segment.texts + start).update(from: source.texts + from, count: count)
        start += count
        place += 1
      }
    }
    segment.starts[place] = UInt32(start)
  }

  private func writeColumns(_ segment: Segment) {
    for (number, source) in sources.enumerated() {
      if rows == nil {
        segment.columns.copy(from: source.columns, at: bases[number])
        continue
      }
      for row in 0..<source.count where target(number, row) != Self.gone {
        segment.columns.copyRow(row, from: source.columns, to: Int(target(number, row)))
      }
    }
    let ids = segment.columns.id
    let order = (0..<UInt32(documents)).sorted { ids[Int($0)] < ids[Int($1)] }
    for (place, row) in order.enumerated() { segment.order[place] = row }
  }
}
