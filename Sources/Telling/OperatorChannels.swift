import City
import JSONText
import Pack

/// The operator's channels, as the file says them: where they lead, with which secrets, and where
/// people are found. Read once; a mistake is told with the channel and the member.
package struct OperatorChannels: Sendable {
  /// Channels of one file.
  package static let channelsMax = 50
  /// People with addresses in one file.
  package static let peopleMax = 20_000

  /// One channel with everything that sending needs.
  struct Channel: Sendable {
    let code: String
    let form: NoticeForm
    let url: String
    /// Members that only this form has: `from`, `user`, `secret`, `tokenUrl`, `corp`, `agent`,
    /// `body`, `type`, `expect`, `method`.
    let values: [String: String]
    let headers: [(name: String, value: String)]

    subscript(name: String) -> String { values[name] ?? "" }
  }

  /// `host` or `host:port`, lower case: nothing is sent anywhere else.
  let hosts: Set<String>
  /// What links begin with, without a slash at its end.
  let site: String
  let list: [Channel]
  /// By code of a person, then by channel.
  let addresses: [String: [String: String]]

  /// Why a file is none of channels: what is wrong where.
  package struct Fault: Error, Equatable {
    package let detail: String
  }

  private static let needed: [NoticeForm: [String]] = [
    .mail: ["from"], .message: ["tokenUrl", "corp", "secret", "agent"], .robot: [],
    .sms: ["body"], .webhook: ["secret"],
  ]
  private static let known: Set = [
    "code", "form", "url", "from", "user", "secret", "tokenUrl", "corp", "agent", "body", "type",
    "expect", "method", "headers",
  ]

  /// - Throws: `Fault` with the first thing that is wrong.
  package init(_ bytes: [UInt8]) throws(Fault) {
    guard let json = try? JSON.parse(bytes, limits: JSONLimits(bytesMax: 4 << 20)) else {
      throw Fault(detail: "not JSON")
    }
    for member in json.members ?? []
    where !["site", "hosts", "channels", "addresses"].contains(member.name) {
      throw Fault(detail: "unknown member \(member.name)")
    }
    hosts = Set((json["hosts"]?.array ?? []).compactMap { $0.string?.lowercased() })
    let site = json["site"]?.string ?? ""
    self.site = site.hasSuffix("/") ? String(site.dropLast()) : site
    var list: [Channel] = []
    for value in json["channels"]?.array ?? [] { list.append(try Self.channel(value)) }
    guard list.count <= Self.channelsMax, Set(list.map(\.code)).count == list.count else {
      throw Fault(detail: "channels: at most \(Self.channelsMax), each code once")
    }
    self.list = list
    var addresses: [String: [String: String]] = [:]
    for person in json["addresses"]?.members ?? [] {
      var places: [String: String] = [:]
      for place in person.value.members ?? [] {
        guard list.contains(where: { $0.code == place.name }),
          let address = place.value.string, Self.isPlain(address)
        else { throw Fault(detail: "addresses of \(person.name): \(place.name)") }
        places[place.name] = address
      }
      addresses[person.name] = places
    }
    guard addresses.count <= Self.peopleMax else {
      throw Fault(detail: "addresses: at most \(Self.peopleMax) people")
    }
    self.addresses = addresses
  }

  private static func channel(_ json: JSON) throws(Fault) -> Channel {
    guard let code = json["code"]?.string, !code.isEmpty, code != Notice.pageChannel else {
      throw Fault(detail: "a channel needs a code, other than \(Notice.pageChannel)")
    }
    for member in json.members ?? [] where !known.contains(member.name) {
      throw Fault(detail: "channel \(code): unknown member \(member.name)")
    }
    guard let word = json["form"]?.string, let form = NoticeForm(rawValue: word), form != .page
    else { throw Fault(detail: "channel \(code): form") }
    guard let url = json["url"]?.string, !url.isEmpty else {
      throw Fault(detail: "channel \(code): url")
    }
    var values: [String: String] = [:]
    for member in json.members ?? [] { values[member.name] = member.value.string }
    for name in needed[form] ?? [] where (values[name] ?? "").isEmpty {
      throw Fault(detail: "channel \(code): \(name)")
    }
    var headers: [(name: String, value: String)] = []
    for line in (json["headers"]?.array ?? []).compactMap(\.string) {
      let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
      guard parts.count == 2, isPlain(line) else { throw Fault(detail: "channel \(code): headers") }
      headers.append((parts[0], String(parts[1].drop { $0 == " " })))
    }
    guard values.values.allSatisfy({ !$0.contains("\r") }) else {
      throw Fault(detail: "channel \(code): line breaks")
    }
    return Channel(code: code, form: form, url: url, values: values, headers: headers)
  }

  /// Nothing that could begin another line of a protocol.
  static func isPlain(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }
}
