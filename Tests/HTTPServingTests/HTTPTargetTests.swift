import HTTPServing
import Testing

@Suite("request targets")
struct HTTPTargetTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let target: String, path: String, query: [String]
    var testDescription: String { target }
    init(_ target: String, _ path: String, _ query: [String] = []) {
      self.target = target
      self.path = path
      self.query = query
    }
  }

  static let rows: [Row] = [
    Row("/", "/"), Row("/api/v1/cases", "/api/v1/cases"), Row("/a//b///c", "/a/b/c"),
    Row("/a/", "/a/"), Row("//", "/"), Row("*", "*"), Row("/a?", "/a"), Row("/a#b", "/a"),
    Row("/%E4%B8%AD%e5%9b%bd", "/中国"), Row("/a%20b+c", "/a b+c"), Row("/...", "/..."),
    Row("/a?x=1&y=2&x=3", "/a", ["x=1", "y=2", "x=3"]),
    Row("/a?q=%E7%A7%AF%E6%B0%B4+20&flag&=v&&e=", "/a", ["q=积水 20", "flag=", "=v", "e="]),
    Row("/a?q=a%26b%3Dc=d", "/a", ["q=a&b=c=d"]), Row("/a?q=..%2F", "/a", ["q=../"]),
    Row("/a?q=1%0A2", "/a", ["q=1\n2"]),
    Row("http://localhost:8080/a/b?c=d", "/a/b", ["c=d"]), Row("http://localhost", "/"),
  ]

  @Test("a target is decoded and normalised", arguments: rows)
  func reads(_ row: Row) throws {
    let target = try HTTPTarget(Array(row.target.utf8))
    #expect(target.path == row.path)
    #expect(target.query.map { "\($0.name)=\($0.value)" } == row.query)
  }

  static let refused: [(String, HTTPTargetRule)] = [
    ("", .form), ("a/b", .form), ("ftp://x/", .form), ("/%", .percent), ("/%4", .percent),
    ("/%zz", .percent), ("/a%00b", .control), ("/a?b=%00", .control), ("/a%0D%0Ab", .control),
    ("/a%7f", .control), ("/..", .segment), ("/a/../b", .segment), ("/a/./b", .segment),
    ("/a/%2e%2e/b", .segment), ("/a%2fb", .segment), ("/a%5Cb", .segment), ("/a\\b", .segment),
    ("/%ff", .utf8), ("/%C0%AF", .utf8), ("/a?q=%E4%B8", .utf8),
    ("/a?" + String(repeating: "x&", count: 257), .parameters),
  ]

  @Test("a doubtful target is refused with its rule", arguments: refused)
  func refuses(_ target: String, _ rule: HTTPTargetRule) {
    #expect(throws: rule) { try HTTPTarget(Array(target.utf8)) }
  }

  @Test("header names compare without case, cookies are found by name")
  func headers() {
    let headers = HTTPHeaders([
      ("Content-Type", "a/b"), ("COOKIE", "x=1; session=\"abc\" ;y=2"), ("cookie", "z=a=b"),
    ])
    #expect(headers["content-type"] == "a/b" && headers["CONTENT-TYPE"] == "a/b")
    #expect(headers["content-typ"] == nil && headers.count(of: "Cookie") == 2)
    let request = HTTPRequest(method: .get, path: "/", headers: headers)
    #expect(request.cookie("session") == "abc" && request.cookie("y") == "2")
    #expect(request.cookie("z") == "a=b" && request.cookie("sess") == nil)
  }
}
