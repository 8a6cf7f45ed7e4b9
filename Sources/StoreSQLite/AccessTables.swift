package import City
package import Ports
import Records

// The tables of accounts, their secrets, grants, and who saw whom.

extension Table where Record == Account {
  static let accounts = Table(
    "accounts",
    [
      "id", "login", "staff", "password_hash", "active", "password_set_at", "factor_subject",
      "factor_secret", "factor_confirmed", "factor_span", "factor_recovery",
    ],
    values: { account in
      let factor = account.factor
      return [
        account.id.sql, .text(account.login), account.staff.sql, .text(account.passwordHash),
        .integer(account.active ? 1 : 0), .optional(account.passwordSetAt),
        .optional(factor?.secret.subject.rawValue),
        factor.map { .blob($0.secret.bytes) } ?? .null,
        .optional(factor.map { Int64($0.confirmed ? 1 : 0) }), .optional(factor?.lastSpan),
        factor.map { .blob($0.recovery.flatMap(\.bytes)) } ?? .null,
      ]
    },
    read: { row in
      var account = Account(
        id: row.id(0), login: row.text(1), staff: row.id(2), passwordHash: row.text(3),
        active: row.integer(4) == 1)
      account.passwordSetAt = row.optionalInstant(5)
      if !row.isNull(6) {
        account.factor = SecondFactor(
          secret: Sealed(subject: row.id(6), bytes: row.blob(7)), confirmed: row.integer(8) == 1,
          lastSpan: row.integer(9), recovery: row.files(10).map(\.digest))
      }
      return account
    })
}

extension Table where Record == Credential {
  static let credentials = Table(
    "credentials",
    [
      "secret_hash", "form", "account", "label", "created_at", "expires_at", "revoked",
      "permissions", "networks", "source_subject", "source_session",
    ],
    values: { credential in
      [
        .blob(credential.secretHash.bytes), .text(credential.form.rawValue),
        credential.account.sql, .text(credential.label),
        .integer(credential.createdAt.milliseconds), .integer(credential.expiresAt.milliseconds),
        .integer(credential.revoked ? 1 : 0),
        .text(WordList.joined(credential.permissions.map(\.rawValue).sorted())),
        .text(WordList.joined(credential.networks)),
        credential.source.map { .text($0.subject) } ?? .null,
        .text(credential.source?.session ?? ""),
      ]
    },
    read: { row in
      var credential = Credential(
        secretHash: row.digest(0), form: row.word(1), account: row.id(2), label: row.text(3),
        createdAt: row.instant(4), expiresAt: row.instant(5), revoked: row.integer(6) == 1)
      credential.permissions = Set(
        WordList.split(row.text(7)).compactMap(Permission.init(rawValue:)))
      credential.networks = WordList.split(row.text(8))
      credential.source = row.optionalText(9).map {
        SignOnSource(subject: $0, session: row.text(10))
      }
      return credential
    })
}

extension Table where Record == Grant {
  static let grants = Table(
    "grants",
    ["id", "form", "staff", "giver", "posts", "wide", "reason", "starts", "ends"],
    values: { grant in
      [
        grant.id.sql, .text(grant.form.rawValue), grant.staff.sql, grant.giver.sql,
        .text(WordList.joined(grant.posts)), .integer(grant.isWide ? 1 : 0), .text(grant.reason),
        .integer(grant.from.milliseconds), .integer(grant.to.milliseconds),
      ]
    },
    read: { row in
      Grant(
        id: row.id(0), form: row.word(1), staff: row.id(2), giver: row.id(3),
        posts: WordList.split(row.text(4)), isWide: row.integer(5) == 1, reason: row.text(6),
        from: row.instant(7), to: row.instant(8))
    })
}

