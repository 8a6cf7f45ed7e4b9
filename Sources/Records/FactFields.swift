import City
import JSONText

/// Takes the members out of one object of a body; what is left over is a fault.
struct FactFields {
  /// The fact that the object belongs to, for faults.
  let fact: String
  private let members: [JSONMember]
  /// Where the next member is expected: the coding reads in the order in which it writes.
  private var expected = 0
  private var taken = 0

  init(_ value: JSON, of fact: String) throws(FactCodingFault) {
    guard case .object(let members) = value else { throw .shape }
    self.fact = fact
    self.members = members
  }

  /// The fields of one fact; a fact that is a bare text is its own only field.
  init(_ member: JSONMember, isText: Bool) throws(FactCodingFault) {
    try self.init(isText ? .object([member]) : member.value, of: member.name)
  }

  mutating func take(_ name: String) -> JSON? {
    if expected < members.count, members[expected].name == name {
      defer { expected += 1 }
      taken += 1
      return members[expected].value
    }
    guard let index = members.firstIndex(where: { $0.name == name }) else { return nil }
    expected = index + 1
    taken += 1
    return members[index].value
  }

  func wrong(_ name: String) -> FactCodingFault { .wrongValue(fact: fact, member: name) }
  func missing(_ name: String) -> FactCodingFault { .missing(fact: fact, member: name) }

  /// Ends the object; `known` are the names that were asked for.
  func finish(_ known: Set<String>) throws(FactCodingFault) {
    guard taken < members.count else { return }
    let stranger = members.first { !known.contains($0.name) }
    throw .unexpected(fact: fact, member: stranger?.name ?? "")
  }
}

// Numbers, names and texts.
extension FactFields {
  mutating func optionalInteger(_ name: String) throws(FactCodingFault) -> Int64? {
    guard let value = take(name) else { return nil }
    guard case .integer(let number) = value else { throw wrong(name) }
    return number
  }

  mutating func integer(_ name: String) throws(FactCodingFault) -> Int64 {
    guard let number = try optionalInteger(name) else { throw missing(name) }
    return number
  }

  mutating func count(_ name: String) throws(FactCodingFault) -> Int {
    Int(try integer(name))
  }

  mutating func countOrZero(_ name: String) throws(FactCodingFault) -> Int {
    Int(try optionalInteger(name) ?? 0)
  }

  mutating func bool(_ name: String) throws(FactCodingFault) -> Bool {
    guard let value = take(name) else { throw missing(name) }
    guard case .bool(let flag) = value else { throw wrong(name) }
    return flag
  }

  mutating func optionalBool(_ name: String) throws(FactCodingFault) -> Bool? {
    guard let value = take(name) else { return nil }
    guard case .bool(let flag) = value else { throw wrong(name) }
    return flag
  }

  mutating func id<Subject>(_ name: String) throws(FactCodingFault) -> ID<Subject> {
    ID(try integer(name))
  }

  mutating func optionalID<Subject>(_ name: String) throws(FactCodingFault) -> ID<Subject>? {
    try optionalInteger(name).map { ID($0) }
  }

  mutating func instant(_ name: String) throws(FactCodingFault) -> Instant {
    Instant(milliseconds: try integer(name))
  }

  mutating func optionalInstant(_ name: String) throws(FactCodingFault) -> Instant? {
    try optionalInteger(name).map(Instant.init(milliseconds:))
  }

  mutating func optionalText(_ name: String) throws(FactCodingFault) -> String? {
    guard let value = take(name) else { return nil }
    return try text(value, name)
  }

  mutating func text(_ name: String) throws(FactCodingFault) -> String {
    guard let text = try optionalText(name) else { throw missing(name) }
    return text
  }

  mutating func textOrEmpty(_ name: String) throws(FactCodingFault) -> String {
    try optionalText(name) ?? ""
  }

  mutating func texts(_ name: String) throws(FactCodingFault) -> [String] {
    var texts: [String] = []
    for value in try list(name) { texts.append(try text(value, name)) }
    return texts
  }

  func text(_ value: JSON, _ name: String) throws(FactCodingFault) -> String {
    switch value {
    case .string(let text): return text
    case .object(let members):
      guard members.count == 1, members[0].name == "utf8",
        let text = StrictUTF8.string(try bytes(members[0].value, name))
      else { throw wrong(name) }
      return text
    default: throw wrong(name)
    }
  }

  mutating func optionalWord<Word: RawRepresentable>(
    _ name: String
  ) throws(FactCodingFault) -> Word? where Word.RawValue == String {
    guard let value = take(name) else { return nil }
    guard case .string(let text) = value, let word = Word(rawValue: text) else {
      throw wrong(name)
    }
    return word
  }

