package import City
package import Ports

// The tables of what is done above the cases and told of them.

extension Table where Record == Supervision {
  static let supervisions = Table(
    "supervisions",
    ["id", "case_id", "form", "line", "cause"] + PathColumns.areas + PathColumns.units + [
      "receivers", "staff", "at", "words", "due", "state", "replied_at", "replied_by", "reply",
      "outcome", "ended_at", "ended_by", "remark", "refusals", "version",
    ],
    values: { found in
      let head: [SQLValue] = [
        found.id.sql, found.case.sql, .text(found.form.rawValue), .text(found.line),
        .text(found.cause),
      ]
      let receivers = found.receivers.map { String($0.rawValue) }
      return head + PathColumns.values(found.area) + PathColumns.values(found.unit) + [
        .text(WordList.joined(receivers)), found.staff.sql(), .integer(found.at.milliseconds),
        .text(found.words), .optional(found.due), .text(found.state.rawValue),
        .optional(found.reply?.at), (found.reply?.staff).sql(),
        .optional(found.reply?.words), .optional(found.outcome?.rawValue),
        .optional(found.ending?.at), (found.ending?.staff).sql(),
        .optional(found.ending?.words), .integer(Int64(found.refusals)),
        .integer(Int64(found.version)),
      ]
    },
    read: { row in
      func reply(_ column: Int) -> SupervisionReply? {
        row.optionalInstant(column).map {
          SupervisionReply(
            at: $0, staff: row.optionalID(column + 1), words: row.optionalText(column + 2) ?? "")
        }
      }
      var found = Supervision(
        id: row.id(0), case: row.id(1), form: row.word(2), line: row.text(3), cause: row.text(4),
        area: row.areaPath(5), unit: row.unitPath(10),
        receivers: WordList.split(row.text(15)).compactMap { Int64($0).map { ID($0) } },
        staff: row.optionalID(16), at: row.instant(17), words: row.text(18),
        due: row.optionalInstant(19), state: row.word(20))
      found.reply = reply(21)
      found.outcome = row.optionalText(24).flatMap(Supervision.Outcome.init(rawValue:))
      found.ending = reply(25)
      found.refusals = Int(row.integer(28))
      found.version = Int(row.integer(29))
      return found
    })
}

extension Table where Record == Notice {
  static let notices = Table(
    "notices",
    [
      "id", "template", "channel", "staff", "case_id", "title", "text", "link", "at", "state",
      "next", "attempts", "answer", "sent_at", "read_at",
    ],
    values: { notice in
      [
        notice.id.sql, .text(notice.template), .text(notice.channel), notice.staff.sql(),
        notice.case.sql(), .text(notice.title), .text(notice.text), .text(notice.link),
        .integer(notice.at.milliseconds), .text(notice.state.rawValue),
        .integer(notice.next.milliseconds), .integer(Int64(notice.attempts)),
        .text(notice.answer), .optional(notice.sentAt), .optional(notice.readAt),
      ]
    },
    read: { row in
      var notice = Notice(
        id: row.id(0), template: row.text(1), channel: row.text(2), staff: row.optionalID(3),
        case: row.optionalID(4), title: row.text(5), text: row.text(6), link: row.text(7),
        at: row.instant(8), state: row.word(9), next: row.instant(10))
      notice.attempts = Int(row.integer(11))
      notice.answer = row.text(12)
      notice.sentAt = row.optionalInstant(13)
      notice.readAt = row.optionalInstant(14)
      return notice
    })
}

extension Table where Record == Absence {
  static let absences = Table(
    "absences", ["id", "staff", "substitute", "reason", "starts", "ends"],
    values: { absence in
      [
        absence.id.sql, absence.staff.sql, absence.substitute.sql(), .text(absence.reason),
        .integer(absence.from.milliseconds), .integer(absence.to.milliseconds),
      ]
    },
    read: { row in
      Absence(
        id: row.id(0), staff: row.id(1), substitute: row.optionalID(2), reason: row.text(3),
        from: row.instant(4), to: row.instant(5))
    })
}

extension SQLiteStore {
  package func load(_ id: ID<Supervision>) async throws(StoreFault) -> Supervision? {
    try await first(.supervisions, "id = ?", [id.sql])
  }

  package func supervisions(
    _ query: SupervisionQuery
  ) async throws(StoreFault) -> Page<Supervision> {
    try await list { connection throws(SQLiteFault) in
      var filter = Filter()
      try filter.cut(to: query.scope, table: "supervisions", units: true, on: connection)
      filter.add("supervisions.case_id", query.case)
      if !query.forms.isEmpty {
        filter.add("supervisions.form", in: query.forms.map(\.rawValue).sorted())
      }
      if !query.states.isEmpty {
        filter.add("supervisions.state", in: query.states.map(\.rawValue).sorted())
      }
      if let cause = query.cause { filter.add("supervisions.cause = ?", .text(cause)) }
      if let moment = query.lateAt {
        filter.add(
          "supervisions.state = 'open' AND supervisions.due < ?", .integer(moment.milliseconds))
      }
      return try PageReading(table: Table.supervisions, id: { $0.id.rawValue })
        .page(filter, query.page, on: connection)
    }
  }

  package func load(_ id: ID<Notice>) async throws(StoreFault) -> Notice? {
    try await first(.notices, "id = ?", [id.sql])
  }

  package func notices(_ query: NoticeQuery) async throws(StoreFault) -> Page<Notice> {
    try await list { connection throws(SQLiteFault) in
      var filter = Filter()
      filter.add("notices.staff", query.staff)
      filter.add("notices.case_id", query.case)
      if let channel = query.channel { filter.add("notices.channel = ?", .text(channel)) }
      if let state = query.state { filter.add("notices.state = ?", .text(state.rawValue)) }
      if query.unread { filter.add("notices.read_at IS NULL") }
      return try PageReading(table: Table.notices, id: { $0.id.rawValue })
        .page(filter, query.page, on: connection)
    }
  }

  package func notices(dueAt moment: Instant, limit: Int) async throws(StoreFault) -> [Notice] {
    guard limit > 0 else { return [] }
    return try await all(
      .notices, "state = 'waiting' AND next <= ? ORDER BY next, id LIMIT ?",
      [.integer(moment.milliseconds), .integer(Int64(limit))])
  }

  package func absences(endingAfter moment: Instant) async throws(StoreFault) -> [Absence] {
    try await all(.absences, "ends > ? ORDER BY id", [.integer(moment.milliseconds)])
  }
}
