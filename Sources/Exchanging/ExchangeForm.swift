import City
import JSONText
import Pack

// The members of one exchange, with what holds where nothing is said.
extension Exchange {
  /// Bytes of a key: fewer can be tried, more are no key.
  static let keyBytes = 16...1_024
  /// Bytes of a body's template.
  static let bodyBytesMax = 8_192
  private static let pullNames: Set<String> = ["cursor", "since", "page", "size"]
  private static let reportNames: Set<String> = [
    "ticket", "number", "status", "stage", "unit", "reply", "verdict", "solved", "satisfaction",
    "at",
  ]

  init(_ json: JSON, key: (String) -> [UInt8]?) throws(ExchangeSettings.Fault) {
    let code = json["code"]?.string ?? ""
    guard !code.isEmpty, code.utf8.count <= 64, code.utf8.allSatisfy(Self.isOfCode) else {
      throw ExchangeSettings.Fault(detail: "an exchange needs a code of a-z, 0-9 and -")
    }
    var reading = ExchangeReading(json, code)
    self.code = try reading.text("code")
    profile = try reading.text("profile")
    self.key = try Self.key(&reading, key) ?? []
    guard !self.key.isEmpty else { throw reading.fault("key") }
    signing = try Self.signing(&reading)
    pull = try Self.pull(&reading)
    push = try Self.push(&reading, key)
    reports = try Self.reports(&reading)
    try reading.finish()
  }

  private static func isOfCode(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
  }

  /// The key that a member names by its file, without white space at its end.
  private static func key(
    _ reading: inout ExchangeReading, _ key: (String) -> [UInt8]?
  ) throws(ExchangeSettings.Fault) -> [UInt8]? {
    guard let path = reading.take("key") else { return nil }
    guard let path = path.string, var bytes = key(path) else { throw reading.fault("key") }
    while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
    guard keyBytes.contains(bytes.count) else {
      throw ExchangeSettings.Fault(
        detail: reading.fault("key").detail
          + ": \(keyBytes.lowerBound) to \(keyBytes.upperBound) bytes")
    }
    return bytes
  }

  private static func signing(
    _ reading: inout ExchangeReading
  ) throws(ExchangeSettings.Fault) -> SigningScheme {
    var scheme = SigningScheme()
    guard var sign = try reading.object("sign") else { return scheme }
    let words = try sign.texts("parts")
    if !words.isEmpty {
      scheme.parts = words.compactMap(SigningScheme.Part.init)
      // Without the time a message could be sent again for ever, without the body be another one.
      guard scheme.parts.count == words.count, Set(words).count == words.count,
        scheme.parts.contains(.time), scheme.parts.contains(.body)
      else { throw sign.fault("parts") }
    }
    scheme.separator = try sign.text("separator", scheme.separator)
    scheme.timeForm = try sign.word("time", scheme.timeForm)
    scheme.encoding = try sign.word("encoding", scheme.encoding)
    scheme.prefix = try sign.text("prefix", scheme.prefix)
    scheme.timeHeader = try header(&sign, "timeHeader", scheme.timeHeader)
    scheme.signatureHeader = try header(&sign, "signatureHeader", scheme.signatureHeader)
    let senderHeader = try header(&sign, "senderHeader", "")
    scheme.senderHeader = senderHeader.isEmpty ? nil : senderHeader
    scheme.sender = try sign.text("sender", "")
    scheme.windowSeconds = Int64(try sign.number("windowSeconds", 300, 10...3_600))
    try sign.finish()
    return scheme
  }

  private static func header(
    _ reading: inout ExchangeReading, _ name: String, _ standard: String
  ) throws(ExchangeSettings.Fault) -> String {
    let header = try reading.text(name, standard)
    guard header.utf8.allSatisfy({ isOfCode($0) || (0x41...0x5A).contains($0) }) else {
      throw reading.fault(name)
    }
    return header
  }

