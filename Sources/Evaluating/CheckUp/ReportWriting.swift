import City
import Pack

extension CheckUpSpeech {
  /// The whole report in words and proportions.
  /// - Parameter version: of the packs whose vitals were measured.
  package func document(of checkUp: CheckUp, places: PlaceTable, version: String) -> ReportDocument
  {
    let rows = checkUp.lines.compactMap { row($0) }
    let last = Instant(milliseconds: checkUp.period.to.milliseconds - 1)
    return ReportDocument(
      title: texts.say("title", ["place": checkUp.placeName]), product: texts["product"],
      period: texts.say("period", ["from": day(checkUp.period.from), "to": day(last)]),
      scoreLabel: texts["score"] + texts["scoreOf"],
      score: checkUp.score.points.map { NumberText.fixed($0, 1) } ?? "–",
      scoreNote: scoreNote(checkUp), scoreTrend: checkUp.scores.map { $0?.points },
      summary: checkUp.summary, aspectsTitle: texts["aspects"],
      aspectsNote: texts["aspectsNote"], aspects: aspects(checkUp), vitalsTitle: texts["vitals"],
      vitalsHead: ["vital", "now", "band", "grade", "change", "trendColumn"].map { texts[$0] },
      legend: [(nil, texts["normal"])]
        + Grade.allCases.reversed().map { ($0, texts[$0.rawValue]) },
      vitals: rows, allTitle: texts["allVitals"], keyVitals: keyVitals(rows),
      hotTitle: texts["hotSpots"],
      hotNote: checkUp.hotSpots.map {
        texts.say("hotSpotsNote", ["width": NumberText.fixed($0.grid.widthMetres, 0)])
      } ?? "",
      map: map(checkUp), hotLines: checkUp.spots.map { hotLine($0) },
      hotRemark: hotRemark(checkUp), chapters: chapters(checkUp),
      tables: [
        table(checkUp.streets, "streets", "streetHead", places),
        table(checkUp.units, "units", "unitHead", places),
      ].filter { !$0.rows.isEmpty },
      footer: texts.say(
        "footer",
        ["to": day(last) + " 24:00", "version": version, "digest": checkUp.digest]),
      page: texts["page"])
  }

  private func scoreNote(_ checkUp: CheckUp) -> String {
    let trend = texts.say("trend", ["count": String(checkUp.scores.compactMap { $0 }.count)])
    guard let now = checkUp.score.points, let before = checkUp.scores.dropLast().last??.points
    else { return trend }
    return texts.say("scoreChange", ["change": NumberText.signed(now - before, 1)]) + "  " + trend
  }

  private func aspects(_ checkUp: CheckUp) -> [ReportDocument.Aspect] {
    let before = checkUp.scores.dropLast().last ?? nil
    return checkUp.score.aspects.map { aspect in
      let past = before?.aspects.first { $0.code == aspect.code }?.points
      let change = aspect.points.flatMap { now in past.map { NumberText.signed(now - $0, 1) } }
      return ReportDocument.Aspect(
        name: aspect.name, points: aspect.points.map { NumberText.fixed($0, 1) } ?? "–",
        change: (change.map { $0 + " " } ?? "") + "(\(aspect.measured)/\(aspect.vitals))")
    }
  }

  private func row(_ line: CheckUp.Line) -> ReportDocument.VitalRow? {
    guard let value = line.state.reading.value else { return nil }
    let aspect = names.catalogue.aspects.first { $0.code == line.vital.aspect }?.name ?? ""
    return ReportDocument.VitalRow(
      name: line.vital.name, aspect: aspect,
      value: NumberText.fixed(value, line.vital.decimals), number: value, unit: line.vital.unit,
      bar: ReportDocument.Bar(line.state, worse: line.vital.worse, value: value),
      grade: line.state.grade, gradeName: texts[line.state.grade?.rawValue ?? "normal"],
      change: line.state.before.map { NumberText.signed(value - $0, line.vital.decimals) } ?? "–",
      weight: line.vital.weight, trend: line.trend)
  }

  private func keyVitals(_ rows: [ReportDocument.VitalRow]) -> [ReportDocument.VitalRow] {
    let ranked = rows.enumerated().sorted { left, right in
      let (first, second) = (left.element, right.element)
      let (grave, graver) = (first.grade?.rank ?? 0, second.grade?.rank ?? 0)
      return (graver, second.weight, left.offset) < (grave, first.weight, right.offset)
    }
    return ranked.prefix(ReportDocument.keyVitalsMax).map(\.element)
  }

  // MARK: Hot spots

  private func hotLine(_ spot: CheckUp.SpotLine) -> (place: String, figures: String) {
    (
      texts.say("hotLine", ["place": spot.place, "item": itemName(spot.item)]),
      texts.say(
        "hotFigures",
        ["count": NumberText.fixed(spot.spot.count, 0), "reworks": String(spot.reworked)])
    )
  }

  private func hotRemark(_ checkUp: CheckUp) -> String {
    guard let found = checkUp.hotSpots, !checkUp.spots.isEmpty else { return texts["hotNone"] }
    let all = found.cells.reduce(0) { $0 + $1.count }
    let listed = checkUp.spots.reduce(0) { $0 + $1.spot.count }
    return texts.say(
      "hotShare", ["share": NumberText.fixed(all > 0 ? listed / all * 100 : 0, 0)])
  }

