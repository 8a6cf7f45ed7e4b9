/// Hides what tells who a person is.
///
/// Hidden are, each digit or letter by one `*`:
/// - mainland mobile numbers: 138****5678;
/// - land lines with area code: 021-****5678; without one only behind a word such as 电话;
/// - identity card numbers (15 or 18 places with a possible date of birth): the first six stay;
/// - bank card numbers (16 to 19 digits that begin with 3 to 6): the last four stay;
/// - the names and phone numbers that the caller knows: 张**, 欧阳*.
/// Full-width digits and digits with spaces, dashes or brackets between them are read alike, and
/// what is kept stays as it was written. House numbers, case numbers, dates, prices and
/// coordinates stay.
package enum PersonalData {
  /// Names and numbers beyond these are passed over.
  package static let namesMax = 64
  /// Shorter numbers are no phones: they would hide house numbers.
  package static let knownDigitsMin = 5

  /// The text with everything personal hidden that is found in it.
  /// - Parameters:
  ///   - text: any text.
  ///   - names: of persons; single characters and mere titles (张先生) are passed over.
  ///   - phones: in any writing.
  package static func masked(_ text: String, names: [String] = [], phones: [String] = []) -> String
  {
    let names = names.prefix(namesMax).map(NamePattern.init).filter(\.hides)
    guard !names.isEmpty || hasDigits(text) else { return text }
    let scalars = Array(text.unicodeScalars)
    var hidden = scalars
    for name in names.sorted(by: { $0.count > $1.count }) { name.hide(in: &hidden) }
    var numbers = NumberMask(hidden)
    numbers.hideKnown(
      phones.prefix(namesMax).map(digits(of:)).filter { $0.count >= knownDigitsMin })
    numbers.hidePatterns()
    return numbers.scalars == scalars ? text : String(scalars: numbers.scalars)
  }

  /// The surname, then one `*` a character: 张**. Compound surnames stay whole, a title (张先生)
  /// stays, of Latin names the first letter of each word. A single character becomes `*`.
  package static func maskedName(_ name: String) -> String {
    let pattern = NamePattern(name)
    guard pattern.hides else {
      return pattern.count == 1 && !pattern.isLatin ? "*" : pattern.text
    }
    return pattern.masked
  }

  /// At least four places hidden before the last four; a number of four places or fewer is hidden
  /// whole.
  package static func maskedPhone(_ phone: String) -> String {
    var scalars = Array(phone.unicodeScalars)
    let places = scalars.indices.filter { NumberMask.digit(scalars[$0]) != nil }
    let values = places.compactMap { NumberMask.digit(scalars[$0]) }
    for index in PhoneShape.hidden(values) { scalars[places[index]] = "*" }
    return String(scalars: scalars)
  }

  /// A phone number in the one form by which its owner is known again: its digits, without China's
  /// country code and whatever stands between them. Empty where there is no digit.
  package static func contact(_ phone: String) -> String {
    digits(of: phone).map(String.init).joined()
  }

  private static func digits(of phone: String) -> [UInt8] {
    let digits = phone.unicodeScalars.compactMap(NumberMask.digit)
    return Array(digits[PhoneShape.countryCode(digits)...])
  }

  private static func hasDigits(_ text: String) -> Bool {
    text.unicodeScalars.contains { NumberMask.digit($0) != nil }
  }
}

/// A name and how it is hidden.
struct NamePattern {
  private static let compoundSurnames = [
    "欧阳", "太史", "端木", "上官", "司马", "东方", "独孤", "南宫", "万俟", "闻人", "夏侯", "诸葛",
    "尉迟", "公羊", "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶", "太叔", "申屠", "公孙", "慕容",
    "仲孙", "钟离", "长孙", "宇文", "司徒", "鲜于", "司空", "闾丘", "令狐", "百里", "呼延", "东郭",
    "轩辕", "第五", "拓跋", "完颜", "纳兰",
  ].map { Array($0.unicodeScalars) }
  private static let titles = [
    "先生", "女士", "小姐", "太太", "同志", "师傅", "老师", "阿姨", "大爷", "大妈", "医生", "经理",
    "主任", "书记", "所长", "队长",
  ].map { Array($0.unicodeScalars) }

  private let scalars: [Unicode.Scalar]
  let isLatin: Bool

  init(_ name: String) {
    var scalars = Array(name.unicodeScalars)
    while scalars.last?.isBlank ?? false { scalars.removeLast() }
    scalars.removeFirst(scalars.prefix { $0.isBlank }.count)
    isLatin = scalars.allSatisfy { ScalarForm.sort(ScalarForm.folded($0.value)) != .ideograph }
    if !isLatin { scalars.removeAll { $0.isBlank } }
    self.scalars = scalars
  }

  var text: String { String(scalars: scalars) }
  var count: Int { scalars.count }

  /// Whether there is something to hide that would not hide half the language.
  var hides: Bool { count >= 2 && !isTitle && scalars.contains { $0 != "*" } }

  private var isTitle: Bool {
    Self.titles.contains { scalars.suffix($0.count) == $0[...] && count - $0.count <= surnameCount }
  }

  private var surnameCount: Int {
    count > 2 && Self.compoundSurnames.contains { $0[...] == scalars[..<2] } ? 2 : 1
  }

  var masked: String {
    var masked = scalars
    for index in hidden { masked[index] = "*" }
    return String(scalars: masked)
  }

  /// Places within the name that are hidden.
  private var hidden: [Int] {
    guard isLatin else { return Array(surnameCount..<count) }
    return scalars.indices.filter { index in
      index > 0 && !scalars[index].isBlank
        && !scalars[index - 1].isBlank
    }
  }

  /// Hides the name wherever it stands; a Han name also with spaces between its characters.
  func hide(in text: inout [Unicode.Scalar]) {
    let hidden = Set(hidden)
    var index = 0
    while index < text.count {
      guard let places = places(in: text, from: index) else {
        index += 1
        continue
      }
      for place in hidden { text[places[place]] = "*" }
      index = places[places.count - 1] + 1
    }
  }

  private func places(in text: [Unicode.Scalar], from start: Int) -> [Int]? {
    guard Self.isEqual(text[start], scalars[0]) else { return nil }
    if isLatin && start > 0 && Self.isWord(text[start - 1]) { return nil }
    var places: [Int] = []
    var index = start
    for scalar in scalars {
      if !isLatin && !places.isEmpty {
        while index < text.count && Self.isGap(text[index]) { index += 1 }
      }
      guard index < text.count, Self.isEqual(text[index], scalar) else { return nil }
      places.append(index)
      index += 1
    }
    if isLatin && index < text.count && Self.isWord(text[index]) { return nil }
    return places
  }

  private static func isEqual(_ left: Unicode.Scalar, _ right: Unicode.Scalar) -> Bool {
    ScalarForm.folded(left.value) == ScalarForm.folded(right.value)
  }

  private static func isGap(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\u{3000}"
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    ScalarForm.sort(ScalarForm.folded(scalar.value)) == .word
  }
}

extension Unicode.Scalar {
  /// White space, of which none lies beyond the ideographs' own blank: the table of properties is
  /// not asked about every ideograph.
  fileprivate var isBlank: Bool { value <= 0x3000 && properties.isWhitespace }
}
