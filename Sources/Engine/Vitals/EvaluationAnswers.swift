package import City
package import Evaluating
package import Pack
package import Ports

/// The league table of a formula, with what people call those judged.
package struct LeagueTable: Sendable {
  /// One that is judged.
  package struct Line: Sendable {
    /// Id or code of whoever is judged.
    package let key: String
    package let name: String
    package let line: Evaluation.Line
  }
  package let formula: EvaluationFormula
  package let lines: [Line]
}

extension VitalDesk {
  /// Cases of one number that are named.
  package static let casesMax = 500

  /// Judges by a formula over a period, within what a caller may see.
  package func evaluate(
    _ code: String, over period: Period, scope: Scope
  ) throws(VitalFault) -> LeagueTable {
    guard let formula = engine.catalogue.evaluations.first(where: { $0.code == code }) else {
      throw .unknownVital
    }
    let grouping = grouping(formula.subject, scope, cases)
    let found = Evaluation(
      formula, book: cases, period: period, catalogue: engine.catalogue, key: grouping.key)
    return LeagueTable(
      formula: formula,
      lines: found.lines.map { line in
        let (key, name) = grouping.name(line.key)
        return LeagueTable.Line(key: key, name: name, line: line)
      })
  }

  /// The cases behind one number of a league table, the newest first.
  /// - Parameter counted: those that were counted, else those that were not though they might.
  package func cases(
    behind part: String, of judged: String, by code: String, over period: Period, counted: Bool,
    scope: Scope
  ) throws(VitalFault) -> [ID<Case>] {
    guard let formula = engine.catalogue.evaluations.first(where: { $0.code == code }),
      let number = formula.parts.firstIndex(where: { $0.code == part })
    else { throw .unknownVital }
    let grouping = grouping(formula.subject, scope, cases)
    let found = Evaluation(
      formula, book: cases, period: period, catalogue: engine.catalogue, key: grouping.key)
    guard let line = found.lines.first(where: { grouping.name($0.key).key == judged }) else {
      throw .unknownPlace
    }
    return found.rows(
      of: line.key, part: number, counted: counted, book: cases, period: period, key: grouping.key
    ).map(\.id).sorted(by: >).prefix(Self.casesMax).map { ID($0) }
  }

  struct Grouping {
    let key: (CaseRow) -> Int32?
    let name: (Int32) -> (key: String, name: String)
  }

  /// Who is judged by a row, within a scope; units are judged by their own number, whatever the path.
  func grouping(
    _ subject: EvaluationFormula.Subject, _ scope: Scope, _ cases: CaseBook
  ) -> Grouping {
    let directory = engine.directory
    let inArea = cases.areas.values.map { scope.holds(area: $0, unit: .none) }
    let ofUnit = cases.units.values.map { scope.holds(area: .outside, unit: $0) }
    func sees(_ row: CaseRow) -> Bool {
      scope == .everything || row.area >= 0 && inArea[Int(row.area)]
        || row.unit >= 0 && ofUnit[Int(row.unit)]
    }
    func plain(_ number: @escaping (CaseRow) -> Int32) -> (CaseRow) -> Int32? {
      { row in
        let value = number(row)
        return value >= 0 && sees(row) ? value : nil
      }
    }
    switch subject {
    case .unit:
      var units = NumberedList<ID<Unit>>()
      let table = cases.units.values.map { path in
        path.innermost.map { units.number(of: $0) } ?? CaseRow.none
      }
      let list = units
      return Grouping(
        key: plain { $0.unit >= 0 ? table[Int($0.unit)] : CaseRow.none },
        name: { number in
          let id = list[number]
          return (
            id.map { String($0.rawValue) } ?? "", id.flatMap { directory.units[$0]?.name } ?? ""
          )
        })
    case .street:
      var streets = NumberedList<ID<Area>>()
      let table = cases.areas.values.map { path in
        path[.street].map { streets.number(of: $0) } ?? CaseRow.none
      }
      let list = streets
      return Grouping(
        key: plain { $0.area >= 0 ? table[Int($0.area)] : CaseRow.none },
        name: { number in
          let id = list[number]
          return (
            id.map { String($0.rawValue) } ?? "", id.flatMap { directory.areas[$0]?.name } ?? ""
          )
        })
    case .person:
      let list = cases.handlers
      return Grouping(
        key: plain(\.handler),
        name: { number in
          let id = list[number]
          return (
            id.map { String($0.rawValue) } ?? "", id.flatMap { directory.staff[$0]?.name } ?? ""
          )
        })
    case .item:
      let (list, catalogue) = (cases.items, engine.catalogue)
      return Grouping(
        key: plain(\.item),
        name: { (list[$0] ?? "", list[$0].flatMap { catalogue.item(code: $0)?.name } ?? "") })
    case .channel:
      return Grouping(
        key: plain { Int32($0.channel) },
        name: { (Channel.allCases[Int($0)].rawValue, Channel.allCases[Int($0)].rawValue) })
    }
  }
}
