import City

/// A `CaseBook` as chunks of words of 64 bits, and back: a copy that spares reading the whole
/// journal again. A copy is of one catalogue; what it says of any other is not taken.
extension CaseBook {
  /// Says how the words lie; another number from each change on.
  static let copyLayout: Int64 = 3
  static let rowsInChunk = 16_384

  /// One for the lists, the others of rows.
  package var chunkCount: Int { 1 + (rows.count + Self.rowsInChunk - 1) / Self.rowsInChunk }

  /// - Parameter index: below `chunkCount`.
  package func chunk(_ index: Int) -> [Int64] {
    guard index > 0 else { return lists }
    let from = (index - 1) * Self.rowsInChunk
    var words: [Int64] = []
    words.reserveCapacity(Self.rowsInChunk * CaseRow.wordCount)
    for row in rows[from..<min(from + Self.rowsInChunk, rows.count)] { row.put(into: &words) }
    return words
  }

  /// Takes in a chunk; they come in their order, into a book that is empty.
  ///
  /// - Returns: false where the copy is of another layout or catalogue, or is none: the book is
  ///   then of no use.
  package mutating func take(chunk words: [Int64], at index: Int) -> Bool {
    guard index > 0 else { return take(lists: words) }
    guard words.count % CaseRow.wordCount == 0 else { return false }
    for from in stride(from: 0, to: words.count, by: CaseRow.wordCount) {
      var row = CaseRow(words[from..<from + CaseRow.wordCount])
      row.weight = weight(of: row.item)
      append(row)
    }
    return true
  }

  private var lists: [Int64] {
    var words = [Self.copyLayout, Int64(weights.count)]
    words.put(items.values) { $0.utf8.map { Int64($0) } }
    words.put(areas.values) { $0.areas.map(\.rawValue) }
    words.put(units.values) { $0.units.map(\.rawValue) }
    words.put(handlers.values) { [$0.rawValue] }
    words.put(Array(transfers)) { [$0.case, $0.at, Int64($0.from), Int64($0.to)] }
    words.put(waiting.sorted { $0.key < $1.key }) { [$0.key, Int64($0.value)] }
    return words
  }

  private mutating func take(lists words: [Int64]) -> Bool {
    var words = words[...]
    guard words.popFirst() == Self.copyLayout, words.popFirst() == Int64(weights.count),
      let names = words.takeList({
        String(validating: $0.map { UInt8(clamping: $0) }, as: UTF8.self)
      }),
      names.prefix(weights.count).elementsEqual(items.values),
      let areas = words.takeList({ AreaPath($0.map { ID($0) }) }),
      let units = words.takeList({ UnitPath($0.map { ID($0) }) }),
      let handlers = words.takeList({ $0.first.map { ID<Staff>($0) } }),
      let transfers = words.takeList(CaseTransfer.init),
      let waiting = words.takeList({ $0.count == 2 ? ($0[0], Int32(clamping: $0[1])) : nil })
    else { return false }
    items = NumberedList(names)
    self.areas = NumberedList(areas)
    self.units = NumberedList(units)
    self.handlers = NumberedList(handlers)
    self.transfers = ContiguousArray(transfers)
    self.waiting = Dictionary(waiting) { $1 }
    return true
  }
}

extension CaseTransfer {
  init?(_ words: [Int64]) {
    guard words.count == 4 else { return nil }
    self.init(
      case: words[0], at: words[1], from: Int32(clamping: words[2]), to: Int32(clamping: words[3]))
  }
}

extension CaseRow {
  static let wordCount = 25

  /// Appends `wordCount` words; the weight is the catalogue's and not among them.
  func put(into words: inout [Int64]) {
    words += [
      id, Int64(numberDay), Int64(numberSerial), Int64(bitPattern: longitude.bitPattern),
      Int64(bitPattern: latitude.bitPattern), filedAt, dispatchedAt, contactedAt, orderedAt,
      reportedAt, closedAt, judgedAt, due, Int64(item), Int64(area), Int64(unit), Int64(lastUnit),
      Int64(handler), Int64(verdict), Int64(signals), Int64(reworks), Int64(returns),
      Int64(judgements), Int64(content) << 16 | Int64(solved),
      Int64(channel) << 8 | Int64(grade) | (isGivenBack ? 1 << 16 : 0)
        | (isReturnedWrongly ? 1 << 17 : 0) | (isDoubted ? 1 << 18 : 0) | (isUpheld ? 1 << 19 : 0),
    ]
  }

  /// - Parameter words: `wordCount` of them, as `put` wrote them.
  init(_ words: ArraySlice<Int64>) {
    let first = words.startIndex
    func small(_ index: Int) -> Int32 { Int32(truncatingIfNeeded: words[first + index]) }
    func degrees(_ index: Int) -> Double {
      Double(bitPattern: UInt64(bitPattern: words[first + index]))
    }
    self.init(
      id: words[first], numberDay: small(1), numberSerial: small(2), longitude: degrees(3),
      latitude: degrees(4), filedAt: words[first + 5],
      channel: UInt8(truncatingIfNeeded: words[first + 24] >> 8),
      grade: UInt8(truncatingIfNeeded: words[first + 24]))
    dispatchedAt = words[first + 6]
    contactedAt = words[first + 7]
    orderedAt = words[first + 8]
    reportedAt = words[first + 9]
    closedAt = words[first + 10]
    judgedAt = words[first + 11]
    due = words[first + 12]
    item = small(13)
    area = small(14)
    unit = small(15)
    lastUnit = small(16)
    handler = small(17)
    verdict = small(18)
    signals = small(19)
    reworks = small(20)
    returns = small(21)
    judgements = Int16(truncatingIfNeeded: words[first + 22])
    content = Int16(truncatingIfNeeded: words[first + 23] >> 16)
    solved = Int16(truncatingIfNeeded: words[first + 23])
    isGivenBack = words[first + 24] & 1 << 16 != 0
    isReturnedWrongly = words[first + 24] & 1 << 17 != 0
    isDoubted = words[first + 24] & 1 << 18 != 0
    isUpheld = words[first + 24] & 1 << 19 != 0
  }
}
