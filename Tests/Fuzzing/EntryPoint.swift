import Glibc
import Parsers

/// The one that `CIVICLOOP_PARSER` names.
let chosen: @Sendable ([UInt8]) -> Void = {
  let name = getenv("CIVICLOOP_PARSER").map { String(cString: $0) } ?? ""
  guard let parser = parsers[name] else {
    let known = Array("parsers: \(parsers.keys.sorted().joined(separator: " "))\n".utf8)
    _ = write(STDERR_FILENO, known, known.count)
    exit(2)
  }
  return parser
}()

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  chosen(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
