import City
import Glibc

/// Cases in trouble, and all that might be, of each group on each day.
struct TroubleTables {
  /// What a case says of a trouble: nothing, or whether it is in it.
  static let forms: [Irregularity.Form] = [.late, .returned, .reworked, .unsolved, .discontented]

  private struct Table {
    let form: Int
    let grouping: Int
    /// Group by group, day by day.
    var trials: ContiguousArray<Int32>
    var troubled: ContiguousArray<Int32>
  }

  private let search: IrregularitySearch
  private let groupings: [Grouping]
  /// Of each row of the window and each form: 0 = no trial, 1 = a trial, 2 = in trouble.
  private var marks: [[UInt8]]
  private let rows: [Int]
  private var tables: [Table] = []
  private var totals: [(trials: Int, troubled: Int)]

  /// How many groups are looked at, over all troubles.
  private(set) var groups = 0

  init(
    _ search: IrregularitySearch, rows: [Int], groupings: (single: [Grouping], pairs: [Grouping])
  ) {
    self.search = search
    self.rows = rows
    self.groupings = groupings.single
    let end = search.period.to.milliseconds
    marks = Self.forms.map { form in
      rows.map { Self.mark(search.book.rows[$0], form, before: end) }
    }
    totals = marks.map { marks in (marks.count { $0 > 0 }, marks.count { $0 == 2 }) }
    for form in Self.forms.indices {
      for number in groupings.single.indices {
        let size = groupings.single[number].subjects.count * search.days
        tables.append(
          Table(
            form: form, grouping: number, trials: ContiguousArray(repeating: 0, count: size),
            troubled: ContiguousArray(repeating: 0, count: size)))
        groups += groupings.single[number].subjects.count
      }
    }
    for place in rows.indices { count(place, 1) }
  }

  /// Adds a row to all tables, or takes it away.
  private mutating func count(_ place: Int, _ sign: Int32) {
    let row = search.book.rows[rows[place]]
    let day = search.day(row)
    let own = groupings.map { $0.groups(row) }
    for index in tables.indices {
      let mark = marks[tables[index].form][place]
      guard mark > 0 else { continue }
      for group in own[tables[index].grouping] {
        tables[index].trials[group * search.days + day] += sign
        if mark == 2 { tables[index].troubled[group * search.days + day] += sign }
      }
    }
  }

  private static func mark(_ row: CaseRow, _ form: Irregularity.Form, before end: Int64) -> UInt8 {
    switch form {
    case .late:
      guard row.due != CaseRow.never else { return 0 }
      let isDone = row.isClosed || row.reportedAt != CaseRow.never
      guard isDone || row.due < end else { return 0 }
      return isDone && row.isInTime ? 1 : 2
    case .returned:
      return row.dispatchedAt == CaseRow.never ? 0 : row.returns > 0 ? 2 : 1
    case .reworked: return row.reworks > 0 ? 2 : row.isClosed ? 1 : 0
    case .unsolved: return row.judgements == 0 ? 0 : row.solved < row.judgements ? 2 : 1
    case .discontented: return row.judgements == 0 ? 0 : row.content < row.judgements ? 2 : 1
    case .gathering, .repeating: return 0
    }
  }

  /// The group and day that stand out most; nil where none does.
  func best() -> Irregularity? {
    var best: (table: Int, group: Int, day: Int, score: Score)?
    for index in tables.indices {
      let table = tables[index]
      let total = totals[table.form]
      guard total.troubled >= IrregularitySearch.countLeast, total.troubled < total.trials else {
        continue
      }
      for group in groupings[table.grouping].subjects.indices {
        var (trials, troubled) = (0, 0)
        for day in (0..<search.days).reversed() {
          let place = group * search.days + day
          guard table.trials[place] > 0 else { continue }
          trials += Int(table.trials[place])
          troubled += Int(table.troubled[place])
          guard troubled >= IrregularitySearch.countLeast, trials < total.trials,
            let score = Score(troubled, trials, total), score.weight > best?.score.weight ?? 0
          else { continue }
          best = (index, group, day, score)
        }
      }
    }
    return best.map { irregularity($0.table, $0.group, $0.day, $0.score) }
  }

  /// How a group since a day compares with everything else.
  private struct Score {
    let weight: Double
    /// The share of the rest.
    let rest: Double

    init?(_ troubled: Int, _ trials: Int, _ total: (trials: Int, troubled: Int)) {
      let (inside, of) = (Double(troubled), Double(trials))
      let (outside, ofRest) = (Double(total.troubled - troubled), Double(total.trials - trials))
      let all = Double(total.troubled) / Double(total.trials)
      rest = outside / ofRest
      guard inside / of >= IrregularitySearch.liftLeast * max(rest, all * 0.1) else { return nil }
      weight =
        Self.likelihood(inside, of, inside / of) + Self.likelihood(outside, ofRest, rest)
        - Self.likelihood(inside, of, all) - Self.likelihood(outside, ofRest, all)
    }

    private static func likelihood(_ count: Double, _ of: Double, _ share: Double) -> Double {
      (count > 0 ? count * log(share) : 0) + (of > count ? (of - count) * log(1 - share) : 0)
    }
  }

  private func irregularity(_ index: Int, _ group: Int, _ day: Int, _ score: Score) -> Irregularity
  {
    let table = tables[index]
    let first = group * search.days
    func sum(_ days: Range<Int>) -> (trials: Int, troubled: Int) {
      days.reduce((0, 0)) { sum, day in
        (sum.0 + Int(table.trials[first + day]), sum.1 + Int(table.troubled[first + day]))
      }
    }
    let now = sum(day..<search.days)
    let before = sum(0..<day)
    // Where it was much the same before, the day only is the one that chance made the best.
    let isSudden =
      before.trials >= IrregularitySearch.beforeLeast
      && Double(before.troubled) / Double(before.trials)
        < Double(now.troubled) / Double(now.trials) / IrregularitySearch.liftLeast
    let own = rows.indices.filter { place in
      let row = search.book.rows[rows[place]]
      return marks[table.form][place] == 2 && search.day(row) >= (isSudden ? day : 0)
        && groupings[table.grouping].groups(row).contains(group)
    }
    let told = isSudden ? now : sum(0..<search.days)
    return Irregularity(
      form: Self.forms[table.form], subject: groupings[table.grouping].subjects[group],
      since: isSudden ? search.start(ofDay: day) : nil, count: told.troubled, of: told.trials,
      expected: score.rest * Double(told.trials), weight: score.weight,
      rows: own.map { rows[$0] }.sorted { search.book.rows[$0].id > search.book.rows[$1].id })
  }

  /// What an irregularity explains counts no more, in any trouble.
  mutating func setAside(_ irregularity: Irregularity) {
    let explained = Set(irregularity.rows)
    for place in rows.indices where explained.contains(rows[place]) {
      count(place, -1)
      for form in Self.forms.indices {
        if marks[form][place] > 0 { totals[form].trials -= 1 }
        if marks[form][place] == 2 { totals[form].troubled -= 1 }
        marks[form][place] = 0
      }
    }
  }
}
