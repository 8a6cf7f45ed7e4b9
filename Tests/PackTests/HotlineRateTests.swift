import City
import Evaluating
import Pack
import PackReading
import Testing

/// The rates of the pack `hotline`, counted by its own formula, against a count by hand.
@Suite("Hotline rates")
struct HotlineRateTests {
  /// Tuesday, 10 March 2026, 8:00 in UTC+8.
  private static let morning: Int64 = 1_773_100_800_000
  private static let day = 1_440

  /// What becomes of a ticket; moments in minutes since `morning`.
  private enum Happening {
    case dispatched(Int64, at: Int)
    case contacted(at: Int)
    case givenBack(at: Int)
    case reported(at: Int)
    case closed(Verdict, at: Int)
    case judged(solved: Bool, Satisfaction, at: Int)
    case took(String, at: Int)
  }

  private struct Ticket {
    var channel = Channel.hotline
    let happenings: [Happening]
  }

  private static let tickets: [Ticket] = [
    // Unit 1: as it should be.
    Ticket(happenings: [
      .dispatched(1, at: 0), .contacted(at: 60), .reported(at: day),
      .closed(.passed, at: 2 * day), .judged(solved: true, .satisfied, at: 3 * day),
    ]),
    // Called after two days, reported a day after the deadline of five, nobody content.
    Ticket(happenings: [
      .dispatched(1, at: 0), .contacted(at: 2 * day), .reported(at: 6 * day),
      .closed(.passed, at: 7 * day), .judged(solved: false, .dissatisfied, at: 8 * day),
    ]),
    // Given back and got again: returned wrongly.
    Ticket(happenings: [
      .dispatched(1, at: 0), .givenBack(at: 60), .dispatched(1, at: 120), .contacted(at: 180),
      .reported(at: day), .closed(.passed, at: 2 * day),
    ]),
    // Unit 2: unit 1 gave it back rightly.
    Ticket(happenings: [
      .dispatched(1, at: 0), .givenBack(at: 60), .dispatched(2, at: 120), .contacted(at: 300),
      .reported(at: day), .closed(.passed, at: 2 * day),
      .judged(solved: true, .fairly, at: 3 * day),
    ]),
    // Called, then found to be beyond duty by two: in no rate but that of the doubts.
    Ticket(happenings: [
      .dispatched(2, at: 0), .contacted(at: 30), .took("doubt", at: 60), .took("uphold", at: 90),
      .closed(.void, at: day), .judged(solved: false, .dissatisfied, at: 2 * day),
    ]),
    // Doubted in vain, and done in time.
    Ticket(happenings: [
      .dispatched(2, at: 0), .contacted(at: 10), .took("doubt", at: 60), .took("refuse", at: 90),
      .reported(at: day), .closed(.passed, at: 2 * day),
    ]),
    // Doubted, and not ruled yet.
    Ticket(happenings: [.dispatched(1, at: 0), .contacted(at: 10), .took("doubt", at: 60)]),
    // A repeat, never called: that closing stops the clock is no contact.
    Ticket(happenings: [.dispatched(2, at: 0), .closed(.void, at: 120)]),
    Ticket(happenings: [.dispatched(2, at: 0)]),
    // Not of the hotline.
    Ticket(
      channel: .citizen,
      happenings: [
        .dispatched(2, at: 0), .contacted(at: 5), .reported(at: 10), .closed(.passed, at: 20),
      ]),
  ]

  /// Of each part: how many, of how many.
  private static let expected: [(part: String, unit: Int64, count: Double, per: Double)] = [
    ("contact", 1, 3, 4), ("contact", 2, 2, 4),
    ("in-time", 1, 2, 3), ("in-time", 2, 2, 2),
    ("solved", 1, 1, 2), ("solved", 2, 1, 1),
    ("content", 1, 1, 2), ("content", 2, 1, 1),
    ("returned", 1, 1, 4), ("returned", 2, 0, 4),
    ("void", 1, 0, 3), ("void", 2, 2, 4),
    ("upheld", 1, 0, 0), ("upheld", 2, 1, 2),
  ]

