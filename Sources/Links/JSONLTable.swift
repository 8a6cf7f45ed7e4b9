import JSONText

/// The rows of a JSONL file: one object a line, blank lines left out.
struct JSONLTable {
  private static let depthMax = 16

  private var reader: LineReader
  private let wanted: WantedColumns
  private let limits: JSONLimits

  init(stream: TextStream, wanted: WantedColumns, limits: ImportLimits) {
    reader = LineReader(stream: stream, lineBytesMax: limits.rowBytesMax)
    self.wanted = wanted
    self.limits = JSONLimits(
      bytesMax: limits.rowBytesMax, depthMax: Self.depthMax, membersMax: limits.fieldsMax,
      stringBytesMax: limits.fieldBytesMax)
  }

  var progress: ImportProgress { reader.progress }

  /// The next row; nil at the end.
  mutating func next() throws(ImportFault) -> RowOutcome? {
    guard try reader.advance() else { return nil }
    let row = reader.row
    guard !reader.isTooLong else {
      return .refused(RowRefusal(row: row, field: "", rule: RowRule.tooLong, value: ""))
    }
    let line = reader.line
    let object: JSON
    do throws(JSONFault) {
      object = try JSON.parse(line, limits: limits)
    } catch {
      return .refused(
        RowRefusal(row: row, field: "", rule: error.code, value: String(error.offset)))
    }
    guard let members = object.members else {
      return .refused(
        RowRefusal(row: row, field: "", rule: RowRule.notObject, value: object.kind.rawValue))
    }
    return Self.row(number: row, members: members, wanted: wanted, raw: line)
  }

  /// Cuts an object to the wanted columns; of the others, arrays and objects are left out.
  static func row(
    number: Int, members: [JSONMember], wanted: WantedColumns, raw: [UInt8]
  ) -> RowOutcome {
    let names = wanted.all
    var values = [String](repeating: "", count: names.count)
    var others: [Row.Column] = []
    for member in members {
      let text = text(member.value)
      if !names.contains(member.name) {
        if wanted.keepsOthers, let text, !text.isEmpty {
          others.append(Row.Column(name: member.name, value: text))
        }
        continue
      }
      guard let text else {
        return .refused(
          RowRefusal(
            row: number, field: member.name, rule: RowRule.nested,
            value: member.value.kind.rawValue))
      }
      // A column may be wanted for several purposes.
      for (index, name) in names.enumerated() where name == member.name { values[index] = text }
    }
    return .row(Row(number: number, values: values, others: others, raw: raw))
  }

  /// A simple value as text; nil for arrays and objects.
  static func text(_ value: JSON) -> String? {
    switch value {
    case .null: ""
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let value): value.description
    case .string(let value): TextTrim.trimmed(value)
    case .array, .object: nil
    }
  }
}

/// Reads lines that end with LF or CRLF; blank ones are counted but not shown.
struct LineReader {
  private let stream: TextStream
  private let lineBytesMax: Int
  private var buffer: [UInt8] = []
  private var next = 0
  private var isLast = false
  /// The number of the line that was read last, from 1.
  private(set) var row = 0
  /// The line, without its end; empty where it is longer than allowed.
  private(set) var line: [UInt8] = []
  private(set) var isTooLong = false

  init(stream: TextStream, lineBytesMax: Int) {
    self.stream = stream
    self.lineBytesMax = lineBytesMax
  }

  var progress: ImportProgress { stream.progress }

  /// Moves to the next line that is not blank; false at the end.
  mutating func advance() throws(ImportFault) -> Bool {
    while try readLine() {
      if isTooLong || line.contains(where: { $0 > 0x20 }) { return true }
    }
    return false
  }

  private mutating func readLine() throws(ImportFault) -> Bool {
    isTooLong = false
    line.removeAll(keepingCapacity: true)
    if next == buffer.count, isLast { return false }
    var hasBytes = false
    while true {
      let feed = buffer[next...].firstIndex(of: UInt8(ascii: "\n"))
      let stop = feed ?? buffer.count
      hasBytes = hasBytes || stop > next
      if line.count + stop - next > lineBytesMax { isTooLong = true }
      if isTooLong {
        line.removeAll(keepingCapacity: true)
      } else {
        line.append(contentsOf: buffer[next..<stop])
      }
      next = stop
      if feed != nil {
        next += 1
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        row += 1
        return true
      }
      guard let piece = try stream.next() else {
        isLast = true
        if hasBytes { row += 1 }
        return hasBytes
      }
      buffer = piece
      next = 0
    }
  }
}
