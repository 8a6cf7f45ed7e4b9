/// Turns the cells of a sheet into lines of CSV.
///
/// A row that the sheet leaves out becomes an empty line, so that rows keep their numbers; rows
/// are filled up to the width of the first.
final class SheetRows: XMLListener {
  private(set) var csv: [UInt8] = []
  private(set) var fault: WorkbookFault?
  private let strings: StringGatherer
  private let datedStyles: [Bool]
  private let countsFrom1904: Bool
  private let limits: WorkbookLimits

  private var cells: [[UInt8]] = []
  private var width = 0
  private var rowsWritten = 0
  private var row = 0
  private var column = 0
  private var form = ""
  private var style = 0
  private var content: [UInt8] = []
  private var isInContent = false
  private var isInReading = false

  init(
    strings: StringGatherer, datedStyles: [Bool], countsFrom1904: Bool, limits: WorkbookLimits
  ) {
    self.strings = strings
    self.datedStyles = datedStyles
    self.countsFrom1904 = countsFrom1904
    self.limits = limits
  }

  func begin(_ name: String, _ attributes: XMLAttributes) {
    switch name {
    case "row": beginRow(attributes)
    case "c": beginCell(attributes)
    case "rPh": isInReading = true
    case "v": isInContent = true
    case "t": isInContent = !isInReading
    default: break
    }
  }

  func end(_ name: String) {
    switch name {
    case "v", "t": isInContent = false
    case "rPh": isInReading = false
    case "c": endCell()
    case "row": endRow()
    default: break
    }
  }

  func text(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard isInContent else { return }
    guard content.count + bytes.count <= limits.cellBytesMax else {
      fault = .tooLarge(what: "cell", max: limits.cellBytesMax)
      return
    }
    content.append(contentsOf: bytes)
  }

  private func beginRow(_ attributes: XMLAttributes) {
    let stated = attributes["r"].flatMap { Int($0) }
    row = max(row + 1, stated ?? 0)
    guard row <= limits.rowsMax else {
      fault = .tooLarge(what: "rows", max: limits.rowsMax)
      return
    }
    cells.removeAll(keepingCapacity: true)
    column = -1
  }

  private func beginCell(_ attributes: XMLAttributes) {
    column = attributes["r"].flatMap(Self.column) ?? column + 1
    form = attributes["t"] ?? "n"
    style = attributes["s"].flatMap { Int($0) } ?? 0
    content.removeAll(keepingCapacity: true)
    guard column < limits.columnsMax else {
      fault = .tooLarge(what: "columns", max: limits.columnsMax)
      return
    }
  }

  private func endCell() {
    guard fault == nil, !content.isEmpty, column >= 0 else { return }
    while cells.count <= column { cells.append([]) }
    switch form {
    case "s":
      let index = Int(String(decoding: content, as: UTF8.self)) ?? -1
      cells[column] = strings.string(index).map { Array($0) } ?? []
    case "b": cells[column] = Array((content == [0x31] ? "true" : "false").utf8)
    case "n": cells[column] = Array(number(String(decoding: content, as: UTF8.self)).utf8)
    // Texts, texts of formulas and words of errors stand as they are.
    default: cells[column] = content
    }
  }

  /// Numbers as people wrote them: programs store them with 17 digits, or with an exponent.
  private func number(_ text: String) -> String {
    guard let value = Double(text), value.isFinite else { return text }
    if datedStyles.indices.contains(style), datedStyles[style] {
      return SheetDate.text(value, from1904: countsFrom1904) ?? text
    }
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    // Fifteen digits are what a spreadsheet shows; what follows is the noise of the division.
    let exponent = 15 - (SheetDate.digits(before: value))
    guard (0...15).contains(exponent) else { return "\(value)" }
    var scale = 1.0
    for _ in 0..<exponent { scale *= 10 }
    return "\((value * scale).rounded() / scale)"
  }

  private func endRow() {
    guard fault == nil else { return }
    while let last = cells.last, last.isEmpty { cells.removeLast() }
    while rowsWritten < row - 1 { line([]) }
    if rowsWritten == 0 { width = cells.count }
    while !cells.isEmpty, cells.count < width { cells.append([]) }
    line(cells)
    if csv.count > limits.textBytesMax {
      fault = .tooLarge(what: "text", max: limits.textBytesMax)
    }
  }

  private func line(_ cells: [[UInt8]]) {
    rowsWritten += 1
    for (index, cell) in cells.enumerated() {
      if index > 0 { csv.append(0x2C) }
      guard cell.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) || cells.count == 1
      else {
        csv.append(contentsOf: cell)
        continue
      }
      csv.append(0x22)
      for byte in cell {
        if byte == 0x22 { csv.append(byte) }
        csv.append(byte)
      }
      csv.append(0x22)
    }
    csv.append(contentsOf: [0x0D, 0x0A])
  }

  /// `BC12` → 54; nil where there are no letters.
  private static func column(_ reference: String) -> Int? {
    var column = 0
    for byte in reference.utf8 {
      guard (0x41...0x5A).contains(byte) else { break }
      guard column < 20_000 else { return column }
      column = column * 26 + Int(byte - 0x40)
    }
    return column == 0 ? nil : column - 1
  }
}

/// Days and times of spreadsheets: days since the end of 1899 (or of 1903), and parts of a day.
enum SheetDate {
  private static let daysTo1970 = 25_569
  private static let daysTo1970From1904 = 24_107
  private static let daysRange = 1.0..<2_958_466.0

  /// `2026-05-31`, `2026-05-31 08:30:00`, or `08:30:00` below one day; nil beyond the year 9999.
  static func text(_ value: Double, from1904: Bool) -> String? {
    let seconds = Int64((value * 86_400).rounded())
    let (days, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
    let time = [rest / 3_600, rest / 60 % 60, rest % 60].map(padded).joined(separator: ":")
    if value >= 0, value < 1 { return time }
    guard daysRange.contains(value) else { return nil }
    let date = civil(Int(days) - (from1904 ? daysTo1970From1904 : daysTo1970))
    return rest == 0 ? date : "\(date) \(time)"
  }

  /// Digits before the point of a number that is not 0.
  static func digits(before value: Double) -> Int {
    var digits = 0
    var rest = abs(value)
    while rest >= 1, digits < 16 {
      rest /= 10
      digits += 1
    }
    return digits
  }

  private static func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// The day so many days after 1970-01-01.
  private static func civil(_ number: Int) -> String {
    let shifted = number + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * month + 2) / 5 + 1
    let civilMonth = month < 10 ? month + 3 : month - 9
    let year = yearOfEra + era * 400 + (civilMonth <= 2 ? 1 : 0)
    return "\(year)-\(padded(Int64(civilMonth)))-\(padded(Int64(day)))"
  }
}
