import HTTPServing
import Testing

@Suite("rate limit")
struct RateLimitTests {
  static func address(_ number: UInt64) -> AddressKey { AddressKey(high: 1, low: number) }

  @Test("a burst passes, the next waits, time brings tokens back")
  func bucket() {
    var limit = RateLimit(.init(requestsPerSecond: 10, burst: 3, addressesMax: 10))
    for _ in 0..<3 { #expect(limit.admit(Self.address(1), at: 1_000) == .admitted) }
    #expect(limit.admit(Self.address(1), at: 1_000) == .refused(retryAfterSeconds: 1))
    #expect(limit.admit(Self.address(2), at: 1_000) == .admitted)
    #expect(limit.admit(Self.address(1), at: 1_099) == .refused(retryAfterSeconds: 1))
    #expect(limit.admit(Self.address(1), at: 1_100) == .admitted)
    #expect(limit.admit(Self.address(1), at: 1_100) == .refused(retryAfterSeconds: 1))
    for _ in 0..<3 { #expect(limit.admit(Self.address(1), at: 9_000) == .admitted) }
    #expect(limit.admit(Self.address(1), at: 9_000) == .refused(retryAfterSeconds: 1))
  }

  @Test("newcomers beyond the addresses kept share one bucket until others fall idle")
  func bounded() {
    var limit = RateLimit(.init(requestsPerSecond: 1, burst: 2, addressesMax: 2))
    #expect(limit.admit(Self.address(1), at: 10_000) == .admitted)
    #expect(limit.admit(Self.address(2), at: 10_000) == .admitted)
    #expect(limit.admit(Self.address(3), at: 10_000) == .admitted)
    #expect(limit.admit(Self.address(4), at: 10_000) == .admitted)
    #expect(limit.admit(Self.address(5), at: 10_000) == .refused(retryAfterSeconds: 1))
    #expect(limit.addresses == 2)
    #expect(limit.admit(Self.address(5), at: 20_000) == .admitted)
    #expect(limit.addresses == 1)
  }

  @Test("never more than burst plus rate times time, whatever the order of requests")
  func bound() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed: \(seed)")
    var state = seed
    var limit = RateLimit(.init(requestsPerSecond: 50, burst: 20, addressesMax: 4))
    var now: Int64 = 1
    var admitted = 0
    for _ in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      now += Int64(state >> 60)
      if limit.admit(Self.address(7), at: now) == .admitted { admitted += 1 }
    }
    #expect(admitted <= 20 + Int(now) * 50 / 1_000 + 1, "seed \(seed)")
    #expect(admitted >= Int(now) * 50 / 1_000 - 1, "seed \(seed)")
  }
}
