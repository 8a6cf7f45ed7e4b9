/// Reads CSV (RFC 4180, and what real files do besides) record by record.
///
/// Lines end with LF, CRLF or CR; a field in quotation marks may hold line ends and doubled marks;
/// a mark inside an unquoted field stands for itself; empty lines are no rows but are counted. It
/// makes no string: fields are spans of bytes until somebody asks for their text.
package struct CSVReader {
  private static let lineEndBytesMax = 2
  private let stream: TextStream
  private let limits: ImportLimits
  private var buffer: [UInt8] = []
  private var start = 0
  private var next = 0
  private var end = 0
  private var isLast = false
  /// The fields of the record that was read last.
  private(set) var fields: [CSVField] = []
  /// What is wrong with it; nil where nothing is.
  private(set) var defect: CSVDefect?
  /// Its number, from 1.
  package private(set) var row = 0

  init(stream: TextStream, limits: ImportLimits) {
    self.stream = stream
    self.limits = limits
    fields.reserveCapacity(64)
  }

  var progress: ImportProgress { stream.progress }

  /// Moves to the next record; false at the end.
  ///
  /// - Throws: faults of the stream, and `.quoteOpen`.
  mutating func advance() throws(ImportFault) -> Bool {
    while true {
      start = next
      defect = nil
      if start == buffer.count, isLast { return false }
      switch scan() {
      case .record(let end, let next):
        row += 1
        self.end = end
        self.next = next
        if end == start { continue }
        if end - start > limits.rowBytesMax { defect = .tooLong }
        return true
      case .quoteOpen: throw .quoteOpen(row: row + 1)
      case .incomplete:
        // A row of just the longest length may still wait for its line end.
        if buffer.count - start > limits.rowBytesMax + Self.lineEndBytesMax {
          try skipRecord()
          row += 1
          fields.removeAll(keepingCapacity: true)
          defect = .tooLong
          return true
        }
        try fill()
      }
    }
  }

  /// The record as it came, without its line end; empty where it was too long to keep.
  var raw: [UInt8] { defect == .tooLong ? [] : Array(buffer[start..<end]) }

  /// The text of one field, with white space around it taken off.
  func text(_ index: Int) -> String {
    let field = fields[index]
    return buffer.withUnsafeBufferPointer { bytes in
      let span = TextTrim.trimmed(UnsafeBufferPointer(rebasing: bytes[field.from..<field.to]))
      guard field.isEscaped else { return String(decoding: span, as: UTF8.self) }
      var plain: [UInt8] = []
      plain.reserveCapacity(span.count)
      var isSecond = false
      for byte in span {
        isSecond = byte == UInt8(ascii: "\"") && !isSecond
        if !isSecond { plain.append(byte) }
      }
      return String(decoding: plain, as: UTF8.self)
    }
  }

  /// Takes in another piece, behind the part of the record that is there.
  private mutating func fill() throws(ImportFault) {
    guard let piece = try stream.next() else {
      isLast = true
      return
    }
    if start > 0 {
      buffer.removeSubrange(..<start)
      start = 0
      next = 0
    }
    buffer.append(contentsOf: piece)
  }

  /// Finds the fields of the record at `start`, and where the next one begins.
  ///
  /// A record that goes beyond the buffer is looked at again from its start when more is there:
  /// records are short against pieces.
  private mutating func scan() -> CSVScanner.Outcome {
    // The array is taken out for the time, so that it is not copied.
    var found: [CSVField] = []
    swap(&found, &fields)
    found.removeAll(keepingCapacity: true)
    let (outcome, wrong) = buffer.withUnsafeBufferPointer { bytes in
      var scanner = CSVScanner(bytes: bytes, start: start, isLast: isLast, limits: limits)
      let outcome = scanner.record(into: &found)
      return (outcome, scanner.defect)
    }
    swap(&found, &fields)
    defect = wrong
    return outcome
  }

  /// Drops a record that is longer than allowed, keeping count of its quotation marks.
  private mutating func skipRecord() throws(ImportFault) {
    var isQuoted = false
    var mayOpen = true
    var at = start
    while true {
      while at < buffer.count {
        let byte = buffer[at]
        at += 1
        if !isQuoted, byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
          if byte == UInt8(ascii: "\r") { try skipFeed(&at) }
          start = at
          end = at
          next = at
          return
        }
        // A doubled mark closes and opens again, which comes to the same as staying inside.
        let isMark = byte == UInt8(ascii: "\"") && (isQuoted || mayOpen)
        if isMark { isQuoted.toggle() }
        mayOpen = byte == UInt8(ascii: ",") || (isMark && !isQuoted)
      }
      buffer.removeAll(keepingCapacity: true)
      (start, next, at) = (0, 0, 0)
      guard let piece = try stream.next() else {
        isLast = true
        if isQuoted { throw .quoteOpen(row: row + 1) }
        end = 0
        return
      }
      buffer.append(contentsOf: piece)
    }
  }

  /// Takes the feed that belongs to a return; it would be counted as an empty line.
  private mutating func skipFeed(_ at: inout Int) throws(ImportFault) {
    while at == buffer.count {
      guard let piece = try stream.next() else {
        isLast = true
        return
      }
      buffer.append(contentsOf: piece)
    }
    if buffer[at] == UInt8(ascii: "\n") { at += 1 }
  }
}
