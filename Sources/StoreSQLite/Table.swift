/// How one kind of record lies in a table: the columns once, written and read in the same order.
struct Table<Record>: Sendable {
  let name: String
  let columns: [String]
  let values: @Sendable (Record) -> [SQLValue]
  let read: @Sendable (Row) -> Record
  private let insertSQL: String
  private let replaceSQL: String
  let selectSQL: String

  init(
    _ name: String, _ columns: [String], values: @escaping @Sendable (Record) -> [SQLValue],
    read: @escaping @Sendable (Row) -> Record
  ) {
    self.name = name
    self.columns = columns
    self.values = values
    self.read = read
    let list = columns.joined(separator: ", ")
    let marks = columns.map { _ in "?" }.joined(separator: ", ")
    insertSQL = "INSERT INTO \(name) (\(list)) VALUES (\(marks))"
    // The first column is the key; REPLACE would silently drop a row that clashes in another key.
    let updates = columns.dropFirst().map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
    replaceSQL = "\(insertSQL) ON CONFLICT (\(columns[0])) DO UPDATE SET \(updates)"
    selectSQL =
      "SELECT " + columns.map { "\(name).\($0)" }.joined(separator: ", ") + " FROM \(name)"
  }

  func insert(_ record: Record, on connection: Connection) throws(SQLiteFault) {
    try connection.run(insertSQL, values(record))
  }

  /// Inserts the record, or puts it in the place of the one with the same key.
  func save(_ record: Record, on connection: Connection) throws(SQLiteFault) {
    try connection.run(replaceSQL, values(record))
  }

  func first(
    where condition: String, _ values: [SQLValue], on connection: Connection
  ) throws(SQLiteFault) -> Record? {
    try connection.row("\(selectSQL) WHERE \(condition)", values, read)
  }

  func all(
    where condition: String = "1", _ values: [SQLValue] = [], on connection: Connection
  ) throws(SQLiteFault) -> [Record] {
    try connection.rows("\(selectSQL) WHERE \(condition)", values, read)
  }
}
