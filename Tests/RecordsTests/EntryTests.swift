import City
import JSONText
import Ports
import Records
import StoreConformance
import Testing

@Suite("entries and their chain")
struct EntryTests {
  static func header(
    _ sequence: Int64, chain: Int64 = 1, kind: String = "case.step",
    actor: Actor = .staff(ID(42)), request: String = "r-1", algorithm: String = "sha256"
  ) -> EntryHeader {
    EntryHeader(
      chain: chain, sequence: sequence, kind: kind, version: 1,
      at: Instant(milliseconds: 1_700_000_000_000 + sequence), actor: actor,
      subject: SubjectReference(kind: "case", id: 99), request: request, algorithm: algorithm)
  }

  static func chain(_ count: Int64) -> [StoredEntry] {
    var previous = EntryHash.origin
    return (1...count).map { sequence in
      let body = Array(#"[{"note":"\#(sequence)"}]"#.utf8)
      let header = header(sequence)
      previous = EntryHash.hash(header, body: body, previous: previous)
      return StoredEntry(header: header, hash: previous, body: body)
    }
  }

  static func hexadecimal(_ digest: Digest) -> String {
    digest.bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }

  @Test("the hash is what public tools compute")
  func publicTools() {
    // (head -c 32 /dev/zero; printf '1\t1\tcase.step\t1\t1700000000001\tstaff:42\tcase\t99\tr-1\tsha256\n[]') | sha256sum
    let hash = EntryHash.hash(Self.header(1), body: Array("[]".utf8), previous: EntryHash.origin)
    #expect(
      Self.hexadecimal(hash) == "6a2a6ec7823284e01914b9a6a3140d685a3ebedaab0c28717796ac1adf90ffe4")
    #expect(
      Self.hexadecimal(SecureHash.digest(of: Array("abc".utf8)))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      Self.hexadecimal(SecureHash.digest(of: []))
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test("SM3 gives the examples of GB/T 32905-2016, and its entries stand beside others")
  func nationalHash() {
    #expect(
      Self.hexadecimal(EntryHash.sm3(Array("abc".utf8)))
        == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")
    let long = Array(String(repeating: "abcd", count: 16).utf8)
    #expect(
      Self.hexadecimal(EntryHash.sm3(long))
        == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732")
    var previous = EntryHash.origin
    let entries = (Int64(1)...4).map { sequence in
      let header = Self.header(sequence, algorithm: sequence > 2 ? "sm3" : "sha256")
      previous = EntryHash.hash(header, body: Array("[]".utf8), previous: previous)
      return StoredEntry(header: header, hash: previous, body: Array("[]".utf8))
    }
    var reading = EntryReading(after: .start(of: 1))
    #expect(reading.firstBroken(of: entries) == nil)
    var changed = entries
    changed[3] = StoredEntry(header: entries[3].header, hash: entries[3].hash, body: [0x5B])
    reading = EntryReading(after: .start(of: 1))
    #expect(reading.firstBroken(of: changed) == .hash(sequence: 4))
  }

  @Test("fields cannot run into each other")
  func separated() {
    let first = Self.header(1, kind: "a\tb", actor: .engine("c\nd"), request: "e\\t\r")
    #expect(
      line(of: first)
        == "1\t1\ta\\tb\t1\t1700000000001\tengine:c\\nd\tcase\t99\te\\\\t\\r\tsha256")
    let other = Self.header(1, kind: "a\\tb", actor: .engine("c\nd"), request: "e\\t\r")
    #expect(line(of: first) != line(of: other))
  }

