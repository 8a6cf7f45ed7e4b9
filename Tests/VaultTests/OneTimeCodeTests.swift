import Testing

@testable import Vault

@Suite("codes that change")
struct OneTimeCodeTests {
  /// The secret of the examples in RFC 4226, appendix D, and RFC 6238, appendix B.
  static let secret = Array("12345678901234567890".utf8)

  struct Row: Sendable {
    let counter: Int64
    let code: String
  }

  static let rows =
    [
      "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
      "520489",
    ].enumerated().map { Row(counter: Int64($0.offset), code: $0.element) }
    // Seconds since 1970 by spans of 30 s; the last six of the eight digits printed there.
    + [
      (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"),
      (1_234_567_890, "005924"), (2_000_000_000, "279037"), (20_000_000_000, "353130"),
    ].map { Row(counter: $0.0 / 30, code: $0.1) }

  @Test("the examples of the standards", arguments: rows)
  func examples(_ row: Row) {
    #expect(OneTimeCode.digits(secret: Self.secret, counter: row.counter) == row.code)
  }
}
