import City
import Pack
import Testing

@testable import Evaluating

@Suite struct CaseBookTests {
  static let catalogue = Catalogue([
    Pack(
      id: "p", title: "p", version: 1, depends: [],
      categories: [Category(code: "top", name: "t", parent: nil)], duties: [], items: [],
      flows: [
        Flow(code: "f", version: 1, name: "f", stages: [], start: "s", edges: [])
      ], kinds: [], posts: [],
      hours: [
        WorkingHours(
          code: "h", name: "h", week: Array(repeating: [], count: 7), makeUpDay: nil,
          worksOnHolidays: false)
      ],
      calendarYears: [], profiles: [], mappings: [], rules: [], stories: [], storyWords: nil,
      addressWords: nil, digest: Digest(bytes: Array(repeating: 0, count: 32)))
  ])!

  private func book() -> CaseBook {
    CaseBook(items: [("lamp", 2_000), ("noise", 800)], keepsChanges: true)
  }

  @Test("what a step changes is taken back and added anew: the same as counting from nothing")
  func incremental() throws {
    let quantities: [Quantity] = [
      .cases(CaseQuantity(moment: .filed)), .cases(CaseQuantity(moment: .open)),
      .cases(CaseQuantity(moment: .overdue)), .cases(CaseQuantity(moment: .closed)),
      .cases(CaseQuantity(moment: .filed, take: .weight)),
    ]
    let vitals = quantities.map { VitalTown.vital($0) }
    func empty() -> VitalBook {
      VitalBook(vitals: vitals, places: VitalTown.places, offsetMilliseconds: VitalTown.offset)
    }
    var state: UInt64 = 20_261_121
    func draw(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    var rows = book()
    var followed = empty()
    let counting = VitalCounting(book: followed, cases: rows, catalogue: Self.catalogue)
    for number in 1...200 {
      rows.file(VitalTown.filed(number, day: draw(20), closed: nil))
      if number.isMultiple(of: 3) {
        let id = ID<Case>(Int64(1 + draw(number)))
        let day = try #require(rows.place(of: id).map { rows.rows[$0].numberDay }) - 20_000
        rows.move(
          id,
          to: VitalTown.state(
            filed: Int(day), closed: draw(2) == 0 ? Int(day) + draw(9) : nil,
            item: draw(2) == 0 ? "noise" : "lamp"))
      }
      if draw(4) == 0 { counting.take(&rows, into: &followed) }
    }
    counting.take(&rows, into: &followed)
    var counted = empty()
    for row in rows.rows { counting.add(row, sign: 1, of: rows, to: &counted) }
    for vital in vitals.indices {
      for place in 0..<VitalTown.places.count {
        for day in 0..<30 {
          let period = VitalTown.days(day, day + 1)
          #expect(
            followed.reading(vital: vital, place: place, period: period)
              == counted.reading(vital: vital, place: place, period: period),
            "seed 20261121, vital \(vital), place \(place), day \(day)")
        }
      }
    }
    let open = counted.reading(vital: 1, place: 0, period: VitalTown.days(0, 40)).value
    #expect(open == Double(rows.rows.filter { !$0.isClosed }.count))
  }

  @Test("orders tell first dispatch, first contact, and the report that counts for the deadline")
  func orders() throws {
    var rows = book()
    rows.file(VitalTown.filed(1, day: 0, closed: nil))
    func order(_ opened: Int64, _ accepted: Int64?, _ reported: Int64?) -> WorkOrder {
      func at(_ minutes: Int64?) -> Instant? {
        minutes.map { VitalTown.at(0).advanced(byMilliseconds: $0 * Duration.minute) }
      }
      return WorkOrder(
        id: ID(opened + 1), case: ID(1), unit: UnitPath([VitalTown.unit]), staff: nil,
        state: .open, openedAt: at(opened)!, due: nil, acceptedAt: at(accepted),
        reportedAt: at(reported), endedAt: nil)
    }
    rows.take(order(10, nil, nil))
    rows.take(order(10, 25, 40))
    rows.take(order(100, 110, nil))
    let row = rows.rows[0]
    #expect(row.contactMilliseconds == 15 * Duration.minute)
    #expect(row.reportedAt == CaseRow.never)
    #expect(row.orderedAt == VitalTown.at(0).milliseconds + 100 * Duration.minute)
  }

  @Test("a cross table counts what counting one by one counts, within filter and scope")
  func crossTable() throws {
    let seed: UInt64 = 7
    var state = seed
    func draw(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    var rows = book()
    for number in 1...500 {
      let day = draw(20)
      rows.file(
        VitalTown.filed(
          number, day: day, closed: draw(2) == 0 ? day + draw(5) : nil,
          item: [nil, "lamp", "noise"][draw(3)]))
    }
    var filter = CrossTable.Filter()
    filter.period = VitalTown.days(3, 12)
    filter.scope = (rows.areas.values.map { $0.lies(in: VitalTown.west) }, [true])
    let table = try CrossTable(
      rows, rows: .item, columns: .day, filter: filter, catalogue: Self.catalogue,
      offsetMilliseconds: VitalTown.offset)
    let meant = rows.rows.filter { VitalTown.days(3, 12).holds($0.filedAt) }
    #expect(table.total == meant.count)
    #expect(table.rows == ["", "lamp", "noise"])
    #expect(table.columns.first == "2026-06-04" && table.columns.last == "2026-06-12")
    for (number, item) in table.rows.enumerated() {
      for (column, day) in table.columns.enumerated() {
        let same = meant.filter { row in
          (rows.items[row.item] ?? "") == item
            && NumberText.day(
              Instant(milliseconds: row.filedAt), offsetMilliseconds: VitalTown.offset) == day
        }
        let cell = table.cell(row: number, column: column)
        #expect(cell.count == same.count, "seed \(seed)")
        #expect(cell.closed == same.filter { $0.isClosed }.count)
        #expect(cell.inTime == same.filter { $0.isClosed && $0.isInTime }.count)
      }
    }
    filter.scope = ([false], [false])
    let nothing = try CrossTable(
      rows, rows: .weekday, columns: .hour, filter: filter, catalogue: Self.catalogue,
      offsetMilliseconds: VitalTown.offset)
    #expect(nothing.total == 0 && nothing.rows.isEmpty)
  }

  @Test("the fair comparison takes out what kinds of cases a unit gets")
  func standardised() throws {
    var rows = book()
    // Lamps go well everywhere, noise badly everywhere: units 1 and 2 work alike on another mix.
    var number = 0
    for (item, late, unit, count) in [
      ("lamp", 1, 1, 90), ("noise", 5, 1, 10), ("lamp", 1, 2, 10), ("noise", 5, 2, 90),
    ] {
      for _ in 0..<count {
        number += 1
        let filed = VitalTown.filed(number, day: 1, closed: 1 + late, item: item)
        var state = filed.state
        state.unit = UnitPath([ID(Int64(unit))])
        rows.file(filed.moved(to: state))
      }
    }
    let table = FigureTable(rows, period: VitalTown.days(0, 30)) { [$0.unit] }
    let overall = try #require(table.overall.inTimeRate)
    #expect(overall == 0.5)
    #expect(table.groups[0]?.inTimeRate == 0.9 && table.groups[1]?.inTimeRate == 0.1)
    #expect(try abs(#require(table.groups[0]?.adjustedInTime(overall: overall)) - 0.5) < 1e-9)
    #expect(try abs(#require(table.groups[1]?.adjustedInTime(overall: overall)) - 0.5) < 1e-9)
    #expect(PlaceFigures().adjustedInTime(overall: 0.5) == nil)
  }
}
