import City
import Pack

/// Where findings come together while values are made.
final class FindingList {
  private(set) var findings: [Finding] = []

  func report(_ kind: FindingKind, _ place: SourcePlace, _ facts: [String: String] = [:]) {
    findings.append(Finding(kind, at: place, facts))
  }
}

/// Reads the keys of one table strictly: what is missing, unknown or wrong becomes a finding, and
/// reading goes on with nil.
struct TableReader {
  let place: SourcePlace
  /// What the table is, for messages, for example `item`.
  let what: String
  let list: FindingList
  private let values: [String: Node]

  /// - Parameter keys: all keys that the table may have.
  /// - Returns: nil where the node is no table.
  init?(_ node: Node, _ what: String, keys: [String], _ list: FindingList) {
    guard case .table(let entries) = node.content else {
      list.report(.valueWrongType, node.place, ["key": what, "expected": "a table"])
      return nil
    }
    for entry in entries where !keys.contains(entry.key) {
      list.report(
        .keyUnknown, entry.keyPlace,
        ["key": entry.key, "what": what, "allowed": keys.joined(separator: ", ")])
    }
    self.what = what
    self.list = list
    place = node.place
    values = Dictionary(entries.map { ($0.key, $0.value) }) { first, _ in first }
  }

  func optional(_ key: String) -> Node? { values[key] }

  func required(_ key: String) -> Node? {
    if values[key] == nil { list.report(.keyMissing, place, ["what": what, "key": key]) }
    return values[key]
  }

  // MARK: Text

  /// Text that is not empty.
  func text(_ key: String, max: Int = PackLimits.nameMax) -> String? {
    required(key).flatMap { text(of: $0, key, max: max) }
  }

  func optionalText(_ key: String, max: Int = PackLimits.nameMax) -> String? {
    optional(key).flatMap { text(of: $0, key, max: max) }
  }

  func text(of node: Node, _ key: String, max: Int = PackLimits.nameMax) -> String? {
    guard case .scalar(let text, let isPlain) = node.content else {
      list.report(.valueWrongType, node.place, ["key": key, "expected": "text"])
      return nil
    }
    if text.allSatisfy(\.isWhitespace) || isPlain && (text == "~" || text == "null") {
      list.report(.valueEmpty, node.place, ["key": key])
      return nil
    }
    if text.unicodeScalars.count > max {
      list.report(.valueTooLong, node.place, ["key": key, "max": String(max)])
      return nil
    }
    return text
  }

  func code(_ key: String) -> String? { required(key).flatMap { code(of: $0, key) } }

  func optionalCode(_ key: String) -> String? { optional(key).flatMap { code(of: $0, key) } }

  func code(of node: Node, _ key: String) -> String? {
    guard let text = text(of: node, key, max: PackLimits.sentenceMax) else { return nil }
    guard Self.isCode(text) else {
      list.report(
        .valueNotCode, node.place, ["value": text, "max": String(PackLimits.codeMax)])
      return nil
    }
    return text
  }

