import City
import Pack

extension PackDecoder {
  private static let profileKeys = [
    "code", "title", "format", "encoding", "channel", "zone", "coordinateSystem", "columns",
    "items", "itemsByWords", "units", "joins", "duplicates",
  ]
  private typealias ColumnPath = WritableKeyPath<TicketColumns, [String]> & Sendable
  private static let columnKeys: [(key: String, path: any ColumnPath)] = [
    ("id", \.id), ("title", \.title), ("text", \.text), ("type", \.type),
    ("created", \.created), ("closed", \.closed), ("status", \.status), ("address", \.address),
    ("longitude", \.longitude), ("latitude", \.latitude), ("unit", \.unit),
    ("reporterName", \.reporterName), ("reporterPhone", \.reporterPhone), ("reply", \.reply),
  ]

  mutating func decodeProfile(_ node: Node) {
    guard let table = TableReader(node, "profile", keys: Self.profileKeys, list) else { return }
    let index = draft.profiles.count
    let columns = decodeColumns(table)
    let items = decodeMapping(table, index)
    var units: [ProfileUnit] = []
    for unitNode in table.nodes("units") {
      guard let unit = decodeUnit(unitNode) else { continue }
      draft.places[PackSubject(.profiles, index, .unit, units.count)] = unitNode.place
      units.append(unit)
    }
    let words = (
      format: table.word("format", TicketProfile.Format.self),
      encoding: table.word("encoding", TicketProfile.Encoding.self),
      channel: table.word("channel", Channel.self),
      system: table.word("coordinateSystem", TicketProfile.CoordinateSystem.self)
    )
    let flags = (
      byWords: table.flag("itemsByWords", standard: false),
      joins: table.flag("joins", standard: false)
    )
    guard let code = table.code("code"), let title = table.text("title"),
      let zone = table.text("zone"), let format = words.format, let encoding = words.encoding,
      let channel = words.channel, let system = words.system, let byWords = flags.byWords,
      let joins = flags.joins
    else { return }
    draft.places[PackSubject(.profiles, index)] = node.place
    draft.profiles.append(
      TicketProfile(
        code: code, title: title, format: format, encoding: encoding, channel: channel,
        zone: zone, coordinateSystem: system, columns: columns, items: items,
        itemsByWords: byWords, units: units, joins: joins,
        duplicates: decodeDuplicates(table)))
  }

  private func decodeDuplicates(_ profile: TableReader) -> DuplicateMarks? {
    let keys = ["statusWords", "metres", "hours", "numbersTellTime"]
    guard let node = profile.optional("duplicates"),
      let table = TableReader(node, "duplicates", keys: keys, list)
    else { return nil }
    let words = table.texts("statusWords").map(\.text)
    let numbersTellTime = table.flag("numbersTellTime", standard: false)
    guard let metres = table.number("metres", PackLimits.metresRange),
      let hours = table.number("hours", PackLimits.duplicateHoursRange),
      let numbersTellTime
    else { return nil }
    return DuplicateMarks(
      statusWords: words, metres: Double(metres), hours: Double(hours),
      numbersTellTime: numbersTellTime)
  }

  private func decodeColumns(_ profile: TableReader) -> TicketColumns {
    var columns = TicketColumns()
    guard let node = profile.required("columns"),
      let table = TableReader(node, "columns", keys: Self.columnKeys.map(\.key), list)
    else { return columns }
    for (key, path) in Self.columnKeys {
      guard let value = table.optional(key) else { continue }
      // One column may stand without a list.
      if case .scalar = value.content {
        columns[keyPath: path] = table.text(of: value, key).map { [$0] } ?? []
      } else {
        columns[keyPath: path] = table.texts(key).map(\.text)
      }
    }
    return columns
  }

  private mutating func decodeMapping(_ profile: TableReader, _ index: Int) -> [String: String] {
    guard let node = profile.optional("items") else { return [:] }
    guard case .table(let entries) = node.content else {
      list.report(.valueWrongType, node.place, ["key": "items", "expected": "a table"])
      return [:]
    }
    var items: [String: String] = [:]
    for (entryIndex, entry) in entries.sorted(by: { $0.key < $1.key }).enumerated() {
      draft.places[PackSubject(.profiles, index, .mapping, entryIndex)] = entry.value.place
      items[entry.key] = profile.code(of: entry.value, entry.key)
    }
    return items
  }

  private func decodeUnit(_ node: Node) -> ProfileUnit? {
    let keys = ["code", "name", "aliases"]
    guard let table = TableReader(node, "unit", keys: keys, list) else { return nil }
    let aliases = table.texts("aliases").map(\.text)
    guard let code = table.code("code"), let name = table.text("name") else { return nil }
    return ProfileUnit(code: code, name: name, aliases: aliases)
  }
}
