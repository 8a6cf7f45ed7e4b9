import City
import Records

// The tables of the loop: signals, events, cases, steps, orders.

extension Table where Record == Signal {
  static let signals = Table(
    "signals",
    [
      "id", "channel", "external_id", "received_at", "occurred_at", "item", "title", "text",
      "address", "longitude", "latitude",
    ] + PathColumns.areas + [
      "thing", "reporter", "evidence", "raw", "raw_subject", "digest", "event", "rival_of",
      "located_by", "located_confidence",
    ],
    values: { signal in
      var raw: SQLValue
      var subject: SQLValue = .null
      switch signal.raw {
      case .plain(let bytes): raw = .blob(bytes)
      case .sealed(let sealed):
        raw = .blob(sealed.bytes)
        subject = sealed.subject.sql
      }
      let head: [SQLValue] = [
        signal.id.sql, .text(signal.channel.rawValue), .text(signal.externalID),
        .integer(signal.receivedAt.milliseconds), .integer(signal.occurredAt.milliseconds),
        .optional(signal.item), .text(signal.title), .text(signal.text), .text(signal.address),
        .optional(signal.position?.longitude), .optional(signal.position?.latitude),
      ]
      return head + PathColumns.values(signal.area) + [
        signal.thing.sql(), signal.reporter.sql(), .files(signal.evidence), raw, subject,
        .blob(signal.digest.bytes), signal.event.sql(), signal.rivalOf.sql(),
        .optional(signal.located?.by.rawValue),
        .optional(signal.located.map { Int64($0.confidence) }),
      ]
    },
    read: { row in
      let raw: Payload =
        row.isNull(20)
        ? .plain(row.blob(19)) : .sealed(Sealed(subject: row.id(20), bytes: row.blob(19)))
      var signal = Signal(
        id: row.id(0), channel: row.word(1), externalID: row.text(2), receivedAt: row.instant(3),
        occurredAt: row.instant(4), item: row.optionalText(5), title: row.text(6),
        text: row.text(7), address: row.text(8), position: row.position(9), area: row.areaPath(11),
        thing: row.optionalID(16), reporter: row.optionalID(17), evidence: row.files(18), raw: raw,
        digest: row.digest(21), event: row.optionalID(22), rivalOf: row.optionalID(23))
      signal.located = row.located(24)
      return signal
    })
}

extension Table where Record == Event {
  static let events = Table(
    "events",
    ["id", "item", "title", "address", "longitude", "latitude"] + PathColumns.areas + [
      "thing", "first_at", "last_at", "signals", "state", "case_id", "merged_into", "version",
      "cell_y", "cell_x", "located_by", "located_confidence", "people", "repeat_of", "repeats",
    ],
    values: { event in
      let cell = event.position.map(NearbyCell.init(holding:))
      let head: [SQLValue] = [
        event.id.sql, .optional(event.item), .text(event.title), .text(event.address),
        .optional(event.position?.longitude), .optional(event.position?.latitude),
      ]
      return head + PathColumns.values(event.area) + [
        event.thing.sql(), .integer(event.firstAt.milliseconds),
        .integer(event.lastAt.milliseconds), .integer(Int64(event.signals)),
        .text(event.state.rawValue), event.case.sql(), event.mergedInto.sql(),
        .integer(Int64(event.version)), .optional(cell?.y), .optional(cell?.x),
        .optional(event.located?.by.rawValue),
        .optional(event.located.map { Int64($0.confidence) }), .integer(Int64(event.people)),
        event.repeatOf.sql(), .integer(Int64(event.repeats)),
      ]
    },
    read: { row in
      var event = Event(
        id: row.id(0), item: row.optionalText(1), title: row.text(2), address: row.text(3),
        position: row.position(4), area: row.areaPath(6), thing: row.optionalID(11),
        firstAt: row.instant(12), lastAt: row.instant(13), signals: Int(row.integer(14)),
        state: row.word(15), case: row.optionalID(16), mergedInto: row.optionalID(17),
        version: Int(row.integer(18)))
      event.located = row.located(21)
      event.people = Int(row.integer(23))
      event.repeatOf = row.optionalID(24)
      event.repeats = Int(row.integer(25))
      return event
    })
}

/// A square of a thousandth of a degree of latitude and longitude, by which near events are found.
struct NearbyCell {
  static let perDegree = 1_000.0
  let y: Int64
  let x: Int64

  init(holding position: Position) {
    y = Int64((position.latitude * Self.perDegree).rounded(.down))
    x = Int64((position.longitude * Self.perDegree).rounded(.down))
  }
}

extension Table where Record == Case {
  static let stateColumns =
    ["stage", "item", "grade"] + PathColumns.areas + PathColumns.units + [
      "handler", "due", "order_id", "since", "closed_at", "verdict", "version", "reworks",
      "returns", "clocks",
    ]

