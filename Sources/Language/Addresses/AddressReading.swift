import City

/// One reading of one address, from left to right.
struct AddressReading {
  let parser: AddressParser
  let scalars: [UInt32]
  private var at = 0
  private var pieces: [AddressPiece] = []
  private var isCrossing = false
  /// A road, number or place was read: what follows is no city or district any more.
  private var isLocal = false

  init(parser: AddressParser, scalars: [UInt32]) {
    (self.parser, self.scalars) = (parser, scalars)
  }

  mutating func run() -> ParsedAddress {
    while at < scalars.count {
      if readMark() || readWord() || readKnownName() || readNumber() { continue }
      readName()
    }
    let roads = pieces.filter { $0.part == .road }.count
    return ParsedAddress(pieces: pieces, isCrossing: isCrossing && roads > 1)
  }

  private func isMark(_ index: Int) -> Bool {
    let sort = ScalarForm.sort(scalars[index])
    return sort == .mark || sort == .space
  }

  private mutating func readMark() -> Bool {
    guard isMark(at) else { return false }
    at += 1
    return true
  }

  private func begins(_ word: [UInt32], _ index: Int) -> Bool {
    guard index + word.count <= scalars.count else { return false }
    return word.indices.allSatisfy { scalars[index + $0] == word[$0] }
  }

  private func length(of word: AddressWords.Word, _ index: Int) -> Int {
    parser.words[word]?.first { begins($0, index) }?.count ?? 0
  }

  private mutating func add(_ part: AddressPart, _ start: Int, _ end: Int, suffix: Int) {
    let numbered = AddressWords.numbered.contains(part)
    let core = Array(scalars[start..<end - suffix])
    let text = Self.text(scalars[start..<end])
    if let now = parser.renamed[text] {
      // The new name ends as the old one did, or keeps none of it.
      let ending = Self.text(scalars[(end - suffix)..<end])
      pieces.append(
        AddressPiece(
          part: part, text: now,
          core: now.hasSuffix(ending) ? String(now.dropLast(ending.count)) : now))
    } else {
      pieces.append(
        AddressPiece(
          part: part, text: text, core: Self.text(numbered ? digits(core)[...] : core[...])))
    }
    if AddressPart.allCases.firstIndex(of: part) ?? 0 >= Self.firstLocal { isLocal = true }
    at = end
  }

  private static let firstLocal = AddressPart.allCases.firstIndex(of: .road) ?? 0

  /// Words that name nothing: where two roads meet, what lies beside.
  private mutating func readWord() -> Bool {
    if let last = pieces.last {
      let crossing = length(of: .crossing, at)
      if crossing > 0, last.part == .road {
        isCrossing = true
        at += crossing
        return true
      }
      let joining = length(of: .joining, at)
      if joining > 0, last.part == .road {
        isCrossing = true
        at += joining
        return true
      }
      let beside = length(of: .beside, at)
      if beside > 0 {
        add(.aside, at, at + beside, suffix: 0)
        return true
      }
    }
    let near = length(of: .near, at)
    if near > 0, !pieces.isEmpty {
      add(.aside, at, at + near, suffix: 0)
      return true
    }
    return readDistance()
  }

  /// A direction and so many metres.
  private mutating func readDistance() -> Bool {
    let from = at + length(of: .direction, at)
    var end = from
    while end < scalars.count, isDigit(scalars[end]) { end += 1 }
    guard end > from else { return false }
    let unit = length(of: .metres, end)
    guard unit > 0 else { return false }
    add(.aside, at, end + unit, suffix: 0)
    return true
  }

  /// A province or great city that is written without its suffix, or with it.
  private mutating func readKnownName() -> Bool {
    guard !isLocal,
      let (part, name) = parser.names.first(where: { begins($0.1, at) })
    else { return false }
    let end = at + name.count
    if let suffix = suffix(at: end, of: [.province, .city]) {
      add(suffix.part, at, end + suffix.scalars.count, suffix: suffix.scalars.count)
      return true
    }
    // A road may be called after a province: the suffix then follows.
    if let next = suffix(at: end, of: nil), next.part != .district { return false }
    guard end < scalars.count, !startsRoad(end) else { return false }
    add(part, at, end, suffix: 0)
    return true
  }

  private func startsRoad(_ index: Int) -> Bool {
    guard index + 1 < scalars.count else { return false }
    return suffix(at: index + 1, of: [.road])?.scalars.count ?? 0 > 0
  }

