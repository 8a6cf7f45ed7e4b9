import City
import Fetching
import JSONText
import Testing

@testable import Exchanging

@Suite struct SigningTests {
  static let key = Array("0123456789abcdef".utf8)
  static let now = Instant(milliseconds: 1_795_154_400_000)

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let change: @Sendable (inout SigningScheme) -> Void
    /// What is signed, and what stands around it.
    let message: String
    let time: String
    var prefix = "sha256="
    var testDescription: String { name }
  }

  static let rows = [
    Row(
      name: "as it comes", change: { _ in },
      message: "POST\n/v1/tickets?size=2\n1795154400000\n{}", time: "1795154400000"),
    Row(
      name: "seconds, other order, another separator",
      change: {
        $0.parts = [.time, .body, .path]
        $0.separator = "|"
        $0.timeForm = .seconds
        $0.prefix = ""
      }, message: "1795154400|{}|/v1/tickets?size=2", time: "1795154400", prefix: ""),
  ]

  @Test("the parts are signed in their order", arguments: rows)
  func parts(_ row: Row) {
    var scheme = SigningScheme()
    row.change(&scheme)
    let headers = scheme.headers(
      method: "POST", path: "/v1/tickets?size=2", body: Array("{}".utf8), at: Self.now,
      key: Self.key)
    #expect(headers.map(\.name) == [scheme.timeHeader, scheme.signatureHeader])
    #expect(headers[0].value == row.time)
    let expected = MessageSignature.hexadecimal(of: Array(row.message.utf8), key: Self.key)
    #expect(headers[1].value == row.prefix + expected)
    #expect(scheme.moment(row.time) == Self.now)
  }

  @Test func anAnswerThatOthersComputed() {
    // printf '%s\n%s\n%s\n%s' POST /v1/tickets 1795154400000 '{}' |
    //   openssl dgst -sha256 -hmac 0123456789abcdef
    var scheme = SigningScheme()
    scheme.encoding = .base64
    let hexadecimal = SigningScheme().signature(
      method: "POST", path: "/v1/tickets", time: "1795154400000", body: Array("{}".utf8),
      key: Self.key)
    #expect(
      hexadecimal == "sha256=1407fa4a94ecc77938f20bd4b4aae04b6e7ccd5d63c62cd523741d055acea019")
    let base64 = scheme.signature(
      method: "POST", path: "/v1/tickets", time: "1795154400000", body: Array("{}".utf8),
      key: Self.key)
    #expect(base64 == "sha256=FAf6SpTsx3k48gvUtKrgS258zV1jxizVI3QdBVrOoBk=")
  }

  @Test(
    "path and query of an address",
    arguments: [
      ("https://a.example/b/c?d=e", "/b/c?d=e"), ("https://a.example", "/"),
      ("http://a.example:81?x=/y", "/?x=/y"), ("http://a.example/", "/"),
    ])
  func path(_ address: String, _ path: String) {
    #expect(SigningScheme.path(of: address) == path)
  }

  @Test("times that are none", arguments: ["", "0", "-5", "x", "1e9", "99999999999999999999999"])
  func times(_ text: String) {
    var scheme = SigningScheme()
    #expect(scheme.moment(text) == nil)
    scheme.timeForm = .seconds
    #expect(scheme.moment(text) == nil)
    #expect(scheme.moment(String(Int64.max)) == nil)
  }

  @Test func theWindowHasTwoEnds() {
    let scheme = SigningScheme()
    for (seconds, isTimely) in [(-301, false), (-300, true), (0, true), (300, true), (301, false)] {
      let moment = Self.now.advanced(byMilliseconds: Int64(seconds) * Duration.second)
      #expect(scheme.isTimely(moment, at: Self.now) == isTimely, "\(seconds)")
    }
  }

  @Test func aSignatureCountsOnceAndTheBookHasAnEnd() {
    var book = ReplayBook()
    let end = Self.now.advanced(byMilliseconds: 5 * Duration.minute)
    #expect(book.admit("a", until: end, at: Self.now) == .fresh)
    #expect(book.admit("a", until: end, at: Self.now) == .replayed)
    for number in 1..<ReplayBook.signaturesMax {
      #expect(book.admit(String(number), until: end, at: Self.now) == .fresh)
    }
    #expect(book.admit("b", until: end, at: Self.now) == .full)
    let later = end.advanced(byMilliseconds: 1)
    #expect(book.admit("b", until: later, at: later) == .fresh)
    #expect(book.admit("a", until: later, at: later) == .fresh, "its own time refuses it then")
  }
}
