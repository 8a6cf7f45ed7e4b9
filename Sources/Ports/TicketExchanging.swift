package import City

/// Tickets that are exchanged with another system (对接), as the operator set it up.
package struct ExchangeTerms: Equatable, Sendable {
  /// How tickets are asked for.
  package struct Pull: Equatable, Sendable {
    /// From the beginning of one turn to the next, in milliseconds.
    package let intervalMilliseconds: Int64
    /// Pages of one turn; what is left comes in the next.
    package let pagesMax: Int
    /// Whom it asks, for operators: never with a secret in it.
    package let host: String

    package init(intervalMilliseconds: Int64, pagesMax: Int, host: String) {
      self.intervalMilliseconds = intervalMilliseconds
      self.pagesMax = pagesMax
      self.host = host
    }
  }

  /// What is told back.
  package struct Reports: Equatable, Sendable {
    /// Stages of flows that are told when a case comes there.
    package let stages: Set<String>
    /// Where the words of the reply stand.
    package let replies: [ReplyPlace]

    package init(stages: Set<String>, replies: [ReplyPlace]) {
      self.stages = stages
      self.replies = replies
    }
  }

  package let code: String
  /// Code of the profile that reads its tickets; ids of signals begin with it.
  package let profile: String
  package let channel: Channel
  /// nil where nothing is asked for.
  package let pull: Pull?
  /// Whether the other side may send by itself.
  package let takesPush: Bool
  /// nil where nothing is told back.
  package let reports: Reports?

  package init(
    code: String, profile: String, channel: Channel, pull: Pull?, takesPush: Bool,
    reports: Reports?
  ) {
    self.code = code
    self.profile = profile
    self.channel = channel
    self.pull = pull
    self.takesPush = takesPush
    self.reports = reports
  }
}

/// A step whose words answer the citizen.
package struct ReplyPlace: Equatable, Sendable {
  package let action: String
  /// The field of the step's form; nil = its note.
  package let field: String?

  package init(action: String, field: String?) {
    self.action = action
    self.field = field
  }
}

/// A ticket of another system, read and checked by a profile.
package struct ForeignTicket: Equatable, Sendable {
  /// The other system's own id.
  package let id: String
  /// Code of the item; nil where the profile does not know the type.
  package var item: String?
  /// Whether the item is looked for in the words.
  package var findsItem = false
  package var title = ""
  package var text = ""
  package var address = ""
  package var position: Position?
  package var createdAt: Instant
  /// Set where the other system closed it already.
  package var closedAt: Instant?
  /// Code or name of who had it; nil where it does not say.
  package var unit: String?
  package var reply = ""
  package var reporterName = ""
  package var reporterPhone = ""
  /// What it reports, without what changes while it is handled, so that the same report told again
  /// is the same.
  package var raw: [UInt8]

  package init(id: String, createdAt: Instant, raw: [UInt8]) {
    self.id = id
    self.createdAt = createdAt
    self.raw = raw
  }
}

/// A row of another system that was not taken, and why.
package struct ForeignRefusal: Equatable, Sendable {
  /// From 1 within the page.
  package let row: Int
  /// The other system's own id, as far as it can be read; empty = none.
  package let ticket: String
  /// By our name; empty where the row as a whole breaks the rule.
  package let field: String
  package let rule: String

  package init(row: Int, ticket: String, field: String, rule: String) {
    self.row = row
    self.ticket = ticket
    self.field = field
    self.rule = rule
  }
}

/// What became of a row.
package enum ForeignRow: Equatable, Sendable {
  case ticket(ForeignTicket)
  case refused(ForeignRefusal)
}

/// What one question brought.
package struct ForeignPage: Equatable, Sendable {
  package let rows: [ForeignRow]
  /// Where to go on, in the exchange's own words.
  package let mark: String
  /// Whether nothing more is there now.
  package let isLast: Bool

  package init(rows: [ForeignRow], mark: String, isLast: Bool) {
    self.rows = rows
    self.mark = mark
    self.isLast = isLast
  }
}

/// Why no tickets came. It is asked again: what is wrong may be mended on the other side.
package struct ExchangeFault: Error, Equatable {
  /// For operators.
  package let detail: String

  package init(detail: String) {
    self.detail = detail
  }
}

/// What another system sent by itself.
package struct PushedMessage: Sendable {
  package let method: String
  /// As in the request, decoded, without its query.
  package let path: String
  package let body: [UInt8]
  /// The value of a header; nil where it did not come, or more than once.
  package let header: @Sendable (String) -> String?

  package init(
    method: String, path: String, body: [UInt8], header: @escaping @Sendable (String) -> String?
  ) {
    self.method = method
    self.path = path
    self.body = body
    self.header = header
  }
}

/// Why what was pushed is not looked at.
package enum PushRefusal: Error, Equatable, Hashable {
  /// No exchange of this name takes any.
  case unknown
  case unsigned
  case signature
  /// Signed too long ago, or too far ahead.
  case time
  /// The same signed message came before.
  case replayed
  /// More came within the window than can be told apart.
  case crowded
  case tooLarge(max: Int)
  /// No JSON, or no list where the rows should be.
  case form
  case tooMany(max: Int)

  package var code: String {
    switch self {
    case .unknown: "exchange.unknown"
    case .unsigned: "exchange.unsigned"
    case .signature: "exchange.signature"
    case .time: "exchange.time"
    case .replayed: "exchange.replayed"
    case .crowded: "exchange.crowded"
    case .tooLarge: "exchange.too_large"
    case .form: "exchange.form"
    case .tooMany: "exchange.too_many"
    }
  }
}

/// What became of a ticket, for the system that it came from.
package struct TicketReport: Equatable, Sendable {
  /// The other system's own id.
  package let ticket: String
  /// Our case.
  package let number: String
  package let stage: String
  package var unit = ""
  package var reply = ""
  package var verdict: Verdict?
  /// What the reporter said of it; nil while he was not asked.
  package var judgement: Judgement?
  package let at: Instant

  package init(ticket: String, number: String, stage: String, at: Instant) {
    self.ticket = ticket
    self.number = number
    self.stage = stage
    self.at = at
  }
}

/// Exchanges tickets with other systems, by settings that are data.
package protocol TicketExchanging: Sendable {
  var terms: [ExchangeTerms] { get }
  /// Asks for the tickets after a mark; empty = from the beginning.
  func pull(from code: String, after mark: String) async throws(ExchangeFault) -> ForeignPage
  /// Checks who sent it, and reads it.
  func read(_ message: PushedMessage, for code: String) throws(PushRefusal) -> [ForeignRow]
  /// The report in the other system's words.
  func body(of report: TicketReport, for code: String) -> String
  /// Sends what `body` made.
  /// - Returns: what the other side said when it took it, as proof.
  func send(_ body: String, as id: ID<Notice>, to code: String) async throws(NoticeFault) -> String
}
