/// Some columns of a list, by their place in it: as one number, so that which they are is compared
/// and hashed at once.
struct ColumnSet: Hashable {
  static let columnsMax = UInt64.bitWidth
  private var bits: UInt64 = 0

  mutating func insert(_ index: Int) { bits |= 1 << UInt64(index) }

  func contains(_ index: Int) -> Bool { bits & 1 << UInt64(index) != 0 }
}

/// An update of some columns of a table: which statement it takes.
struct TableUpdate: Hashable {
  let table: String
  /// How many columns the list has that they are of: it tells the lists of one table apart.
  let of: Int
  let changed: ColumnSet
}

/// How one kind of record lies in a table: the columns once, written and read in the same order.
struct Table<Record>: Sendable {
  let name: String
  let columns: [String]
  let values: @Sendable (Record) -> [SQLValue]
  let read: @Sendable (Row) -> Record
  private let insertSQL: String
  let selectSQL: String
  private let existingSQL: String

  init(
    _ name: String, _ columns: [String], values: @escaping @Sendable (Record) -> [SQLValue],
    read: @escaping @Sendable (Row) -> Record
  ) {
    precondition(columns.count <= ColumnSet.columnsMax, "\(name) has too many columns")
    self.name = name
    self.columns = columns
    self.values = values
    self.read = read
    let list = columns.joined(separator: ", ")
    let marks = columns.map { _ in "?" }.joined(separator: ", ")
    insertSQL = "INSERT INTO \(name) (\(list)) VALUES (\(marks))"
    selectSQL =
      "SELECT " + columns.map { "\(name).\($0)" }.joined(separator: ", ") + " FROM \(name)"
    existingSQL = selectSQL + " WHERE \(columns[0]) = ?"
  }

  func insert(_ record: Record, on connection: Connection) throws(SQLiteFault) {
    try connection.run(insertSQL, values(record))
  }

  /// Inserts the record, or puts it in the place of the one with the same key.
  ///
  /// Only columns that differ are written: SQLite rewrites the indexes of every column that an
  /// UPDATE names, changed or not.
  /// - Returns: whether it was inserted.
  @discardableResult
  func save(_ record: Record, on connection: Connection) throws(SQLiteFault) -> Bool {
    let new = values(record)
    return try write(new, over: try stored(new[0], on: connection), on: connection)
  }

  /// The same of a row, where the one with the same key is known.
  @discardableResult
  func write(
    _ new: [SQLValue], over old: [SQLValue]?, on connection: Connection
  ) throws(SQLiteFault) -> Bool {
    guard let old else {
      try connection.run(insertSQL, new)
      return true
    }
    try update(columns, from: old, to: new, key: new[0], on: connection)
    return false
  }

  /// Writes those of `columns` that differ between two forms of one row.
  func update(
    _ columns: [String], from old: [SQLValue], to new: [SQLValue], key: SQLValue,
    on connection: Connection
  ) throws(SQLiteFault) {
    var changed = ColumnSet()
    var values: [SQLValue] = []
    for index in columns.indices where old[index] != new[index] {
      changed.insert(index)
      values.append(new[index])
    }
    guard !values.isEmpty else { return }
    values.append(key)
    let update = TableUpdate(table: name, of: columns.count, changed: changed)
    let statement = try connection.prepared(update) {
      let sets = columns.indices.filter(changed.contains).map { "\(columns[$0]) = ?" }
      return "UPDATE \(name) SET \(sets.joined(separator: ", ")) WHERE \(self.columns[0]) = ?"
    }
    try statement.run(values)
  }

  /// The row with a key, column by column; nil where there is none.
  func stored(_ key: SQLValue, on connection: Connection) throws(SQLiteFault) -> [SQLValue]? {
    try connection.row(existingSQL, [key]) { row in (0..<columns.count).map { row.value($0) } }
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
