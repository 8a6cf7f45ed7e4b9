package import City
package import Pack

/// A way out of the house that the operator set up.
package struct NoticeChannel: Equatable, Sendable {
  package let code: String
  package let form: NoticeForm
  /// Where it leads, for operators: never with a secret in it.
  package let host: String

  package init(code: String, form: NoticeForm, host: String) {
    self.code = code
    self.form = form
    self.host = host
  }
}

/// One message as it leaves.
package struct OutgoingNotice: Equatable, Sendable {
  /// The id of the first notice in it: the other side knows by it what it had before.
  package let id: ID<Notice>
  /// Where it goes; nil where the channel as a whole is told.
  package let address: String?
  package let title: String
  package let text: String
  /// Below the root of the pages; empty = nowhere.
  package let link: String
  package let `case`: ID<Case>?
  package let at: Instant

  package init(
    id: ID<Notice>, address: String?, title: String, text: String, link: String,
    case: ID<Case>?, at: Instant
  ) {
    self.id = id
    self.address = address
    self.title = title
    self.text = text
    self.link = link
    self.case = `case`
    self.at = at
  }
}

/// Sends notices through the operator's channels.
package protocol NoticeSending: Sendable {
  var channels: [NoticeChannel] { get }
  /// Where a person is found on a channel, by his code; nil = nowhere.
  func address(of staff: String, on channel: String) -> String?
  /// Sends one message.
  /// - Returns: what the other side said when it took it, as proof.
  func send(_ notice: OutgoingNotice, on channel: String) async throws(NoticeFault) -> String
}

/// Why a message did not go out.
package enum NoticeFault: Error, Equatable {
  /// The other side will never take it, or nobody may ask it; `detail` is for operators.
  case refused(detail: String)
  /// It may go out later.
  case failed(detail: String)

  package var detail: String {
    switch self {
    case .refused(let detail), .failed(let detail): detail
    }
  }
}
