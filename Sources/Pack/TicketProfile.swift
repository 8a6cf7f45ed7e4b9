package import City

/// How the rows of a ticket file become signals (导入方案).
package struct TicketProfile: Equatable, Sendable {
  package enum Format: String, CaseIterable, Sendable { case csv, jsonl }
  package enum Encoding: String, CaseIterable, Sendable { case utf8, gb18030 }
  package enum CoordinateSystem: String, CaseIterable, Sendable { case wgs84, gcj02, bd09 }

  package let code: String
  package let title: String
  package let format: Format
  package let encoding: Encoding
  package let channel: Channel
  /// IANA name of the zone that the file's times are in, for example `Asia/Shanghai`.
  package let zone: String
  package let coordinateSystem: CoordinateSystem
  package let columns: TicketColumns
  /// The file's word for a type → item code. Types that are not here are found by words, if `itemsByWords`, else 未分类.
  package let items: [String: String]
  package let itemsByWords: Bool
  /// Units that the file names, made on import where they are missing.
  package let units: [ProfileUnit]
  /// Whether rows that report the same problem join into one event.
  package let joins: Bool
  /// How the file's own city marks duplicates; nil = the file does not tell.
  package let duplicates: DuplicateMarks?

  package init(
    code: String, title: String, format: Format, encoding: Encoding, channel: Channel,
    zone: String, coordinateSystem: CoordinateSystem, columns: TicketColumns,
    items: [String: String], itemsByWords: Bool, units: [ProfileUnit], joins: Bool,
    duplicates: DuplicateMarks? = nil
  ) {
    self.code = code
    self.title = title
    self.format = format
    self.encoding = encoding
    self.channel = channel
    self.zone = zone
    self.coordinateSystem = coordinateSystem
    self.columns = columns
    self.items = items
    self.itemsByWords = itemsByWords
    self.units = units
    self.joins = joins
    self.duplicates = duplicates
  }
}

/// Which columns hold what; several are joined with a space, empty = the file has none.
package struct TicketColumns: Equatable, Sendable {
  package var id: [String] = []
  package var title: [String] = []
  package var text: [String] = []
  package var type: [String] = []
  package var created: [String] = []
  package var closed: [String] = []
  /// Where the ticket stands, in the file's own words.
  package var status: [String] = []
  package var address: [String] = []
  package var longitude: [String] = []
  package var latitude: [String] = []
  package var unit: [String] = []
  package var reporterName: [String] = []
  package var reporterPhone: [String] = []
  /// The handler's answer, which becomes the note of the closing step.
  package var reply: [String] = []

  package init() {}
}

/// How another city tells that a ticket reports a problem that it knew already.
package struct DuplicateMarks: Equatable, Sendable {
  /// A status that contains one of these marks a duplicate.
  package let statusWords: [String]
  /// Reports further apart than this are different problems; 0 = only those of the same address.
  package let metres: Double
  /// How long after a problem's first report another one is still taken for the same, in hours.
  package let hours: Double
  /// Whether ids count upward through the day, so that they order what has only dates.
  package let numbersTellTime: Bool

  package init(statusWords: [String], metres: Double, hours: Double, numbersTellTime: Bool) {
    self.statusWords = statusWords
    self.metres = metres
    self.hours = hours
    self.numbersTellTime = numbersTellTime
  }
}

/// A unit that a profile brings along.
package struct ProfileUnit: Equatable, Sendable {
  package let code: String
  package let name: String
  /// What the file calls it.
  package let aliases: [String]

  package init(code: String, name: String, aliases: [String]) {
    self.code = code
    self.name = name
    self.aliases = aliases
  }
}