  private static func pull(
    _ reading: inout ExchangeReading
  ) throws(ExchangeSettings.Fault) -> Pull? {
    guard var pull = try reading.object("pull") else { return nil }
    let url = try pull.text("url")
    let method = try pull.word("method", Pull.Method.get)
    let query = try pull.words("query").sorted { $0.key < $1.key }
    let body = pull.take("body") ?? .null
    try check(body, pullNames, pull, "body")
    for (name, value) in query {
      for unknown in Placeholders.names(in: value) where !pullNames.contains(unknown) {
        throw pull.fault("query.\(name)")
      }
    }
    let next = try pull.text("next", "")
    let advance: Pull.Advance
    if next.isEmpty {
      let form = try pull.word("since", Pull.SinceForm.milliseconds)
      let overlap = try pull.number("overlapSeconds", 300, 0...86_400)
      advance = .since(form, overlapMilliseconds: Int64(overlap) * Duration.second)
    } else {
      advance = .cursor(next)
    }
    let found = Pull(
      url: url, method: method, query: query.map { ($0.key, $0.value) }, body: body,
      rows: try pull.text("rows", ""), advance: advance,
      intervalSeconds: try pull.number("intervalSeconds", 60, 5...86_400),
      size: try pull.number("size", 100, 1...1_000),
      pagesMax: try pull.number("pages", 20, 1...1_000),
      bytesMax: try pull.number("bytes", 1 << 20, 1_024...(16 << 20)),
      timeoutSeconds: try pull.number("timeoutSeconds", 15, 1...120))
    try pull.finish()
    return found
  }

  private static func push(
    _ reading: inout ExchangeReading, _ key: (String) -> [UInt8]?
  ) throws(ExchangeSettings.Fault) -> Push? {
    guard var push = try reading.object("push") else { return nil }
    let found = Push(
      rows: try push.text("rows", ""), rowsMax: try push.number("size", 100, 1...1_000),
      bytesMax: try push.number("bytes", 1 << 20, 1_024...(16 << 20)),
      key: try Self.key(&push, key))
    try push.finish()
    return found
  }

  private static func reports(
    _ reading: inout ExchangeReading
  ) throws(ExchangeSettings.Fault) -> Reports? {
    guard var reports = try reading.object("reports") else { return nil }
    let url = try reports.text("url")
    guard let body = reports.take("body"), body.members != nil else { throw reports.fault("body") }
    try check(body, reportNames, reports, "body")
    let stages = try reports.words("stages")
    guard !stages.isEmpty else { throw reports.fault("stages") }
    var replies: [(action: String, field: String?)] = []
    for line in try reports.texts("replies") {
      let parts = line.split(separator: ".", maxSplits: 1).map(String.init)
      guard let action = parts.first else { throw reports.fault("replies") }
      replies.append((action, parts.count > 1 ? parts[1] : nil))
    }
    let verdicts = try reports.words("verdicts")
    for word in verdicts.keys where Verdict(rawValue: word) == nil {
      throw reports.fault("verdicts.\(word)")
    }
    let judgements = try reports.words("judgements")
    let known = ["solved", "unsolved"] + Satisfaction.allCases.map(\.rawValue)
    for word in judgements.keys where !known.contains(word) {
      throw reports.fault("judgements.\(word)")
    }
    let found = Reports(
      url: url, body: body, stages: stages, replies: replies, verdicts: verdicts,
      judgements: judgements, expect: try reports.text("expect", ""),
      timeoutSeconds: try reports.number("timeoutSeconds", 15, 1...120))
    try reports.finish()
    return found
  }

  private static func check(
    _ body: JSON, _ names: Set<String>, _ reading: ExchangeReading, _ member: String
  ) throws(ExchangeSettings.Fault) {
    guard body.bytes.count <= bodyBytesMax,
      TextTemplate.names(in: body).allSatisfy(names.contains)
    else { throw reading.fault(member) }
  }
}

/// JSON whose texts have placeholders.
enum TextTemplate {
  static func names(in template: JSON) -> [String] {
    switch template {
    case .string(let text): Placeholders.names(in: text)
    case .array(let values): values.flatMap(names)
    case .object(let members): members.flatMap { names(in: $0.value) }
    case .null, .bool, .integer, .number: []
    }
  }

  static func filled(_ template: JSON, _ values: [String: String]) -> JSON {
    switch template {
    case .string(let text): .string(Placeholders.filled(text, values))
    case .array(let elements): .array(elements.map { filled($0, values) })
    case .object(let members):
      .object(members.map { JSONMember($0.name, filled($0.value, values)) })
    case .null, .bool, .integer, .number: template
    }
  }
}
