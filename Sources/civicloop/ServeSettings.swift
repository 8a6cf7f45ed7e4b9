import Exchanging
import HTTPServing
import MQTTClient
import SignOn
import Telling

/// What the server is started with: a file of `name: value` lines, then the command line, which
/// wins where both speak.
struct ServeSettings {
  var address = "127.0.0.1"
  var port: UInt16 = 8_080
  var demonstration = true
  /// Whether the demonstration's accounts, whose password everybody knows, answer other machines.
  var demonstrationElsewhere = false
  var secureCookie = false
  /// Whether administrator, security officer and auditor must have a second factor.
  var powersNeedFactor = false
  var behindProxy = false
  var limits = HTTPLimits()
  /// Brokers whose messages of devices are taken; see docs/devices.md for their file.
  var brokers: [MQTTSettings] = []
  /// Hosts from which pictures of video findings are fetched: `host` or `host:port`.
  var pictureHosts: Set<String> = []
  /// The system that signs people on; see docs/secure.md for its file.
  var identity: IdentitySettings?
  /// The operator's channels of notices; nil = there are only the pages. See docs/notices.md.
  var notices: OperatorChannels?
  /// Tickets exchanged with other systems; nil = none. See docs/exchange.md.
  var exchanges: ExchangeSettings?
  /// The file to which a signed anchor of the journal is added every hour; nil = none.
  var anchors: String?
  /// The folder to which the keys are copied every hour while the server runs; nil = none.
  var keyCopies: String?

  /// Bytes of a settings file. Beyond: refused.
  static let fileBytesMax = 65_536

  /// One name that the file may hold.
  struct Entry: Sendable {
    let name: String
    /// What it takes, for whoever wrote something else.
    let form: String
    /// false where the value is not of that form.
    let take: @Sendable (String, inout ServeSettings) -> Bool
  }