  private func isDigit(_ scalar: UInt32) -> Bool { (0x30...0x39).contains(scalar) }
  private func isLetter(_ scalar: UInt32) -> Bool { (0x61...0x7A).contains(scalar) }
  private func isNumeral(_ scalar: UInt32) -> Bool {
    parser.numerals[scalar] != nil || parser.tens.contains(scalar)
  }

  private func suffix(at index: Int, of parts: Set<AddressPart>?) -> SuffixTable? {
    parser.suffixes.first { suffix in
      (parts?.contains(suffix.part) ?? true) && begins(suffix.scalars, index)
    }
  }

  /// A number with its suffix, digits joined by dashes, or digits alone.
  private mutating func readNumber() -> Bool {
    var end = at
    while end < scalars.count, isDigit(scalars[end]) || isLetter(scalars[end]) { end += 1 }
    if end == at {
      while end < scalars.count, isNumeral(scalars[end]) { end += 1 }
    }
    guard end > at else { return false }
    if let suffix = suffix(at: end, of: AddressWords.numbered) {
      // The suffix of a number may go on to make a name: then it is none.
      add(suffix.part, at, end + suffix.scalars.count, suffix: suffix.scalars.count)
      return true
    }
    guard isDigit(scalars[at]) || isLetter(scalars[at]) else { return false }
    guard end == scalars.count || isMark(end) || isDigit(scalars[at]) else { return false }
    add(bareNumber(end), at, end, suffix: 0)
    return true
  }

  /// What a number without a suffix stands for, by what stood before.
  private func bareNumber(_ end: Int) -> AddressPart {
    let before = pieces.last { $0.part != .aside }?.part
    let goesOn =
      end + 1 < scalars.count && scalars[end] == 0x2D && isDigit(scalars[end + 1])
    switch before {
    case .road: return .number
    case .building, .unit, .floor: return goesOn ? .unit : .room
    case .lane: return .building
    case .place, .number, .neighbourhood: return goesOn ? .building : .room
    default: return .number
    }
  }

  private func allowed(_ part: AddressPart) -> Bool {
    switch part {
    case .province, .city, .district: !isLocal
    case .street: !isLocal
    case .zone, .neighbourhood, .road, .place: true
    default: false
    }
  }

  /// A name up to the first suffix that may end it, else up to the next mark or number.
  private mutating func readName() {
    let start = at
    var end = start
    while end < scalars.count, !isMark(end) {
      if end > start, isDigit(scalars[end]) { break }
      if end > start, length(of: .near, end) > 0 || startsWord(end, from: start) { break }
      if end > start,
        let found = parser.suffixes.first(where: { suffix in
          allowed(suffix.part) && begins(suffix.scalars, end)
        })
      {
        finish(found, start, end)
        return
      }
      end += 1
    }
    add(.place, start, max(end, start + 1), suffix: 0)
  }

  /// Two roads joined by a word: the word does not belong to the first one's name.
  private func startsWord(_ index: Int, from start: Int) -> Bool {
    index > start + 1 && length(of: .beside, index) > 0
  }

  /// A suffix may at once be followed by another one: the longer name counts then.
  private mutating func finish(_ found: SuffixTable, _ start: Int, _ end: Int) {
    var (last, from) = (found, end)
    var until = end + found.scalars.count
    while length(of: .crossing, until) == 0,
      let next = parser.suffixes.first(where: { suffix in
        (allowed(suffix.part) || suffix.part == .street) && begins(suffix.scalars, until)
      }), next.part != .district, next.part != .city,
      last.part != .street || next.part == .road || next.part == .street
    {
      (last, from) = (next, until)
      until += next.scalars.count
    }
    add(last.part, start, until, suffix: until - from)
  }

  /// Numerals as digits: one by one, or as tens and hundreds.
  private func digits(_ core: [UInt32]) -> [UInt32] {
    guard core.contains(where: isNumeral), core.allSatisfy(isNumeral) else { return core }
    guard core.contains(where: parser.tens.contains) else {
      return core.map { 0x30 + (parser.numerals[$0] ?? 0) }
    }
    var (total, digit) = (0, 0)
    let hundred = parser.words[.tens].map { $0.count > 1 ? $0[1] : [] } ?? []
    for scalar in core {
      if let value = parser.numerals[scalar] {
        digit = Int(value)
      } else {
        total += max(1, digit) * (hundred == [scalar] ? 100 : 10)
        digit = 0
      }
    }
    return String(total + digit).unicodeScalars.map(\.value)
  }

  private static func text(_ scalars: ArraySlice<UInt32>) -> String {
    var text = String.UnicodeScalarView()
    for scalar in scalars { text.append(Unicode.Scalar(scalar) ?? "\u{FFFD}") }
    return String(text)
  }
}
