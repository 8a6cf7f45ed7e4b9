package import City
import Fetching
import JSONText
import Links
package import Pack
package import Ports
import Synchronization

/// Exchanges tickets with other systems by the operator's settings: asks for theirs, takes what
/// they push, and tells back what became of them. Every message is signed.
package final class TicketExchange: TicketExchanging {
  /// Turns longitude and latitude of a system of coordinates into WGS-84; nil for what is no point.
  package typealias Conversion =
    @Sendable (TicketProfile.CoordinateSystem, _ longitude: Double, _ latitude: Double) -> Position?

  /// One exchange with what it needs at work.
  private struct Line: Sendable {
    let exchange: Exchange
    let profile: TicketProfile
    let pulling: HTTPSender?
    let reporting: HTTPSender?
  }

  package let terms: [ExchangeTerms]
  private let lines: [String: Line]
  private let time: any TimeSource
  private let offsetMinutes: Int
  private let convert: Conversion
  private let replays = Mutex<[String: ReplayBook]>([:])

  /// - Parameters:
  ///   - profiles: those of the packs in force.
  ///   - offsetMinutes: the city's clock against UTC.
  /// - Throws: where an exchange names no profile of these, or one whose zone nobody knows.
  package init(
    _ settings: ExchangeSettings, profiles: [TicketProfile], time: any TimeSource,
    offsetMinutes: Int, convert: @escaping Conversion
  ) throws(ExchangeSettings.Fault) {
    var lines: [String: Line] = [:]
    var terms: [ExchangeTerms] = []
    for exchange in settings.list {
      guard let profile = profiles.first(where: { $0.code == exchange.profile }),
        (try? ZoneClock(name: profile.zone)) != nil
      else { throw ExchangeSettings.Fault(detail: "\(exchange.code).profile") }
      func sender(_ bytes: Int, _ seconds: Int) -> HTTPSender {
        var sending = HTTPSender.Settings(hosts: settings.hosts)
        sending.bytesMax = bytes
        sending.durationMilliseconds = seconds * 1_000
        return HTTPSender(settings: sending)
      }
      lines[exchange.code] = Line(
        exchange: exchange, profile: profile,
        pulling: exchange.pull.map { sender($0.bytesMax, $0.timeoutSeconds) },
        reporting: exchange.reports.map { sender(Self.answerBytesMax, $0.timeoutSeconds) })
      terms.append(exchange.terms(channel: profile.channel))
    }
    self.lines = lines
    self.terms = terms
    self.time = time
    self.offsetMinutes = offsetMinutes
    self.convert = convert
  }

  /// Bytes of an answer to a report.
  static let answerBytesMax = 65_536
  /// Rows of one answer, however many were asked for.
  static let rowsMax = 10_000

  // MARK: Asking

  package func pull(
    from code: String, after mark: String
  ) async throws(ExchangeFault) -> ForeignPage {
    guard let line = lines[code], let pull = line.exchange.pull, let sender = line.pulling else {
      throw ExchangeFault(detail: "nothing is asked for")
    }
    let question = PullQuestion(pull: pull, mark: mark, offsetMinutes: offsetMinutes)
    var request = question.request
    request.headers += line.exchange.signing.headers(
      method: request.method.rawValue, path: SigningScheme.path(of: request.address),
      body: request.body, at: time.now, key: line.exchange.key)
    let answer: OutgoingAnswer
    do throws(SendingFault) {
      answer = try await sender.send(request)
    } catch {
      throw ExchangeFault(detail: "\(error)")
    }
    guard (200..<300).contains(answer.status) else {
      throw ExchangeFault(detail: "status \(answer.status)")
    }
    guard let json = try? JSON.parse(answer.body, limits: JSONLimits(bytesMax: pull.bytesMax)),
      let rows = Self.list(pull.rows, in: json)
    else { throw ExchangeFault(detail: "no JSON with rows at \(pull.rows)") }
    guard rows.count <= Self.rowsMax else {
      throw ExchangeFault(detail: "\(rows.count) rows at once, more than \(Self.rowsMax)")
    }
    return question.page(try self.rows(rows, line), answer: json)
  }

  // MARK: Being sent to

  package func read(
    _ message: PushedMessage, for code: String
  ) throws(PushRefusal) -> [ForeignRow] {
    guard let line = lines[code], let push = line.exchange.push else { throw .unknown }
    guard message.body.count <= push.bytesMax else { throw .tooLarge(max: push.bytesMax) }
    try check(message, line.exchange, key: push.key ?? line.exchange.key)
    guard let json = try? JSON.parse(message.body, limits: JSONLimits(bytesMax: push.bytesMax)),
      let rows = Self.list(push.rows, in: json)
    else { throw .form }
    guard rows.count <= push.rowsMax else { throw .tooMany(max: push.rowsMax) }
    do throws(ExchangeFault) {
      return try self.rows(rows, line)
    } catch {
      throw .form
    }
  }

  /// The signature first: who has no key learns nothing of clock and book.
  private func check(
    _ message: PushedMessage, _ exchange: Exchange, key: [UInt8]
  ) throws(PushRefusal) {
    let scheme = exchange.signing
    guard let signed = message.header(scheme.signatureHeader),
      let at = message.header(scheme.timeHeader)
    else { throw .unsigned }
    let expected = scheme.signature(
      method: message.method, path: message.path, time: at, body: message.body, key: key)
    guard MessageSignature.isSame(signed, expected) else { throw .signature }
    let now = time.now
    guard let moment = scheme.moment(at), scheme.isTimely(moment, at: now) else { throw .time }
    let end = moment.advanced(byMilliseconds: scheme.windowSeconds * Duration.second)
    let admission = replays.withLock { books in
      books[exchange.code, default: ReplayBook()].admit(signed, until: end, at: now)
    }
    switch admission {
    case .fresh: return
    case .replayed: throw .replayed
    case .full: throw .crowded
    }
  }

  // MARK: Telling back

  package func body(of report: TicketReport, for code: String) -> String {
    guard let reports = lines[code]?.exchange.reports else { return "" }
    let said = report.judgement
    func word(_ judgement: String?) -> String {
      judgement.flatMap { reports.judgements[$0] } ?? ""
    }
    let values = [
      "ticket": report.ticket, "number": report.number, "stage": report.stage,
      "status": reports.stages[report.stage] ?? report.stage, "unit": report.unit,
      "reply": report.reply,
      "verdict": report.verdict.map { reports.verdicts[$0.rawValue] ?? $0.rawValue } ?? "",
      "solved": word(said.map { $0.solved ? "solved" : "unsolved" }),
      "satisfaction": word(said?.satisfaction.rawValue),
      "at": LocalTime.text(report.at, offsetMinutes: offsetMinutes),
    ]
    let filled = TextTemplate.filled(reports.body, values)
    return String(decoding: filled.bytes, as: UTF8.self)
  }

  package func send(
    _ body: String, as id: ID<Notice>, to code: String
  ) async throws(NoticeFault) -> String {
    guard let line = lines[code], let reports = line.exchange.reports, let sender = line.reporting
    else { throw .refused(detail: "nothing is told there") }
    let bytes = Array(body.utf8)
    var request = OutgoingRequest(.post, reports.url, body: bytes)
    request.headers = line.exchange.signing.headers(
      method: request.method.rawValue, path: SigningScheme.path(of: reports.url), body: bytes,
      at: time.now, key: line.exchange.key)
    request.headers += [
      ("Content-Type", "application/json"), ("X-CivicLoop-Notice", String(id.rawValue)),
    ]
    let answer: OutgoingAnswer
    do throws(SendingFault) {
      answer = try await sender.send(request)
    } catch {
      switch error {
      case .form: throw .refused(detail: "the address is none of this form")
      case .host: throw .refused(detail: "no host that is allowed")
      case .tooLarge, .slow, .busy, .unreachable: throw .failed(detail: "\(error)")
      }
    }
    let said = "\(answer.status) \(String(decoding: answer.body, as: UTF8.self))"
    switch answer.status {
    case 200..<300 where reports.expect.isEmpty || said.contains(reports.expect): return said
    case 200..<300, 401, 403, 408, 425, 429, 500..<600: throw .failed(detail: said)
    default: throw .refused(detail: said)
    }
  }

  // MARK: What all share

  /// Reads rows by the profile.
  private func rows(_ rows: [JSON], _ line: Line) throws(ExchangeFault) -> [ForeignRow] {
    let (system, convert) = (line.profile.coordinateSystem, convert)
    var reader: TicketObjects
    do throws(ImportFault) {
      reader = try TicketObjects(
        profile: line.profile,
        circumstances: TicketReader.Circumstances(now: time.now) { convert(system, $0, $1) })
    } catch {
      throw ExchangeFault(detail: error.code)
    }
    return rows.enumerated().map { index, row in
      switch reader.ticket(row, number: index + 1) {
      case .ticket(let ticket): .ticket(ForeignTicket(ticket))
      case .refused(let refusal):
        .refused(
          ForeignRefusal(
            row: refusal.row, ticket: Self.id(of: row, line.profile), field: refusal.field,
            rule: refusal.rule))
      }
    }
  }

  /// The id of a row that was refused, for whoever looks for it.
  private static func id(of row: JSON, _ profile: TicketProfile) -> String {
    let parts = profile.columns.id.compactMap { column -> String? in
      row[column].flatMap { $0.string ?? $0.integer.map { String($0) } }
    }
    return String(parts.joined(separator: " ").prefix(TicketTextLimits.externalIDMax))
  }

  /// The list at a place such as `data.list`; nil where there is none.
  private static func list(_ place: String, in json: JSON) -> [JSON]? {
    value(place, in: json)?.array
  }

  /// What stands at a place such as `data.next`; the empty place is the whole.
  static func value(_ place: String, in json: JSON) -> JSON? {
    var found: JSON? = json
    for name in place.split(separator: ".") { found = found?[String(name)] }
    return found
  }
}