  static let cases = Table(
    "cases",
    [
      "id", "number_day", "number_serial", "event", "channel", "title", "text", "address",
      "longitude", "latitude", "thing", "reporter", "filed_at", "flow", "flow_version",
    ] + stateColumns,
    values: { record in
      let filing = record.filing
      let head: [SQLValue] = [
        record.id.sql, .integer(Int64(filing.number.date.daysSinceEpoch)),
        .integer(Int64(filing.number.serial)), filing.event.sql, .text(filing.channel.rawValue),
        .text(filing.title), .text(filing.text), .text(filing.address),
        .optional(filing.position?.longitude), .optional(filing.position?.latitude),
        filing.thing.sql(), filing.reporter.sql(), .integer(filing.filedAt.milliseconds),
        .text(filing.flow.code), .integer(Int64(filing.flow.version)),
      ]
      return head + stateValues(record.state)
    },
    read: { row in
      let filing = CaseFiling(
        number: CaseNumber(
          date: CivilDate(daysSinceEpoch: Int(row.integer(1))), serial: Int(row.integer(2))),
        event: row.id(3), channel: row.word(4), title: row.text(5), text: row.text(6),
        address: row.text(7), position: row.position(8), thing: row.optionalID(10),
        reporter: row.optionalID(11), filedAt: row.instant(12),
        flow: FlowReference(code: row.text(13), version: Int(row.integer(14))))
      return Case(id: row.id(0), filing: filing, state: readState(row, from: 15))
    })

  /// What moving a case needs to know of it: its channel, then `stateColumns`.
  static let stateSQL =
    "SELECT channel, \(stateColumns.joined(separator: ", ")) FROM cases WHERE id = ?"

  static func stateValues(_ state: CaseState) -> [SQLValue] {
    let head: [SQLValue] = [
      .text(state.stage), .optional(state.item), .text(state.grade.rawValue),
    ]
    return head + PathColumns.values(state.area) + PathColumns.values(state.unit) + [
      state.handler.sql(), .optional(state.due), state.order.sql(),
      .integer(state.since.milliseconds), .optional(state.closedAt),
      .optional(state.verdict?.rawValue), .integer(Int64(state.version)),
      .integer(Int64(state.reworks)), .integer(Int64(state.returns)),
      .optional(HandlingText.text(of: state)),
    ]
  }

  static func readState(_ row: Row, from start: Int) -> CaseState {
    var state = readPlace(row, from: start)
    if let text = row.optionalText(start + 22) {
      do throws(FactCodingFault) {
        try HandlingText.read(text, into: &state)
      } catch {
        preconditionFailure("column \(start + 22) holds no clocks: \(error)")
      }
    }
    return state
  }

  /// The state without its clocks and parts, which lie together in one text.
  static func readPlace(_ row: Row, from start: Int) -> CaseState {
    CaseState(
      stage: row.text(start), item: row.optionalText(start + 1), grade: row.word(start + 2),
      area: row.areaPath(start + 3), unit: row.unitPath(start + 8),
      handler: row.optionalID(start + 13), due: row.optionalInstant(start + 14),
      order: row.optionalID(start + 15), since: row.instant(start + 16),
      closedAt: row.optionalInstant(start + 17),
      verdict: row.optionalText(start + 18).flatMap(Verdict.init(rawValue:)),
      version: Int(row.integer(start + 19)), reworks: Int(row.integer(start + 20)),
      returns: Int(row.integer(start + 21)))
  }
}

extension Table where Record == Step {
  static let steps = Table(
    "steps",
    ["case_id", "sequence", "action", "from_stage", "to_stage", "at", "staff"] + PathColumns.units
      + ["note", "evidence", "took", "details", "sending"],
    values: { step in
      let head: [SQLValue] = [
        step.case.sql, .integer(Int64(step.sequence)), .text(step.action), .text(step.from),
        .text(step.to), .integer(step.at.milliseconds), step.staff.sql(),
      ]
      return head + PathColumns.values(step.unit) + [
        .text(step.note), .files(step.evidence), .integer(step.tookMilliseconds),
        .optional(HandlingText.text(of: step)),
        .text(step.key),
      ]
    },
    read: { row in
      var step = Step(
        case: row.id(0), sequence: Int(row.integer(1)), action: row.text(2), from: row.text(3),
        to: row.text(4), at: row.instant(5), staff: row.optionalID(6), unit: row.unitPath(7),
        note: row.text(12), evidence: row.files(13), tookMilliseconds: row.integer(14))
      if let text = row.optionalText(15) {
        do throws(FactCodingFault) {
          try HandlingText.read(text, into: &step)
        } catch {
          preconditionFailure("column 15 holds no details: \(error)")
        }
      }
      step.key = row.text(16)
      return step
    })
}

extension Table where Record == WorkOrder {
  /// The area columns of an order are its case's, filled in when it is saved.
  static let orders = Table(
    "orders",
    ["id", "case_id"] + PathColumns.units + [
      "staff", "state", "opened_at", "due", "accepted_at", "reported_at", "ended_at", "parent",
    ],
    values: { order in
      let head: [SQLValue] = [order.id.sql, order.case.sql]
      return head + PathColumns.values(order.unit) + [
        order.staff.sql(), .text(order.state.rawValue), .integer(order.openedAt.milliseconds),
        .optional(order.due), .optional(order.acceptedAt), .optional(order.reportedAt),
        .optional(order.endedAt), order.parent.sql(),
      ]
    },
    read: { row in
      var order = WorkOrder(
        id: row.id(0), case: row.id(1), unit: row.unitPath(2), staff: row.optionalID(7),
        state: row.word(8), openedAt: row.instant(9), due: row.optionalInstant(10),
        acceptedAt: row.optionalInstant(11), reportedAt: row.optionalInstant(12),
        endedAt: row.optionalInstant(13))
      order.parent = row.optionalID(14)
      return order
    })
}
