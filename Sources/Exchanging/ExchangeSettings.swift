import City
import JSONText

/// The exchanges that the operator set up: a JSON file that may name keys, which no pack holds.
package struct ExchangeSettings: Sendable {
  /// Exchanges of one house.
  package static let exchangesMax = 20

  /// Hosts that may be asked or told: `host` for the usual port, or `host:port`; lower case.
  package let hosts: Set<String>
  let list: [Exchange]

  /// What is wrong with the file, for the operator.
  package struct Fault: Error, Equatable {
    package let detail: String
  }

  /// Codes of the exchanges, in the file's order.
  package var codes: [String] { list.map(\.code) }

  /// - Parameter key: the bytes of a file of a key; nil where it cannot be read.
  /// - Throws: `Fault` with the first thing that is wrong.
  package init(_ bytes: [UInt8], key: (String) -> [UInt8]?) throws(Fault) {
    guard let json = try? JSON.parse(bytes, limits: JSONLimits(bytesMax: 1 << 20)) else {
      throw Fault(detail: "not JSON")
    }
    var reading = ExchangeReading(json, "")
    hosts = Set(try reading.texts("hosts").map { $0.lowercased() })
    var list: [Exchange] = []
    for value in try reading.list("exchanges") {
      list.append(try Exchange(value, key: key))
    }
    try reading.finish()
    guard list.count <= Self.exchangesMax, Set(list.map(\.code)).count == list.count,
      Set(list.map(\.profile)).count == list.count
    else {
      throw Fault(
        detail: "exchanges: at most \(Self.exchangesMax), each code and each profile once")
    }
    self.list = list
  }
}

/// One other system, both directions.
struct Exchange: Sendable {
  /// How its tickets are asked for.
  struct Pull: Sendable {
    enum Method: String, CaseIterable {
      case get = "GET"
      case post = "POST"
    }
    /// In which form a moment is asked for.
    enum SinceForm: String, CaseIterable { case milliseconds, seconds, local }
    /// How the next question differs from the last.
    enum Advance: Equatable {
      /// By what the answer says at this place.
      case cursor(String)
      /// By the newest time of creation, less an overlap in milliseconds, page by page.
      case since(SinceForm, overlapMilliseconds: Int64)
    }

    var url: String
    var method: Method
    /// Names and values, with placeholders; one that is empty when filled is left out.
    var query: [(name: String, value: String)]
    /// What is posted, with placeholders in its texts.
    var body: JSON
    /// Where the list of rows stands in an answer: names with full stops between; empty = it is the
    /// answer itself.
    var rows: String
    var advance: Advance
    var intervalSeconds: Int
    var size: Int
    var pagesMax: Int
    var bytesMax: Int
    var timeoutSeconds: Int
  }

  /// What the other side sends by itself.
  struct Push: Sendable {
    var rows: String
    var rowsMax: Int
    var bytesMax: Int
    /// Another key than ours; nil = the same.
    var key: [UInt8]?
  }

  /// What is told back.
  struct Reports: Sendable {
    var url: String
    /// With placeholders in its texts.
    var body: JSON
    /// Stage of a flow → the other system's word.
    var stages: [String: String]
    var replies: [(action: String, field: String?)]
    /// `passed`, `notConfirmed`, `void` → the other system's word.
    var verdicts: [String: String]
    /// `solved`, `unsolved`, `satisfied`, `fairly`, `dissatisfied` → the other system's word.
    var judgements: [String: String]
    /// Must stand in a good answer; empty = its status is enough.
    var expect: String
    var timeoutSeconds: Int
  }

  let code: String
  let profile: String
  let key: [UInt8]
  let signing: SigningScheme
  let pull: Pull?
  let push: Push?
  let reports: Reports?
}

/// Takes an object of the file apart, member by member; what is left over is a fault.
struct ExchangeReading {
  private let place: String
  private var members: [String: JSON]

  init(_ json: JSON, _ place: String) {
    self.place = place
    members = Dictionary(
      (json.members ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
  }

  func fault(_ name: String) -> ExchangeSettings.Fault {
    ExchangeSettings.Fault(detail: place.isEmpty ? name : "\(place).\(name)")
  }

  mutating func take(_ name: String) -> JSON? { members.removeValue(forKey: name) }

  mutating func object(_ name: String) throws(ExchangeSettings.Fault) -> ExchangeReading? {
    guard let value = take(name) else { return nil }
    guard value.members != nil else { throw fault(name) }
    return ExchangeReading(value, place.isEmpty ? name : "\(place).\(name)")
  }

  mutating func list(_ name: String) throws(ExchangeSettings.Fault) -> [JSON] {
    guard let value = take(name) else { return [] }
    guard let list = value.array else { throw fault(name) }
    return list
  }

  mutating func texts(_ name: String) throws(ExchangeSettings.Fault) -> [String] {
    let list = try list(name)
    let texts = list.compactMap(\.string)
    guard texts.count == list.count else { throw fault(name) }
    return texts
  }

  /// - Parameter standard: stands in where nothing is said; nil = it must be said.
  mutating func text(
    _ name: String, _ standard: String? = nil
  ) throws(ExchangeSettings.Fault) -> String {
    guard let value = take(name) else {
      guard let standard else { throw fault(name) }
      return standard
    }
    guard let text = value.string, text.utf8.count <= 2_048,
      standard != nil || !text.isEmpty
    else { throw fault(name) }
    return text
  }

  mutating func word<Word: RawRepresentable>(
    _ name: String, _ standard: Word
  ) throws(ExchangeSettings.Fault) -> Word where Word.RawValue == String {
    guard let value = take(name) else { return standard }
    guard let word = value.string.flatMap(Word.init(rawValue:)) else { throw fault(name) }
    return word
  }

  mutating func number(
    _ name: String, _ standard: Int, _ range: ClosedRange<Int>
  ) throws(ExchangeSettings.Fault) -> Int {
    guard let value = take(name) else { return standard }
    guard let number = value.integer.map(Int.init), range.contains(number) else {
      throw fault(name)
    }
    return number
  }

  mutating func words(_ name: String) throws(ExchangeSettings.Fault) -> [String: String] {
    guard let value = take(name) else { return [:] }
    guard let members = value.members else { throw fault(name) }
    var words: [String: String] = [:]
    for member in members {
      guard let word = member.value.string else { throw fault("\(name).\(member.name)") }
      words[member.name] = word
    }
    return words
  }

  /// - Throws: the first member that nobody asked for.
  func finish() throws(ExchangeSettings.Fault) {
    if let unknown = members.keys.min() {
      throw ExchangeSettings.Fault(detail: "unknown member " + fault(unknown).detail)
    }
  }
}
