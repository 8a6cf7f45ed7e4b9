package import City
package import Evaluating
package import Pack
package import Ports

/// What a scenario's report tells of one span and place.
package struct PackReportFigures: Sendable {
  package let report: PackReport
  package let from: CivilDate
  /// The last day that counts.
  package let to: CivilDate
  package let place: String
  /// In the order of the report; a vital that no pack has any more is left out.
  package let vitals: [(vital: Vital, state: VitalState)]
  /// Cases filed in the span, by item.
  package let cases: [(item: String, name: String, cell: CrossTable.Cell)]
  /// As they stand now.
  package let grades: [(model: RiskModel, counts: [Grade: Int])]
}

/// Why there is no report.
package enum PackReportFault: Error, Equatable {
  /// The place is not there, or not within what the caller may see.
  case place(VitalFault)
  case table(CrossTable.Fault)
  case texts(CheckUpFault)
  case store(StoreFault)
}

/// Over what a report is made, and for whom.
package struct PackReportQuestion: Sendable {
  package let report: PackReport
  package let from: CivilDate
  /// The first day after the span.
  package let until: CivilDate
  package let place: PlaceTable.Place?
  package let scope: Scope
  /// Of things, which units do not narrow.
  package let thingScope: Scope

  /// - Parameter day: a day of the span; nil = the last span that is over on `today`.
  package init(
    _ report: PackReport, day: CivilDate?, today: CivilDate, place: PlaceTable.Place?,
    scope: Scope, thingScope: Scope
  ) {
    self.report = report
    let span = day.map(report.every.days(holding:)) ?? report.every.lastDays(before: today)
    from = span.from
    until = span.to
    self.place = place
    self.scope = scope
    self.thingScope = thingScope
  }
}

extension VitalDesk {
  /// The figures of a report; the desk must be fresh.
  package func figures(
    of question: PackReportQuestion
  ) async throws(PackReportFault) -> PackReportFigures {
    let report = question.report
    let number: Int
    do throws(VitalFault) {
      number = try place(question.place, scope: question.scope)
    } catch {
      throw .place(error)
    }
    let last = CivilDate(daysSinceEpoch: question.until.daysSinceEpoch - 1)
    let all = engine.catalogue.vitals
    var vitals: [(Vital, VitalState)] = []
    if let period = Period(from: start(of: question.from), to: start(of: question.until)) {
      let states = states(number, over: period)
      vitals = report.vitals.compactMap { code in
        states.first { all[$0.vital].code == code }.map { (all[$0.vital], $0) }
      }
    }
    return PackReportFigures(
      report: report, from: question.from, to: last, place: places.names[number],
      vitals: vitals, cases: try cases(question), grades: try await grades(question))
  }

  /// The figures as tables in the words of the check-up.
  package func document(
    of figures: PackReportFigures
  ) async throws(PackReportFault) -> TableDocument {
    let speech: CheckUpSpeech
    let texts: CheckUpTexts
    do throws(CheckUpFault) {
      guard let found = engine.catalogue.checkUpTexts else { throw .noVitals }
      texts = found
      speech = CheckUpSpeech(
        texts: texts, names: names([], [], []), offsetMilliseconds: book.offsetMilliseconds)
    } catch {
      throw .texts(error)
    }
    var tables: [TableDocument.Table] = []
    if !figures.vitals.isEmpty { tables.append(Self.vitals(figures, texts, speech)) }
    if !figures.cases.isEmpty { tables.append(Self.cases(figures, texts)) }
    if !figures.grades.isEmpty {
      tables.append(
        TableDocument.Table(
          title: texts["reportGrades"],
          head: [texts["reportModelHead"], texts["grade"], texts["reportCountHead"]],
          rows: figures.grades.flatMap { model, counts in
            model.lines.map { [model.name, $0.name, String(counts[$0.grade] ?? 0)] }
          }))
    }
    let days = ["from": figures.from.text, "to": figures.to.text]
    return TableDocument(
      product: texts["product"], title: "\(figures.place) \(figures.report.title)",
      period: texts.say("period", days), tables: tables,
      footer: texts.say(
        "reportFooter",
        [
          "at": NumberText.day(engine.time.now, offsetMilliseconds: book.offsetMilliseconds),
          "version": engine.catalogue.packs.first { $0.reports.contains(figures.report) }
            .map { "\($0.id)-\($0.version)" } ?? "",
        ]))
  }

  private static func vitals(
    _ figures: PackReportFigures, _ texts: CheckUpTexts, _ speech: CheckUpSpeech
  ) -> TableDocument.Table {
    TableDocument.Table(
      title: texts["reportVitals"],
      head: ["vital", "now", "reportUnitHead", "reportBefore", "grade"].map { texts[$0] },
      rows: figures.vitals.map { vital, state in
        let now: String =
          switch state.reading {
          case .value(let value): NumberText.fixed(value.value, vital.decimals)
          case .not(let reason): speech.why(reason)
          }
        let grade = state.grade?.rawValue ?? (state.reading.value == nil ? "unmeasured" : "normal")
        return [
          vital.name, now, vital.unit,
          state.before.map { NumberText.fixed($0, vital.decimals) } ?? "", texts[grade],
        ]
      })
  }

  private static func cases(
    _ figures: PackReportFigures, _ texts: CheckUpTexts
  ) -> TableDocument.Table {
    TableDocument.Table(
      title: texts["reportCases"],
      head: ["reportItemHead", "reportFiled", "reportClosed", "reportInTime", "reportReworked"]
        .map { texts[$0] },
      rows: figures.cases.map { _, name, cell in
        [name] + [cell.count, cell.closed, cell.inTime, cell.reworked].map(String.init)
      })
  }

  // MARK: Counting

  private func start(of date: CivilDate) -> Instant {
    Instant(milliseconds: Int64(date.daysSinceEpoch) * Duration.day - book.offsetMilliseconds)
  }

  private func cases(
    _ question: PackReportQuestion
  ) throws(PackReportFault) -> [(item: String, name: String, cell: CrossTable.Cell)] {
    let items = question.report.items
    guard !items.isEmpty,
      let period = Period(from: start(of: question.from), to: start(of: question.until))
    else { return [] }
    var filter = CrossTable.Filter()
    filter.period = period
    filter.items = Set(items)
    let table: CrossTable
    do throws(CrossTable.Fault) {
      table = try crossTable(
        rows: .item, columns: .channel, filter: filter, place: question.place,
        scope: question.scope)
    } catch {
      throw .table(error)
    }
    return items.map { code in
      var sum = CrossTable.Cell()
      if let row = table.rows.firstIndex(of: code) {
        for column in table.columns.indices {
          let cell = table.cell(row: row, column: column)
          sum.count += cell.count
          sum.closed += cell.closed
          sum.inTime += cell.inTime
          sum.reworked += cell.reworked
        }
      }
      return (code, engine.catalogue.item(code: code)?.name ?? code, sum)
    }
  }

  private func grades(
    _ question: PackReportQuestion
  ) async throws(PackReportFault) -> [(model: RiskModel, counts: [Grade: Int])] {
    var grades: [(RiskModel, [Grade: Int])] = []
    for code in question.report.models {
      guard let model = engine.catalogue.risks.first(where: { $0.code == code }) else { continue }
      var query = GradingQuery(scope: question.thingScope, model: code)
      if case .area(let area) = question.place { query.area = area }
      do throws(StoreFault) {
        grades.append((model, try await engine.store.gradingCounts(query)))
      } catch {
        throw .store(error)
      }
    }
    return grades
  }
}
