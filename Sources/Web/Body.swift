import City
import JSONText

/// The object in a request's body: reads fields by name and type, and gathers what is wrong with all of them.
struct Body {
  private let members: [JSONMember]
  /// The names that were asked for: so few that a list is searched faster than a set.
  private var read: [String] = []
  private var findings: [Problem.Finding] = []

  init(_ bytes: [UInt8], limits: JSONLimits = .request) throws(Problem) {
    let parsed: JSON
    do throws(JSONFault) {
      parsed = try JSON.parse(bytes, limits: limits)
    } catch {
      throw Problem(error)
    }
    guard let members = parsed.members else {
      throw Problem(
        status: 400, code: "body.malformed",
        findings: [Problem.Finding(field: nil, rule: "body.not_an_object")])
    }
    self.members = members
  }

  private mutating func value(_ name: String) -> JSON? {
    read.append(name)
    guard let value = members.first(where: { $0.name == name })?.value, !value.isNull else {
      return nil
    }
    return value
  }

  private mutating func typed<Value>(
    _ name: String, _ form: String, _ convert: (JSON) -> Value?
  ) -> Value? {
    guard let value = value(name) else { return nil }
    guard let converted = convert(value) else {
      refuse(name, "field.type", ["expected": form])
      return nil
    }
    return converted
  }

  mutating func string(_ name: String) -> String? { typed(name, "string") { $0.string } }
  mutating func integer(_ name: String) -> Int64? { typed(name, "integer") { $0.integer } }
  mutating func number(_ name: String) -> Double? { typed(name, "number") { $0.number } }
  mutating func bool(_ name: String) -> Bool? { typed(name, "boolean") { $0.bool } }

  mutating func strings(_ name: String) -> [String] {
    typed(name, "array of strings") { value in
      guard let array = value.array else { return nil }
      let strings = array.compactMap(\.string)
      return strings.count == array.count ? strings : nil
    } ?? []
  }

  mutating func required(_ name: String) -> String {
    if let text = string(name) { return text }
    if !findings.contains(where: { $0.field == name }) { refuse(name, "field.required") }
    return ""
  }

  /// A text of one line that must be there.
  mutating func label(_ name: String, max: Int) -> String {
    guard let text = string(name) else { return required(name) }
    if let finding = TextField.finding(text, max: max) { refuse(name, finding.rule, finding.facts) }
    return text
  }

  mutating func instant(_ name: String) -> Instant? {
    guard let text = string(name) else { return nil }
    guard let instant = TimeText.read(text) else {
      refuse(name, "time.form", ["expected": "RFC 3339"])
      return nil
    }
    return instant
  }

  mutating func requiredInstant(_ name: String) -> Instant? {
    if let instant = instant(name) { return instant }
    if !findings.contains(where: { $0.field == name }) { refuse(name, "field.required") }
    return nil
  }

  mutating func id<Subject>(_ name: String) -> ID<Subject>? {
    guard let text = string(name) else { return nil }
    guard let number = Int64(text), number > 0 else {
      refuse(name, "id.form")
      return nil
    }
    return ID(number)
  }

  mutating func word<Word: RawRepresentable & CaseIterable>(_ name: String) -> Word?
  where Word.RawValue == String {
    guard let text = string(name) else { return nil }
    guard let word = Word(rawValue: text) else {
      refuse(
        name, "word.unknown",
        ["allowed": Word.allCases.map(\.rawValue).joined(separator: ",")])
      return nil
    }
    return word
  }

  /// An amount of time: `{"amount": 3, "measure": "workingDays"}`.
  mutating func limit(_ name: String) -> TimeLimit? {
    guard let value = value(name) else { return nil }
    let names: Set = ["amount", "measure"]
    guard let members = value.members, names == Set(members.map(\.name)),
      let amount = value["amount"]?.integer, let word = value["measure"]?.string,
      let measure = TimeLimit.Measure(rawValue: word)
    else {
      refuse(
        name, "limit.form",
        ["measures": TimeLimit.Measure.allCases.map(\.rawValue).joined(separator: ",")])
      return nil
    }
    guard (1...Self.limitAmountMax).contains(amount) else {
      refuse(name, "number.range", ["min": "1", "max": String(Self.limitAmountMax)])
      return nil
    }
    return TimeLimit(amount: Int(amount), measure: measure)
  }

  /// Of whatever measure; the flow's own limits are lower.
  private static let limitAmountMax: Int64 = 100_000

  /// Objects in an array, for `read` to make values of; nil from it is a wrong form.
  mutating func objects<Value>(
    _ name: String, max: Int, _ read: (JSON) -> Value?
  ) -> [Value] {
    guard let value = value(name) else { return [] }
    guard let array = value.array else {
      refuse(name, "field.type", ["expected": "array of objects"])
      return []
    }
    guard array.count <= max else {
      refuse(name, "array.too_long", ["max": String(max)])
      return []
    }
    let values = array.compactMap(read)
    if values.count < array.count { refuse(name, "field.type", ["expected": "array of objects"]) }
    return values
  }

  mutating func files(_ name: String) -> [FileDigest] {
    strings(name).compactMap { text in
      guard let digest = HexText.digest(text) else {
        refuse(name, "digest.form")
        return nil
      }
      return FileDigest(digest)
    }
  }

  /// An object of texts whose names the body does not know beforehand.
  mutating func texts(_ name: String) -> [String: String] {
    typed(name, "object of strings") { value in
      guard let members = value.members else { return nil }
      var texts: [String: String] = [:]
      for member in members {
        guard let text = member.value.string else { return nil }
        texts[member.name] = text
      }
      return texts
    } ?? [:]
  }

  /// An object within; its unknown fields are refused too.
  mutating func object(_ name: String, _ known: Set<String>) -> [String: String] {
    guard let value = value(name) else { return [:] }
    guard let members = value.members else {
      refuse(name, "field.type", ["expected": "object"])
      return [:]
    }
    var found: [String: String] = [:]
    for member in members {
      guard known.contains(member.name) else {
        refuse("\(name).\(member.name)", "field.unknown")
        continue
      }
      guard let text = member.value.string else {
        if !member.value.isNull {
          refuse("\(name).\(member.name)", "field.type", ["expected": "string"])
        }
        continue
      }
      found[member.name] = text
    }
    return found
  }

  mutating func refuse(_ field: String, _ rule: String, _ facts: [String: String] = [:]) {
    findings.append(Problem.Finding(field: field, rule: rule, facts: facts))
  }

  /// Call after all fields were read: whatever is left is unknown.
  mutating func finish() throws(Problem) {
    for member in members where !read.contains(member.name) {
      refuse(member.name, "field.unknown", ["known": Set(read).sorted().joined(separator: ",")])
    }
    guard findings.isEmpty else {
      throw Problem(status: 400, code: "request.invalid", findings: findings)
    }
  }
}

/// Short texts that stand in the journal as they came.
enum TextField {
  /// The rule that a text of at most `max` characters in one line breaks, with its facts.
  static func finding(_ text: String, max: Int) -> (rule: String, facts: [String: String])? {
    if text.allSatisfy(\.isWhitespace) { return ("field.required", [:]) }
    if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
      return ("text.control", [:])
    }
    if text.count > max { return ("text.too_long", ["max": String(max)]) }
    return nil
  }

  /// As `finding`, for what stands in the query.
  static func check(_ field: String, _ text: String, max: Int) throws(Problem) {
    if let finding = finding(text, max: max) { throw .field(field, finding.rule, finding.facts) }
  }
}