extension Exchange {
  fileprivate func terms(channel: Channel) -> ExchangeTerms {
    ExchangeTerms(
      code: code, profile: profile, channel: channel,
      pull: pull.map {
        ExchangeTerms.Pull(
          intervalMilliseconds: Int64($0.intervalSeconds) * Duration.second, pagesMax: $0.pagesMax,
          host: AllowedHosts.host(of: $0.url))
      },
      takesPush: push != nil,
      reports: reports.map {
        ExchangeTerms.Reports(
          stages: Set($0.stages.keys),
          replies: $0.replies.map { ReplyPlace(action: $0.action, field: $0.field) })
      })
  }
}

extension ForeignTicket {
  /// A ticket as an import reads it.
  fileprivate init(_ ticket: Ticket) {
    self.init(id: ticket.externalID, createdAt: ticket.createdAt, raw: ticket.raw)
    item = ticket.item.code
    findsItem = ticket.item == .byWords
    title = ticket.title
    text = ticket.text
    address = ticket.address
    position = ticket.position
    closedAt = ticket.closedAt
    switch ticket.unit {
    case .none: unit = nil
    case .known(let code): unit = code
    case .named(let name): unit = name
    }
    reply = ticket.reply
    reporterName = ticket.reporterName
    reporterPhone = ticket.reporterPhone
  }
}
