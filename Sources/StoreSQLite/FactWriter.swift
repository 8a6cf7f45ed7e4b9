import City
import Ports

/// Applies facts to the tables of one connection: the only code that writes them, live and in a rebuild.
struct FactWriter {
  let connection: Connection
  /// Changes of the tallies since the transaction began, written once at its end.
  private(set) var tallies = TallyChanges()
  /// Rows as they were written last.
  private(set) var rows = WrittenRows()

  init(connection: Connection) {
    self.connection = connection
  }

  /// Applies one fact.
  mutating func apply(_ fact: Fact) throws(SQLiteFault) {
    switch fact {
    case .area(let area): try Table.areas.save(area, on: connection)
    case .unit(let unit): try Table.units.save(unit, on: connection)
    case .staff(let staff): try Table.staff.save(staff, on: connection)
    case .duty(let duty): try Table.duties.save(duty, on: connection)
    case .account(let account): try Table.accounts.save(account, on: connection)
    case .credential(let credential): try Table.credentials.save(credential, on: connection)
    case .thing(let thing): try Table.things.save(thing, on: connection)
    case .link(let link):
      try connection.run(
        "INSERT OR IGNORE INTO links (from_thing, to_thing, kind) VALUES (?, ?, ?)",
        [link.from.sql, link.to.sql, .text(link.kind)])
    case .reporter(let reporter): try Table.reporters.save(reporter, on: connection)
    case .signal(let signal): try Table.signals.insert(signal, on: connection)
    case .signalJoined(let signal, let event):
      try connection.run("UPDATE signals SET event = ? WHERE id = ?", [event.sql, signal.sql])
      try expectOneRow("signal")
    case .event(let event): try rows.events.save(event, event.id, in: .events, on: connection)
    case .caseFiled(let filed):
      try Table.cases.insert(filed, on: connection)
      rows.cases.keep(
        CaseRow(
          channel: filed.filing.channel.rawValue, state: filed.state,
          values: Table<Case>.stateValues(filed.state)), for: filed.id)
      try follow(filed.id, to: filed.state.area)
      tallies.add(1, filed.state, of: filed.filing.channel.rawValue)
    case .caseMoved(let id, let state): try move(id, to: state)
    case .step(let step): try Table.steps.insert(step, on: connection)
    case .order(let order): try save(order)
    case .score(let change): try add(change)
    case .pack(let version):
      try connection.run(
        "INSERT OR IGNORE INTO packs (id, version, digest) VALUES (?, ?, ?)",
        [.text(version.id), .integer(Int64(version.version)), .blob(version.digest.bytes)])
    case .alarm(let alarm): try Table.alarms.save(alarm, on: connection)
    case .followed(let position): try save(position)
    case .resemblance(let found): try Table.resemblances.save(found, on: connection)
    case .topic(let topic): try Table.topics.save(topic, on: connection)
    case .document(let document): try Table.documents.save(document, on: connection)
    case .model(let version): try Table.models.save(version, on: connection)
    case .modelUse(let use): try Table.modelUses.save(use, on: connection)
    case .choice(let choice): try Table.choices.save(choice, on: connection)
    case .word(let word): try Table.words.save(word, on: connection)
    case .maintenance(let time): try Table.maintenance.save(time, on: connection)
    case .grant(let grant): try Table.grants.save(grant, on: connection)
    case .reveal(let reveal): try Table.reveals.save(reveal, on: connection)
    case .judgement(let judgement): try Table.judgements.insert(judgement, on: connection)
    case .warned(let warning): try Table.clockWarnings.insert(warning, on: connection)
    case .warning(let warning): try Table.warnings.save(warning, on: connection)
    case .period(let period): try Table.periods.insert(period, on: connection)
    case .appeal(let appeal): try Table.appeals.save(appeal, on: connection)
    case .view(let view): try Table.views.save(view, on: connection)
    case .taskReport(let report): try Table.taskReports.insert(report, on: connection)
    case .graded(let grading): try save(grading)
    case .supervision(let found): try Table.supervisions.save(found, on: connection)
    case .notice(let notice): try Table.notices.save(notice, on: connection)
    case .absence(let absence): try Table.absences.save(absence, on: connection)
    case .exhibit(let exhibit): try Table.exhibits.insert(exhibit, on: connection)
    case .custody(let act): try Table.custody.insert(act, on: connection)
    case .ended(let certificate): try save(certificate)
    case .series(let part): try Table.seriesParts.save(part, on: connection)
    case .ledgerEntry(let entry): try Table.ledgerEntries.save(entry, on: connection)
    case .patrol(let patrol): try Table.patrols.save(patrol, on: connection)
    case .consent(let consent): try Table.consents.insert(consent, on: connection)
    case .erased(let subject): try erase(subject)
    case .note: break
    }
  }