  /// ASCII letters and digits with single hyphens between.
  static func isCode(_ text: String) -> Bool {
    var lastWasHyphen = true
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: lastWasHyphen = false
      case 0x2D where !lastWasHyphen: lastWasHyphen = true
      default: return false
      }
    }
    return !lastWasHyphen && text.utf8.count <= PackLimits.codeMax
  }

  // MARK: Words, numbers, flags

  func word<Word: RawRepresentable<String> & CaseIterable>(
    _ key: String, _ type: Word.Type
  ) -> Word? {
    required(key).flatMap { word(of: $0, key, type) }
  }

  func word<Word: RawRepresentable<String> & CaseIterable>(
    of node: Node, _ key: String, _ type: Word.Type
  ) -> Word? {
    guard let text = text(of: node, key, max: PackLimits.sentenceMax) else { return nil }
    if let word = Word(rawValue: text) { return word }
    list.report(
      .valueNotAllowed, node.place,
      [
        "key": key, "value": text,
        "allowed": Word.allCases.map(\.rawValue).joined(separator: ", "),
      ])
    return nil
  }

  func number(_ key: String, _ range: ClosedRange<Int>) -> Int? {
    required(key).flatMap { number(of: $0, key, range) }
  }

  /// The number, or `standard` where the key is absent.
  func number(_ key: String, _ range: ClosedRange<Int>, standard: Int) -> Int? {
    optional(key).map { number(of: $0, key, range) } ?? standard
  }

  func number(of node: Node, _ key: String, _ range: ClosedRange<Int>) -> Int? {
    guard case .scalar(let text, isPlain: true) = node.content, let number = Int(text) else {
      list.report(.valueWrongType, node.place, ["key": key, "expected": "a whole number"])
      return nil
    }
    guard range.contains(number) else {
      list.report(
        .valueOutOfRange, node.place,
        [
          "key": key, "value": text, "min": String(range.lowerBound),
          "max": String(range.upperBound),
        ])
      return nil
    }
    return number
  }

  /// The flag, or `standard` where the key is absent.
  func flag(_ key: String, standard: Bool) -> Bool? {
    guard let node = optional(key) else { return standard }
    switch node.content {
    case .scalar("true", isPlain: true): return true
    case .scalar("false", isPlain: true): return false
    default:
      list.report(.valueWrongType, node.place, ["key": key, "expected": "true or false"])
      return nil
    }
  }

  // MARK: Lists

  /// The elements; empty where the key is absent.
  func nodes(_ key: String) -> [Node] { optional(key).map { nodes(of: $0, key) } ?? [] }

  /// The elements, at least one.
  func requiredNodes(_ key: String) -> [Node] {
    guard let node = required(key) else { return [] }
    let nodes = nodes(of: node, key)
    if case .list(let all) = node.content, all.isEmpty {
      list.report(.valueEmpty, node.place, ["key": key])
    }
    return nodes
  }

  func nodes(of node: Node, _ key: String) -> [Node] {
    guard case .list(let nodes) = node.content else {
      list.report(.valueWrongType, node.place, ["key": key, "expected": "a list"])
      return []
    }
    guard nodes.count <= PackLimits.elementsMax else {
      list.report(
        .valueTooMany, node.place, ["key": key, "max": String(PackLimits.elementsMax)])
      return []
    }
    return nodes
  }

  /// Texts of a list, each once, with their places.
  func texts(
    _ key: String, max: Int = PackLimits.nameMax
  ) -> [(text: String, place: SourcePlace)] {
    distinct(key, nodes(key)) { text(of: $0, key, max: max) }
  }

  func codes(_ key: String) -> [String] {
    distinct(key, nodes(key)) { code(of: $0, key) }.map(\.text)
  }

  func words<Word: RawRepresentable<String> & CaseIterable>(
    _ key: String, _ type: Word.Type
  ) -> [Word] {
    distinct(key, nodes(key)) { word(of: $0, key, type)?.rawValue }
      .compactMap { Word(rawValue: $0.text) }
  }

  private func distinct(
    _ key: String, _ nodes: [Node], _ read: (Node) -> String?
  ) -> [(text: String, place: SourcePlace)] {
    var seen: Set<String> = []
    var texts: [(text: String, place: SourcePlace)] = []
    for node in nodes {
      guard let text = read(node) else { continue }
      if seen.insert(text).inserted {
        texts.append((text, node.place))
      } else {
        list.report(.valueTwice, node.place, ["value": text, "key": key])
      }
    }
    return texts
  }

  // MARK: Days

  func date(_ key: String) -> CivilDate? { required(key).flatMap { date(of: $0, key) } }

  func date(of node: Node, _ key: String) -> CivilDate? {
    guard let text = text(of: node, key) else { return nil }
    if let date = CivilDate(packText: text) { return date }
    list.report(.valueNotDate, node.place, ["value": text])
    return nil
  }
}

extension CivilDate {
  /// Reads `2026-01-31`; nil for anything else.
  init?(packText text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2],
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
    else { return nil }
    self.init(year: year, month: month, day: day)
  }
}
