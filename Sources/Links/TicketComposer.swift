import City
import Pack

/// Makes tickets of rows: the decisions of an import, without the file.
struct TicketComposer {
  /// How much of the text stands in for a missing title, in Unicode scalars.
  static let titleFromTextMax = 60

  private let layout: TicketLayout
  private let items: [String: String]
  private let itemsByWords: Bool
  private let unitCodes: [String: String]
  private let circumstances: TicketReader.Circumstances
  private var times: TimeReader

  /// - Throws: `.zoneUnknown`.
  init(
    layout: TicketLayout, profile: TicketProfile, circumstances: TicketReader.Circumstances
  ) throws(ImportFault) {
    self.layout = layout
    self.circumstances = circumstances
    items = profile.items
    itemsByWords = profile.itemsByWords
    var unitCodes: [String: String] = [:]
    for unit in profile.units {
      for word in [unit.code, unit.name] + unit.aliases { unitCodes[word] = unit.code }
    }
    self.unitCodes = unitCodes
    times = try TimeReader(zone: profile.zone, now: circumstances.now)
  }

  /// - Throws: the first field that breaks a rule.
  mutating func ticket(_ row: Row) throws(TicketRefusal) -> Ticket {
    var doubts: Set<TicketDoubt> = []
    let id = try id(row)
    let type = try text(row, layout.type, "type", TicketTextLimits.typeMax)
    let body = try text(row, layout.text, "text", TicketTextLimits.textMax)
    var title = try text(row, layout.title, "title", TicketTextLimits.titleMax)
    if title.isEmpty { title = type.isEmpty ? Self.beginning(of: body) : type }
    guard !title.isEmpty else {
      throw TicketRefusal(field: "text", rule: RowRule.required, value: "")
    }
    let created = try created(row, &doubts)
    let closed = try time(row, layout.closed, "closed")
    if let closed, closed < created { doubts.insert(.closedBeforeCreated) }
    let address = try text(row, layout.address, "address", TicketTextLimits.addressMax)
    return Ticket(
      row: row.number, externalID: id, title: title, text: body, type: type,
      item: item(row, type: type), createdAt: created, closedAt: closed,
      status: try text(row, layout.status, "status", TicketTextLimits.statusMax), address: address,
      position: position(row, address: address, &doubts), unit: try unit(row),
      reporterName: try text(
        row, layout.reporterName, "reporter.name", TicketTextLimits.reporterNameMax,
        mayBreakLines: false),
      reporterPhone: try text(
        row, layout.reporterPhone, "reporter.phone", TicketTextLimits.reporterPhoneMax,
        mayBreakLines: false),
      reply: try text(row, layout.reply, "reply", TicketTextLimits.replyMax), doubts: doubts,
      raw: row.raw)
  }

  private func id(_ row: Row) throws(TicketRefusal) -> String {
    guard !layout.id.isEmpty else { return RowIdentity.id(of: row.raw) }
    let id = try text(
      row, layout.id, "externalId", TicketTextLimits.externalIDMax, mayBreakLines: false)
    guard !id.isEmpty else {
      throw TicketRefusal(field: "externalId", rule: RowRule.required, value: "")
    }
    return id
  }

  private mutating func created(
    _ row: Row, _ doubts: inout Set<TicketDoubt>
  ) throws(TicketRefusal) -> Instant {
    if let created = try time(row, layout.created, "created") { return created }
    guard let standIn = circumstances.createdWhenMissing else {
      throw TicketRefusal(field: "created", rule: RowRule.required, value: "")
    }
    doubts.insert(.createdMissing)
    return standIn
  }

  private mutating func time(
    _ row: Row, _ places: [Int], _ field: String
  ) throws(TicketRefusal) -> Instant? {
    let text = joined(row, places)
    do throws(TimeFault) {
      return try times.read(text)
    } catch {
      throw TicketRefusal(field: field, rule: error.code, value: text)
    }
  }

  /// The type's columns all together, then ever fewer: a fine word goes before a coarse one.
  private func item(_ row: Row, type: String) -> ItemFinding {
    var places = layout.type[...]
    var word = type
    while !places.isEmpty {
      if let code = items[word] { return .byType(code) }
      places = places.dropLast()
      word = joined(row, Array(places))
    }
    return itemsByWords ? .byWords : .unclassified
  }

  private func unit(_ row: Row) throws(TicketRefusal) -> TicketUnit {
    let name = try text(row, layout.unit, "unit", TicketTextLimits.unitMax)
    if name.isEmpty { return .none }
    return unitCodes[name].map { .known(code: $0) } ?? .named(name)
  }

  private func position(
    _ row: Row, address: String, _ doubts: inout Set<TicketDoubt>
  ) -> Position? {
    let longitude = joined(row, layout.longitude)
    let latitude = joined(row, layout.latitude)
    if longitude.isEmpty && latitude.isEmpty { return nil }
    guard let east = Double(longitude), let north = Double(latitude),
      Position(longitude: east, latitude: north) != nil, east != 0 || north != 0,
      let position = circumstances.convert(east, north)
    else {
      doubts.insert(.positionUnreadable)
      return nil
    }
    if let fits = circumstances.fits, !fits(position, address) {
      doubts.insert(.positionOutsideStatedPlace)
    }
    return position
  }

  /// The columns of a field, joined with a space where there are several.
  private func joined(_ row: Row, _ places: [Int]) -> String {
    if places.count == 1 { return row.values[places[0]] }
    var text = ""
    for place in places where !row.values[place].isEmpty {
      if !text.isEmpty { text += " " }
      text += row.values[place]
    }
    return text
  }

  private func text(
    _ row: Row, _ places: [Int], _ field: String, _ max: Int, mayBreakLines: Bool = true
  ) throws(TicketRefusal) -> String {
    let text = joined(row, places)
    if text.isEmpty { return text }
    if text.utf8.count > max, text.unicodeScalars.count > max {
      throw TicketRefusal(field: field, rule: RowRule.tooLongText, value: text)
    }
    for byte in text.utf8 where byte < 0x20 || byte == 0x7F {
      // Free text keeps its tabs and line breaks; ids and names have none.
      if !mayBreakLines || (byte != 0x09 && byte != 0x0A && byte != 0x0D) {
        throw TicketRefusal(field: field, rule: RowRule.controlCharacter, value: String(byte))
      }
    }
    return text
  }

  /// The first line of a text, cut where it is long.
  private static func beginning(of text: String) -> String {
    var short = String.UnicodeScalarView()
    short.append(
      contentsOf: text.unicodeScalars.prefix(while: { $0 != "\n" && $0 != "\r" })
        .prefix(titleFromTextMax))
    return String(short)
  }
}
