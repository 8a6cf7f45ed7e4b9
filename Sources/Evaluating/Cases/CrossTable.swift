package import City
package import Pack

/// How many cases fall together in two respects, and how that compares with chance.
package struct CrossTable: Sendable {
  /// Cells of one table.
  package static let cellsMax = 250_000

  /// A respect in which cases differ.
  package enum Dimension: String, CaseIterable, Sendable {
    /// When it was filed, in local time: the day, the month, the day of the week, the hour.
    case day, month, weekday, hour
    case street, neighbourhood, unit, item, category, channel, grade, verdict
    /// What an imported series says of the day on which it was filed: the weather.
    case weather
  }

  /// What is counted in each cell.
  package struct Cell: Hashable, Sendable {
    package var count = 0
    package var closed = 0
    package var inTime = 0
    package var reworked = 0
    package var returned = 0
    package var repeated = 0
    package init() {}
  }

  /// Why there is no table.
  package enum Fault: Error, Equatable {
    case tooManyCells(max: Int)
  }

  /// Which cases count at all.
  package struct Filter: Sendable {
    /// Filed within; nil = ever.
    package var period: Period?
    package var items: Set<String> = []
    package var channel: Channel?
    /// By the numbers of the book's area paths and unit paths: a case counts that fits either.
    /// nil = all.
    package var scope: (areas: [Bool], units: [Bool])?
    /// The same, in addition.
    package var place: (areas: [Bool], units: [Bool])?
    /// Classes of days for the dimension `weather`; nil = nothing is known of any day.
    package var days: DayClasses?
    package init() {}
  }

  /// Keys of rows and columns, in their natural order; what has none comes first as an empty text.
  package let rows: [String]
  package let columns: [String]
  /// Row by row.
  package let cells: [Cell]
  package let total: Int

  /// The cell of a row and a column, by their places.
  package func cell(row: Int, column: Int) -> Cell { cells[row * columns.count + column] }

  /// How much more often a row and a column come together than they would by chance; nil where
  /// either is empty.
  package func lift(row: Int, column: Int) -> Double? {
    let width = columns.count
    let inRow = (0..<width).reduce(0) { $0 + cells[row * width + $1].count }
    let inColumn = rows.indices.reduce(0) { $0 + cells[$1 * width + column].count }
    guard inRow > 0, inColumn > 0 else { return nil }
    return Double(cells[row * width + column].count) * Double(total)
      / (Double(inRow) * Double(inColumn))
  }

  /// A table of cells that were counted elsewhere, row by row.
  init(rows: [String], columns: [String], cells: [Cell]) {
    precondition(cells.count == rows.count * columns.count)
    self.rows = rows
    self.columns = columns
    self.cells = cells
    total = cells.reduce(0) { $0 + $1.count }
  }

  /// Counts in one pass.
  package init(
    _ book: CaseBook, rows: Dimension, columns: Dimension, filter: Filter, catalogue: Catalogue,
    offsetMilliseconds: Int64
  ) throws(Fault) {
    let down = DimensionKeys(rows, book, catalogue, offsetMilliseconds, filter.days)
    let across = DimensionKeys(columns, book, catalogue, offsetMilliseconds, filter.days)
    let (height, width) = (down.count, across.count)
    guard height * width <= Self.cellsMax * 16 else { throw .tooManyCells(max: Self.cellsMax) }
    var cells = ContiguousArray(repeating: Cell(), count: height * width)
    var total = 0
    let items =
      filter.items.isEmpty
      ? nil : book.items.values.map { filter.items.contains($0) }
    let channel = filter.channel.flatMap { Channel.allCases.firstIndex(of: $0) }
    book.rows.withUnsafeBufferPointer { all in
      cells.withUnsafeMutableBufferPointer { cells in
        for index in all.indices {
          let row = all[index]
          if let period = filter.period, !period.holds(row.filedAt) { continue }
          if let channel, Int(row.channel) != channel { continue }
          if let items, row.item < 0 || !items[Int(row.item)] { continue }
          if let scope = filter.scope, !Self.holds(scope, row) { continue }
          if let place = filter.place, !Self.holds(place, row) { continue }
          let number = down.number(row) * width + across.number(row)
          total += 1
          cells[number].count += 1
          if row.isClosed {
            cells[number].closed += 1
            if row.isInTime { cells[number].inTime += 1 }
          }
          if row.reworks > 0 { cells[number].reworked += 1 }
          if row.returns > 0 { cells[number].returned += 1 }
          if row.signals > 1 { cells[number].repeated += 1 }
        }
      }
    }
    // Rows and columns that nothing fell in are left out.
    let fullRows = (0..<height).filter { row in
      (0..<width).contains { cells[row * width + $0].count > 0 }
    }
    let fullColumns = (0..<width).filter { column in
      (0..<height).contains { cells[$0 * width + column].count > 0 }
    }
    guard fullRows.count * fullColumns.count <= Self.cellsMax else {
      throw .tooManyCells(max: Self.cellsMax)
    }
    self.rows = fullRows.map { down.keys[$0] }
    self.columns = fullColumns.map { across.keys[$0] }
    self.cells = fullRows.flatMap { row in fullColumns.map { cells[row * width + $0] } }
    self.total = total
  }

  @inline(__always)
  private static func holds(_ marks: (areas: [Bool], units: [Bool]), _ row: CaseRow) -> Bool {
    row.area >= 0 && marks.areas[Int(row.area)] || row.unit >= 0 && marks.units[Int(row.unit)]
  }
}

