import JSONText
import Testing

@Suite("JSON reader")
struct JSONParseTests {
  struct Valid: Sendable, CustomTestStringConvertible {
    let text: String, expected: JSON
    var testDescription: String { String(text.prefix(40)) }
    init(_ text: String, _ expected: JSON) {
      self.text = text
      self.expected = expected
    }
  }

  static let valid: [Valid] = [
    Valid("null", nil), Valid(" \t\r\n true ", true), Valid("false", false),
    Valid("0", 0), Valid("-0", 0), Valid("12", 12), Valid("-7", -7),
    Valid("9223372036854775807", .integer(.max)), Valid("-9223372036854775808", .integer(.min)),
    Valid("9223372036854775808", .number(9_223_372_036_854_775_808)),
    Valid("-9223372036854775809", .number(-9_223_372_036_854_775_808)),
    Valid("18446744073709551616", .number(18_446_744_073_709_551_616)),
    Valid("100000000000000000000000", .number(1e23)),
    Valid("1.0", .number(1)), Valid("-0.0", .number(-0.0)), Valid("0.1", .number(0.1)),
    Valid("1e3", .number(1000)), Valid("1E+3", .number(1000)), Valid("25e-1", .number(2.5)),
    Valid("121.47370123456789", .number(121.47370123456789)),
    Valid("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
    Valid("5e-324", .number(.leastNonzeroMagnitude)), Valid("1e-400", .number(0)),
    Valid("9007199254740993.0", .number(9_007_199_254_740_992)),
    Valid("1e22", .number(1e22)), Valid("1e23", .number(1e23)),
    Valid(#""""#, ""), Valid(#""a""#, "a"), Valid(#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
    Valid(#""\u4e2d\u56FD""#, "中国"), Valid(#""\ud83d\ude00""#, "😀"), Valid("\"中国😀\"", "中国😀"),
    Valid(#""\u0001\u001f""#, "\u{1}\u{1f}"), Valid("\"\u{7f}\"", "\u{7f}"),
    Valid(#""a long plain text then \n an escape""#, "a long plain text then \n an escape"),
    Valid(#""\uffff\u2028""#, "\u{ffff}\u{2028}"),
    Valid("[]", []), Valid("[ ]", []), Valid("{}", [:]), Valid("{ }", [:]),
    Valid("[1,\"a\",null,[true]]", [1, "a", nil, [true]]),
    Valid(#" { "b" : 1 , "a" : { "c" : [ ] } } "#, ["b": 1, "a": ["c": []]]),
    Valid(#"{"":0}"#, ["": 0]),
    Valid(#"{"a":[{"a":1},{"a":2}]}"#, ["a": [["a": 1], ["a": 2]]]),
  ]

  @Test("a valid text gives its value", arguments: valid)
  func reads(_ row: Valid) throws {
    #expect(try JSON.parse(text: row.text) == row.expected)
  }

  @Test("the sign of a zero with a fraction is kept")
  func negativeZero() throws {
    #expect(try JSON.parse(text: "-0.0").number?.sign == .minus)
  }

  struct Invalid: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8], fault: JSONFault
    var testDescription: String { "\(String(decoding: bytes.prefix(30), as: UTF8.self)) \(fault)" }
    init(_ text: String, _ offset: Int, _ rule: JSONRule) {
      bytes = Array(text.utf8)
      fault = .malformed(offset: offset, rule: rule)
    }
    init(_ bytes: [UInt8], _ fault: JSONFault) {
      self.bytes = bytes
      self.fault = fault
    }
  }

  static let malformed: [Invalid] = [
    Invalid("", 0, .value), Invalid("  ", 2, .value), Invalid("nul", 0, .literal),
    Invalid("True", 0, .value), Invalid("nulL", 0, .literal), Invalid("nan", 0, .literal),
    Invalid("Infinity", 0, .value), Invalid("+1", 0, .value), Invalid("01", 0, .number),
    Invalid("-", 0, .number), Invalid("-01", 0, .number), Invalid("1.", 0, .number),
    Invalid(".5", 0, .value), Invalid("1.e2", 0, .number), Invalid("1e", 0, .number),
    Invalid("1e+", 0, .number), Invalid("0x10", 1, .trailing), Invalid("1 2", 2, .trailing),
    Invalid("1e309", 0, .numberRange), Invalid("-1e99999999999999999999", 0, .numberRange),
    Invalid("\"abc", 4, .stringEnd), Invalid("\"", 1, .stringEnd), Invalid("'a'", 0, .value),
    Invalid("\"a\nb\"", 2, .control), Invalid("\"a\u{0}b\"", 2, .control),
    Invalid(#""\x41""#, 1, .escape), Invalid(#""\u12g4""#, 1, .escape),
    Invalid(#""\u12"#, 1, .escape), Invalid("\"\\", 1, .escape),
    Invalid(#""\ud800""#, 1, .surrogate), Invalid(#""\udc00\ud800""#, 1, .surrogate),
    Invalid(#""\ud800\u0041""#, 1, .surrogate), Invalid(#""\ud800x""#, 1, .surrogate),
    Invalid("[1,]", 3, .value), Invalid("[,1]", 1, .value), Invalid("[1 2]", 3, .separator),
    Invalid("[1", 2, .separator), Invalid("[", 1, .value), Invalid("]", 0, .value),
    Invalid("{,}", 1, .name), Invalid("{\"a\":1,}", 7, .name), Invalid("{a:1}", 1, .name),
    Invalid("{\"a\" 1}", 5, .colon), Invalid("{\"a\":}", 5, .value),
    Invalid("{\"a\":1]", 6, .separator), Invalid("{\"a\":1", 6, .separator),
    Invalid("{1:1}", 1, .name), Invalid("[1]]", 3, .trailing), Invalid("\u{feff}1", 0, .value),
    Invalid("/* */ 1", 0, .value), Invalid("1\u{c}", 1, .trailing),
  ]

  static let refused: [Invalid] = [
    Invalid(Array(#"{"a":1,"b":2,"a":3}"#.utf8), .duplicateName(offset: 13, name: "a")),
    Invalid(Array(#"{"a":1,"\u0061":3}"#.utf8), .duplicateName(offset: 7, name: "a")),
    Invalid(Array(#""ab\u0000""#.utf8), .nulCharacter(offset: 3)),
    Invalid([0x22, 0x61, 0xFF, 0x22], .invalidUTF8(offset: 2)),
    Invalid([0x22, 0xC0, 0x80, 0x22], .invalidUTF8(offset: 1)),
    Invalid([0x22, 0xED, 0xA0, 0x80, 0x22], .invalidUTF8(offset: 1)),
    Invalid([0x22, 0xE0, 0x80, 0x80, 0x22], .invalidUTF8(offset: 1)),
    Invalid([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], .invalidUTF8(offset: 1)),
    Invalid([0x22, 0xE4, 0xB8, 0x22], .invalidUTF8(offset: 1)),
    Invalid([0x22, 0xE4, 0xB8, 0xAD, 0x80, 0x22], .invalidUTF8(offset: 4)),
    Invalid([0x22, 0x5C, 0x6E, 0xE4, 0x5C, 0x6E, 0x22], .invalidUTF8(offset: 3)),
    Invalid([0xFF], .malformed(offset: 0, rule: .value)),
  ]

  @Test("a bad text is refused with rule and place", arguments: malformed + refused)
  func refuses(_ row: Invalid) {
    #expect(throws: row.fault) { try JSON.parse(row.bytes) }
  }

  @Test("a name repeated far down a large object is found")
  func duplicateInLargeObject() {
    let names = (0..<100).map { "\"n\($0)\":0" } + ["\"n57\":1"]
    let text = "{" + names.joined(separator: ",") + "}"
    #expect(throws: JSONFault.duplicateName(offset: 791, name: "n57")) {
      try JSON.parse(text: text)
    }
  }

  @Test("each limit admits its last value and refuses the next")
  func limits() throws {
    let limits = JSONLimits(bytesMax: 40, depthMax: 3, membersMax: 4, stringBytesMax: 6)
    #expect(try JSON.parse(text: "[[[1]]]", limits: limits) == [[[1]]])
    #expect(throws: JSONFault.tooDeep(offset: 3, depthMax: 3)) {
      try JSON.parse(text: "[[[[1]]]]", limits: limits)
    }
    #expect(try JSON.parse(text: "[1,2,3,4]", limits: limits) == [1, 2, 3, 4])
    #expect(throws: JSONFault.tooManyMembers(offset: 9, membersMax: 4)) {
      try JSON.parse(text: "[1,2,3,4,5]", limits: limits)
    }
    #expect(try JSON.parse(text: "\"中国\"", limits: limits) == "中国")
    #expect(throws: JSONFault.stringTooLong(offset: 0, stringBytesMax: 6)) {
      try JSON.parse(text: "\"中国a\"", limits: limits)
    }
    #expect(throws: JSONFault.stringTooLong(offset: 0, stringBytesMax: 6)) {
      try JSON.parse(text: "\"\\n中国\"", limits: limits)
    }
    #expect(throws: JSONFault.tooLong(bytes: 41, bytesMax: 40)) {
      try JSON.parse(text: String(repeating: " ", count: 40) + "1", limits: limits)
    }
  }

  @Test("accessors answer only for their own type")
  func accessors() throws {
    let value = try JSON.parse(text: #"{"s":"x","i":3,"d":1.5,"b":true,"n":null,"a":[1]}"#)
    #expect(value["s"]?.string == "x")
    #expect(value["i"]?.integer == 3 && value["i"]?.number == 3)
    #expect(value["d"]?.integer == nil && value["d"]?.number == 1.5)
    #expect(value["b"]?.bool == true && value["n"]?.isNull == true)
    #expect(value["a"]?[0] == 1 && value["a"]?[1] == nil && value["missing"] == nil)
    #expect(value["a"]?.kind == .array && value.members?.map(\.name).first == "s")
  }
}
