import Pack

/// The bytes of a file as text, or what forbids to read it as such.
enum SourceText {
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Bytes without byte order mark; nil where there are findings.
  static func checked(
    _ bytes: [UInt8], file: String, into findings: inout [Finding]
  ) -> [UInt8]? {
    let text = bytes.starts(with: byteOrderMark) ? Array(bytes.dropFirst(3)) : bytes
    if text.count > PackLimits.fileBytesMax {
      findings.append(
        Finding(
          .fileTooLarge, at: SourcePlace(file: file),
          ["max": String(PackLimits.fileBytesMax)]))
      return nil
    }
    if let index = text.firstIndex(of: 0) {
      findings.append(Finding(.textHasNUL, at: place(of: index, in: text, file: file)))
      return nil
    }
    if let index = firstInvalid(in: text) {
      findings.append(Finding(.textNotUTF8, at: place(of: index, in: text, file: file)))
      return nil
    }
    return text
  }

  private static func place(of index: Int, in bytes: [UInt8], file: String) -> SourcePlace {
    let lines = bytes[..<index].count { $0 == UInt8(ascii: "\n") }
    return SourcePlace(file: file, line: lines + 1)
  }

  /// Index of the line's first byte that is not UTF-8; nil where all is.
  private static func firstInvalid(in bytes: [UInt8]) -> Int? {
    if String(validating: bytes, as: UTF8.self) != nil { return nil }
    var start = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if String(validating: line, as: UTF8.self) == nil { return start }
      start += line.count + 1
    }
    return 0
  }
}
