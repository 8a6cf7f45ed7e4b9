// Socket types belong to whichever of these modules the compiler loads first.
import CEpoll
import CMicrohttpd
import Glibc

/// Who is at the other end of a socket.
struct PeerAddress: Sendable {
  let text: String
  let key: AddressKey
  let isLoopback: Bool

  static let unknown = PeerAddress(
    text: "", key: AddressKey(high: 0, low: 0), isLoopback: false)

  init(text: String, key: AddressKey, isLoopback: Bool) {
    self.text = text
    self.key = key
    self.isLoopback = isLoopback
  }

  /// Reads an address in numbers, as a proxy writes it; nil when it is none.
  init?(text: some StringProtocol) {
    let text = String(text)
    var four = in_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      self.init(four)
      return
    }
    var six = in6_addr()
    guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
    self.init(six)
  }

  init(_ address: UnsafePointer<sockaddr>) {
    switch Int32(address.pointee.sa_family) {
    case AF_INET:
      self = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        PeerAddress($0.pointee.sin_addr)
      }
    case AF_INET6:
      self = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
        PeerAddress($0.pointee.sin6_addr)
      }
    default: self = .unknown
    }
  }

  private init(_ four: in_addr) {
    let number = UInt32(bigEndian: four.s_addr)
    let parts = [number >> 24, number >> 16 & 255, number >> 8 & 255, number & 255]
    self.init(
      text: parts.map { String($0) }.joined(separator: "."),
      key: AddressKey(high: 0, low: 0xFFFF_0000_0000 | UInt64(number)),
      isLoopback: number >> 24 == 127)
  }

  private init(_ six: in6_addr) {
    var six = six
    let (high, low) = withUnsafeBytes(of: &six) { bytes in
      (
        UInt64(bigEndian: bytes.load(fromByteOffset: 0, as: UInt64.self)),
        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      )
    }
    if high == 0, low >> 32 == 0xFFFF {
      self.init(in_addr(s_addr: UInt32(truncatingIfNeeded: low).bigEndian))
      return
    }
    var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    inet_ntop(AF_INET6, &six, &buffer, socklen_t(INET6_ADDRSTRLEN))
    let isLoopback = high == 0 && low == 1
    self.init(
      text: String(
        decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self),
      key: isLoopback ? AddressKey(high: 0, low: 1) : AddressKey(high: high, low: 0),
      isLoopback: isLoopback)
  }
}

/// Milliseconds of the system's steady clock; precise to a few, and nearly free to read.
package func steadyMilliseconds() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
  return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
}
