import City
import Fetching
import JSONText
import Ports
import Testing

@testable import Exchanging

@Suite struct PullQuestionTests {
  private static func pull(_ change: (inout Exchange.Pull) -> Void) -> Exchange.Pull {
    var pull = Exchange.Pull(
      url: "https://city.example/tickets", method: .get,
      query: [("after", "{cursor}"), ("from", "{since}"), ("n", "{size}"), ("page", "{page}")],
      body: .null, rows: "data", advance: .cursor("next"), intervalSeconds: 60, size: 2,
      pagesMax: 5, bytesMax: 65_536, timeoutSeconds: 5)
    change(&pull)
    return pull
  }

  private static func question(_ pull: Exchange.Pull, _ mark: String) -> PullQuestion {
    PullQuestion(pull: pull, mark: mark, offsetMinutes: 480)
  }

  private static func row(_ milliseconds: Int64) -> ForeignRow {
    .ticket(
      ForeignTicket(id: "1", createdAt: Instant(milliseconds: milliseconds), raw: []))
  }

  @Test func aCursorIsAskedForAndKept() {
    let pull = Self.pull { _ in }
    #expect(Self.question(pull, "").request.address == "https://city.example/tickets?n=2")
    #expect(
      Self.question(pull, "a/b").request.address
        == "https://city.example/tickets?after=a%2Fb&n=2")
    // (mark, what the answer says, rows) → (mark, last)
    let rows: [(String, JSON, Int, String, Bool)] = [
      ("", "c1", 2, "c1", false), ("c1", 17, 1, "17", false), ("c1", "c1", 2, "c1", true),
      ("c1", .null, 2, "c1", true), ("c1", "", 2, "c1", true), ("c1", "c2", 0, "c2", true),
      ("c1", .string(String(repeating: "x", count: 513)), 2, "c1", true),
    ]
    for (mark, next, count, expected, isLast) in rows {
      let page = Self.question(pull, mark).page(
        Array(repeating: Self.row(1), count: count), answer: ["next": next])
      #expect(page.mark == expected, "\(next)")
      #expect(page.isLast == isLast, "\(next)")
    }
  }

  @Test func timeGoesOnPageByPage() {
    let pull = Self.pull { $0.advance = .since(.milliseconds, overlapMilliseconds: 1_000) }
    let first = Self.question(pull, "")
    #expect(first.request.address == "https://city.example/tickets?n=2&page=1")
    let second = first.page([Self.row(5_000), Self.row(9_000)], answer: .null)
    #expect(second.mark == "-.2.9000")
    #expect(!second.isLast)
    let third = Self.question(pull, second.mark)
    #expect(third.request.address == "https://city.example/tickets?n=2&page=2")
    let last = third.page([Self.row(7_000)], answer: .null)
    #expect(last.mark == "9000.1.-")
    #expect(last.isLast)
    // The next turn asks from a second before the newest, and nothing new moves nothing.
    let again = Self.question(pull, last.mark)
    #expect(again.request.address == "https://city.example/tickets?from=8000&n=2&page=1")
    #expect(again.page([Self.row(9_000)], answer: .null).mark == last.mark)
    #expect(Self.question(pull, "nonsense").request.address == first.request.address)
  }

  @Test(
    "a moment in the form that is wanted",
    arguments: [
      (Exchange.Pull.SinceForm.milliseconds, "1795154400000"), (.seconds, "1795154400"),
      (.local, "2026-11-20%2014%3A00%3A00"),
    ])
  func since(_ form: Exchange.Pull.SinceForm, _ text: String) {
    let pull = Self.pull {
      $0.advance = .since(form, overlapMilliseconds: 0)
      $0.query = [("from", "{since}")]
    }
    let mark = "1795154400000.1.-"
    #expect(
      Self.question(pull, mark).request.address == "https://city.example/tickets?from=" + text)
  }

  @Test func aQuestionMayBePosted() {
    let pull = Self.pull {
      $0.method = .post
      $0.query = []
      $0.body = ["page": ["after": "{cursor}", "size": 2]]
    }
    let request = Self.question(pull, "c\"1").request
    #expect(
      String(decoding: request.body, as: UTF8.self)
        == "{\"page\":{\"after\":\"c\\\"1\",\"size\":2}}")
  }
}
