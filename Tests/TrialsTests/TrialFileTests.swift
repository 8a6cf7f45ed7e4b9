import Glibc
import JSONText
import Testing

@testable import Trials

/// Writes a file for one test and takes it away again.
@discardableResult
private func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
  var name = Array("trial-XXXXXX".utf8CString)
  let descriptor = mkstemp(&name)
  let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  defer { unlink(path) }
  let bytes = Array(text.utf8)
  _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  close(descriptor)
  return try body(path)
}

@Suite struct TrialFileTests {
  @Test("lines end with LF or CRLF, the last may lack its end")
  func lines() throws {
    try withFile("a\r\n\nb") { path in
      var lines: [String] = []
      try TrialFile.forEachLine(of: path) { (_, bytes) throws(TrialFault) in
        lines.append(String(decoding: bytes, as: UTF8.self))
      }
      #expect(lines == ["a", "", "b"])
    }
  }

  @Test("a line that is no object is refused with its number")
  func refused() throws {
    try withFile("{\"a\":1}\n\n[1]\n") { path in
      #expect(throws: TrialFault.line(path: path, line: 3, rule: "not an object")) {
        try TrialFile.objects(of: path)
      }
    }
  }

  @Test("a file that is not there is refused")
  func missing() {
    #expect(throws: TrialFault.self) { try TrialFile.objects(of: "no-such-file") }
  }
}
