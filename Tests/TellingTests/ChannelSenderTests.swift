import City
import Fetching
import HTTPServing
import JSONText
import Pack
import Ports
import Synchronization
import Testing

@testable import Telling

/// Takes what is posted and answers as the services behind channels do.
private final class Service: HTTPHandler {
  struct Seen: Sendable {
    let path: String
    let query: [String: String]
    let headers: [String: String]
    let body: [UInt8]
  }
  private let requests = Mutex<[Seen]>([])
  /// Answers before the usual one, each used once.
  let next = Mutex<[(status: Int, text: String)]>([])

  var seen: [Seen] { requests.withLock { $0 } }

  func respond(to request: HTTPRequest) async -> HTTPResponse {
    var headers: [String: String] = [:]
    for name in ["X-CivicLoop-Signature", "X-CivicLoop-Time", "X-CivicLoop-Notice", "X-Key"] {
      headers[name] = request.headers[name]
    }
    let query = Dictionary(
      request.query.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    let (path, body) = (request.path, request.body)
    requests.withLock {
      $0.append(Seen(path: path, query: query, headers: headers, body: body))
    }
    if let answer = next.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
      return HTTPResponse(
        status: answer.status, headers: answer.status == 302 ? [("Location", "/hook")] : [],
        body: .bytes(Array(answer.text.utf8)))
    }
    let text =
      switch request.path {
      case "/token": "{\"errcode\":0,\"access_token\":\"T1\",\"expires_in\":7200}"
      case "/message": "{\"errcode\":0,\"errmsg\":\"ok\",\"msgid\":\"M9\"}"
      default: "{\"errcode\":0,\"errmsg\":\"ok\"}"
      }
    return HTTPResponse(status: 200, body: .bytes(Array(text.utf8)))
  }
}

private struct FixedTime: TimeSource {
  let now = Instant(milliseconds: 1_795_154_400_000)
}

extension NoticeFault {
  fileprivate var isTriedAgain: Bool {
    if case .failed = self { true } else { false }
  }
}

@Suite struct ChannelSenderTests {
  private static let notice = OutgoingNotice(
    id: ID(77), address: "zhang", title: "督办 2026-1120-00042", text: "请说明 \"原因\"",
    link: "/cases/2026-1120-00042", case: ID(5), at: Instant(milliseconds: 1_795_154_400_000))

  private static func to(_ address: String?) -> OutgoingNotice {
    OutgoingNotice(
      id: notice.id, address: address, title: notice.title, text: notice.text, link: notice.link,
      case: notice.case, at: notice.at)
  }

  private static func fault(
    _ sender: ChannelSender, _ notice: OutgoingNotice, _ channel: String
  ) async -> NoticeFault? {
    do throws(NoticeFault) {
      _ = try await sender.send(notice, on: channel)
      return nil
    } catch {
      return error
    }
  }

  private static func with(
    _ body: (ChannelSender, Service, FakeMailServer) async throws -> Void
  ) async throws {
    let service = Service()
    let server = try HTTPServer(
      settings: HTTPSettings(address: "127.0.0.1", port: 0), handler: service)
    let mail = FakeMailServer()
    let root = "http://127.0.0.1:\(server.port)"
    let file = """
      {"site":"https://loop.example/","hosts":["127.0.0.1:\(server.port)","127.0.0.1:\(mail.port)"],
       "channels":[
        {"code":"mail","form":"mail","url":"smtp://127.0.0.1:\(mail.port)","from":"loop@loop.example"},
        {"code":"hook","form":"webhook","url":"\(root)/hook","secret":"key"},
        {"code":"app","form":"message","url":"\(root)/message","tokenUrl":"\(root)/token",
         "corp":"C 1","secret":"S&","agent":"1000002"},
        {"code":"robot","form":"robot","url":"\(root)/robot?key=abc"},
        {"code":"sms","form":"sms","url":"\(root)/sms","headers":["X-Key: k"],
         "body":"{\\"mobile\\":\\"{to}\\",\\"inner\\":{\\"content\\":\\"{text}\\"}}","expect":"errcode"},
        {"code":"away","form":"webhook","url":"http://169.254.169.254/latest","secret":"key"}],
       "addresses":{"zhang":{"mail":"zhang@loop.example","sms":"13912345678"}}}
      """
    let sender = ChannelSender(try OperatorChannels(Array(file.utf8)), time: FixedTime())
    do {
      try await body(sender, service, mail)
    } catch {
      await server.stop()
      mail.stop()
      throw error
    }
    await server.stop()
    mail.stop()
  }

