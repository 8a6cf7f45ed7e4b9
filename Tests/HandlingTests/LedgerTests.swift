import City
import Handling
import Pack
import Testing

/// Lines of ledgers and rounds of plans: what is refused, and what follows.
@Suite struct LedgerTests {
  static let ledger = Ledger(
    code: "houses", name: "houses", source: .cases(["crack"]), proof: [.note, .photo, .document],
    posts: ["inspector"], days: 10, asksClosedCases: true, late: nil,
    why: "why")

  static func entry(_ state: LedgerEntry.State = .open) -> LedgerEntry {
    var entry = LedgerEntry(
      id: ID(1), ledger: "houses", thing: ID(5), case: nil, title: "house", address: "",
      area: .outside, unit: .none, due: nil,
      opened: LedgerEntry.Act(
        form: .opened, at: Instant(milliseconds: 0), staff: nil, words: "", files: []))
    entry.state = state
    return entry
  }

  static func file(_ form: Requirement) -> EvidenceFile {
    let bytes = [UInt8](repeating: form == .photo ? 1 : 2, count: Digest.byteCount)
    return EvidenceFile(file: FileDigest(Digest(bytes: bytes)), form: form)
  }

  static func step(
    _ words: String, _ files: [EvidenceFile], posts: [String] = ["inspector"]
  ) -> LedgerStep {
    LedgerStep(
      staff: ID(9), posts: posts, words: words, files: files, at: Instant(milliseconds: 7))
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let state: LedgerEntry.State
    let step: LedgerStep
    var open: [CaseNumber] = []
    let refusal: LedgerRefusal?
    var testDescription: String { name }
  }

  static let number = CaseNumber(date: CivilDate(daysSinceEpoch: 20_000), serial: 3)
  static let all = [file(.photo), file(.document)]
  static let long = String(repeating: "x", count: LedgerEntry.wordsMax + 1)

  static let strikes = [
    Row(name: "whole proof", state: .open, step: step("done", all), refusal: nil),
    Row(
      name: "nothing", state: .open, step: step("", []),
      refusal: .proofMissing([.note, .photo, .document])),
    Row(
      name: "no document", state: .open, step: step("done", [file(.photo)]),
      refusal: .proofMissing([.document])),
    Row(
      name: "another post", state: .open, step: step("done", all, posts: ["handler"]),
      refusal: .post(["inspector"])),
    Row(
      name: "an open case", state: .open, step: step("done", all), open: [number],
      refusal: .casesOpen([number])),
    Row(name: "twice", state: .struck, step: step("done", all), refusal: .state(.struck)),
    Row(name: "long", state: .open, step: step(long, all), refusal: .tooLong),
    Row(
      name: "many files", state: .open,
      step: step("done", Array(repeating: file(.photo), count: LedgerEntry.filesMax + 1)),
      refusal: .tooMany),
  ]

  @Test("a line is struck off with proof alone", arguments: strikes)
  func strike(_ row: Row) {
    do throws(LedgerRefusal) {
      let next = try Self.entry(row.state).struck(by: row.step, in: Self.ledger, open: row.open)
      #expect(row.refusal == nil)
      #expect(next.state == .struck && next.version == 2)
      #expect(next.acts.last?.files.count == 2 && next.acts.last?.staff == ID(9))
    } catch {
      #expect(error == row.refusal)
    }
  }