  private func line(of header: EntryHeader) -> String {
    var bytes: [UInt8] = []
    header.writeLine(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  static let actors: [(Actor, String)] = [
    (.staff(ID(7)), "staff:7"), (.staff(ID(-7)), "staff:-7"), (.engine("intake"), "engine:intake"),
    (.engine(""), "engine:"), (.local("root"), "local:root"), (.local("staff:7"), "local:staff:7"),
  ]

  @Test("actors as text read back", arguments: actors)
  func actor(_ actor: Actor, _ text: String) {
    #expect(ActorCoding.text(actor) == text)
    #expect(ActorCoding.actor(text) == actor)
  }

  @Test(
    "what is no actor is refused",
    arguments: ["", "staff", "staff:", "staff:+7", "staff:07", "staff:x", "boss:1", "Staff:7"])
  func noActor(_ text: String) {
    #expect(ActorCoding.actor(text) == nil)
  }

  @Test("a whole chain is read to its end, in runs of any length", arguments: [1, 3, 10, 100])
  func whole(_ run: Int) {
    let entries = Self.chain(20)
    var reading = EntryReading(after: .start(of: 1))
    for start in stride(from: 0, to: entries.count, by: run) {
      let part = entries[start..<min(start + run, entries.count)]
      #expect(reading.firstBroken(of: part, decoding: true) == nil)
    }
    #expect(reading.head == ChainHead(chain: 1, sequence: 20, hash: entries[19].hash))
  }

  struct Break: Sendable, CustomTestStringConvertible {
    let name: String
    let change: @Sendable (inout [StoredEntry]) -> Void
    let fault: EntryFault
    var testDescription: String { name }
  }

  /// Entry 5 with another header or body under its old hash.
  static func replaced(
    _ entries: inout [StoredEntry], header: EntryHeader? = nil, body: [UInt8]? = nil
  ) {
    let old = entries[4]
    entries[4] = StoredEntry(
      header: header ?? old.header, hash: old.hash, body: body ?? old.body)
  }

  static let breaks: [Break] = [
    Break(
      name: "body changed", change: { replaced(&$0, body: Array("[]".utf8)) },
      fault: .hash(sequence: 5)),
    Break(
      name: "kind changed", change: { replaced(&$0, header: header(5, kind: "case.void")) },
      fault: .hash(sequence: 5)),
    Break(
      name: "actor changed", change: { replaced(&$0, header: header(5, actor: .local("x"))) },
      fault: .hash(sequence: 5)),
    Break(
      name: "request changed", change: { replaced(&$0, header: header(5, request: "")) },
      fault: .hash(sequence: 5)),
    Break(
      name: "chain changed", change: { replaced(&$0, header: header(5, chain: 2)) },
      fault: .chain(sequence: 5, found: 2)),
    Break(
      name: "algorithm changed", change: { replaced(&$0, header: header(5, algorithm: "none")) },
      fault: .algorithm(sequence: 5, found: "none")),
    Break(
      name: "entry removed", change: { $0.remove(at: 4) },
      fault: .sequence(expected: 5, found: 6)),
    Break(
      name: "entries swapped", change: { $0.swapAt(4, 5) },
      fault: .sequence(expected: 5, found: 6)),
    Break(
      name: "rewritten alone, so that the next does not fit",
      change: { entries in
        let body = Array("[]".utf8)
        entries[4] = StoredEntry(
          header: header(5),
          hash: EntryHash.hash(header(5), body: body, previous: entries[3].hash), body: body)
      }, fault: .hash(sequence: 6)),
    Break(
      name: "well hashed but unreadable",
      change: { entries in
        let body = Array(#"[{"lost":{}}]"#.utf8)
        entries[4] = StoredEntry(
          header: header(5),
          hash: EntryHash.hash(header(5), body: body, previous: entries[3].hash), body: body)
      }, fault: .body(sequence: 5, .unknownFact("lost"))),
  ]

  @Test("the first broken entry is named", arguments: breaks)
  func broken(_ row: Break) {
    var entries = Self.chain(10)
    row.change(&entries)
    var reading = EntryReading(after: .start(of: 1))
    let fault = reading.firstBroken(of: entries, decoding: true)
    #expect(fault == row.fault)
    #expect(fault?.sequence == row.fault.sequence)
    #expect(reading.head.sequence == row.fault.sequence - 1)
  }
}

@Suite("the digest of a table")
struct TableDigestTests {
  enum Value: Sendable {
    case null, end
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
  }

  static func digest(_ values: [Value]) -> Digest {
    var digest = TableDigest()
    for value in values {
      switch value {
      case .null: digest.addNull()
      case .end: digest.endRow()
      case .integer(let number): digest.add(number)
      case .real(let number): digest.add(number)
      case .text(let text): digest.add(text)
      case .blob(let bytes): digest.add(bytes)
      }
    }
    return digest.finish()
  }

  /// Tables that a careless form would confuse.
  static let tables: [[Value]] = [
    [], [.end], [.end, .end], [.null, .end], [.null, .null, .end], [.null, .end, .null, .end],
    [.integer(0), .end], [.integer(1), .end], [.integer(-1), .end], [.real(0), .end],
    [.real(1), .end], [.text(""), .end], [.blob([]), .end], [.text("ab"), .end],
    [.text("a"), .text("b"), .end], [.text("a"), .end, .text("b"), .end],
    [.text("b"), .end, .text("a"), .end], [.blob([97, 98]), .end], [.text("1"), .end],
    [.text("é"), .end], [.text("e\u{301}"), .end], [.text("n"), .end],
    [.blob([UInt8](repeating: 0, count: 20_000)), .end],
    [.blob([UInt8](repeating: 0, count: 20_001)), .end],
  ]

  @Test("different tables differ, equal ones are equal")
  func distinct() {
    let digests = Self.tables.map(Self.digest)
    #expect(Set(digests).count == Self.tables.count)
    #expect(digests == Self.tables.map(Self.digest))
  }

  @Test("zero has one digest, whatever its sign")
  func zero() {
    #expect(Self.digest([.real(0.0)]) == Self.digest([.real(-0.0)]))
  }

  @Test("the digest so far can be asked for and added to")
  func going() {
    var digest = TableDigest()
    digest.add(Int64(1))
    digest.endRow()
    let first = digest.finish()
    #expect(first == Self.digest([.integer(1), .end]))
    digest.add("x")
    digest.endRow()
    #expect(digest.finish() == Self.digest([.integer(1), .end, .text("x"), .end]))
  }

  @Test("long tables are gathered in parts without changing the digest")
  func long() {
    let values = (0..<50_000).flatMap { [Value.integer($0), .text("row \($0)"), .end] }
    var hash = SecureHash()
    for number in Int64(0)..<50_000 {
      hash.add([UInt8(ascii: "i")])
      withUnsafeBytes(of: number.bigEndian) { hash.add($0) }
      let text = "row \(number)"
      hash.add([UInt8(ascii: "t")])
      withUnsafeBytes(of: UInt64(text.utf8.count).bigEndian) { hash.add($0) }
      hash.add(text + "\n")
    }
    hash.add([UInt8(ascii: "#")])
    withUnsafeBytes(of: UInt64(50_000).bigEndian) { hash.add($0) }
    #expect(Self.digest(values) == hash.finish())
  }
}