  @Test func aMailArrives() async throws {
    try await Self.with { sender, _, mail in
      #expect(sender.address(of: "zhang", on: "mail") == "zhang@loop.example")
      #expect(sender.address(of: "zhang", on: "hook") == nil)
      let proof = try await sender.send(Self.to("zhang@loop.example"), on: "mail")
      #expect(proof == "250 <notice-77@loop.example>")
      let got = try #require(mail.received.first)
      #expect(got.from.contains("<loop@loop.example>"))
      #expect(got.to.contains("<zhang@loop.example>"))
      #expect(got.text.contains("Subject: =?utf-8?B?"))
      #expect(got.text.contains("Date: Fri, 20 Nov 2026 06:00:00 +0000"))
      let text = "请说明 \"原因\"\n\nhttps://loop.example/cases/2026-1120-00042"
      let coded = MailText.base64(Array(text.utf8))
      #expect(got.text.split(separator: "\n").joined().contains(coded))
      // Somebody whom the server does not know is tried no more; a full box is.
      for (said, isTriedAgain) in [("550 no such user", false), ("452 full", true)] {
        mail.refuse(said)
        let fault = await Self.fault(sender, Self.to("li@loop.example"), "mail")
        #expect(fault?.isTriedAgain == isTriedAgain, "\(said): \(String(describing: fault))")
      }
      for bad in ["no address", "a@b\r\nRCPT TO:<c@d>", "", "a@b>"] {
        await #expect(throws: NoticeFault.self) {
          try await sender.send(Self.to(bad), on: "mail")
        }
      }
    }
  }

  @Test func aWebhookIsSigned() async throws {
    try await Self.with { sender, service, _ in
      let proof = try await sender.send(Self.to(nil), on: "hook")
      #expect(proof.hasPrefix("200 "))
      let got = try #require(service.seen.first)
      let json = try JSON.parse(got.body)
      #expect(json["title"]?.string == Self.notice.title)
      #expect(json["link"]?.string == "https://loop.example/cases/2026-1120-00042")
      let at = try #require(got.headers["X-CivicLoop-Time"])
      let signed = MessageSignature.hexadecimal(
        of: Array((at + ".").utf8) + got.body, key: Array("key".utf8))
      #expect(got.headers["X-CivicLoop-Signature"] == "sha256=" + signed)
      #expect(got.headers["X-CivicLoop-Notice"] == "77")
      // Known answer of RFC 4231, test case 2.
      #expect(
        MessageSignature.hexadecimal(
          of: Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
          == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }
  }

  @Test("what the other side says decides whether it is tried again")
  func answers() async throws {
    try await Self.with { sender, service, _ in
      let rows: [(Int, Bool)] = [
        (500, true), (503, true), (429, true), (400, false), (404, false), (302, false),
      ]
      for (status, isTriedAgain) in rows {
        service.next.withLock { $0 = [(status, "no")] }
        let fault = await Self.fault(sender, Self.to(nil), "hook")
        #expect(fault?.isTriedAgain == isTriedAgain, "\(status)")
      }
      #expect(service.seen.count == rows.count, "no redirect is followed")
    }
  }

  @Test func aPersonGetsAMessageAndAnOldTokenIsAskedForAnew() async throws {
    try await Self.with { sender, service, _ in
      #expect(try await sender.send(Self.notice, on: "app") == "0 ok M9")
      #expect(service.seen.map(\.path) == ["/token", "/message"])
      #expect(
        service.seen[0].query["corpid"] == "C 1" || service.seen[0].query["corpid"] == "C%201")
      let json = try JSON.parse(service.seen[1].body)
      #expect(json["touser"]?.string == "zhang")
      #expect(
        json["textcard"]?["url"]?.string == "https://loop.example/cases/2026-1120-00042")
      #expect(try await sender.send(Self.notice, on: "app") == "0 ok M9")
      #expect(service.seen.count == 3, "the token is kept")
      service.next.withLock { $0 = [(200, "{\"errcode\":42001,\"errmsg\":\"expired\"}")] }
      #expect(try await sender.send(Self.notice, on: "app") == "0 ok M9")
      #expect(service.seen.map(\.path).suffix(3) == ["/message", "/token", "/message"])
      service.next.withLock { $0 = [(200, "{\"errcode\":60111,\"errmsg\":\"userid not found\"}")] }
      await #expect(throws: NoticeFault.refused(detail: "60111 userid not found ")) {
        try await sender.send(Self.notice, on: "app")
      }
      #expect(try await sender.send(Self.to(nil), on: "robot") == "0 ok ")
      let said = try JSON.parse(try #require(service.seen.last).body)
      #expect(said["text"]?["content"]?.string?.contains("督办") == true)
    }
  }

  @Test func aGatewayIsFilledByItsTemplate() async throws {
    try await Self.with { sender, service, _ in
      _ = try await sender.send(Self.to("13912345678"), on: "sms")
      let got = try #require(service.seen.first)
      let json = try JSON.parse(got.body)
      #expect(json["mobile"]?.string == "13912345678")
      #expect(json["inner"]?["content"]?.string == Self.notice.title + " " + Self.notice.text)
      #expect(got.headers["X-Key"] == "k")
      service.next.withLock { $0 = [(200, "no credit")] }
      await #expect(throws: NoticeFault.self) {
        try await sender.send(Self.to("13912345678"), on: "sms")
      }
    }
  }

  @Test func nobodyElseIsAsked() async throws {
    try await Self.with { sender, _, _ in
      await #expect(
        throws: NoticeFault.refused(
          detail: "no host that is allowed")
      ) { try await sender.send(Self.to(nil), on: "away") }
      await #expect(throws: NoticeFault.self) {
        try await sender.send(Self.to(nil), on: "unknown")
      }
      #expect(sender.channels.first { $0.code == "robot" }?.host == "127.0.0.1")
    }
  }

  @Test(
    "a file that is none says where",
    arguments: [
      ("[", "not JSON"), ("{\"hots\":[]}", "unknown member hots"),
      ("{\"channels\":[{\"form\":\"mail\"}]}", "a channel needs a code, other than page"),
      ("{\"channels\":[{\"code\":\"page\"}]}", "a channel needs a code, other than page"),
      ("{\"channels\":[{\"code\":\"a\",\"form\":\"page\",\"url\":\"x\"}]}", "channel a: form"),
      ("{\"channels\":[{\"code\":\"a\",\"form\":\"mail\"}]}", "channel a: url"),
      (
        "{\"channels\":[{\"code\":\"a\",\"form\":\"mail\",\"url\":\"smtp://b\"}]}",
        "channel a: from"
      ),
      (
        "{\"channels\":[{\"code\":\"a\",\"form\":\"robot\",\"url\":\"b\",\"key\":\"c\"}]}",
        "channel a: unknown member key"
      ),
      ("{\"addresses\":{\"zhang\":{\"mail\":\"a@b\"}}}", "addresses of zhang: mail"),
    ])
  func file(_ text: String, _ detail: String) {
    #expect(throws: OperatorChannels.Fault(detail: detail)) {
      try OperatorChannels(Array(text.utf8))
    }
  }
}
