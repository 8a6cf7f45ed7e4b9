/// Walks over the bytes of one text. Never reads at or beyond `count`.
struct JSONReader {
  /// Up to this many members a plain comparison finds duplicates faster than a set of names.
  private static let membersComparedMax = 12

  let base: UnsafePointer<UInt8>
  let count: Int
  let limits: JSONLimits
  var at = 0
  /// Holds a string while its escapes are resolved.
  var scratch: [UInt8] = []

  init(base: UnsafePointer<UInt8>, count: Int, limits: JSONLimits) {
    self.base = base
    self.count = count
    self.limits = limits
  }

  mutating func document() throws(JSONFault) -> JSON {
    skipSpace()
    let value = try value(depth: 0)
    skipSpace()
    guard at == count else { throw .malformed(offset: at, rule: .trailing) }
    return value
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

  @inline(__always)
  private var next: UInt8? { at < count ? base[at] : nil }

  private mutating func value(depth: Int) throws(JSONFault) -> JSON {
    guard let byte = next else { throw .malformed(offset: at, rule: .value) }
    switch byte {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return .object(try members(depth: depth + 1))
    case UInt8(ascii: "["): return .array(try elements(depth: depth + 1))
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "t"):
      try literal("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try literal("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try literal("null")
      return .null
    default: throw .malformed(offset: at, rule: .value)
    }
  }

  private mutating func literal(_ word: StaticString) throws(JSONFault) {
    let length = word.utf8CodeUnitCount
    guard count - at >= length else { throw .malformed(offset: at, rule: .literal) }
    for index in 0..<length where base[at + index] != word.utf8Start[index] {
      throw .malformed(offset: at, rule: .literal)
    }
    at += length
  }

  private mutating func elements(depth: Int) throws(JSONFault) -> [JSON] {
    guard depth <= limits.depthMax else { throw .tooDeep(offset: at, depthMax: limits.depthMax) }
    at += 1
    skipSpace()
    if next == UInt8(ascii: "]") {
      at += 1
      return []
    }
    var elements: [JSON] = []
    while true {
      guard elements.count < limits.membersMax else {
        throw .tooManyMembers(offset: at, membersMax: limits.membersMax)
      }
      skipSpace()
      elements.append(try value(depth: depth))
      skipSpace()
      if try endsOrContinues(UInt8(ascii: "]")) { return elements }
    }
  }

  private mutating func members(depth: Int) throws(JSONFault) -> [JSONMember] {
    guard depth <= limits.depthMax else { throw .tooDeep(offset: at, depthMax: limits.depthMax) }
    at += 1
    skipSpace()
    if next == UInt8(ascii: "}") {
      at += 1
      return []
    }
    var members: [JSONMember] = []
    members.reserveCapacity(8)
    var seen: Set<String> = []
    while true {
      skipSpace()
      let offset = at
      guard members.count < limits.membersMax else {
        throw .tooManyMembers(offset: offset, membersMax: limits.membersMax)
      }
      guard next == UInt8(ascii: "\"") else { throw .malformed(offset: offset, rule: .name) }
      let name = try string()
      if Self.isRepeated(name, in: members, seen: &seen) {
        throw .duplicateName(offset: offset, name: name)
      }
      skipSpace()
      guard next == UInt8(ascii: ":") else { throw .malformed(offset: at, rule: .colon) }
      at += 1
      skipSpace()
      members.append(JSONMember(name, try value(depth: depth)))
      skipSpace()
      if try endsOrContinues(UInt8(ascii: "}")) { return members }
    }
  }

  /// Names that Swift holds equal (the same characters, however composed) count as repeated: a
  /// later lookup by name could not tell them apart.
  private static func isRepeated(
    _ name: String, in members: [JSONMember], seen: inout Set<String>
  ) -> Bool {
    if members.count < membersComparedMax {
      for member in members where member.name == name { return true }
      return false
    }
    if seen.isEmpty { seen = Set(members.map(\.name)) }
    return !seen.insert(name).inserted
  }

  @inline(__always)
  private mutating func endsOrContinues(_ closing: UInt8) throws(JSONFault) -> Bool {
    let byte = next
    guard byte == closing || byte == UInt8(ascii: ",") else {
      throw .malformed(offset: at, rule: .separator)
    }
    at += 1
    return byte == closing
  }
}
