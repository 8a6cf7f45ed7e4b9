import JSONText
import Testing

@Suite("JSON writer")
struct JSONWriterTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let value: JSON, expected: String
    var testDescription: String { expected }
    init(_ value: JSON, _ expected: String) {
      self.value = value
      self.expected = expected
    }
  }

  static let rows: [Row] = [
    Row(nil, "null"), Row(true, "true"), Row(.integer(.min), "-9223372036854775808"),
    Row(.integer(.max), "9223372036854775807"), Row(0, "0"), Row(-10, "-10"),
    Row(.number(0.1), "0.1"), Row(.number(.nan), "null"), Row(.number(-.infinity), "null"),
    Row(.number(121.5), "121.5"), Row("", "\"\""),
    Row("a\"b\\c/\u{8}\u{9}\u{a}\u{c}\u{d}\u{1f}\u{0}", #""a\"b\\c/\b\t\n\f\r\u001f\u0000""#),
    Row("道路积水 20 cm 😀", "\"道路积水 20 cm 😀\""),
    Row([], "[]"), Row([:], "{}"), Row([1, [2, [:]], "x"], #"[1,[2,{}],"x"]"#),
    Row(["b": 1, "a": ["c": nil]], #"{"b":1,"a":{"c":null}}"#),
  ]

  @Test("a value is written as its shortest text", arguments: rows)
  func writes(_ row: Row) {
    #expect(String(decoding: row.value.bytes, as: UTF8.self) == row.expected)
  }

  @Test("members are written in order and absent ones left out")
  func members() {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("id", Int64(7))
    writer.member("note", String?.none)
    writer.member("title", Optional("积水"))
    writer.member("count", 3)
    writer.member("share", 0.5)
    writer.member("open", true)
    writer.member("tags", ["a", "b"])
    writer.object("place") { inner in
      inner.member("longitude", 121.4)
      inner.member("latitude", Double?.none)
    }
    writer.name("steps")
    writer.beginArray()
    writer.raw(Array("{\"n\":1}".utf8))
    writer.null()
    writer.endArray()
    writer.endObject()
    let expected =
      #"{"id":7,"title":"积水","count":3,"share":0.5,"open":true,"tags":["a","b"],"#
      + #""place":{"longitude":121.4},"steps":[{"n":1},null]}"#
    #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    writer.removeAll()
    writer.bool(false)
    #expect(writer.take() == Array("false".utf8) && writer.bytes.isEmpty)
  }
}

/// Makes values from a seed: the same seed, the same values.
struct SeededValues {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func string() -> String {
    var text = ""
    for _ in 0..<next() % 24 {
      switch next() % 5 {
      case 0: text.unicodeScalars.append(Unicode.Scalar(UInt32(1 + next() % 0x7F))!)
      case 1: text.unicodeScalars.append(Unicode.Scalar(UInt32(0x4E00 + next() % 0x5000))!)
      case 2: text.unicodeScalars.append(Unicode.Scalar(UInt32(0x1F300 + next() % 0x200))!)
      default: text.unicodeScalars.append(Unicode.Scalar(UInt32(0x20 + next() % 0x5F))!)
      }
    }
    return text
  }

  mutating func value(depth: Int) -> JSON {
    switch next() % (depth > 4 ? 5 : 7) {
    case 0: return nil
    case 1: return .bool(next() % 2 == 0)
    case 2: return .integer(Int64(bitPattern: next() >> (next() % 64)))
    case 3:
      let number = Double(bitPattern: next())
      return .number(number.isFinite ? number : 0.5)
    case 4: return .string(string())
    case 5: return .array((0..<next() % 6).map { _ in value(depth: depth + 1) })
    default:
      return .object(
        (0..<next() % 20).map { JSONMember("\($0)." + string(), value(depth: depth + 1)) })
    }
  }
}

@Suite("JSON round trip")
struct JSONRoundTripTests {
  @Test("what is written reads back the same, and written again is the same text")
  func roundTrip() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed: \(seed)")
    var values = SeededValues(seed: seed)
    for _ in 0..<3_000 {
      let value = values.value(depth: 0)
      let text = value.bytes
      let again = try JSON.parse(text, limits: JSONLimits(bytesMax: 1 << 24))
      #expect(again == value, "seed \(seed)")
      #expect(again.bytes == text, "seed \(seed)")
    }
  }

  @Test("a text cut or changed anywhere is read or refused, never a crash, never over-read")
  func damaged() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed: \(seed)")
    var values = SeededValues(seed: seed)
    var refused = 0
    for _ in 0..<5_000 {
      var text = values.value(depth: 2).bytes
      text.insert(UInt8(ascii: "["), at: 0)
      let index = Int(values.next() % UInt64(text.count))
      text[index] = UInt8(truncatingIfNeeded: values.next())
      do throws(JSONFault) {
        _ = try JSON.parse(text)
      } catch {
        refused += 1
        #expect((0...text.count).contains(error.offset), "seed \(seed) \(error)")
      }
    }
    #expect(refused > 4_000, "seed \(seed)")
  }

  @Test("strict strings agree with the standard library on random bytes")
  func strict() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed: \(seed)")
    var values = SeededValues(seed: seed)
    var refused = 0
    for _ in 0..<20_000 {
      var bytes = Array(values.string().utf8)
      if !bytes.isEmpty, values.next() % 2 == 0 {
        bytes[Int(values.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: values.next())
      }
      let expected = String(validating: bytes, as: UTF8.self)
      #expect(StrictUTF8.string(bytes) == expected, "seed \(seed) \(bytes)")
      let place = bytes.withUnsafeBufferPointer { StrictUTF8.firstInvalid($0) }
      #expect((place == bytes.count) == (expected != nil), "seed \(seed) \(bytes)")
      if expected == nil { refused += 1 }
    }
    #expect(refused > 1_000, "seed \(seed)")
  }
}
