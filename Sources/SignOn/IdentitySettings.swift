import JSONText

/// How a provider is reached, and what it calls us: a file of JSON that the operator writes.
package struct IdentitySettings: Sendable, Equatable {
  /// What people read on the button.
  package var name: String
  /// Its address, exactly as it calls itself; `https`, or `http` on this machine.
  package var issuer: String
  package var clientID: String
  package var clientSecret: String
  /// Where it sends browsers back: `https://…/api/v1/session/openid/callback`.
  package var callback: String
  /// The claim that holds the login of the account here.
  package var loginClaim: String
  /// A file of certificates that are trusted instead of the system's.
  package var trusted: String?

  /// Bytes of the file, and of one text in it.
  package static let fileBytesMax = 16_384
  package static let textBytesMax = 1_024
  private static let names: Set = [
    "name", "issuer", "clientId", "clientSecret", "callback", "loginClaim", "trusted",
  ]

  /// Reads the file.
  /// - Throws: `IdentityFinding` with the member and the rule.
  package init(_ bytes: [UInt8]) throws(IdentityFinding) {
    guard bytes.count <= Self.fileBytesMax, let json = try? JSON.parse(bytes),
      let members = json.members
    else { throw IdentityFinding(member: "", rule: "expected one JSON object") }
    if let unknown = members.first(where: { !Self.names.contains($0.name) }) {
      let known = Self.names.sorted().joined(separator: ", ")
      throw IdentityFinding(member: unknown.name, rule: "unknown; known are \(known)")
    }
    name = try Self.text("name", json)
    issuer = try Self.address("issuer", json)
    clientID = try Self.text("clientId", json)
    clientSecret = try Self.text("clientSecret", json)
    callback = try Self.address("callback", json)
    loginClaim =
      json["loginClaim"] == nil ? "preferred_username" : try Self.text("loginClaim", json)
    trusted = json["trusted"] == nil ? nil : try Self.text("trusted", json)
  }

  private static func text(_ name: String, _ json: JSON) throws(IdentityFinding) -> String {
    guard let text = json[name]?.string, !text.isEmpty, text.utf8.count <= textBytesMax,
      !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
    else {
      throw IdentityFinding(member: name, rule: "expected a text of 1 to \(textBytesMax) bytes")
    }
    return text
  }

  private static func address(_ name: String, _ json: JSON) throws(IdentityFinding) -> String {
    let text = try text(name, json)
    guard text.hasPrefix("https://") || isLocal(text) else {
      throw IdentityFinding(
        member: name, rule: "expected https://…, or http:// on 127.0.0.1 or localhost")
    }
    return text
  }

  private static func isLocal(_ address: String) -> Bool {
    ["http://127.0.0.1:", "http://127.0.0.1/", "http://localhost:", "http://localhost/"]
      .contains { address.hasPrefix($0) }
  }
}

/// What is wrong with the operator's file.
package struct IdentityFinding: Error, Equatable {
  package let member: String
  package let rule: String
}
