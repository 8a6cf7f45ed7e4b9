/// One JSON text as a flat list of nodes: no tree, no strings, one allocation that is used again.
///
/// Made for texts of which a few values are wanted, many times a second. Syntax and depth are
/// checked; of a name that stands twice in an object, the first counts; texts are checked for
/// UTF-8 when they are taken out.
package struct JSONTape {
  /// What a node is.
  package enum Kind: UInt8, Sendable { case object, array, string, number, yes, no, null }

  /// One value. The nodes of a container follow it, names and values in turn for an object.
  package struct Node: Sendable {
    package let kind: Kind
    var hasEscapes: Bool
    /// Where it stands in the bytes; a string without its quotation marks.
    package internal(set) var start: Int32
    package internal(set) var end: Int32
    /// The node after it and all that it holds.
    package internal(set) var next: Int32
    /// Elements of an array, members of an object.
    package internal(set) var count: Int32
  }

  package private(set) var nodes: ContiguousArray<Node> = []

  package init() {}

  /// Reads a text; what the tape held before is forgotten.
  ///
  /// - Parameters:
  ///   - bytes: at most 2 GB; nothing at or beyond its end is read.
  ///   - depthMax: containers within each other.
  ///   - nodesMax: values of the whole text, names too.
  /// - Throws: `JSONFault` with the place of the fault.
  package mutating func read(
    _ bytes: UnsafeBufferPointer<UInt8>, depthMax: Int = 32, nodesMax: Int = 4_000_000
  ) throws(JSONFault) {
    nodes.removeAll(keepingCapacity: true)
    guard let base = bytes.baseAddress, bytes.count < Int(Int32.max) else {
      throw .malformed(offset: 0, rule: .value)
    }
    var reader = TapeReader(
      base: base, count: bytes.count, depthMax: depthMax, nodesMax: nodesMax)
    try reader.document(into: &nodes)
  }

  /// The value of a member of the object at `index`; nil where it is none or has no such member.
  @inline(__always)
  package func member(
    _ name: StaticString, of index: Int, in bytes: UnsafeBufferPointer<UInt8>
  ) -> Int? {
    let wanted = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    return member(wanted, of: index, in: bytes)
  }

  /// The value of a member of the object at `index`; nil where it is none or has no such member.
  package func member(
    _ name: UnsafeBufferPointer<UInt8>, of index: Int, in bytes: UnsafeBufferPointer<UInt8>
  ) -> Int? {
    guard nodes[index].kind == .object else { return nil }
    var at = index + 1
    let end = Int(nodes[index].next)
    while at < end {
      let key = nodes[at]
      let length = Int(key.end - key.start)
      if length == name.count, !key.hasEscapes {
        var same = true
        for offset in 0..<length where bytes[Int(key.start) + offset] != name[offset] {
          same = false
          break
        }
        if same { return at + 1 }
      }
      at = Int(nodes[at + 1].next)
    }
    return nil
  }

  /// The element of the array at `index`, from 0; nil where there is none.
  package func element(_ number: Int, of index: Int) -> Int? {
    guard nodes[index].kind == .array, number < Int(nodes[index].count) else { return nil }
    var at = index + 1
    for _ in 0..<number { at = Int(nodes[at].next) }
    return at
  }

  /// The bytes of a value as they stand; of a string what is between its marks.
  @inline(__always)
  package func content(
    of index: Int, in bytes: UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8> {
    let node = nodes[index]
    return UnsafeBufferPointer(rebasing: bytes[Int(node.start)..<Int(node.end)])
  }

  /// A string's text; nil where the value is none or is not UTF-8.
  package func text(of index: Int, in bytes: UnsafeBufferPointer<UInt8>) -> String? {
    guard nodes[index].kind == .string else { return nil }
    if !nodes[index].hasEscapes { return StrictUTF8.string(content(of: index, in: bytes)) }
    let start = Int(nodes[index].start) - 1
    var reader = JSONReader(
      base: bytes.baseAddress!, count: bytes.count, limits: .request)
    reader.at = start
    return try? reader.string()
  }

  /// A number; nil where the value is none. Beyond what a double holds it is infinite.
  @inline(__always)
  package func number(of index: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    guard nodes[index].kind == .number else { return nil }
    return DecimalText.number(content(of: index, in: bytes))
  }
}

/// Decimal numbers in text, without a locale.
package enum DecimalText {
  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// The nearest double; nil for anything but a decimal number, infinite beyond what a double holds.
  package static func number(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    var at = 0
    let negative = bytes.first == UInt8(ascii: "-")
    if negative { at = 1 }
    var mantissa: UInt64 = 0
    var digits = 0
    var fraction = 0
    while at < bytes.count, bytes[at] &- 0x30 <= 9, digits < 18 {
      mantissa = mantissa &* 10 &+ UInt64(bytes[at] &- 0x30)
      digits += 1
      at += 1
    }
    if at < bytes.count, bytes[at] == UInt8(ascii: "."), digits > 0 {
      at += 1
      while at < bytes.count, bytes[at] &- 0x30 <= 9, digits < 18 {
        mantissa = mantissa &* 10 &+ UInt64(bytes[at] &- 0x30)
        digits += 1
        fraction += 1
        at += 1
      }
    }
    // Up to 2^53 and 10^22 both are exact, and so is their quotient's rounding.
    if at == bytes.count, digits > 0, mantissa <= 1 << 53 {
      let magnitude = Double(mantissa) / powers[fraction]
      return negative ? -magnitude : magnitude
    }
    guard isDecimal(bytes) else { return nil }
    return Double(String(decoding: bytes, as: UTF8.self))
  }

  private static func isDecimal(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    !bytes.isEmpty
      && bytes.allSatisfy {
        (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x2D || $0 == 0x2B || $0 | 0x20 == 0x65
      }
  }
}

/// Walks over the bytes once and lists the values.
private struct TapeReader {
  let base: UnsafePointer<UInt8>
  let count: Int
  let depthMax: Int
  let nodesMax: Int
  var at = 0

  mutating func document(into nodes: inout ContiguousArray<JSONTape.Node>) throws(JSONFault) {
    skipSpace()
    try value(into: &nodes, depth: 0)
    skipSpace()
    guard at == count else { throw .malformed(offset: at, rule: .trailing) }
  }

  @inline(__always)
  private mutating func skipSpace() {
    while at < count {
      let byte = base[at]
      if byte > 0x20 { return }
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      at += 1
    }
  }

  private mutating func value(
    into nodes: inout ContiguousArray<JSONTape.Node>, depth: Int
  ) throws(JSONFault) {
    guard at < count else { throw .malformed(offset: at, rule: .value) }
    guard nodes.count < nodesMax else {
      throw .tooManyMembers(offset: at, membersMax: nodesMax)
    }
    switch base[at] {
    case UInt8(ascii: "\""): try string(into: &nodes)
    case UInt8(ascii: "{"): try container(.object, UInt8(ascii: "}"), into: &nodes, depth + 1)
    case UInt8(ascii: "["): try container(.array, UInt8(ascii: "]"), into: &nodes, depth + 1)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number(into: &nodes)
    case UInt8(ascii: "t"): try literal("true", .yes, into: &nodes)
    case UInt8(ascii: "f"): try literal("false", .no, into: &nodes)
    case UInt8(ascii: "n"): try literal("null", .null, into: &nodes)
    default: throw .malformed(offset: at, rule: .value)
    }
  }

  @inline(__always)
  private func add(
    _ kind: JSONTape.Kind, _ start: Int, _ end: Int, escapes: Bool = false,
    into nodes: inout ContiguousArray<JSONTape.Node>
  ) {
    nodes.append(
      JSONTape.Node(
        kind: kind, hasEscapes: escapes, start: Int32(truncatingIfNeeded: start),
        end: Int32(truncatingIfNeeded: end), next: Int32(truncatingIfNeeded: nodes.count + 1),
        count: 0))
  }

  private mutating func container(
    _ kind: JSONTape.Kind, _ closing: UInt8, into nodes: inout ContiguousArray<JSONTape.Node>,
    _ depth: Int
  ) throws(JSONFault) {
    guard depth <= depthMax else { throw .tooDeep(offset: at, depthMax: depthMax) }
    let index = nodes.count
    add(kind, at, at, into: &nodes)
    at += 1
    skipSpace()
    var elements: Int32 = 0
    if at < count, base[at] == closing {
      at += 1
    } else {
      while true {
        skipSpace()
        if kind == .object {
          guard at < count, base[at] == UInt8(ascii: "\"") else {
            throw .malformed(offset: at, rule: .name)
          }
          try string(into: &nodes)
          skipSpace()
          guard at < count, base[at] == UInt8(ascii: ":") else {
            throw .malformed(offset: at, rule: .colon)
          }
          at += 1
          skipSpace()
        }
        try value(into: &nodes, depth: depth)
        elements += 1
        skipSpace()
        guard at < count, base[at] == closing || base[at] == UInt8(ascii: ",") else {
          throw .malformed(offset: at, rule: .separator)
        }
        at += 1
        if base[at - 1] == closing { break }
      }
    }
    nodes[index].end = Int32(truncatingIfNeeded: at)
    nodes[index].next = Int32(truncatingIfNeeded: nodes.count)
    nodes[index].count = elements
  }

  private mutating func string(
    into nodes: inout ContiguousArray<JSONTape.Node>
  ) throws(JSONFault) {
    let start = at + 1
    var escapes = false
    at = start
    while true {
      at = ByteScan.run(base, from: at, to: count)
      guard at < count else { throw .malformed(offset: at, rule: .stringEnd) }
      if base[at] == UInt8(ascii: "\"") { break }
      guard base[at] == UInt8(ascii: "\\"), count - at >= 2 else {
        throw .malformed(offset: at, rule: .control)
      }
      escapes = true
      at += 2
    }
    add(.string, start, at, escapes: escapes, into: &nodes)
    at += 1
  }

  private mutating func number(
    into nodes: inout ContiguousArray<JSONTape.Node>
  ) throws(JSONFault) {
    let start = at
    if base[at] == UInt8(ascii: "-") { at += 1 }
    let leadingZero = at < count && base[at] == UInt8(ascii: "0")
    let whole = digits()
    guard whole > 0, !leadingZero || whole == 1 else {
      throw .malformed(offset: start, rule: .number)
    }
    if at < count, base[at] == UInt8(ascii: ".") {
      at += 1
      guard digits() > 0 else { throw .malformed(offset: start, rule: .number) }
    }
    if at < count, base[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      if at < count, base[at] == UInt8(ascii: "-") || base[at] == UInt8(ascii: "+") { at += 1 }
      guard digits() > 0 else { throw .malformed(offset: start, rule: .number) }
    }
    add(.number, start, at, into: &nodes)
  }

  @inline(__always)
  private mutating func digits() -> Int {
    let start = at
    while at < count, base[at] &- 0x30 <= 9 { at += 1 }
    return at - start
  }

  private mutating func literal(
    _ word: StaticString, _ kind: JSONTape.Kind,
    into nodes: inout ContiguousArray<JSONTape.Node>
  ) throws(JSONFault) {
    let length = word.utf8CodeUnitCount
    guard count - at >= length else { throw .malformed(offset: at, rule: .literal) }
    for index in 0..<length where base[at + index] != word.utf8Start[index] {
      throw .malformed(offset: at, rule: .literal)
    }
    add(kind, at, at + length, into: &nodes)
    at += length
  }
}
