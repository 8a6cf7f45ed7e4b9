import City
import Pack
import Testing

@testable import Evaluating

/// What reporters say, in scores and vitals; and what a wall shows.
@Suite struct JudgementTests {
  private static func judgement(
    _ number: Int64, of id: Int64, day: Int, solved: Bool, _ satisfaction: Satisfaction
  ) -> Judgement {
    Judgement(
      signal: ID(number), case: ID(id), at: VitalTown.at(day), staff: nil, contacted: nil,
      solved: solved, satisfaction: satisfaction, words: "")
  }

  struct Row: Sendable {
    let satisfaction: Satisfaction
    let solved: Bool
    let content: Int
    let solvedCount: Int
  }

  @Test(
    "each judgement counts once, content where it is not dissatisfied",
    arguments: [
      Row(satisfaction: .satisfied, solved: true, content: 1, solvedCount: 1),
      Row(satisfaction: .fairly, solved: false, content: 1, solvedCount: 0),
      Row(satisfaction: .dissatisfied, solved: true, content: 0, solvedCount: 1),
    ])
  func score(_ row: Row) throws {
    let given = Self.judgement(1, of: 1, day: 3, solved: row.solved, row.satisfaction)
    let state = VitalTown.state(filed: 1, closed: 2)
    let change = try #require(ScoreRule.change(given, of: state))
    #expect(change.key.unit == VitalTown.unit)
    #expect(change.key.item == "lamp")
    #expect(change.counts.judged == 1)
    #expect(change.counts.content == row.content)
    #expect(change.counts.solved == row.solvedCount)
    #expect(ScoreRule.change(given, of: VitalTown.state(filed: 1, closed: 2, unit: false)) == nil)
  }

  @Test("rates are of those asked, and nothing where nobody was")
  func rates() {
    var counts = ScoreCounts()
    #expect(ScoreCard(counts).contentRate == nil)
    counts.judged = 4
    counts.content = 3
    counts.solved = 1
    #expect(ScoreCard(counts).contentRate == 0.75)
    #expect(ScoreCard(counts).solvedRate == 0.25)
  }

  @Test("vitals count judgements in the period of the last one")
  func quantities() {
    var book = CaseBook(items: [("lamp", 1_000)], keepsChanges: true)
    book.file(VitalTown.filed(1, day: 1, closed: 2))
    book.file(VitalTown.filed(2, day: 1, closed: 2))
    book.take(Self.judgement(1, of: 1, day: 3, solved: true, .satisfied))
    book.take(Self.judgement(2, of: 1, day: 4, solved: false, .dissatisfied))
    book.take(Self.judgement(3, of: 9, day: 4, solved: true, .satisfied))
    let catalogue = CaseBookTests.catalogue
    func amount(_ take: CaseQuantity.Take) -> [Double] {
      let count = CaseCount(
        CaseQuantity(moment: .judged, take: take), book: book, catalogue: catalogue)
      return book.rows.compactMap { row in count.moment(row).map { _ in count.amount(row) } }
    }
    #expect(amount(.judgements) == [2])
    #expect(amount(.content) == [1])
    #expect(amount(.solved) == [1])
    #expect(book.rows[0].judgedAt == VitalTown.at(4).milliseconds)
    #expect(book.takeChanges().count == 2)
  }

  @Test("a wall counts what its scope holds, and names the gravest only")
  func wall() {
    var book = CaseBook(items: [("lamp", 1_000)], keepsChanges: false)
    for (number, grade) in Grade.allCases.enumerated() {
      let filed = VitalTown.filed(number + 1, day: 5, closed: nil)
      var state = filed.state
      state.grade = grade
      book.file(filed.moved(to: state))
    }
    book.file(VitalTown.filed(9, day: 1, closed: 5))
    func figures(_ sees: @escaping (AreaPath, UnitPath) -> Bool) -> WallFigures {
      WallFigures(
        book, now: VitalTown.at(8), today: VitalTown.at(5), since: VitalTown.at(0), pointsMax: 10,
        sees: sees)
    }
    let all = figures { _, _ in true }
    #expect((all.filedToday, all.closedToday, all.open) == (4, 1, 4))
    #expect(all.overdue == 4, "due on day 7, asked on day 8")
    #expect(all.openByGrade == [1, 1, 1, 1])
    #expect(all.grave == [ID(1), ID(2)], "red, then orange")
    #expect(all.points.isEmpty, "none has a place")
    let nothing = figures { _, _ in false }
    #expect((nothing.filedToday, nothing.open, nothing.grave.count) == (0, 0, 0))
  }
}