  @Test("are what a count by hand says")
  func rates() throws {
    let packs = String(CorePack.folder.dropLast("/core".count))
    let catalogue = try #require(PackReader.readAll(packsFolder: packs).catalogue)
    let formula = try #require(catalogue.evaluations.first { $0.code == "hotline-units" })
    var book = CaseBook(
      items: catalogue.items.map { ($0.code, $0.weight) },
      contactClocks: catalogue.contactClocks, marks: catalogue.caseMarks, keepsChanges: false)
    for (number, ticket) in Self.tickets.enumerated() {
      try Self.play(ticket, number + 1, in: &book, catalogue)
    }
    let period = try #require(
      Period(from: Self.at(-Self.day), to: Self.at(60 * Self.day)))
    let found = Evaluation(formula, book: book, period: period, catalogue: catalogue) { row in
      Int32(book.units.values[Int(row.lastUnit)].innermost?.rawValue ?? 0)
    }
    #expect(Set(Self.expected.map(\.part)) == Set(formula.parts.map(\.code)))
    for row in Self.expected {
      let line = try #require(found.lines.first { $0.key == Int32(row.unit) })
      let place = try #require(formula.parts.firstIndex { $0.code == row.part })
      let part = line.parts[place]
      #expect(part.count == row.count, "\(row.part) of unit \(row.unit)")
      #expect(part.per == row.per, "\(row.part) of unit \(row.unit)")
    }
  }

  private static func at(_ minutes: Int) -> Instant {
    Instant(milliseconds: morning + Int64(minutes) * Duration.minute)
  }

  private static func play(
    _ ticket: Ticket, _ number: Int, in book: inout CaseBook, _ catalogue: Catalogue
  ) throws {
    var state = CaseState(
      stage: "filed", item: "hotline-transfer", grade: .yellow, area: .outside, unit: .none,
      handler: nil, due: nil, order: nil, since: at(0), closedAt: nil, verdict: nil, version: 0,
      reworks: 0, returns: 0)
    let id = ID<Case>(Int64(number))
    book.file(
      Case(
        id: id,
        filing: CaseFiling(
          number: CaseNumber(
            date: try #require(CivilDate(year: 2026, month: 3, day: 10)), serial: number),
          event: ID(Int64(number)), channel: ticket.channel, title: "", text: "", address: "",
          position: nil, thing: nil, reporter: nil, filedAt: at(0),
          flow: catalogue.currentFlow(code: "hotline-ticket")),
        state: state))
    var opened = at(0)
    func order(reported: Instant?) -> WorkOrder {
      WorkOrder(
        id: ID(Int64(number)), case: id, unit: state.unit, staff: nil, state: .open,
        openedAt: opened, due: state.due, acceptedAt: reported, reportedAt: reported,
        endedAt: nil)
    }
    for happening in ticket.happenings {
      switch happening {
      case .dispatched(let unit, let minutes):
        opened = at(minutes)
        state.unit = UnitPath([ID(unit)])
        state.due = at(minutes + 5 * day)
        state.clocks = [
          Clock(name: "first-contact", startedAt: opened, unit: ID(unit), due: nil)
        ]
        book.take(order(reported: nil))
      case .contacted(let minutes): state.clocks[0].stoppedAt = at(minutes)
      case .givenBack:
        state.unit = .none
        state.returns += 1
        state.clocks = []
      case .reported(let minutes): book.take(order(reported: at(minutes)))
      case .took(let action, let minutes):
        book.take(
          Step(
            case: id, sequence: 0, action: action, from: "", to: "", at: at(minutes), staff: nil,
            unit: state.unit, note: "", evidence: [], tookMilliseconds: 0))
      case .closed(let verdict, let minutes):
        state.closedAt = at(minutes)
        state.verdict = verdict
        if state.clocks[0].stoppedAt == nil { state.clocks[0].stoppedAt = at(minutes) }
      case .judged(let solved, let satisfaction, let minutes):
        book.take(
          Judgement(
            signal: ID(Int64(number)), case: id, at: at(minutes), staff: nil, contacted: nil,
            solved: solved, satisfaction: satisfaction, words: ""))
      }
      book.move(id, to: state)
    }
  }
}