  static let entries: [Entry] = [
    Entry(name: "listen", form: "HOST:PORT") { text, settings in
      guard let (address, port) = try? ServeCommand.listen(text) else { return false }
      (settings.address, settings.port) = (address, port)
      return true
    },
    Entry(name: "role", form: ServeRole.all.rawValue + " while the store is embedded") { text, _ in
      (try? ServeRole.check(text)) != nil
    },
    Entry(name: "brokers", form: "the path of a file of brokers") { text, settings in
      guard let brokers = try? BrokerFile.read(text) else { return false }
      settings.brokers = brokers
      return true
    },
    Entry(name: "notices", form: "the path of a file of channels") { text, settings in
      guard let channels = try? NoticeFile.read(text) else { return false }
      settings.notices = channels
      return true
    },
    Entry(name: "exchanges", form: "the path of a file of exchanges") { text, settings in
      guard let exchanges = try? ExchangeFile.read(text) else { return false }
      settings.exchanges = exchanges
      return true
    },
    Entry(name: "picture-hosts", form: "hosts with commas between, each host or host:port") {
      text, settings in
      let hosts = text.split(separator: ",").map { trimmed($0).lowercased() }
      let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789.-:[]_")
      guard !hosts.isEmpty, hosts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(allowed.contains) })
      else { return false }
      settings.pictureHosts = Set(hosts)
      return true
    },
    Entry(name: "anchors", form: "the path of a file, best on another machine's disk") {
      text, settings in
      guard !text.isEmpty else { return false }
      settings.anchors = text
      return true
    },
    Entry(name: "key-copies", form: "an absolute path of a folder on another volume") {
      text, settings in
      guard text.hasPrefix("/") else { return false }
      settings.keyCopies = text
      return true
    },
    Entry(name: "identity", form: "the path of a file that names a provider of OpenID Connect") {
      text, settings in
      guard let identity = try? IdentityFile.read(text) else { return false }
      settings.identity = identity
      return true
    },
    flag("demonstration", \.demonstration),
    flag("demonstration-elsewhere", \.demonstrationElsewhere),
    flag("secure-cookie", \.secureCookie),
    flag("powers-need-factor", \.powersNeedFactor),
    flag("behind-proxy", \.behindProxy),
    number("connections", 16...65_536, \.limits.connectionsMax),
    number("connections-per-address", 1...65_536, \.limits.connectionsPerAddressMax),
    number("feeds", 0...65_536, \.limits.eventStreamsMax),
    number("feeds-per-address", 0...65_536, \.limits.eventStreamsPerAddressMax),
    rate("requests-per-second", \.requestsPerSecond),
    rate("request-burst", \.burst),
  ]

  private static func flag(
    _ name: String, _ field: any WritableKeyPath<ServeSettings, Bool> & Sendable
  ) -> Entry {
    Entry(name: name, form: "true or false") { text, settings in
      guard let value = Bool(text) else { return false }
      settings[keyPath: field] = value
      return true
    }
  }

  private static func number(
    _ name: String, _ range: ClosedRange<Int>,
    _ field: any WritableKeyPath<ServeSettings, Int> & Sendable
  ) -> Entry {
    Entry(name: name, form: "a whole number from \(range.lowerBound) to \(range.upperBound)") {
      text, settings in
      guard let value = Int(text), range.contains(value) else { return false }
      settings[keyPath: field] = value
      return true
    }
  }

  private static func rate(
    _ name: String, _ field: any WritableKeyPath<RateLimit.Settings, Int> & Sendable
  ) -> Entry {
    let range = 1...1_000_000
    return Entry(name: name, form: "a whole number from 1 to \(range.upperBound)") {
      text, settings in
      guard let value = Int(text), range.contains(value) else { return false }
      var rate = settings.limits.rate ?? RateLimit.Settings()
      rate[keyPath: field] = value
      settings.limits.rate = rate
      return true
    }
  }

  /// Reads a settings file: `name: value` lines, `#` begins a comment.
  /// - Returns: every finding as `file:line: message`; the settings count only where there is none.
  mutating func read(_ bytes: [UInt8], file: String) -> [String] {
    var findings: [String] = []
    var seen: Set<String> = []
    let lines = String(decoding: bytes, as: UTF8.self)
      .split(omittingEmptySubsequences: false) { $0.isNewline }
    for (index, line) in lines.enumerated() {
      let place = "\(file):\(index + 1): "
      let text = Self.trimmed(line.prefix { $0 != "#" })
      guard !text.isEmpty else { continue }
      guard let colon = text.firstIndex(of: ":") else {
        findings.append(place + "expected NAME: VALUE")
        continue
      }
      let name = Self.trimmed(text[..<colon])
      let value = Self.trimmed(text[text.index(after: colon)...])
      guard let entry = Self.entries.first(where: { $0.name == name }) else {
        let known = Self.entries.map(\.name).joined(separator: ", ")
        findings.append(place + "unknown name \(name); known are \(known)")
        continue
      }
      if !seen.insert(name).inserted {
        findings.append(place + "\(name) stands twice")
      } else if !entry.take(value, &self) {
        findings.append(place + "\(name) takes \(entry.form)")
      }
    }
    return findings
  }

  private static func trimmed(_ text: Substring) -> String { trimmed(String(text)) }

  private static func trimmed(_ text: String) -> String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }

  /// What holds where nothing is said.
  init() {}

  /// From the command line and the file that it names.
  init(_ arguments: Arguments) throws {
    if let path = arguments["config"] {
      guard let bytes = FileText.read(path), bytes.count <= Self.fileBytesMax else {
        throw UsageFault(message: "\(path): no such file, or more than \(Self.fileBytesMax) bytes")
      }
      let findings = read(bytes, file: path)
      guard findings.isEmpty else {
        throw UsageFault(message: findings.joined(separator: "\n"))
      }
    }
    try ServeRole.check(arguments["role"] ?? "all")
    if let listen = arguments["listen"] { (address, port) = try ServeCommand.listen(listen) }
    if let path = arguments["brokers"] { brokers = try BrokerFile.read(path) }
    if let path = arguments["identity"] { identity = try IdentityFile.read(path) }
    if let path = arguments["notices"] { notices = try NoticeFile.read(path) }
    if let path = arguments["exchanges"] { exchanges = try ExchangeFile.read(path) }
    if arguments.has("no-demo") { demonstration = false }
    if arguments.has("secure-cookie") { secureCookie = true }
    if arguments.has("behind-proxy") { behindProxy = true }
  }
}

/// Which part of the work a process does. The embedded store belongs to one process, which then
/// does all of it.
enum ServeRole: String, CaseIterable {
  case all, web, desk, perceive

  static let form = allCases.map(\.rawValue).joined(separator: ", ")

  /// - Throws: `UsageFault` for a word that is none, and for a part that needs other processes.
  static func check(_ word: String) throws {
    guard let role = ServeRole(rawValue: word) else {
      throw UsageFault(message: "--role is one of \(form)")
    }
    guard role == .all else {
      throw UsageFault(
        message: "--role \(word) shares the work with other processes, which the embedded store "
          + "cannot: one process holds its folder and does everything. Leave --role out")
    }
  }
}

/// The file that names a provider of OpenID Connect.
enum IdentityFile {
  /// - Throws: `UsageFault` with what is wrong.
  static func read(_ path: String) throws -> IdentitySettings {
    guard let bytes = FileText.read(path) else {
      throw UsageFault(message: "\(path): no such file")
    }
    do throws(IdentityFinding) {
      return try IdentitySettings(bytes)
    } catch {
      throw UsageFault(message: "\(path): \(error.member): \(error.rule)")
    }
  }
}
