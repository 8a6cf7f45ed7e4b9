/// Finds and hides personal numbers in a text.
///
/// Digits in a row are a group; groups that only a blank, dash or bracket parts are a chain. A
/// number is one group, or several groups of a chain that together have its shape.
struct NumberMask {
  private static let separatorsMax = 2
  /// The most groups that a number is written in, unless every digit stands alone.
  private static let groupsMax = 5
  /// How far before a bare number a word such as 电话 may stand, in characters.
  private static let cueDistance = 8
  private static let cues = ["电话", "座机", "手机", "联系方式", "来电", "致电", "固话", "tel", "phone"]

  /// What stands between numbers of one list: 电话62345678、62345679.
  private static let listMarks: Set<Unicode.Scalar> = ["、", "，", ",", "/", ";", "；", "或", "和"]

  private(set) var scalars: [Unicode.Scalar]
  /// Where the number hidden last ended.
  private var hiddenEnd = 0
  /// The groups of every chain, as places in `scalars`.
  private let chains: [[Range<Int>]]

  init(_ scalars: [Unicode.Scalar]) {
    self.scalars = scalars
    chains = Self.chains(in: scalars)
  }

  /// The value of a digit, also full-width; nil for anything else.
  static func digit(_ scalar: Unicode.Scalar) -> UInt8? {
    switch scalar.value {
    case 0x30...0x39: UInt8(scalar.value - 0x30)
    case 0xFF10...0xFF19: UInt8(scalar.value - 0xFF10)
    default: nil
    }
  }

  /// Hides these digits wherever they follow one another in a chain.
  mutating func hideKnown(_ phones: [[UInt8]]) {
    for chain in chains {
      let places = chain.flatMap { Array($0) }
      let digits = places.map { Self.digit(scalars[$0]) }
      for phone in phones where digits.count >= phone.count {
        var start = 0
        while start + phone.count <= digits.count {
          if (0..<phone.count).allSatisfy({ digits[start + $0] == phone[$0] }) {
            hide(PhoneShape.hidden(phone).map { places[start + $0] })
            start += phone.count
          } else {
            start += 1
          }
        }
      }
    }
  }

  mutating func hidePatterns() {
    for chain in chains {
      var index = 0
      while index < chain.count {
        guard !isFraction(chain[index]), let found = number(in: chain, at: index) else {
          index += 1
          continue
        }
        hide(found.hidden)
        index += found.groups
        hiddenEnd = chain[index - 1].upperBound
      }
    }
  }

  private struct Found {
    let groups: Int
    let hidden: [Int]
  }

  /// The number that begins with this group, the longest first.
  private func number(in chain: [Range<Int>], at index: Int) -> Found? {
    if chain[index].count == 1, let found = scattered(in: chain, at: index) { return found }
    let most = min(Self.groupsMax, chain.count - index)
    for groups in stride(from: most, through: 1, by: -1) {
      let part = chain[index..<index + groups]
      if groups > 1 && part.contains(where: { $0.count < 3 }) { continue }
      let places = part.flatMap { Array($0) }
      let values = places.compactMap { Self.digit(scalars[$0]) }
      guard values.count == places.count else { continue }
      if let hidden = hidden(values, places, part.map(\.count)) {
        return Found(groups: groups, hidden: hidden)
      }
    }
    return nil
  }

  /// A mobile number of which every digit stands alone: 1 3 8 …
  private func scattered(in chain: [Range<Int>], at index: Int) -> Found? {
    var end = index
    while end < chain.count && chain[end].count == 1 { end += 1 }
    let places = chain[index..<end].map(\.lowerBound)
    let values = places.compactMap { Self.digit(scalars[$0]) }
    guard PhoneShape.isMobile(values) else { return nil }
    return Found(groups: end - index, hidden: (3..<7).map { places[$0] })
  }

  /// Which places of a number are hidden; nil where it is no personal number.
  private func hidden(_ values: [UInt8], _ places: [Int], _ groups: [Int]) -> [Int]? {
    let country = PhoneShape.countryCode(values)
    if PhoneShape.isMobile(Array(values[country...])) {
      return PhoneShape.hidden(values).map { places[$0] }
    }
    if let area = PhoneShape.areaCode(values), groups.count == 1 || groups[0] == area {
      return PhoneShape.hidden(values).map { places[$0] }
    }
    if let identity = identity(values, places, groups) { return identity }
    if (16...19).contains(values.count), (3...6).contains(values[0]), !isBehindLetter(places[0]) {
      return Array(places.dropLast(4))
    }
    if groups.count <= 2, PhoneShape.isLocal(values), hasCue(before: places[0]) {
      return PhoneShape.hidden(values).map { places[$0] }
    }
    return nil
  }

  private func identity(_ values: [UInt8], _ places: [Int], _ groups: [Int]) -> [Int]? {
    let end = places[places.count - 1] + 1
    let endsInX = end < scalars.count && ["x", "X", "Ｘ", "ｘ"].contains(scalars[end])
    if values.count == 17 && endsInX && IdentityShape.isLong(values) {
      return Array(places.dropFirst(6)) + [end]
    }
    if values.count == 18 && IdentityShape.isLong(values) { return Array(places.dropFirst(6)) }
    if values.count == 15 && groups.count == 1 && IdentityShape.isShort(values)
      && !isBehindLetter(places[0])
    {
      return Array(places.dropFirst(6))
    }
    return nil
  }