  private func save(_ position: FollowerPosition) throws(SQLiteFault) {
    try connection.run(
      "INSERT OR REPLACE INTO followers (follower, position, at, mark) VALUES (?, ?, ?, ?)",
      [
        .text(position.follower), .integer(position.position),
        .integer(position.at.milliseconds), .text(position.mark),
      ])
  }

  /// Writes what was tallied; call it once before the transaction commits.
  mutating func finish() throws(SQLiteFault) {
    for (key, count) in tallies.counts where count != 0 {
      try connection.run(
        """
        INSERT INTO tallies (dimension, key, stage, count) VALUES (?, ?, ?, ?)
        ON CONFLICT (dimension, key, stage) DO UPDATE SET count = count + excluded.count
        """,
        [.text(key.dimension.text), .integer(key.key), .text(key.stage), .integer(count)])
    }
    tallies = TallyChanges()
  }

  /// Puts back the tallies of an earlier moment, when a change set was undone.
  mutating func restore(_ earlier: TallyChanges) {
    tallies = earlier
    rows = WrittenRows()
  }

  /// Reads and writes only what a step may change: titles and texts stay where they are.
  private mutating func move(_ id: ID<Case>, to state: CaseState) throws(SQLiteFault) {
    let table = Table.cases
    let columns = Table<Case>.stateColumns
    guard let stored = try row(of: id) else {
      throw SQLiteFault(code: 1, message: "moved a case that is not stored")
    }
    tallies.move(from: stored.state, to: state, of: stored.channel)
    let values = Table<Case>.stateValues(state)
    try table.update(columns, from: stored.values, to: values, key: id.sql, on: connection)
    rows.cases.keep(CaseRow(channel: stored.channel, state: state, values: values), for: id)
    if stored.state.area != state.area { try follow(id, to: state.area) }
  }

  private func row(of id: ID<Case>) throws(SQLiteFault) -> CaseRow? {
    if let kept = rows.cases[id] { return kept }
    return try connection.row(Table<Case>.stateSQL, [id.sql]) { row in
      CaseRow(
        channel: row.text(0), state: Table<Case>.readPlace(row, from: 1),
        values: (1...Table<Case>.stateColumns.count).map { row.value($0) })
    }
  }

  /// An order lies where its case lies.
  private func follow(_ id: ID<Case>, to area: AreaPath) throws(SQLiteFault) {
    try connection.run(Table<WorkOrder>.followSQL, PathColumns.values(area) + [id.sql])
  }

  private mutating func save(_ order: WorkOrder) throws(SQLiteFault) {
    // One that was there lies where its case lies already.
    guard try rows.orders.save(order, order.id, in: .orders, on: connection) else { return }
    try connection.run(Table<WorkOrder>.areaSQL, [order.id.sql, order.case.sql])
  }

  private func add(_ change: ScoreChange) throws(SQLiteFault) {
    let counts = change.counts
    let numbers: [Int64] = [
      Int64(counts.dispatched), Int64(counts.closed), Int64(counts.closedInTime),
      Int64(counts.reworks), Int64(counts.returns), Int64(counts.notConfirmed),
      counts.handlingMilliseconds, counts.weight, counts.weightInTime, Int64(counts.judged),
      Int64(counts.content), Int64(counts.solved),
    ]
    let key = change.key
    try connection.run(
      Table<ScoreChange>.addSQL,
      [
        key.unit.sql, .integer(key.street?.rawValue ?? 0), .text(key.item ?? ""),
        .integer(Int64(key.month)),
      ] + numbers.map { .integer($0) })
  }

  private func erase(_ subject: ID<Subject>) throws(SQLiteFault) {
    try connection.run("INSERT OR IGNORE INTO erasures (subject) VALUES (?)", [subject.sql])
    try connection.run(
      "UPDATE reporters SET details = NULL, contact_hash = NULL WHERE subject = ?", [subject.sql])
    try connection.run("UPDATE signals SET raw = x'' WHERE raw_subject = ?", [subject.sql])
    try connection.run("DELETE FROM consents WHERE subject = ?", [subject.sql])
  }

  private func expectOneRow(_ what: String) throws(SQLiteFault) {
    guard connection.changes == 1 else {
      throw SQLiteFault(code: 1, message: "changed a \(what) that is not stored")
    }
  }
}