  @Test("a line stands again with a reason alone")
  func reopen() throws {
    let due = Instant(milliseconds: 99)
    let next = try Self.entry(.struck).reopened(
      by: Self.step("cracked", []), in: Self.ledger, due: due)
    #expect(next.state == .open && next.due == due)
    #expect(throws: LedgerRefusal.wordsMissing) {
      try Self.entry(.struck).reopened(by: Self.step("", []), in: Self.ledger, due: nil)
    }
    #expect(throws: LedgerRefusal.state(.open)) {
      try Self.entry().reopened(by: Self.step("again", []), in: Self.ledger, due: nil)
    }
  }

  @Test("the engine reopens what came back and voids what was none")
  func engine() {
    let now = Instant(milliseconds: 8)
    #expect(Self.entry().returned("", at: now, due: nil) == nil)
    #expect(Self.entry(.struck).returned("red", at: now, due: nil)?.acts.last?.form == .reopened)
    #expect(Self.entry().voided(at: now)?.state == .struck)
    #expect(Self.entry(.struck).voided(at: now) == nil)
    var full = Self.entry()
    full.acts = Array(repeating: full.acts[0], count: LedgerEntry.actsMax)
    #expect(full.voided(at: now) == nil)
  }

  // MARK: Rounds

  static let plan = PatrolPlan(
    code: "monthly", name: "monthly", kind: "house", model: nil, grades: [], every: .month,
    duty: "housing", place: .district, posts: ["handler"], stops: 20, missedItem: "late",
    missedWords: "{unit} {plan} {count} {names}", faultItem: nil, why: "why")

  static func finding(_ isSound: Bool, _ words: String = "") -> Patrol.Finding {
    Patrol.Finding(
      at: Instant(milliseconds: 3), staff: ID(9), isSound: isSound, words: words, files: [])
  }

  @Test("a round is done with its last stop, and missed with its period")
  func round() throws {
    let patrol = Patrol(
      id: ID(1), plan: "monthly", area: .outside, unit: .none, part: 1,
      from: Instant(milliseconds: 0), due: Instant(milliseconds: 10), metres: 5,
      stops: [
        Patrol.Stop(thing: ID(1), name: "a", position: nil),
        Patrol.Stop(thing: ID(2), name: "b", position: nil),
      ])
    let half = try patrol.visited(ID(2), Self.finding(true), posts: ["handler"], in: Self.plan)
    #expect(half.state == .open && half.left.map(\.name) == ["a"])
    #expect(half.missed?.state == .missed)
    #expect(throws: PatrolRefusal.stopDone) {
      try half.visited(ID(2), Self.finding(true), posts: ["handler"], in: Self.plan)
    }
    #expect(throws: PatrolRefusal.stopUnknown) {
      try half.visited(ID(3), Self.finding(true), posts: ["handler"], in: Self.plan)
    }
    #expect(throws: PatrolRefusal.wordsMissing) {
      try half.visited(ID(1), Self.finding(false), posts: ["handler"], in: Self.plan)
    }
    #expect(throws: PatrolRefusal.post(["handler"])) {
      try half.visited(ID(1), Self.finding(true), posts: [], in: Self.plan)
    }
    let done = try half.visited(
      ID(1), Self.finding(false, "broken"), posts: ["handler"], in: Self.plan)
    #expect(done.state == .done && done.missed == nil)
    #expect(throws: PatrolRefusal.state(.done)) {
      try done.visited(ID(1), Self.finding(true), posts: ["handler"], in: Self.plan)
    }
    #expect(Self.plan.missed(unit: "u", names: ["a", "b"]) == "u monthly 2 a b")
  }

  static let periods: [(PatrolPlan.Period, String, String, String)] = [
    (.day, "2026-12-31", "2026-12-31", "2027-01-01"),
    (.week, "2026-03-15", "2026-03-09", "2026-03-16"),
    (.week, "2026-03-16", "2026-03-16", "2026-03-23"),
    (.month, "2024-02-29", "2024-02-01", "2024-03-01"),
    (.month, "2026-12-05", "2026-12-01", "2027-01-01"),
    (.quarter, "2026-06-30", "2026-04-01", "2026-07-01"),
    (.quarter, "2026-10-01", "2026-10-01", "2027-01-01"),
    (.year, "2026-07-09", "2026-01-01", "2027-01-01"),
  ]

  @Test("periods hold their day", arguments: periods)
  func period(_ row: (PatrolPlan.Period, String, String, String)) throws {
    let parts = row.1.split(separator: "-").compactMap { Int($0) }
    let day = try #require(CivilDate(year: parts[0], month: parts[1], day: parts[2]))
    let span = row.0.days(holding: day)
    #expect(span.from.text == row.2 && span.until.text == row.3)
  }
}