  mutating func word<Word: RawRepresentable>(
    _ name: String
  ) throws(FactCodingFault) -> Word where Word.RawValue == String {
    guard let word: Word = try optionalWord(name) else { throw missing(name) }
    return word
  }
}

// Bytes, lists, places.
extension FactFields {
  /// The elements of an array; empty where the member was left out.
  mutating func list(_ name: String) throws(FactCodingFault) -> [JSON] {
    guard let value = take(name) else { return [] }
    return try elements(value, name)
  }

  private func elements(_ value: JSON, _ name: String) throws(FactCodingFault) -> [JSON] {
    guard case .array(let elements) = value else { throw wrong(name) }
    return elements
  }

  private func bytes(_ value: JSON, _ name: String) throws(FactCodingFault) -> [UInt8] {
    guard case .string(let text) = value, let bytes = Base64URL.bytes(text) else {
      throw wrong(name)
    }
    return bytes
  }

  mutating func optionalBlob(_ name: String) throws(FactCodingFault) -> [UInt8]? {
    guard let value = take(name) else { return nil }
    return try bytes(value, name)
  }

  mutating func digest(_ name: String) throws(FactCodingFault) -> Digest {
    guard let value = take(name) else { throw missing(name) }
    return try digest(value, name)
  }

  private func digest(_ value: JSON, _ name: String) throws(FactCodingFault) -> Digest {
    let bytes = try bytes(value, name)
    guard bytes.count == Digest.byteCount else { throw wrong(name) }
    return Digest(bytes: bytes)
  }

  mutating func files(_ name: String) throws(FactCodingFault) -> [FileDigest] {
    var files: [FileDigest] = []
    for value in try list(name) { files.append(FileDigest(try digest(value, name))) }
    return files
  }

  mutating func optionalSealed(_ name: String) throws(FactCodingFault) -> Sealed? {
    guard let value = take(name) else { return nil }
    var fields = try FactFields(value, of: fact)
    let subject: ID<Subject> = try fields.id("subject")
    guard let bytes = try fields.optionalBlob("bytes") else { throw missing("bytes") }
    try fields.finish(["subject", "bytes"])
    return Sealed(subject: subject, bytes: bytes)
  }

  mutating func sealed(_ name: String) throws(FactCodingFault) -> Sealed {
    guard let sealed = try optionalSealed(name) else { throw missing(name) }
    return sealed
  }

  mutating func areaPath(_ name: String) throws(FactCodingFault) -> AreaPath {
    AreaPath(try ids(name, depthMax: AreaPath.depthMax))
  }

  mutating func unitPath(_ name: String) throws(FactCodingFault) -> UnitPath {
    UnitPath(try ids(name, depthMax: UnitPath.depthMax))
  }

  mutating func ids<Subject>(
    _ name: String, depthMax: Int
  ) throws(FactCodingFault) -> [ID<Subject>] {
    let list = try list(name)
    guard list.count <= depthMax else { throw wrong(name) }
    var ids: [ID<Subject>] = []
    ids.reserveCapacity(list.count)
    for value in list {
      guard case .integer(let number) = value else { throw wrong(name) }
      ids.append(ID(number))
    }
    return ids
  }

  mutating func optionalPosition(_ name: String) throws(FactCodingFault) -> Position? {
    guard let value = take(name) else { return nil }
    let points = try points(value, name)
    guard points.count == 1 else { throw wrong(name) }
    return points[0]
  }

  func points(_ value: JSON, _ name: String) throws(FactCodingFault) -> [Position] {
    let numbers = try elements(value, name)
    guard numbers.count.isMultiple(of: 2) else { throw wrong(name) }
    var points: [Position] = []
    points.reserveCapacity(numbers.count / 2)
    for index in stride(from: 0, to: numbers.count, by: 2) {
      guard let longitude = numbers[index].number, let latitude = numbers[index + 1].number,
        let point = Position(longitude: longitude, latitude: latitude)
      else { throw wrong(name) }
      points.append(point)
    }
    return points
  }

  func outline(_ value: JSON, _ name: String) throws(FactCodingFault) -> Outline {
    var polygons: [Polygon] = []
    for polygon in try elements(value, name) {
      var rings: [Ring] = []
      for ring in try elements(polygon, name) { rings.append(Ring(points: try points(ring, name))) }
      guard let outer = rings.first else { throw wrong(name) }
      polygons.append(Polygon(outer: outer, holes: Array(rings.dropFirst())))
    }
    return Outline(polygons: polygons)
  }
}