/// Gives each row the number of its key in one respect.
private struct DimensionKeys {
  private enum Reading {
    case time(first: Int, CrossTable.Dimension)
    case area, unit, item, channel, grade, verdict
    case weather(DayClasses)
  }

  let keys: [String]
  private let reading: Reading
  private let offset: Int64
  /// For areas, units and items: from their number in the book, one up, to the key's.
  private let table: [Int32]

  var count: Int { keys.count }

  init(
    _ dimension: CrossTable.Dimension, _ book: CaseBook, _ catalogue: Catalogue, _ offset: Int64,
    _ days: DayClasses?
  ) {
    self.offset = offset
    switch dimension {
    case .day, .month, .weekday, .hour:
      let moments = book.rows.lazy.map(\.filedAt)
      let low = Self.step(moments.min() ?? 0, dimension, offset)
      let high = Self.step(moments.max() ?? 0, dimension, offset)
      let range: ClosedRange<Int> =
        switch dimension {
        case .weekday: 1...7
        case .hour: 0...23
        default: low...max(low, high)
        }
      reading = .time(first: range.lowerBound, dimension)
      keys = range.map { Self.name($0, dimension) }
      table = []
    case .street, .neighbourhood:
      let level: AreaLevel = dimension == .street ? .street : .neighbourhood
      (keys, table) = Self.table(book.areas.values.map { $0[level].map { String($0.rawValue) } })
      reading = .area
    case .unit:
      (keys, table) = Self.table(
        book.units.values.map { $0.innermost.map { String($0.rawValue) } })
      reading = .unit
    case .item:
      (keys, table) = Self.table(book.items.values.map { $0 })
      reading = .item
    case .category:
      (keys, table) = Self.table(
        book.items.values.map { catalogue.item(code: $0)?.category })
      reading = .item
    case .channel: (reading, keys, table) = (.channel, Channel.allCases.map(\.rawValue), [])
    case .grade: (reading, keys, table) = (.grade, Grade.allCases.map(\.rawValue), [])
    case .verdict:
      (reading, keys, table) = (.verdict, [""] + Verdict.allCases.map(\.rawValue), [])
    case .weather:
      let days = days ?? DayClasses([:])
      (reading, keys, table) = (.weather(days), days.names, [])
    }
  }

  @inline(__always)
  func number(_ row: CaseRow) -> Int {
    switch reading {
    case .time(let first, let dimension):
      Self.step(row.filedAt, dimension, offset) - first
    case .area: Int(table[Int(row.area) + 1])
    case .unit: Int(table[Int(row.unit) + 1])
    case .item: Int(table[Int(row.item) + 1])
    case .channel: Int(row.channel)
    case .grade: Int(row.grade)
    case .verdict: Int(row.verdict) + 1
    case .weather(let days): days.number(ofDay: Self.step(row.filedAt, .day, offset))
    }
  }

  /// Keys in ascending order behind the empty one, and which of them each value has.
  private static func table(_ values: [String?]) -> ([String], [Int32]) {
    let keys = [""] + Set(values.compactMap { $0 }).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1, Int32($0)) })
    return (keys, [0] + values.map { numbers[$0 ?? ""] ?? 0 })
  }

  private static func step(
    _ milliseconds: Int64, _ dimension: CrossTable.Dimension, _ offset: Int64
  ) -> Int {
    let local = milliseconds + offset
    let day = Int(local >= 0 ? local / Duration.day : (local - Duration.day + 1) / Duration.day)
    switch dimension {
    case .month:
      let date = CivilDate(daysSinceEpoch: day)
      return date.year * 12 + date.month - 1
    case .weekday: return ((day + 3) % 7 + 7) % 7 + 1
    case .hour: return Int((local - Int64(day) * Duration.day) / Duration.hour)
    default: return day
    }
  }

  private static func name(_ step: Int, _ dimension: CrossTable.Dimension) -> String {
    func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    switch dimension {
    case .month: return "\(step / 12)-\(padded(step % 12 + 1))"
    case .day:
      let date = CivilDate(daysSinceEpoch: step)
      return "\(date.year)-\(padded(date.month))-\(padded(date.day))"
    default: return String(step)
    }
  }
}