  private mutating func hide(_ places: [Int]) {
    for place in places { scalars[place] = "*" }
  }

  /// Digits behind a decimal point are part of a coordinate or price.
  private func isFraction(_ group: Range<Int>) -> Bool {
    let start = group.lowerBound
    guard start >= 2, scalars[start - 1] == "." || scalars[start - 1] == "．" else { return false }
    return Self.digit(scalars[start - 2]) != nil
  }

  private func isBehindLetter(_ place: Int) -> Bool {
    guard place > 0 else { return false }
    let before = ScalarForm.folded(scalars[place - 1].value)
    return (0x61...0x7A).contains(before)
  }

  private func hasCue(before place: Int) -> Bool {
    if hiddenEnd > 0, hiddenEnd < place, scalars[hiddenEnd..<place].allSatisfy(isListed) {
      return true
    }
    let before = scalars[max(0, place - Self.cueDistance)..<place]
    let text = TextForm.normalised(String(scalars: before))
    return Self.cues.contains { text.contains($0) }
  }

  private func isListed(_ scalar: Unicode.Scalar) -> Bool {
    Self.listMarks.contains(scalar) || Self.isSeparator(scalar)
  }

  private static func chains(in scalars: [Unicode.Scalar]) -> [[Range<Int>]] {
    var chains: [[Range<Int>]] = []
    var index = 0
    while index < scalars.count {
      guard digit(scalars[index]) != nil else {
        index += 1
        continue
      }
      let start = index
      while index < scalars.count && digit(scalars[index]) != nil { index += 1 }
      let group = start..<index
      if let last = chains.last?.last, isChained(scalars[last.upperBound..<start]) {
        chains[chains.count - 1].append(group)
      } else {
        chains.append([group])
      }
    }
    return chains
  }

  private static func isChained(_ between: ArraySlice<Unicode.Scalar>) -> Bool {
    between.count <= separatorsMax && between.allSatisfy(isSeparator)
  }

  private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    // Blanks, dashes of all widths, the closing bracket behind an area code.
    case 0x20, 0xA0, 0x3000, 0x2D, 0x2010...0x2015, 0x2212, 0xFF0D, 0x29, 0xFF09: true
    default: false
    }
  }
}

/// What a phone number looks like, as digits.
enum PhoneShape {
  /// How many leading digits are China's country code (86, 0086) before a mobile number.
  static func countryCode(_ digits: [UInt8]) -> Int {
    for code: [UInt8] in [[8, 6], [0, 0, 8, 6]]
    where digits.starts(with: code) && isMobile(Array(digits[code.count...])) {
      return code.count
    }
    return 0
  }

  static func isMobile(_ digits: [UInt8]) -> Bool {
    digits.count == 11 && digits[0] == 1 && digits[1] >= 3
  }

  /// Seven or eight digits of a land line.
  static func isLocal(_ digits: [UInt8]) -> Bool {
    (7...8).contains(digits.count) && (2...9).contains(digits[0])
  }

  /// How long the area code is that the digits begin with (3 or 4), where a local number follows.
  static func areaCode(_ digits: [UInt8]) -> Int? {
    guard digits.count >= 10, digits[0] == 0, digits[1] != 0 else { return nil }
    let length = digits[1] <= 2 ? 3 : 4
    if digits[1] == 1 && digits[2] != 0 { return nil }
    let local = Array(digits[length...])
    guard isLocal(local), length == 4 || local.count == 8 else { return nil }
    return length
  }

  /// Indexes of the digits that are hidden.
  static func hidden(_ digits: [UInt8]) -> Range<Int> {
    let country = countryCode(digits)
    if country > 0 { return country + 3..<country + 7 }
    if let area = areaCode(digits) { return area..<area + 4 }
    let count = digits.count
    let last = min(4, max(0, count - 4))
    let first = min(3, max(0, count - 4 - last))
    return first..<count - last
  }
}

/// What the number of an identity card looks like, as digits.
enum IdentityShape {
  /// 18 places, or the 17 before an X.
  static func isLong(_ digits: [UInt8]) -> Bool {
    isRegion(digits)
      && isDate(
        year: value(digits[6..<10]), month: value(digits[10..<12]), day: value(digits[12..<14]))
  }

  /// 15 places, as issued before 1999.
  static func isShort(_ digits: [UInt8]) -> Bool {
    isRegion(digits)
      && isDate(
        year: 1_900 + value(digits[6..<8]), month: value(digits[8..<10]),
        day: value(digits[10..<12]))
  }

  /// Provinces are numbered from 11 to 83.
  private static func isRegion(_ digits: [UInt8]) -> Bool {
    (11...83).contains(value(digits[0..<2]))
  }

  private static func isDate(year: Int, month: Int, day: Int) -> Bool {
    (1_900...2_099).contains(year) && (1...12).contains(month) && (1...31).contains(day)
  }

  private static func value(_ digits: ArraySlice<UInt8>) -> Int {
    digits.reduce(0) { $0 * 10 + Int($1) }
  }
}
