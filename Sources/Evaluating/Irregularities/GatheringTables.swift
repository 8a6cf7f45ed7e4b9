import City
import Glibc

/// Cases filed of each group on each day.
struct GatheringTables {
  private let search: IrregularitySearch
  private let groupings: [Grouping]
  private let rows: [Int]
  private var tables: [ContiguousArray<Int32>]
  /// Of all cases.
  private var byDay: [Int]
  private var isSetAside: [Bool]

  /// How many groups are looked at.
  private(set) var groups = 0

  init(
    _ search: IrregularitySearch, rows: [Int], groupings: (single: [Grouping], pairs: [Grouping])
  ) {
    self.search = search
    self.rows = rows
    self.groupings = groupings.single + groupings.pairs
    isSetAside = rows.map { _ in false }
    byDay = Array(repeating: 0, count: search.days)
    tables = self.groupings.map {
      ContiguousArray(repeating: 0, count: $0.subjects.count * search.days)
    }
    for place in rows.indices { count(place, 1) }
    for (number, grouping) in self.groupings.enumerated() {
      groups += grouping.subjects.indices.count {
        total(number, $0) >= IrregularitySearch.countLeast
      }
    }
  }

  private mutating func count(_ place: Int, _ sign: Int32) {
    let row = search.book.rows[rows[place]]
    let day = search.day(row)
    byDay[day] += Int(sign)
    for number in groupings.indices {
      for group in groupings[number].groups(row) {
        tables[number][group * search.days + day] += sign
      }
    }
  }

  private func total(_ number: Int, _ group: Int) -> Int {
    let first = group * search.days
    return (0..<search.days).reduce(0) { $0 + Int(tables[number][first + $1]) }
  }

  /// The group and day that stand out most; nil where none does.
  func best() -> Irregularity? {
    var since = byDay
    for day in since.indices.dropLast().reversed() { since[day] += since[day + 1] }
    guard let all = since.first, all > 0 else { return nil }
    var best: (number: Int, group: Int, day: Int, count: Int, expected: Double, weight: Double)?
    for number in groupings.indices {
      for group in groupings[number].subjects.indices {
        let own = total(number, group)
        guard own >= IrregularitySearch.countLeast else { continue }
        var count = 0
        for day in (1..<search.days).reversed() {
          let here = Int(tables[number][group * search.days + day])
          guard here > 0 else { continue }
          count += here
          let expected = Double(own) * Double(since[day]) / Double(all)
          guard count >= IrregularitySearch.countLeast,
            Double(count) >= IrregularitySearch.liftLeast * expected
          else { continue }
          let weight = Self.weight(Double(count), expected, Double(all))
          if weight > best?.weight ?? 0 {
            best = (number, group, day, count, expected, weight)
          }
        }
      }
    }
    guard let best else { return nil }
    let own = rows.indices.filter { place in
      let row = search.book.rows[rows[place]]
      return !isSetAside[place] && search.day(row) >= best.day
        && groupings[best.number].groups(row).contains(best.group)
    }
    return Irregularity(
      form: .gathering, subject: groupings[best.number].subjects[best.group],
      since: search.start(ofDay: best.day), count: best.count, of: best.count,
      expected: best.expected, weight: best.weight,
      rows: own.map { rows[$0] }.sorted { search.book.rows[$0].id > search.book.rows[$1].id })
  }

  private static func weight(_ count: Double, _ expected: Double, _ all: Double) -> Double {
    let outside = all - count
    return count * log(count / expected)
      + (outside > 0 ? outside * log(outside / (all - expected)) : 0)
  }

  mutating func setAside(_ irregularity: Irregularity) {
    let explained = Set(irregularity.rows)
    for place in rows.indices where explained.contains(rows[place]) && !isSetAside[place] {
      count(place, -1)
      isSetAside[place] = true
    }
  }
}
