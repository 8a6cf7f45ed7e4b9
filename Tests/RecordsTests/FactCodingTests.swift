import City
import JSONText
import Ports
import Records
import StoreConformance
import Testing

@Suite("the journal's coding of facts")
struct FactCodingTests {
  static func encoded(_ facts: [Fact]) -> [UInt8] {
    var writer = JSONWriter()
    FactCoding.encode(facts, into: &writer)
    return writer.take()
  }

  @Test("every fact reads back as it was, byte for byte", arguments: 0..<FactMaker.casesCount)
  func reversible(_ index: Int) throws {
    for round in 0..<200 {
      let seed = UInt64(index * 1_000 + round)
      var maker = FactMaker(seed: seed)
      let fact = maker.fact(index)
      let bytes = Self.encoded([fact])
      let decoded = try FactCoding.decode(bytes, version: FactCoding.version)
      #expect(decoded == [fact], "seed \(seed)")
      // Equal texts may be composed differently; the bytes must come back too.
      #expect(Self.encoded(decoded) == bytes, "seed \(seed)")
    }
  }

  @Test("many facts keep their order")
  func order() throws {
    var maker = FactMaker(seed: 7)
    let facts = (0..<100).map { maker.fact($0 % FactMaker.casesCount) }
    #expect(try FactCoding.decode(Self.encoded(facts), version: 1) == facts)
    #expect(try FactCoding.decode(Self.encoded([]), version: 1) == [])
  }

  @Test("the form on disk does not change unseen")
  func form() {
    let step = Step(
      case: ID(7), sequence: 2, action: "accept", from: "dispatched", to: "handling",
      at: Instant(milliseconds: 1_000), staff: ID(5), unit: UnitPath([ID(1), ID(2)]),
      note: "已到\"现场\"", evidence: [FileDigest(Digest(bytes: Array(0..<32)))],
      tookMilliseconds: 61_000)
    let state = CaseState(
      stage: "handling", item: nil, grade: .blue, area: AreaPath([ID(3)]), unit: step.unit,
      handler: nil, due: Instant(milliseconds: 9), order: nil, since: step.at, closedAt: nil,
      verdict: nil, version: 3, reworks: 0, returns: 0)
    let bytes = Self.encoded([.caseMoved(ID(7), state), .step(step), .note("a\u{0}b")])
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == #"[{"caseMoved":{"id":7,"state":{"stage":"handling","grade":"blue","area":[3],"#
        + #""unit":[1,2],"due":9,"since":1000,"version":3,"reworks":0,"returns":0}}},"#
        + #"{"step":{"case":7,"sequence":2,"action":"accept","from":"dispatched","#
        + #""to":"handling","at":1000,"staff":5,"unit":[1,2],"note":"已到\"现场\"","#
        + #""evidence":["AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"],"took":61000}},"#
        + #"{"note":{"utf8":"YQBi"}}]"#)
  }

  struct Bad: Sendable, CustomTestStringConvertible {
    let body: String
    var version = 1
    let fault: FactCodingFault
    var testDescription: String { "\(fault.code): \(body)" }
  }

  static let bad: [Bad] = [
    Bad(body: "[]", version: 2, fault: .unknownVersion(2)),
    Bad(body: "[]", version: 0, fault: .unknownVersion(0)),
    Bad(body: "", fault: .malformed(.malformed(offset: 0, rule: .value))),
    Bad(body: "[", fault: .malformed(.malformed(offset: 1, rule: .value))),
    Bad(body: "{}", fault: .shape),
    Bad(body: "[1]", fault: .shape),
    Bad(body: "[{}]", fault: .shape),
    Bad(body: #"[{"erased":{"subject":1},"note":"x"}]"#, fault: .shape),
    Bad(body: #"[{"erased":7}]"#, fault: .shape),
    Bad(body: #"[{"vanished":{}}]"#, fault: .unknownFact("vanished")),
    Bad(body: #"[{"erased":{}}]"#, fault: .missing(fact: "erased", member: "subject")),
    Bad(
      body: #"[{"erased":{"subject":"1"}}]"#,
      fault: .wrongValue(fact: "erased", member: "subject")),
    Bad(
      body: #"[{"erased":{"subject":1.5}}]"#,
      fault: .wrongValue(fact: "erased", member: "subject")),
    Bad(
      body: #"[{"erased":{"subject":1,"why":"x"}}]"#,
      fault: .unexpected(fact: "erased", member: "why")),
    Bad(body: #"[{"note":7}]"#, fault: .wrongValue(fact: "note", member: "note")),
    Bad(
      body: #"[{"note":{"utf8":"_w"}}]"#, fault: .wrongValue(fact: "note", member: "note")),
    Bad(
      body: #"[{"note":{"utf8":"YQB"}}]"#, fault: .wrongValue(fact: "note", member: "note")),
    Bad(
      body: #"[{"pack":{"id":"core","version":1,"digest":"AAAA"}}]"#,
      fault: .wrongValue(fact: "pack", member: "digest")),
    Bad(
      body: #"[{"area":{"id":1,"level":"galaxy","code":"a","name":"b"}}]"#,
      fault: .wrongValue(fact: "area", member: "level")),
    Bad(
      body: #"[{"area":{"id":1,"level":"grid","code":"a","name":"b","outline":[[[1,2,3]]]}}]"#,
      fault: .wrongValue(fact: "area", member: "outline")),
    Bad(
      body: #"[{"area":{"id":1,"level":"grid","code":"a","name":"b","outline":[[[181,2]]]}}]"#,
      fault: .wrongValue(fact: "area", member: "outline")),
    Bad(
      body: #"[{"caseMoved":{"id":1,"state":{"stage":"x","grade":"red","area":[1,2,3,4,5,6]}}}]"#,
      fault: .wrongValue(fact: "caseMoved", member: "area")),
  ]

  @Test("what cannot be read is a fault that says where", arguments: bad)
  func refused(_ row: Bad) {
    let got = Result { () throws(FactCodingFault) in
      try FactCoding.decode(Array(row.body.utf8), version: row.version)
    }
    #expect(got == .failure(row.fault))
  }

  @Test("a body cut short or changed in one byte is read as other facts or refused, never a crash")
  func damaged() {
    var source = SeededSource(seed: 11)
    var maker = FactMaker(seed: 11)
    var refused = 0
    for round in 0..<2_000 {
      var bytes = Self.encoded([maker.fact(round % FactMaker.casesCount)])
      if source.chance(50) {
        bytes.removeLast(source.number(1...bytes.count))
      } else {
        bytes[source.number(0...bytes.count - 1)] = source.bytes(1)[0]
      }
      let decoded = try? FactCoding.decode(bytes, version: 1)
      if decoded == nil { refused += 1 }
    }
    #expect(refused > 1_000)
  }

  @Test("any bytes stand as text and come back")
  func blobs() throws {
    var source = SeededSource(seed: 3)
    for count in 0...100 {
      let sealed = Sealed(subject: ID(1), bytes: source.bytes(count))
      let fact = Fact.reporter(
        Reporter(
          id: ID(1), subject: ID(1), contactHash: Digest(bytes: source.bytes(32)),
          details: sealed))
      #expect(try FactCoding.decode(Self.encoded([fact]), version: 1) == [fact])
    }
  }
}