  private func map(_ checkUp: CheckUp) -> ReportDocument.Map? {
    guard let found = checkUp.hotSpots, !found.cells.isEmpty else { return nil }
    let densest = found.cells.map(\.density).max() ?? 0
    let corners = found.cells.map { found.grid.corners(of: $0.cell) }
    let points = corners.joined()
    guard let west = points.map(\.east).min(), let east = points.map(\.east).max(),
      let south = points.map(\.north).min(), let north = points.map(\.north).max()
    else { return nil }
    return ReportDocument.Map(
      hexagons: zip(found.cells, corners).map { cell, corners in
        ReportDocument.Map.Hexagon(
          corners: corners, darkness: densest > 0 ? (cell.density / densest).squareRoot() : 0,
          isHot: cell.isHot)
      },
      outlines: checkUp.outlines, marks: checkUp.spots.map(\.spot.middle),
      least: GroundPoint(east: west, north: south),
      greatest: GroundPoint(east: east, north: north))
  }

  // MARK: Chapters

  private func chapters(
    _ checkUp: CheckUp
  ) -> [(title: String, paragraphs: [ReportDocument.Paragraph])] {
    let worse = checkUp.lines.filter { $0.state.grade != nil }.sorted {
      ($1.state.grade?.rank ?? 0, $0.state.vital) < ($0.state.grade?.rank ?? 0, $1.state.vital)
    }
    let unmeasured = checkUp.lines.compactMap { line -> ReportDocument.Paragraph? in
      guard case .not(let reason) = line.state.reading else { return nil }
      return ReportDocument.Paragraph(line.vital.name, why(reason))
    }
    return [
      (texts["irregularities"], irregularities(checkUp)),
      (
        texts["worse"],
        worse.map { ReportDocument.Paragraph($0.vital.name, reason($0), $0.state.grade) }
      ),
      (texts["advice"], worse.map { advice($0) }),
      (texts["deductions"], checkUp.score.deductions.map { deduction($0, checkUp) }),
      (texts["topics"], topics(checkUp)),
      (texts["warnings"], warnings(checkUp)),
      (texts["deviceHealth"], devices(checkUp)),
      (texts["unmeasurable"], unmeasured),
    ].filter { !$0.1.isEmpty }
  }

  /// How good the warnings of each kind were, then each of them.
  private func warnings(_ checkUp: CheckUp) -> [ReportDocument.Paragraph] {
    let scores = checkUp.warningScores.map { line in
      ReportDocument.Paragraph(
        line.name,
        texts.say(
          "warningScore",
          [
            "issued": String(line.score.judged.count), "hits": String(line.score.hits),
            "false": String(line.score.falseOnes), "missed": String(line.score.missed.count),
            "late": String(line.score.late),
            "lead": line.score.leadMilliseconds.map { String($0 / Duration.minute) } ?? "–",
          ]))
    }
    let lines = checkUp.warnings.map { warning in
      ReportDocument.Paragraph(
        warning.title,
        texts.say(
          "warningLine",
          [
            "day": NumberText.day(
              warning.issuedAt, offsetMilliseconds: checkUp.offsetMilliseconds),
            "place": warning.place, "grade": texts[warning.grade.rawValue],
            "outcome": outcome(warning.judged),
          ]), warning.grade)
    }
    let all = scores + lines
    return all.isEmpty ? [ReportDocument.Paragraph("", texts["warningsNone"])] : all
  }

  private func outcome(_ judged: WarningScore.Judged?) -> String {
    guard let judged else { return texts["warningUnscored"] }
    guard let lead = judged.leadMilliseconds else {
      return texts[judged.isOpen ? "warningOpen" : "warningFalse"]
    }
    guard lead >= 0 else { return texts["warningLate"] }
    return texts.say("warningHit", ["minutes": String(lead / Duration.minute)])
  }

  private func advice(_ line: CheckUp.Line) -> ReportDocument.Paragraph {
    var values = common(line)
    values["grade"] = texts[line.state.grade?.rawValue ?? "normal"]
    return ReportDocument.Paragraph(
      texts.say("lead", ["unit": lead(line)]),
      line.vital.advice + texts.say("adviceEvidence", values), line.state.grade)
  }

  private func deduction(
    _ deduction: CheckUpScore.Deduction, _ checkUp: CheckUp
  ) -> ReportDocument.Paragraph {
    let vital = checkUp.lines.first { $0.state.vital == deduction.vital }?.vital
    let aspect = names.catalogue.aspects.first { $0.code == vital?.aspect }?.name ?? ""
    return ReportDocument.Paragraph(
      "",
      texts.say(
        "deduction",
        [
          "name": vital?.name ?? "", "aspect": aspect, "grade": texts[deduction.grade.rawValue],
          "points": NumberText.fixed(deduction.points, 2),
        ]), deduction.grade)
  }

  // MARK: Tables

  private func table(
    _ lines: [CheckUp.PlaceLine], _ title: String, _ head: String, _ places: PlaceTable
  ) -> ReportDocument.Table {
    let heads =
      [head, "dispatchedHead", "closedHead", "inTimeHead", "adjustedHead", "contactHead"]
      + ["reworkHead", "returnHead", "hoursHead"]
    let closed = lines.reduce(0) { $0 + $1.figures.closed }
    let inTime = lines.reduce(0) { $0 + $1.figures.closedInTime }
    let overall = closed > 0 ? Double(inTime) / Double(closed) : 0
    func percent(_ rate: Double?) -> String {
      rate.map { NumberText.fixed($0 * 100, 1) } ?? "–"
    }
    return ReportDocument.Table(
      title: texts[title], head: heads.map { texts[$0] },
      rows: lines.map { line in
        let figures = line.figures
        return [
          places.names[line.place], String(figures.dispatched), String(figures.closed),
          percent(figures.inTimeRate), percent(figures.adjustedInTime(overall: overall)),
          percent(figures.contactRate), percent(figures.reworkRate), percent(figures.returnRate),
          figures.handlingHours.map { NumberText.fixed($0, 1) } ?? "–",
        ]
      }, note: texts["unitsNote"])
  }
}
