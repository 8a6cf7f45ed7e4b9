/// How many requests each address may send: a bucket of tokens that refills steadily.
///
/// Pure: the time comes in as an argument, in milliseconds of any clock that only goes forward.
package struct RateLimit: Sendable {
  /// How much one address may ask for.
  package struct Settings: Equatable, Sendable {
    /// Tokens that come back each second.
    package var requestsPerSecond: Int
    /// Tokens a bucket holds.
    package var burst: Int
    /// Addresses kept. Newcomers beyond share one bucket until others fall idle.
    package var addressesMax: Int

    /// - Precondition: all are positive; at most one million requests per second.
    package init(requestsPerSecond: Int = 200, burst: Int = 400, addressesMax: Int = 50_000) {
      precondition((1...1_000_000).contains(requestsPerSecond) && burst > 0 && addressesMax > 0)
      self.requestsPerSecond = requestsPerSecond
      self.burst = burst
      self.addressesMax = addressesMax
    }
  }

  /// Whether a request may go on, or when to try again (whole seconds, rounded up).
  package enum Admission: Equatable, Sendable {
    case admitted
    case refused(retryAfterSeconds: Int)
  }

  // One number per address: the moment, in microseconds, at which its bucket is full again.
  // A token costs `interval`; a bucket is empty when that moment is `burst` intervals away.
  private var fullAt: [AddressKey: Int64] = [:]
  private var overflowFullAt: Int64 = 0
  private var purgeAt: Int64 = 0
  private let interval: Int64
  private let settings: Settings

  package init(_ settings: Settings) {
    self.settings = settings
    interval = 1_000_000 / Int64(settings.requestsPerSecond)
  }

  /// Addresses kept at the moment.
  package var addresses: Int { fullAt.count }

  /// Takes a token from the bucket of an address. `milliseconds` never goes back between calls.
  package mutating func admit(_ address: AddressKey, at milliseconds: Int64) -> Admission {
    let now = milliseconds * 1_000
    if let stored = fullAt[address] {
      let (admission, next) = take(stored, now)
      fullAt[address] = next
      return admission
    }
    if fullAt.count >= settings.addressesMax, now >= purgeAt {
      // At most once a second: looking through all addresses is not free.
      fullAt = fullAt.filter { $0.value > now }
      purgeAt = now + 1_000_000
    }
    if fullAt.count < settings.addressesMax {
      let (admission, next) = take(now, now)
      fullAt[address] = next
      return admission
    }
    let (admission, next) = take(overflowFullAt, now)
    overflowFullAt = next
    return admission
  }

  private func take(_ stored: Int64, _ now: Int64) -> (Admission, Int64) {
    let next = max(stored, now) + interval
    let wait = next - now - interval * Int64(settings.burst)
    guard wait > 0 else { return (.admitted, next) }
    return (.refused(retryAfterSeconds: Int((wait + 999_999) / 1_000_000)), stored)
  }
}

/// A client's address as numbers: IPv4 mapped into IPv6. An IPv6 client is known by its network
/// of 64 bits, since it may use any address inside.
package struct AddressKey: Hashable, Sendable {
  let high: UInt64
  let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }
}
