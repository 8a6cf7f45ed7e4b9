package import City
package import Pack

/// Reads the tickets of one file under one profile.
///
/// A pull reader with one owner. It blocks while the file is read, so it belongs on a thread of its
/// own, not inside a Swift task.
package struct TicketReader {
  /// What the reader is told besides the profile.
  package struct Circumstances: Sendable {
    /// Times later than this are refused (with five minutes of tolerance).
    package var now: Instant
    /// Turns longitude and latitude of the profile's coordinate system into WGS-84; nil for what
    /// is no point.
    package var convert: @Sendable (_ longitude: Double, _ latitude: Double) -> Position?
    /// Whether a point fits the place that the row names; nil = nobody can say.
    package var fits: (@Sendable (_ position: Position, _ address: String) -> Bool)?
    /// Stands in for a missing time of creation, with a doubt; nil = such rows are refused.
    package var createdWhenMissing: Instant?
    package var limits: ImportLimits

    package init(
      now: Instant,
      convert: @escaping @Sendable (_ longitude: Double, _ latitude: Double) -> Position?,
      fits: (@Sendable (_ position: Position, _ address: String) -> Bool)? = nil,
      createdWhenMissing: Instant? = nil, limits: ImportLimits = .tickets
    ) {
      self.now = now
      self.convert = convert
      self.fits = fits
      self.createdWhenMissing = createdWhenMissing
      self.limits = limits
    }
  }

  private var rows: RowReader
  private var composer: TicketComposer

  /// Opens a file, plain or gzip as its first bytes say, and reads its header.
  ///
  /// - Throws: `ImportFault`; `.columnsMissing` lists all columns at once.
  package init(
    path: String, profile: TicketProfile, circumstances: Circumstances
  ) throws(ImportFault) {
    let stream = try TextStream(
      path: path, encoding: profile.encoding, limits: circumstances.limits)
    try self.init(stream: stream, profile: profile, circumstances: circumstances)
  }

  /// Reads the header of a stream that is open already.
  ///
  /// - Throws: `ImportFault`.
  package init(
    stream: TextStream, profile: TicketProfile, circumstances: Circumstances
  ) throws(ImportFault) {
    let layout = TicketLayout(columns: profile.columns)
    rows = try RowReader(
      stream: stream, format: profile.format, wanted: WantedColumns(required: layout.names),
      limits: circumstances.limits)
    composer = try TicketComposer(
      layout: layout, profile: profile, circumstances: circumstances)
  }

  /// How far the file was read, of the file as it is stored.
  package var progress: ImportProgress { rows.progress }

  /// The next row's outcome; nil at the end of the file.
  ///
  /// - Throws: `ImportFault` where the rest of the file cannot be read; rows before it were whole.
  package mutating func next() throws(ImportFault) -> TicketRow? {
    guard let outcome = try rows.next() else { return nil }
    switch outcome {
    case .refused(let refusal): return .refused(refusal)
    case .row(let row):
      do throws(TicketRefusal) {
        return .ticket(try composer.ticket(row))
      } catch {
        return .refused(
          RowRefusal(row: row.number, field: error.field, rule: error.rule, value: error.value))
      }
    }
  }
}

/// Which of the values of a row belong to which field of a ticket.
struct TicketLayout {
  /// All columns that the profile names, each once.
  private(set) var names: [String] = []
  private(set) var id: [Int] = []
  private(set) var title: [Int] = []
  private(set) var text: [Int] = []
  private(set) var type: [Int] = []
  private(set) var created: [Int] = []
  private(set) var closed: [Int] = []
  private(set) var status: [Int] = []
  private(set) var address: [Int] = []
  private(set) var longitude: [Int] = []
  private(set) var latitude: [Int] = []
  private(set) var unit: [Int] = []
  private(set) var reporterName: [Int] = []
  private(set) var reporterPhone: [Int] = []
  private(set) var reply: [Int] = []

  init(columns: TicketColumns) {
    id = places(of: columns.id)
    title = places(of: columns.title)
    text = places(of: columns.text)
    type = places(of: columns.type)
    created = places(of: columns.created)
    closed = places(of: columns.closed)
    status = places(of: columns.status)
    address = places(of: columns.address)
    longitude = places(of: columns.longitude)
    latitude = places(of: columns.latitude)
    unit = places(of: columns.unit)
    reporterName = places(of: columns.reporterName)
    reporterPhone = places(of: columns.reporterPhone)
    reply = places(of: columns.reply)
  }

  private mutating func places(of columns: [String]) -> [Int] {
    columns.map { column in
      if let known = names.firstIndex(of: column) { return known }
      names.append(column)
      return names.count - 1
    }
  }
}

/// The field of a ticket that breaks a rule.
struct TicketRefusal: Error {
  let field: String
  let rule: String
  let value: String
}
