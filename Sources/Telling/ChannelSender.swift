import City
import Fetching
import JSONText
import Pack
package import Ports
import Synchronization

/// Sends notices through the operator's channels: mail, signed webhooks, messages and robots of the
/// government's WeChat, and gateways of short messages.
package final class ChannelSender: NoticeSending {
  private let settings: OperatorChannels
  private let time: any TimeSource
  private let web: HTTPSender
  /// Tokens of WeChat applications with the moment from which on they are old, by channel.
  private let tokens = Mutex<[String: (token: String, until: Instant)]>([:])

  package let channels: [NoticeChannel]
  /// Bytes of an answer.
  static let answerBytesMax = 65_536

  /// What came back.
  private struct Answer {
    let status: Int
    let text: String
  }

  package init(_ settings: OperatorChannels, time: any TimeSource) {
    self.settings = settings
    self.time = time
    var web = HTTPSender.Settings(hosts: settings.hosts)
    web.bytesMax = Self.answerBytesMax
    web.durationMilliseconds = MailTransfer.durationMilliseconds
    self.web = HTTPSender(settings: web)
    channels = settings.list.map {
      NoticeChannel(code: $0.code, form: $0.form, host: AllowedHosts.host(of: $0.url))
    }
  }

  package func address(of staff: String, on channel: String) -> String? {
    settings.addresses[staff]?[channel]
  }

  package func send(
    _ notice: OutgoingNotice, on channel: String
  ) async throws(NoticeFault) -> String {
    guard let channel = settings.list.first(where: { $0.code == channel }) else {
      throw .refused(detail: "no such channel")
    }
    switch channel.form {
    case .page: throw .refused(detail: "the pages are no channel")
    case .mail: return try await mail(notice, channel)
    case .webhook: return try await webhook(notice, channel)
    case .message: return try await message(notice, channel, isSecondTry: false)
    case .robot: return try await robot(notice, channel)
    case .sms: return try await shortMessage(notice, channel)
    }
  }

  private func link(_ notice: OutgoingNotice) -> String {
    notice.link.isEmpty || settings.site.isEmpty ? "" : settings.site + notice.link
  }

  private func address(_ notice: OutgoingNotice) throws(NoticeFault) -> String {
    guard let address = notice.address, OperatorChannels.isPlain(address) else {
      throw .refused(detail: "nobody's address")
    }
    return address
  }

  // MARK: Forms

  private func mail(
    _ notice: OutgoingNotice, _ channel: OperatorChannels.Channel
  ) async throws(NoticeFault) -> String {
    let to = try address(notice)
    guard to.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3C && $0 != 0x3E }),
      to.contains("@")
    else { throw .refused(detail: "no address of a mail") }
    let message = MailText.message(
      notice, from: channel["from"], to: to, link: link(notice))
    let transfer = MailTransfer(
      url: channel.url,
      mail: MailEnvelope(
        from: channel["from"], to: to, user: channel["user"], secret: channel["secret"],
        message: message))
    let status = try await transfer.run(hosts: settings.hosts)
    return "\(status) \(MailText.messageID(notice, from: channel["from"]))"
  }

  /// The signature is HMAC-SHA-256 of the time, a full stop and the body, in hexadecimal.
  private func webhook(
    _ notice: OutgoingNotice, _ channel: OperatorChannels.Channel
  ) async throws(NoticeFault) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("notice", String(notice.id.rawValue))
    writer.member("case", notice.case.map { String($0.rawValue) })
    writer.member("title", notice.title)
    writer.member("text", notice.text)
    writer.member("link", link(notice))
    writer.member("at", notice.at.milliseconds)
    writer.endObject()
    let body = writer.take()
    let at = String(time.now.milliseconds)
    let signature = MessageSignature.hexadecimal(
      of: Array((at + ".").utf8) + body, key: Array(channel["secret"].utf8))
    let answer = try await post(
      body, "application/json", to: channel.url, channel,
      [
        ("X-CivicLoop-Notice", String(notice.id.rawValue)), ("X-CivicLoop-Time", at),
        ("X-CivicLoop-Signature", "sha256=" + signature),
      ])
    try Self.check(answer)
    return "\(answer.status) \(answer.text)"
  }

  private func robot(
    _ notice: OutgoingNotice, _ channel: OperatorChannels.Channel
  ) async throws(NoticeFault) -> String {
    let text = [notice.title, notice.text, link(notice)].filter { !$0.isEmpty }
      .joined(separator: "\n")
    let answer = try await post(
      ["msgtype": "text", "text": ["content": .string(text)]], to: channel.url, channel)
    return try Self.wechat(answer).proof
  }

  private func message(
    _ notice: OutgoingNotice, _ channel: OperatorChannels.Channel, isSecondTry: Bool
  ) async throws(NoticeFault) -> String {
    let to = try address(notice)
    let token = try await token(channel)
    let card: JSON = [
      "touser": .string(to), "msgtype": "textcard",
      "agentid": .integer(Int64(channel["agent"]) ?? 0),
      "textcard": [
        "title": .string(notice.title), "description": .string(notice.text),
        "url": .string(link(notice)),
      ],
      "enable_duplicate_check": 1,
    ]
    let answer = try await post(
      card, to: channel.url + "?access_token=" + PercentText.escaped(token), channel)
    let (code, proof) = try Self.wechat(answer, mayBeOld: !isSecondTry)
    guard code == 0 else {
      tokens.withLock { $0[channel.code] = nil }
      return try await message(notice, channel, isSecondTry: true)
    }
    return proof
  }

  /// The token of an application, asked for anew five minutes before it grows old.
  private func token(_ channel: OperatorChannels.Channel) async throws(NoticeFault) -> String {
    let now = time.now
    if let known = tokens.withLock({ $0[channel.code] }), known.until > now { return known.token }
    let answer = try await ask(
      OutgoingRequest(
        .get,
        channel["tokenUrl"] + "?corpid=" + PercentText.escaped(channel["corp"]) + "&corpsecret="
          + PercentText.escaped(channel["secret"])))
    _ = try Self.wechat(answer)
    let json = try? JSON.parse(Array(answer.text.utf8))
    guard let token = json?["access_token"]?.string, OperatorChannels.isPlain(token) else {
      throw .failed(detail: "no token came")
    }
    let seconds = min(max(json?["expires_in"]?.integer ?? 0, 600), 7_200) - 300
    tokens.withLock {
      $0[channel.code] = (token, now.advanced(byMilliseconds: seconds * Duration.second))
    }
    return token
  }

  private func shortMessage(
    _ notice: OutgoingNotice, _ channel: OperatorChannels.Channel
  ) async throws(NoticeFault) -> String {
    let isJSON = !channel["type"].contains("form")
    let values = ["to": try address(notice), "text": notice.title + " " + notice.text]
      .mapValues { isJSON ? Self.inJSON($0) : PercentText.escaped($0) }
    let answer = try await post(
      Array(Placeholders.filled(channel["body"], values).utf8),
      isJSON ? "application/json" : "application/x-www-form-urlencoded", to: channel.url, channel)
    try Self.check(answer)
    guard channel["expect"].isEmpty || answer.text.contains(channel["expect"]) else {
      throw .failed(detail: "the gateway answered: \(answer.text)")
    }
    return "\(answer.status) \(answer.text)"
  }

  // MARK: What all share

  private func post(
    _ json: JSON, to url: String, _ channel: OperatorChannels.Channel
  ) async throws(NoticeFault) -> Answer {
    var writer = JSONWriter()
    writer.value(json)
    return try await post(writer.take(), "application/json", to: url, channel)
  }

  private func post(
    _ body: [UInt8], _ type: String, to url: String, _ channel: OperatorChannels.Channel,
    _ headers: [(name: String, value: String)] = []
  ) async throws(NoticeFault) -> Answer {
    let all = [("Content-Type", type)] + channel.headers + headers
    return try await ask(OutgoingRequest(.post, url, headers: all, body: body))
  }

  private func ask(_ request: OutgoingRequest) async throws(NoticeFault) -> Answer {
    do throws(Fetching.SendingFault) {
      let answer = try await web.send(request)
      return Answer(status: answer.status, text: String(decoding: answer.body, as: UTF8.self))
    } catch {
      switch error {
      case .form: throw .refused(detail: "the address is none of this form")
      case .host: throw .refused(detail: "no host that is allowed")
      case .tooLarge, .slow, .busy: throw .failed(detail: "\(error)")
      case .unreachable(let detail): throw .failed(detail: detail)
      }
    }
  }

  /// What WeChat said; its own error stands in the answer.
  /// - Parameter mayBeOld: whether a token that is old is told instead of thrown.
  private static func wechat(
    _ answer: Answer, mayBeOld: Bool = false
  ) throws(NoticeFault) -> (code: Int64, proof: String) {
    try check(answer)
    guard let json = try? JSON.parse(Array(answer.text.utf8)),
      let code = json["errcode"]?.integer
    else { throw .failed(detail: "unreadable: \(answer.text)") }
    let said = "\(code) \(json["errmsg"]?.string ?? "") \(json["msgid"]?.string ?? "")"
    let isOld = [40_014, 42_001, 41_001].contains(code)
    if code == 0 || (isOld && mayBeOld) { return (code, said) }
    // Too many at once, or busy: later. All else is a mistake of address or settings.
    if [-1, 45_009, 45_033].contains(code) || isOld { throw .failed(detail: said) }
    throw .refused(detail: said)
  }

  /// Told to come back: later. Told that it is wrong: never.
  private static func check(_ answer: Answer) throws(NoticeFault) {
    let detail = "\(answer.status) \(answer.text)"
    switch answer.status {
    case 200..<300: return
    case 408, 425, 429, 500..<600: throw .failed(detail: detail)
    default: throw .refused(detail: detail)
    }
  }

  /// Within quotation marks of JSON.
  private static func inJSON(_ text: String) -> String {
    var writer = JSONWriter()
    writer.string(text)
    return String(String(decoding: writer.take(), as: UTF8.self).dropFirst().dropLast())
  }
}