extension Table where Record == Reveal {
  static let reveals = Table(
    "reveals", ["id", "at", "staff", "case_id", "reporter", "duty", "reason", "is_foreign"],
    values: { reveal in
      [
        reveal.id.sql, .integer(reveal.at.milliseconds), reveal.staff.sql, reveal.case.sql,
        reveal.reporter.sql, .text(reveal.duty.rawValue), .text(reveal.reason),
        .integer(reveal.isForeign ? 1 : 0),
      ]
    },
    read: { row in
      Reveal(
        id: row.id(0), at: row.instant(1), staff: row.id(2), case: row.id(3), reporter: row.id(4),
        duty: row.word(5), reason: row.text(6), isForeign: row.integer(7) == 1)
    })
}

extension SQLiteStore {
  package func accounts(_ page: PageRequest) async throws(StoreFault) -> Page<Account> {
    try await list { connection throws(SQLiteFault) in
      try PageReading(table: Table.accounts, id: { $0.id.rawValue })
        .page(Filter(), page, on: connection)
    }
  }

  package func grants(endingAfter instant: Instant) async throws(StoreFault) -> [Grant] {
    try await all(.grants, "ends > ? ORDER BY id", [.integer(instant.milliseconds)])
  }

  package func load(_ id: ID<Grant>) async throws(StoreFault) -> Grant? {
    try await first(.grants, "id = ?", [id.sql])
  }

  package func reveals(_ query: RevealQuery) async throws(StoreFault) -> Page<Reveal> {
    try await list { connection throws(SQLiteFault) in
      var filter = Filter()
      filter.add("reveals.staff", query.staff)
      filter.add("reveals.case_id", query.case)
      filter.add("reveals.reporter", query.reporter)
      if let from = query.from { filter.add("reveals.at >= ?", .integer(from.milliseconds)) }
      if let to = query.to { filter.add("reveals.at < ?", .integer(to.milliseconds)) }
      return try PageReading(table: Table.reveals, id: { $0.id.rawValue })
        .page(filter, query.page, on: connection)
    }
  }

  package func entries(_ query: JournalQuery) async throws(StoreFault) -> Page<JournalEntry> {
    let last = try await lastSequence()
    return try await list { connection throws(SQLiteFault) in
      try EntryTable.page(query, last: last, on: connection)
    }
  }
}

extension EntryTable {
  /// Entries that fit, the newest first, among the newest `lookedAtMax` of those asked for.
  static func page(
    _ query: JournalQuery, last: Int64, on connection: Connection
  ) throws(SQLiteFault) -> Page<JournalEntry> {
    let end = min(query.page.before ?? .max, last + 1)
    let floor = max(end - JournalQuery.lookedAtMax, 1)
    var filter = Filter()
    filter.add("sequence >= ? AND sequence < ?", .integer(floor), .integer(end))
    if let kind = query.kind {
      if kind.hasSuffix(".") {
        let length = Int64(kind.unicodeScalars.count)
        filter.add("substr(kind, 1, ?) = ?", .integer(length), .text(kind))
      } else {
        filter.add("kind = ?", .text(kind))
      }
    }
    if let actor = query.actor { filter.add("actor = ?", .text(ActorCoding.text(actor))) }
    if let subject = query.subject {
      filter.add("subject_kind = ? AND subject_id = ?", .text(subject.kind), .integer(subject.id))
    }
    if let request = query.request { filter.add("request = ?", .text(request)) }
    if let from = query.from { filter.add("at >= ?", .integer(from.milliseconds)) }
    if let to = query.to { filter.add("at < ?", .integer(to.milliseconds)) }
    let sequences = try connection.rows(
      "SELECT sequence FROM journal WHERE \(filter.text) ORDER BY sequence DESC "
        + "LIMIT \(query.page.limit + 1)", filter.values
    ) { $0.integer(0) }
    var found: [JournalEntry] = []
    for sequence in sequences.prefix(query.page.limit) {
      found += try entries(after: sequence - 1, limit: 1, on: connection)
    }
    let more = sequences.count > query.page.limit ? found.last?.sequence : nil
    return Page(elements: found, next: more ?? (floor > 1 ? floor : nil))
  }
}
