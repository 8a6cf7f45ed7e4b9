import Links
import Pack
import Testing

/// The same numbers from the same seed, on every machine (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

@Suite("rows of CSV and JSONL")
struct RowReaderTests {
  static let pieces = [1, 2, 3, 5, 16, 65_536]
  static let small = ImportLimits(
    fileBytesMax: 10_000, rowBytesMax: 40, fieldBytesMax: 20, fieldsMax: 4)

  /// What a row said: its number and values, or its number and the rule with its value.
  static func shown(
    _ bytes: [UInt8], format: TicketProfile.Format = .csv, columns: [String] = ["a", "b"],
    pieceBytes: Int, limits: ImportLimits = .tickets
  ) throws(ImportFault) -> [String] {
    var reader = try RowReader(
      stream: try TextStream(bytes: bytes, pieceBytes: pieceBytes), format: format,
      wanted: WantedColumns(required: columns), limits: limits)
    var shown: [String] = []
    while let outcome = try reader.next() {
      switch outcome {
      case .row(let row): shown.append("\(row.number) " + row.values.joined(separator: "|"))
      case .refused(let refusal):
        let parts = [refusal.field, refusal.rule, refusal.value].filter { !$0.isEmpty }
        shown.append("\(refusal.row) ! " + parts.joined(separator: " "))
      }
    }
    return shown
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let expected: [String]
    var testDescription: String { name }

    init(_ name: String, _ text: String, _ expected: [String]) {
      self.init(name, Array(text.utf8), expected)
    }

    init(_ name: String, _ bytes: [UInt8], _ expected: [String]) {
      (self.name, self.bytes, self.expected) = (name, bytes, expected)
    }
  }

  static let tables = [
    Case("plain", "a,b\n1,2\n3,4\n", ["2 1|2", "3 3|4"]),
    Case("CRLF, no end of line at the end", "a,b\r\n1,2\r\n3,4", ["2 1|2", "3 3|4"]),
    Case("CR alone", "a,b\r1,2\r3,4\r", ["2 1|2", "3 3|4"]),
    Case("other columns and another order", "x,b,y,a\n0,2,0,1\n", ["2 1|2"]),
    Case("quotes", "a,b\n\"1,5\",\"say \"\"so\"\"\"\n", ["2 1,5|say \"so\""]),
    Case("line ends inside quotes", "a,b\r\n\"1\r\n5\",2\r\n3,4\r\n", ["2 1\r\n5|2", "3 3|4"]),
    Case("empty quoted at the end", "a,b\n1,\"\"", ["2 1|"]),
    Case("only quotes", "a,b\n\"\"\"\",\"\"\"\"\"\"\n", ["2 \"|\"\""]),
    Case("a mark inside an unquoted field", "a,b\n5\" pipe,2\n", ["2 5\" pipe|2"]),
    Case("something after a closing mark", "a,b\n\"1\"x,2\n3,4\n", ["2 ! row.quote", "3 3|4"]),
    Case("empty lines are counted, but no rows", "a,b\n\n1,2\r\n\r\n3,4\n\n", ["3 1|2", "5 3|4"]),
    Case(
      "ragged", "a,b\n1\n1,2,3\n1,2\n,\n",
      ["2 ! row.ragged 1/2", "3 ! row.ragged 3/2", "4 1|2", "5 |"]),
    Case("white space", " a ,b\n\t1 ,\u{3000}二 \n", ["2 1|二"]),
    Case("a NUL", "a,b\n1\0,2\n3,\"\0\"\n5,6\n", ["2 ! text.nul", "3 ! text.nul", "4 5|6"]),
    Case(
      "a byte that is no UTF-8", Array("a,b\n1,".utf8) + [0xE4, 0xB8] + Array("\n3,4\n".utf8),
      ["2 ! text.not_utf8 2", "3 3|4"]),
    Case(
      "surrogates, overlong forms and what is beyond",
      Array("a,b\n1,".utf8) + [0xED, 0xA0, 0x80] + Array("\n12,".utf8) + [0xC0, 0xAF]
        + Array("\n".utf8) + [0xF4, 0x90, 0x80, 0x80] + Array(",\n\u{10FFFF},\u{800}\n".utf8),
      ["2 ! text.not_utf8 2", "3 ! text.not_utf8 3", "4 ! text.not_utf8 0", "5 \u{10FFFF}|\u{800}"]),
    Case("a header and nothing else", "a,b", []),
  ]

