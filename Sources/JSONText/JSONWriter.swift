/// Writes JSON straight into UTF-8 bytes, without a tree in between.
///
/// The caller keeps the nesting right: every `begin` has its `end`, and inside an object every
/// value follows a `name`. Commas and escapes come by themselves. One writer can be used again
/// after `removeAll()`, keeping its memory.
package struct JSONWriter {
  /// What was written so far.
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  package init(capacity: Int = 1_024) {
    bytes.reserveCapacity(capacity)
  }

  /// Empties the writer and keeps its memory for the next text.
  package mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    needsComma = false
  }

  /// Gives the bytes away without a copy; the writer starts anew with fresh memory.
  package mutating func take() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &bytes)
    needsComma = false
    return taken
  }

  /// Opens an object; a `name` comes before each of its values.
  package mutating func beginObject() { open(UInt8(ascii: "{")) }
  /// Closes the object that was opened last.
  package mutating func endObject() { close(UInt8(ascii: "}")) }
  /// Opens an array; commas between its values are set by the writer.
  package mutating func beginArray() { open(UInt8(ascii: "[")) }
  /// Closes the array that was opened last.
  package mutating func endArray() { close(UInt8(ascii: "]")) }

  /// The name of the member whose value comes next.
  package mutating func name(_ name: String) {
    separate()
    appendQuoted(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// A string, quoted and escaped.
  package mutating func string(_ value: String) {
    separate()
    appendQuoted(value)
  }

  /// A whole number, with all its digits.
  package mutating func integer(_ value: Int64) {
    separate()
    WholeNumberText.append(value, to: &bytes)
  }

  /// A whole number, with all its digits.
  package mutating func integer(_ value: Int) { integer(Int64(value)) }

  /// The shortest digits that read back to the same double. JSON has no word for infinities and
  /// not-a-number: they become `null`.
  package mutating func number(_ value: Double) {
    guard value.isFinite else { return null() }
    separate()
    bytes.append(contentsOf: value.description.utf8)
  }

  /// `true` or `false`.
  package mutating func bool(_ value: Bool) { word(value ? "true" : "false") }
  /// The value `null`.
  package mutating func null() { word("null") }

  /// One value that is JSON text already, taken as it is.
  package mutating func raw(_ text: [UInt8]) {
    separate()
    bytes.append(contentsOf: text)
  }

  /// One value that is JSON text already, taken as it is.
  package mutating func raw(_ text: UnsafeRawBufferPointer) {
    separate()
    bytes.append(contentsOf: text)
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func word(_ word: StaticString) {
    separate()
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
  }

  private mutating func appendQuoted(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { content in
      guard let base = content.baseAddress else { return }
      let end = content.count
      var start = 0
      while true {
        let stop = ByteScan.run(base, from: start, to: end)
        bytes.append(contentsOf: UnsafeBufferPointer(start: base + start, count: stop - start))
        guard stop < end else { return }
        appendEscape(base[stop])
        start = stop + 1
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func appendEscape(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0C: bytes.append(UInt8(ascii: "f"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    default:
      bytes.append(contentsOf: "u00".utf8)
      bytes.append(Self.hexadecimal(byte >> 4))
      bytes.append(Self.hexadecimal(byte & 15))
    }
  }

  private static func hexadecimal(_ digit: UInt8) -> UInt8 {
    digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
  }
}
