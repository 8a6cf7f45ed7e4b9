import CSQLite

/// What SQLite answered where it should have said yes.
struct SQLiteFault: Error, Equatable {
  let code: Int32
  let message: String
}

/// One connection, used by one thread at a time.
final class Connection {
  /// Prepared statements kept; a connection uses fewer than this.
  static let statementsMax = 256
  /// How long another process's lock is waited for.
  static let busyMilliseconds: Int32 = 5_000

  /// What holds for the whole process, done once before the first connection.
  private static let isSetUp = civicloop_leave_out_memory_count() == SQLITE_OK

  let handle: OpaquePointer
  private var statements: [String: Statement] = [:]
  /// Those of updates, whose text is only made where they are not known yet.
  private var updates: [TableUpdate: Statement] = [:]

  /// Opens or makes the database file at `path`.
  ///
  /// - Parameter gathers: whether a commit goes to the log in one piece (`LogGathering`).
  init(path: String, readOnly: Bool = false, gathers: Bool = false) throws(SQLiteFault) {
    _ = Self.isSetUp
    var opened: OpaquePointer?
    let flags =
      SQLITE_OPEN_NOMUTEX
      | (readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
    let code = sqlite3_open_v2(path, &opened, flags, gathers ? LogGathering.name : nil)
    guard code == SQLITE_OK, let opened else {
      sqlite3_close_v2(opened)
      throw SQLiteFault(code: code, message: String(cString: sqlite3_errstr(code)))
    }
    handle = opened
    sqlite3_busy_timeout(handle, Self.busyMilliseconds)
  }

  deinit {
    statements.removeAll()
    updates.removeAll()
    sqlite3_close_v2(handle)
  }

  var fault: SQLiteFault {
    SQLiteFault(
      code: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)))
  }

  /// Runs one or more statements that give no rows.
  func execute(_ sql: String) throws(SQLiteFault) {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw fault }
  }

  /// The statement for this text, prepared once a connection.
  func prepared(_ sql: String) throws(SQLiteFault) -> Statement {
    if let statement = statements[sql] { return statement }
    if statements.count >= Self.statementsMax { statements.removeAll() }
    let statement = try Statement(sql, on: self)
    statements[sql] = statement
    return statement
  }

  /// The statement of this update, prepared once a connection from what `text` gives.
  func prepared(_ update: TableUpdate, _ text: () -> String) throws(SQLiteFault) -> Statement {
    if let statement = updates[update] { return statement }
    if updates.count >= Self.statementsMax { updates.removeAll() }
    let statement = try Statement(text(), on: self)
    updates[update] = statement
    return statement
  }

  /// Runs a statement to its end.
  func run(_ sql: String, _ values: [SQLValue] = []) throws(SQLiteFault) {
    try prepared(sql).run(values)
  }

  /// Reads within one transaction: what is read belongs together, and the lock is taken once.
  func snapshot<Answer>(
    _ read: () throws(SQLiteFault) -> Answer
  ) throws(SQLiteFault) -> Answer {
    try run("BEGIN")
    defer { try? run("COMMIT") }
    return try read()
  }

  /// All rows that a statement gives.
  func rows<Element>(
    _ sql: String, _ values: [SQLValue] = [], _ read: (Row) -> Element
  ) throws(SQLiteFault) -> [Element] {
    let statement = try prepared(sql)
    defer { statement.reset() }
    try statement.bind(values)
    var elements: [Element] = []
    while try statement.step() { elements.append(read(statement.row)) }
    return elements
  }

  /// The first row, if there is one.
  func row<Element>(
    _ sql: String, _ values: [SQLValue] = [], _ read: (Row) -> Element
  ) throws(SQLiteFault) -> Element? {
    let statement = try prepared(sql)
    defer { statement.reset() }
    try statement.bind(values)
    return try statement.step() ? read(statement.row) : nil
  }

  /// Rows changed by the latest statement.
  var changes: Int { Int(sqlite3_changes(handle)) }
}

