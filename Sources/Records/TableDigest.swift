package import City

/// A digest over the rows of a table, fed value by value in the order of the table's key.
///
/// Each value is written with a letter for its type, and texts and blobs with their length, so
/// that no two different tables give the same bytes. Rows in another order give another digest:
/// the caller reads them in key order.
package struct TableDigest {
  /// Bytes gathered before they are hashed: a call for each small value would cost more than the hash.
  private static let gatheredMax = 16_384

  private var hash = SecureHash()
  private var gathered: [UInt8] = []
  private var rows: UInt64 = 0

  package init() {
    gathered.reserveCapacity(Self.gatheredMax)
  }

  /// The next value of the row is absent.
  package mutating func addNull() {
    begin(UInt8(ascii: "n"))
  }

  /// The next value of the row. Values of different types never digest alike.
  package mutating func add(_ number: Int64) {
    begin(UInt8(ascii: "i"))
    add(UInt64(bitPattern: number))
  }

  package mutating func add(_ number: Double) {
    begin(UInt8(ascii: "r"))
    // 0 and -0 are equal and must digest alike.
    add(number == 0 ? 0 : number.bitPattern)
  }

  package mutating func add(_ text: String) {
    begin(UInt8(ascii: "t"))
    var text = text
    text.withUTF8 { content in
      add(UInt64(content.count))
      addContent(UnsafeRawBufferPointer(content))
    }
  }

  package mutating func add(_ bytes: [UInt8]) {
    begin(UInt8(ascii: "b"))
    add(UInt64(bytes.count))
    bytes.withUnsafeBytes { addContent($0) }
  }

  /// The row is whole; the next value begins another.
  package mutating func endRow() {
    begin(UInt8(ascii: "\n"))
    rows += 1
  }

  /// The digest of all rows so far and of their number.
  package func finish() -> Digest {
    var ending = self
    ending.begin(UInt8(ascii: "#"))
    ending.add(rows)
    ending.flush()
    return ending.hash.finish()
  }

  private mutating func begin(_ letter: UInt8) {
    if gathered.count >= Self.gatheredMax { flush() }
    gathered.append(letter)
  }

  /// Eight bytes, the highest first.
  private mutating func add(_ word: UInt64) {
    withUnsafeBytes(of: word.bigEndian) { gathered.append(contentsOf: $0) }
  }

  private mutating func addContent(_ content: UnsafeRawBufferPointer) {
    guard content.count >= Self.gatheredMax else {
      gathered.append(contentsOf: content)
      return
    }
    flush()
    hash.add(content)
  }

  private mutating func flush() {
    hash.add(gathered)
    gathered.removeAll(keepingCapacity: true)
  }
}
