package import City

/// One request of another system, read and checked, but not yet a signal.
package struct Ticket: Equatable, Sendable {
  /// As in `RowRefusal`.
  package let row: Int
  /// From the profile's id columns; where it names none, made of the row's bytes, so that the same
  /// row has the same id in every import.
  package let externalID: String
  package let title: String
  package let text: String
  /// The file's own word for the kind of problem.
  package let type: String
  package let item: ItemFinding
  package let createdAt: Instant
  /// Exactly as in the file, even where it lies before `createdAt`.
  package let closedAt: Instant?
  /// Where it stands, in the file's own words.
  package let status: String
  package let address: String
  /// In WGS-84.
  package let position: Position?
  package let unit: TicketUnit
  package let reporterName: String
  package let reporterPhone: String
  /// What the handler answered.
  package let reply: String
  /// What is strange about it, though no reason to refuse it.
  package let doubts: Set<TicketDoubt>
  /// The row as it came, in UTF-8, without its line end.
  package let raw: [UInt8]

  package init(
    row: Int, externalID: String, title: String, text: String, type: String, item: ItemFinding,
    createdAt: Instant, closedAt: Instant?, status: String, address: String, position: Position?,
    unit: TicketUnit,
    reporterName: String, reporterPhone: String, reply: String, doubts: Set<TicketDoubt>,
    raw: [UInt8]
  ) {
    self.row = row
    self.externalID = externalID
    self.title = title
    self.text = text
    self.type = type
    self.item = item
    self.createdAt = createdAt
    self.closedAt = closedAt
    self.status = status
    self.address = address
    self.position = position
    self.unit = unit
    self.reporterName = reporterName
    self.reporterPhone = reporterPhone
    self.reply = reply
    self.doubts = doubts
    self.raw = raw
  }
}

/// How the item of a ticket was found.
package enum ItemFinding: Hashable, Sendable {
  /// The profile maps the ticket's type to this item code.
  case byType(String)
  /// The type says nothing, and the profile leaves it to the words of the ticket.
  case byWords
  /// Neither: 未分类, with the type as the file has it.
  case unclassified

  /// The code that is known already.
  package var code: String? {
    guard case .byType(let code) = self else { return nil }
    return code
  }
}

/// Who handled a ticket, as far as its file says.
package enum TicketUnit: Hashable, Sendable {
  case none
  /// Code of a unit that the profile brings along.
  case known(code: String)
  /// A name that the profile does not know, as the file has it.
  case named(String)
}

/// Something strange in a ticket that loses nothing when it is taken all the same.
package enum TicketDoubt: String, CaseIterable, Comparable, Sendable {
  case closedBeforeCreated
  /// There is something in the coordinate columns, but no point of the globe; (0, 0) is none.
  case positionUnreadable
  /// The point is far from the place that the row names.
  case positionOutsideStatedPlace
  /// The file says no time; the time given for such rows stands in.
  case createdMissing

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// What became of a row of a ticket file.
package enum TicketRow: Equatable, Sendable {
  case ticket(Ticket)
  case refused(RowRefusal)
}

/// How long the texts of a ticket may be, in Unicode scalars: what the intake of signals allows.
package enum TicketTextLimits {
  package static let externalIDMax = 128
  package static let titleMax = 200
  package static let textMax = 10_000
  package static let typeMax = 200
  package static let addressMax = 300
  package static let unitMax = 100
  package static let statusMax = 100
  package static let reporterNameMax = 64
  package static let reporterPhoneMax = 32
  /// Answers in real files are longer than the note of a step typed today.
  package static let replyMax = 10_000
}