/// One value given to a statement.
enum SQLValue: Equatable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])

  static func optional(_ value: Int64?) -> SQLValue { value.map { .integer($0) } ?? .null }
  static func optional(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
  static func optional(_ value: Double?) -> SQLValue { value.map { .real($0) } ?? .null }
}

/// A prepared statement of one connection.
final class Statement {
  private let handle: OpaquePointer
  private unowned let connection: Connection

  init(_ sql: String, on connection: Connection) throws(SQLiteFault) {
    var prepared: OpaquePointer?
    let code = sqlite3_prepare_v3(
      connection.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard code == SQLITE_OK, let prepared else { throw connection.fault }
    handle = prepared
    self.connection = connection
  }

  deinit { sqlite3_finalize(handle) }

  var row: Row { Row(handle: handle) }

  func bind(_ values: [SQLValue]) throws(SQLiteFault) {
    var index: Int32 = 0
    for value in values {
      index += 1
      let code: Int32
      switch value {
      case .null: code = sqlite3_bind_null(handle, index)
      case .integer(let number): code = sqlite3_bind_int64(handle, index, number)
      case .real(let number): code = sqlite3_bind_double(handle, index, number)
      case .text(var text):
        code = text.withUTF8 { bytes in
          bytes.withMemoryRebound(to: CChar.self) {
            civicloop_bind_text(handle, index, $0.baseAddress ?? Self.empty, Int32($0.count))
          }
        }
      case .blob(let bytes):
        code = bytes.withUnsafeBytes {
          civicloop_bind_blob(handle, index, $0.baseAddress, Int32($0.count))
        }
      }
      guard code == SQLITE_OK else { throw connection.fault }
    }
  }

  /// Runs it to its end.
  func run(_ values: [SQLValue]) throws(SQLiteFault) {
    defer { reset() }
    try bind(values)
    while try step() {}
  }

  /// - Returns: whether there is a row.
  func step() throws(SQLiteFault) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: true
    case SQLITE_DONE: false
    default: throw connection.fault
    }
  }

  func reset() {
    sqlite3_reset(handle)
  }

  // A lasting address for the empty text, whose own buffer has none. It is only ever read.
  private nonisolated(unsafe) static let empty: UnsafePointer<CChar> = {
    let byte = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
    byte.pointee = 0
    return UnsafePointer(byte)
  }()
}

/// The row on which a statement stands; columns count from 0.
struct Row {
  fileprivate let handle: OpaquePointer

  func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }
  func integer(_ column: Int) -> Int64 { sqlite3_column_int64(handle, Int32(column)) }
  func real(_ column: Int) -> Double { sqlite3_column_double(handle, Int32(column)) }

  func text(_ column: Int) -> String {
    guard let bytes = sqlite3_column_text(handle, Int32(column)) else { return "" }
    let count = Int(sqlite3_column_bytes(handle, Int32(column)))
    return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  func blob(_ column: Int) -> [UInt8] {
    guard let bytes = sqlite3_column_blob(handle, Int32(column)) else { return [] }
    let count = Int(sqlite3_column_bytes(handle, Int32(column)))
    return [UInt8](UnsafeRawBufferPointer(start: bytes, count: count))
  }

  func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }
  func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
  func optionalReal(_ column: Int) -> Double? { isNull(column) ? nil : real(column) }

  var columnCount: Int { Int(sqlite3_column_count(handle)) }

  /// The value of a column as SQLite holds it.
  func value(_ column: Int) -> SQLValue {
    switch sqlite3_column_type(handle, Int32(column)) {
    case SQLITE_INTEGER: .integer(integer(column))
    case SQLITE_FLOAT: .real(real(column))
    case SQLITE_TEXT: .text(text(column))
    case SQLITE_BLOB: .blob(blob(column))
    default: .null
    }
  }
}
