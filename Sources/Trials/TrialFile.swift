package import JSONText
package import Links
import Pack

/// Why a trial on files of examples could not be run.
package enum TrialFault: Error, Equatable {
  /// The file cannot be read to its end; `code` says why.
  case file(path: String, code: String)
  /// A line breaks a rule. Lines count from 1.
  case line(path: String, line: Int, rule: String)
  /// The examples are not enough to learn from or to measure on; `missing` says of what.
  case insufficient(missing: String)

  /// Clients switch on this. Once released it never changes.
  package var code: String {
    switch self {
    case .file: "trial.file"
    case .line: "trial.line"
    case .insufficient: "trial.insufficient"
    }
  }

  /// What a person at the command line reads.
  package var message: String {
    switch self {
    case .file(let path, let code): "\(path) cannot be read: \(code)"
    case .line(let path, let line, let rule): "\(path):\(line): \(rule)"
    case .insufficient(let missing): "not enough examples: \(missing)"
    }
  }
}

/// The files that trials read: plain or gzip, UTF-8, one example or token a line.
package enum TrialFile {
  /// Longer lines are refused, in bytes.
  package static let lineBytesMax = 1 << 20
  private static let limits = ImportLimits(
    fileBytesMax: 2 << 30, rowBytesMax: lineBytesMax, fieldBytesMax: lineBytesMax,
    fieldsMax: 1_000)
  private static let objectLimits = JSONLimits(
    bytesMax: lineBytesMax, depthMax: 16, membersMax: 1_000, stringBytesMax: lineBytesMax)

  /// Hands every line to `body`, without its end, blank ones too, counted from 1.
  ///
  /// - Throws: `.file`, `.line` for one that is too long, and what `body` throws.
  package static func forEachLine(
    of path: String, _ body: (_ line: Int, _ bytes: [UInt8]) throws(TrialFault) -> Void
  ) throws(TrialFault) {
    var number = 0
    var line: [UInt8] = []
    func finish() throws(TrialFault) {
      number += 1
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      try body(number, line)
      line.removeAll(keepingCapacity: true)
    }
    let stream = try opened(path)
    while let piece = try next(stream, path) {
      for part in piece.split(
        separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
      ).enumerated() {
        if part.offset > 0 { try finish() }
        line += part.element
        guard line.count <= lineBytesMax else {
          throw .line(path: path, line: number + 1, rule: "longer than \(lineBytesMax) bytes")
        }
      }
    }
    if !line.isEmpty { try finish() }
  }

  /// The objects of a JSONL file in order; blank lines are passed over.
  ///
  /// - Throws: `.file`, or `.line` for a line that is no JSON object.
  package static func objects(of path: String) throws(TrialFault) -> [JSON] {
    var objects: [JSON] = []
    try forEachLine(of: path) { (number, bytes) throws(TrialFault) in
      guard bytes.contains(where: { $0 > 0x20 }) else { return }
      let value: JSON
      do throws(JSONFault) {
        value = try JSON.parse(bytes, limits: objectLimits)
      } catch {
        throw .line(path: path, line: number, rule: error.code)
      }
      guard value.kind == .object else {
        throw .line(path: path, line: number, rule: "not an object")
      }
      objects.append(value)
    }
    return objects
  }

  /// Hands every row of a CSV file to `body`; rows that cannot be read are a fault.
  ///
  /// - Throws: `.file`, `.line`, and what `body` throws.
  package static func forEachRow(
    of path: String, wanted: WantedColumns, _ body: (_ row: Row) throws(TrialFault) -> Void
  ) throws(TrialFault) {
    var reader: RowReader
    do throws(ImportFault) {
      reader = try RowReader(
        stream: TextStream(path: path, encoding: .utf8, limits: limits), format: .csv,
        wanted: wanted, limits: limits)
    } catch {
      throw .file(path: path, code: described(error))
    }
    while true {
      let outcome: RowOutcome?
      do throws(ImportFault) { outcome = try reader.next() } catch {
        throw .file(path: path, code: error.code)
      }
      switch outcome {
      case nil: return
      case .row(let row): try body(row)
      case .refused(let refusal):
        throw .line(path: path, line: refusal.row, rule: "\(refusal.rule) \(refusal.field)")
      }
    }
  }

  private static func described(_ fault: ImportFault) -> String {
    if case .columnsMissing(let names) = fault {
      return "\(fault.code): \(names.joined(separator: ", "))"
    }
    return fault.code
  }

  private static func opened(_ path: String) throws(TrialFault) -> TextStream {
    do throws(ImportFault) {
      return try TextStream(path: path, encoding: .utf8, limits: limits)
    } catch {
      throw .file(path: path, code: error.code)
    }
  }

  private static func next(_ stream: TextStream, _ path: String) throws(TrialFault) -> [UInt8]? {
    do throws(ImportFault) {
      return try stream.next()
    } catch {
      throw .file(path: path, code: error.code)
    }
  }
}
