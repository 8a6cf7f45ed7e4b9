import CSQLite

/// One connection to one SQLite file, used by one thread at a time.
final class Database {
  private static let busyMilliseconds: Int32 = 10_000

  /// What holds for the whole process, done once before the first connection.
  private static let isSetUp = civicloop_leave_out_memory_count() == SQLITE_OK

  private let handle: OpaquePointer
  private var statements: [String: OpaquePointer] = [:]

  /// Opens or makes a file: written ahead, every commit flushed.
  /// - Parameters:
  ///   - makes: whether a missing file is made.
  ///   - form: what a new file is like; an older one stays as it is.
  init(path: String, makes: Bool = true, form: String = "") throws(DiskFault) {
    _ = Self.isSetUp
    var opened: OpaquePointer?
    let making = makes ? SQLITE_OPEN_CREATE : 0
    let code = sqlite3_open_v2(
      path, &opened, SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE | making, nil)
    guard code == SQLITE_OK, let opened else {
      sqlite3_close_v2(opened)
      throw DiskFault(detail: "\(path): \(String(cString: sqlite3_errstr(code)))")
    }
    handle = opened
    sqlite3_busy_timeout(handle, Self.busyMilliseconds)
    try execute(form)
    try execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
  }

  deinit {
    for statement in statements.values { sqlite3_finalize(statement) }
    sqlite3_close_v2(handle)
  }

  private var fault: DiskFault { DiskFault(detail: String(cString: sqlite3_errmsg(handle))) }

  func execute(_ sql: String) throws(DiskFault) {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw fault }
  }

  /// Runs `body` in one transaction that is on disk when this returns, or not at all.
  func transaction(_ body: () throws(DiskFault) -> Void) throws(DiskFault) {
    try execute("BEGIN IMMEDIATE")
    do throws(DiskFault) {
      try body()
      try execute("COMMIT")
    } catch {
      sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
      throw error
    }
  }

  /// Several readings that see the same state and lock the file once.
  func reading(_ body: () throws(DiskFault) -> Void) throws(DiskFault) {
    try run("BEGIN")
    do throws(DiskFault) {
      try body()
      try run("COMMIT")
    } catch {
      sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
      throw error
    }
  }

  /// Runs a statement with its values and gives each row to `read`.
  func run(
    _ sql: String, _ values: [Value] = [], _ read: (Row) -> Void = { _ in }
  ) throws(DiskFault) {
    let statement = try prepared(sql)
    defer { sqlite3_reset(statement) }
    for (index, value) in values.enumerated() {
      let place = Int32(index + 1)
      let code =
        switch value {
        case .none: sqlite3_bind_null(statement, place)
        case .integer(let number): sqlite3_bind_int64(statement, place, number)
        case .real(let number): sqlite3_bind_double(statement, place, number)
        case .bytes(let bytes):
          bytes.withUnsafeBytes {
            civicloop_bind_blob(statement, place, $0.baseAddress, Int32($0.count))
          }
        case .text(let text):
          text.withCString { civicloop_bind_text(statement, place, $0, Int32(text.utf8.count)) }
        }
      guard code == SQLITE_OK else { throw fault }
    }
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: read(Row(handle: statement))
      case SQLITE_DONE: return
      default: throw fault
      }
    }
  }

  /// Writes a consistent copy to a file that is not there yet, whoever else writes meanwhile.
  func copy(to path: String) throws(DiskFault) {
    try run("VACUUM INTO ?1", [.text(path)])
  }

  /// The first column of the first row.
  func number(_ sql: String, _ values: [Value] = []) throws(DiskFault) -> Int64? {
    var number: Int64?
    try run(sql, values) { row in number = number ?? row.integer(0) }
    return number
  }

  private func prepared(_ sql: String) throws(DiskFault) -> OpaquePointer {
    if let statement = statements[sql] { return statement }
    var made: OpaquePointer?
    guard
      sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &made, nil)
        == SQLITE_OK, let made
    else { throw fault }
    statements[sql] = made
    return made
  }

  /// What is given to a statement.
  enum Value {
    case none
    case integer(Int64)
    case real(Double)
    case text(String)
    case bytes([UInt8])
  }

  /// The row on which a statement stands; bytes are only valid until the next step.
  struct Row {
    fileprivate let handle: OpaquePointer

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
    func real(_ column: Int32) -> Double { sqlite3_column_double(handle, column) }

    func text(_ column: Int32) -> String {
      String(decoding: bytes(column), as: UTF8.self)
    }

    func bytes(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
      let start = sqlite3_column_blob(handle, column)?.assumingMemoryBound(to: UInt8.self)
      return UnsafeBufferPointer(
        start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(handle, column)))
    }
  }
}
