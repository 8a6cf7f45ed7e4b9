/// What is wrong with a record of a CSV file as such.
enum CSVDefect: Equatable {
  /// Something follows a closing quotation mark.
  case quote
  case nul
  /// The byte lies so far from the record's start.
  case notUTF8(offset: Int)
  case tooLong
  case fieldTooLong(index: Int)
  case tooManyFields
}

/// Where a field lies in the reader's buffer, without its quotation marks.
struct CSVField {
  let from: Int
  let to: Int
  /// Doubled quotation marks are inside.
  let isEscaped: Bool
}

/// Finds the fields of one record in bytes that may end before the record does.
struct CSVScanner {
  enum Outcome {
    case record(end: Int, next: Int)
    /// The bytes end before the record does, and more may come.
    case incomplete
    /// The file ends inside quotation marks.
    case quoteOpen
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private let start: Int
  private let isLast: Bool
  private let limits: ImportLimits
  private var at: Int
  /// All bytes of the record, or-ed: below 0x80 there is nothing but ASCII in it.
  private var seen: UInt8 = 0
  private(set) var defect: CSVDefect?

  /// - Parameters:
  ///   - start: where the record begins in `bytes`.
  ///   - isLast: nothing comes after `bytes`.
  init(bytes: UnsafeBufferPointer<UInt8>, start: Int, isLast: Bool, limits: ImportLimits) {
    self.bytes = bytes
    self.start = start
    self.isLast = isLast
    self.limits = limits
    at = start
  }

  /// Reads one record and puts its fields behind those that are in `fields`.
  mutating func record(into fields: inout [CSVField]) -> Outcome {
    while true {
      if at < bytes.count, bytes[at] == UInt8(ascii: "\"") {
        guard let field = quotedField() else { return isLast ? .quoteOpen : .incomplete }
        take(field, into: &fields)
      } else {
        let from = at
        skipPlain()
        take(CSVField(from: from, to: at, isEscaped: false), into: &fields)
      }
      if at < bytes.count, bytes[at] == UInt8(ascii: ",") {
        at += 1
        continue
      }
      return lineEnd()
    }
  }

  private mutating func take(_ field: CSVField, into fields: inout [CSVField]) {
    guard fields.count < limits.fieldsMax else {
      defect = defect ?? .tooManyFields
      return
    }
    if field.to - field.from > limits.fieldBytesMax {
      defect = defect ?? .fieldTooLong(index: fields.count)
    }
    fields.append(field)
  }

  /// Reads a field in quotation marks, on the first of which `at` stands; nil where the bytes end
  /// before it is sure to be closed.
  private mutating func quotedField() -> CSVField? {
    at += 1
    let from = at
    var isEscaped = false
    while true {
      while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
        seen |= bytes[at]
        if bytes[at] == 0 { defect = defect ?? .nul }
        at += 1
      }
      guard at < bytes.count else { return nil }
      if at + 1 == bytes.count {
        guard isLast else { return nil }
        break
      }
      guard bytes[at + 1] == UInt8(ascii: "\"") else { break }
      isEscaped = true
      at += 2
    }
    let to = at
    at += 1
    let afterMark = at
    skipPlain()
    if at > afterMark { defect = defect ?? .quote }
    return CSVField(from: from, to: to, isEscaped: isEscaped)
  }

  /// Goes on to the comma or line end that ends an unquoted field.
  @inline(__always)
  private mutating func skipPlain() {
    while at < bytes.count {
      let byte = bytes[at]
      seen |= byte
      // Letters, digits and everything beyond ASCII lie above the comma.
      if byte <= UInt8(ascii: ",") {
        if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
          return
        }
        if byte == 0 { defect = defect ?? .nul }
      }
      at += 1
    }
  }

  /// Ends the record at `at`, which stands on a line end or behind the last byte.
  private mutating func lineEnd() -> Outcome {
    guard at < bytes.count || isLast else { return .incomplete }
    let end = at
    if at < bytes.count {
      let isReturn = bytes[at] == UInt8(ascii: "\r")
      // A line feed may follow in the next piece.
      if isReturn, at + 1 == bytes.count, !isLast { return .incomplete }
      let hasFeed = isReturn && at + 1 < bytes.count && bytes[at + 1] == UInt8(ascii: "\n")
      at += hasFeed ? 2 : 1
    }
    if seen >= 0x80, defect == nil,
      let offset = UTF8Check.firstInvalid(UnsafeBufferPointer(rebasing: bytes[start..<end]))
    {
      defect = .notUTF8(offset: offset)
    }
    return .record(end: end, next: at)
  }
}