extension Table where Record == WorkOrder {
  /// Lets all orders of a case follow it to another area.
  static let followSQL =
    "UPDATE orders SET " + PathColumns.areas.map { "\($0) = ?" }.joined(separator: ", ")
    + " WHERE case_id = ?"

  /// Gives an order the area of its case.
  static let areaSQL = """
    UPDATE orders SET (\(PathColumns.areas.joined(separator: ", "))) =
    (SELECT \(PathColumns.areas.joined(separator: ", ")) FROM cases WHERE cases.id = orders.case_id)
    WHERE id = ? AND case_id = ?
    """
}

extension Table where Record == ScoreChange {
  static let countColumns = [
    "dispatched", "closed", "closed_in_time", "reworks", "returns", "not_confirmed", "handling",
    "weight", "weight_in_time", "judged", "content", "solved",
  ]

  /// Adds to one score; the unit's path is not kept in it, for a unit may move in the tree.
  static let addSQL = """
    INSERT INTO scores (unit, street, item, month, \(countColumns.joined(separator: ", ")))
    VALUES (?, ?, ?, ?, \(countColumns.map { _ in "?" }.joined(separator: ", ")))
    ON CONFLICT (month, unit, street, item) DO UPDATE SET
    \(countColumns.map { "\($0) = \($0) + excluded.\($0)" }.joined(separator: ", "))
    """

  static let selectSQL =
    "SELECT unit, street, item, month, \(countColumns.joined(separator: ", ")) FROM scores"

  static func read(_ row: Row) -> ScoreChange {
    var counts = ScoreCounts()
    counts.dispatched = Int(row.integer(4))
    counts.closed = Int(row.integer(5))
    counts.closedInTime = Int(row.integer(6))
    counts.reworks = Int(row.integer(7))
    counts.returns = Int(row.integer(8))
    counts.notConfirmed = Int(row.integer(9))
    counts.handlingMilliseconds = row.integer(10)
    counts.weight = row.integer(11)
    counts.weightInTime = row.integer(12)
    counts.judged = Int(row.integer(13))
    counts.content = Int(row.integer(14))
    counts.solved = Int(row.integer(15))
    let street = row.integer(1)
    let item = row.text(2)
    return ScoreChange(
      key: ScoreKey(
        unit: row.id(0), street: street == 0 ? nil : ID(street), item: item.isEmpty ? nil : item,
        month: Int(row.integer(3))),
      counts: counts)
  }
}

/// How many cases there are: by stage within what scopes are made of, and by the words of other filters.
struct TallyChanges {
  /// A plain enumeration: one with texts as raw values would be hashed and compared by its texts.
  enum Dimension {
    case all, open, area, unit, item, channel, grade

    var text: String {
      switch self {
      case .all: "all"
      case .open: "open"
      case .area: "area"
      case .unit: "unit"
      case .item: "item"
      case .channel: "channel"
      case .grade: "grade"
      }
    }
  }
  struct Key: Hashable {
    let dimension: Dimension
    let key: Int64
    /// The stage; the word itself for item, channel and grade.
    let stage: String
  }
  private(set) var counts: [Key: Int64] = [:]

  /// Adds a case of a channel as it stands, or takes it away with −1.
  mutating func add(_ number: Int64, _ state: CaseState, of channel: String) {
    for key in Self.keys(state, channel) { counts[key, default: 0] += number }
  }

  /// A case of a channel stands elsewhere than before.
  mutating func move(from old: CaseState, to new: CaseState, of channel: String) {
    let (gone, come) = (Self.keys(old, channel), Self.keys(new, channel))
    for key in gone where !come.contains(key) { counts[key, default: 0] -= 1 }
    for key in come where !gone.contains(key) { counts[key, default: 0] += 1 }
  }

  /// What a case counts for, each once.
  private static func keys(_ state: CaseState, _ channel: String) -> [Key] {
    var keys = [Key(dimension: .all, key: 0, stage: state.stage)]
    if state.closedAt == nil { keys.append(Key(dimension: .open, key: 0, stage: "")) }
    // Districts and streets are what scopes are made of: the city is all, smaller areas count their lists.
    for area in state.area.areas.prefix(AreaLevel.street.depth + 1).dropFirst() {
      keys.append(Key(dimension: .area, key: area.rawValue, stage: state.stage))
    }
    for unit in state.unit.units {
      keys.append(Key(dimension: .unit, key: unit.rawValue, stage: state.stage))
    }
    keys.append(Key(dimension: .item, key: 0, stage: state.item ?? ""))
    keys.append(Key(dimension: .channel, key: 0, stage: channel))
    keys.append(Key(dimension: .grade, key: 0, stage: state.grade.rawValue))
    return keys
  }
}