  @Test("a CSV reads the same in pieces of any size", arguments: tables, pieces)
  func csv(_ row: Case, _ pieceBytes: Int) throws {
    #expect(try Self.shown(row.bytes, pieceBytes: pieceBytes) == row.expected)
  }

  static let limited = [
    Case(
      "a row that is too long", "a,b\n" + String(repeating: "x", count: 60) + ",2\r\n3,4\n",
      ["2 ! row.too_long", "3 3|4"]),
    Case(
      "a row that is too long, with line ends in quotes",
      "a,b\n\"" + String(repeating: "\"\"\n,", count: 20) + "\",2\n3,4",
      ["2 ! row.too_long", "3 3|4"]),
    Case(
      "a field that is too long", "a,b\n1," + String(repeating: "x", count: 21) + "\n3,4\n",
      ["2 ! b field.too_long", "3 3|4"]),
    Case(
      "fields that are too many", "a,b\n1,2,3,4,5\n3,4\n", ["2 ! row.too_many_fields", "3 3|4"]),
    Case(
      "too long, to the end of the file", "a,b\n" + String(repeating: "x", count: 60),
      ["2 ! row.too_long"]),
  ]

  @Test("what is over a limit is refused, and reading goes on", arguments: limited, pieces)
  func limits(_ row: Case, _ pieceBytes: Int) throws {
    #expect(
      try Self.shown(row.bytes, pieceBytes: pieceBytes, limits: Self.small) == row.expected)
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let expected: ImportFault
    var testDescription: String { name }
  }

  static let faults = [
    Fault(name: "nothing", bytes: [], expected: .empty),
    Fault(name: "blank lines", bytes: Array("\n\r\n".utf8), expected: .empty),
    Fault(name: "missing", bytes: Array("a,c\n".utf8), expected: .columnsMissing(["b"])),
    Fault(name: "all missing", bytes: Array("x\n".utf8), expected: .columnsMissing(["a", "b"])),
    Fault(name: "twice", bytes: Array("a,b,a\n".utf8), expected: .columnsRepeated(["a"])),
    Fault(name: "GB18030", bytes: TextStreamTests.chinese, expected: .headerEncoding),
    Fault(name: "quote", bytes: Array("\"a\"x,b\n".utf8), expected: .header(rule: "row.quote")),
    Fault(
      name: "never closed", bytes: Array("a,b\n1,2\n3,\"4\n5,6\n".utf8),
      expected: .quoteOpen(row: 3)),
    Fault(
      name: "never closed, and long",
      bytes: Array("a,b\n3,\"4\n".utf8) + [UInt8](repeating: 0x78, count: 100),
      expected: .quoteOpen(row: 2)),
  ]

  @Test("a file that cannot be taken as a whole says why", arguments: faults, pieces)
  func wholeFile(_ row: Fault, _ pieceBytes: Int) {
    #expect(throws: row.expected) {
      try Self.shown(row.bytes, pieceBytes: pieceBytes, limits: Self.small)
    }
  }

  @Test("a column that is twice but not wanted does no harm")
  func unwantedTwice() throws {
    #expect(try Self.shown(Array("a,x,x,b\n1,0,0,2".utf8), pieceBytes: 9) == ["2 1|2"])
  }

  static let lines = [
    Case(
      "objects",
      #"{"a":"1","b":2,"c":[]}"# + "\r\n\n" + #"{"b":true}"# + "\n" + #"{"a":" x ","b":null}"#,
      ["1 1|2", "3 |true", "4 x|"]),
    Case(
      "no objects", "[1]\n7\n{\n{\"a\":1,\"a\":2}\n{\"a\":1}",
      [
        "1 ! row.not_object array", "2 ! row.not_object integer", "3 ! json.malformed 1",
        "4 ! json.duplicate_name 7", "5 1|",
      ]),
    Case(
      "nested, NUL, not UTF-8",
      Array(#"{"a":{}}"#.utf8) + [0x0A] + Array("{\"a\":\"\\u0000\"}\n{\"a\":\"".utf8) + [0xFF]
        + Array("\"}\n".utf8),
      ["1 ! a field.nested object", "2 ! json.nul_character 6", "3 ! json.invalid_utf8 6"]),
    Case(
      "too long", #"{"a":""# + String(repeating: "x", count: 60) + "\"}\n{\"b\":1}",
      ["1 ! row.too_long", "2 |1"]),
    Case("nothing", "\n \n", []),
  ]

  @Test("JSONL reads the same in pieces of any size", arguments: lines, pieces)
  func jsonl(_ row: Case, _ pieceBytes: Int) throws {
    #expect(
      try Self.shown(
        row.bytes, format: .jsonl, pieceBytes: pieceBytes, limits: Self.small) == row.expected)
  }

  @Test(
    "any bytes read the same in pieces of any size", arguments: [3, 77, 901, 5_150] as [UInt64])
  func anyBytes(_ seed: UInt64) throws {
    print("seed \(seed)")
    var numbers = SeededNumbers(seed: seed)
    let alphabet: [UInt8] = Array(",,,\"\"\r\n\nab{}:[]1".utf8) + [0, 0xE4, 0xB8, 0xAD, 0xFF, 0x81]
    for round in 0..<2_000 {
      let body = (0..<Int.random(in: 0...120, using: &numbers)).map { _ in
        alphabet[Int.random(in: alphabet.indices, using: &numbers)]
      }
      let format: TicketProfile.Format = round % 2 == 0 ? .csv : .jsonl
      let bytes = format == .csv ? Array("a,b\n".utf8) + body : body
      let outcomes = [1, 3, 1_000].map { pieceBytes in
        Result { () throws(ImportFault) in
          try Self.shown(bytes, format: format, pieceBytes: pieceBytes, limits: Self.small)
        }
      }
      #expect(outcomes[0] == outcomes[2], "\(bytes)")
      #expect(outcomes[1] == outcomes[2], "\(bytes)")
    }
  }

  @Test("what was written is read again", arguments: [7, 42, 2_026] as [UInt64])
  func roundTrip(_ seed: UInt64) throws {
    print("seed \(seed)")
    var numbers = SeededNumbers(seed: seed)
    let alphabet = Array("ab,\"\r\n 路'é\u{3000}1").map(String.init)
    var rows: [[String]] = []
    var writer = CSVWriter()
    writer.row(["a", "b", "c"])
    for _ in 0..<500 {
      let row = (0..<3).map { _ in
        (0..<Int.random(in: 0...6, using: &numbers))
          .map { _ in alphabet[Int.random(in: alphabet.indices, using: &numbers)] }.joined()
      }
      rows.append(row)
      writer.row(row)
    }
    let bytes = writer.take()
    var reader = try RowReader(
      stream: try TextStream(
        bytes: bytes, pieceBytes: Int.random(in: 1...700, using: &numbers)), format: .csv,
      wanted: WantedColumns(required: ["a", "b", "c"]), limits: .tickets)
    for (index, row) in rows.enumerated() {
      let read: [String]? = if case .row(let row)? = try reader.next() { row.values } else { nil }
      // The reader takes white space off; the guard against formulas puts an apostrophe before a
      // leading return.
      let expected = row.map { cell in
        let guarded = cell.utf8.first == 0x0D ? "'" + cell : cell
        return guarded.trimmed
      }
      #expect(read == expected, "row \(index)")
    }
    #expect(try reader.next() == nil)
  }
}

extension String {
  /// Without blanks, line ends and ideographic spaces at both ends.
  fileprivate var trimmed: String {
    let blank: Set<Unicode.Scalar> = [" ", "\r", "\n", "\u{3000}"]
    var scalars = unicodeScalars[...]
    while let first = scalars.first, blank.contains(first) { scalars.removeFirst() }
    while let last = scalars.last, blank.contains(last) { scalars.removeLast() }
    return String(String.UnicodeScalarView(scalars))
  }
}
