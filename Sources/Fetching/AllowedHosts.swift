import CCurl

/// The hosts that an operator named, and the check of an address against them.
///
/// The address is taken apart by the library that connects, so that both read the same host.
package struct AllowedHosts: Sendable {
  /// Why an address is not spoken to.
  package enum Finding: Error {
    /// None of the schemes, without host, or with credentials.
    case form
    /// Not a host that is named.
    case host
  }

  /// `host` for the usual port of its scheme, or `host:port`; lower case.
  private let hosts: Set<String>
  /// Schemes that are spoken, with their usual ports.
  private let ports: [String: String]

  package init(_ hosts: Set<String>, ports: [String: String]) {
    self.hosts = hosts
    self.ports = ports
  }

  /// - Parameter parts: an address as the library took it apart (`CURLU`).
  package func check(_ parts: OpaquePointer) throws(Finding) {
    guard Self.part(parts, CURLUPART_USER) == nil, Self.part(parts, CURLUPART_PASSWORD) == nil,
      let scheme = Self.part(parts, CURLUPART_SCHEME), let standard = ports[scheme],
      let host = Self.part(parts, CURLUPART_HOST)?.lowercased()
    else { throw .form }
    let port = Self.part(parts, CURLUPART_PORT) ?? standard
    guard hosts.contains("\(host):\(port)") || (port == standard && hosts.contains(host)) else {
      throw .host
    }
  }

  /// The host of an address, for operators; empty where it has none.
  package static func host(of address: String) -> String {
    guard let parts = curl_url() else { return "" }
    defer { curl_url_cleanup(parts) }
    let flags = UInt32(CURLU_NON_SUPPORT_SCHEME)
    guard curl_url_set(parts, CURLUPART_URL, address, flags) == CURLUE_OK else { return "" }
    return part(parts, CURLUPART_HOST) ?? ""
  }

  private static func part(_ parts: OpaquePointer, _ which: CURLUPart) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(parts, which, &text, 0) == CURLUE_OK, let text else { return nil }
    defer { curl_free(text) }
    return String(cString: text)
  }
}
