import Glibc

/// A network of addresses, as `10.1.0.0/16`, `192.168.3.7` or `fd00::/8`.
package struct Network: Equatable, Sendable {
  /// Four or sixteen bytes; bits beyond `prefix` are zero.
  private let bytes: [UInt8]
  private let prefix: Int

  /// nil where it is not of that form, or names bits beyond its prefix.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let bytes = Self.bytes(String(parts[0])) else { return nil }
    var prefix = bytes.count * 8
    if parts.count == 2 {
      guard let number = Int(parts[1]), String(number) == parts[1], (0...prefix).contains(number)
      else { return nil }
      prefix = number
    }
    guard Self.cut(bytes, prefix) == bytes else { return nil }
    self.bytes = bytes
    self.prefix = prefix
  }

  /// Whether an address in numbers lies within.
  package func holds(_ address: String) -> Bool {
    guard let other = Self.bytes(address), other.count == bytes.count else { return false }
    return Self.cut(other, prefix) == bytes
  }

  private static func cut(_ bytes: [UInt8], _ prefix: Int) -> [UInt8] {
    bytes.enumerated().map { index, byte in
      let bits = min(max(prefix - index * 8, 0), 8)
      return bits == 0 ? 0 : byte & (0xFF << UInt8(8 - bits))
    }
  }

  /// Four bytes, also of an IPv4 address that is written as IPv6; sixteen of another.
  private static func bytes(_ text: String) -> [UInt8]? {
    var four = in_addr()
    if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
    var six = in6_addr()
    guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
    let bytes = withUnsafeBytes(of: &six) { Array($0) }
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    return bytes.starts(with: mapped) ? Array(bytes.suffix(4)) : bytes
  }
}
