package import City
package import Evaluating
package import Pack
package import Ports

/// The score of one kind of warnings.
package struct WarningScoreLine: Sendable {
  package let kind: WarningKind
  package let score: WarningScore
}

extension VitalDesk {
  /// Warnings that one score looks at.
  static let scoredMax = 20_000

  /// How good the warnings issued in a period were, for each kind that says what shows it, of what a
  /// caller sees. Call `follow` before.
  package func warningScores(
    over period: Period, scope: Scope
  ) async throws(StoreFault) -> [WarningScoreLine] {
    scores(of: try await issued(in: period, scope: scope), over: period, scope: scope)
  }

  /// The same of warnings that are given.
  func scores(
    of issued: [Warning], over period: Period, scope: Scope
  ) -> [WarningScoreLine] {
    let now = engine.time.now
    return engine.catalogue.warnings.compactMap { kind in
      guard let truth = kind.truth else { return nil }
      let moments = moments(truth, period).filter { moment in
        scope.seesArea(moment.area)
      }
      return WarningScoreLine(
        kind: kind,
        score: WarningScore(
          kind: kind, truth: truth, warnings: issued.filter { $0.kind == kind.code },
          moments: moments, period: period, now: now))
    }
  }

  /// Warnings issued in a period, the newest first.
  package func issued(
    in period: Period, scope: Scope
  ) async throws(StoreFault) -> [Warning] {
    var found: [Warning] = []
    var query = Warnings(engine: engine).query(
      WarningQuery(page: PageRequest(limit: PageRequest.limitMax, before: nil)), scope: scope)
    while found.count < Self.scoredMax {
      let page = try await engine.store.warnings(query)
      found += page.elements.filter { period.holds($0.issuedAt.milliseconds) }
      guard let next = page.next,
        page.elements.last.map({ $0.issuedAt >= period.from }) ?? false
      else { break }
      query.page = PageRequest(limit: PageRequest.limitMax, before: next)
    }
    return found
  }

  /// What a truth names, from a grace before the period to a grace after it.
  private func moments(_ truth: WarningTruth, _ period: Period) -> [WarningScore.Moment] {
    let grace = Int64(truth.graceHours) * Duration.hour
    let from = period.from.advanced(byMilliseconds: -grace)
    let to = period.to.advanced(byMilliseconds: grace)
    var moments: [WarningScore.Moment] = []
    let items = Set(truth.items.compactMap { cases.items.find($0) })
    for row in cases.rows where items.contains(row.item) {
      let at = Instant(milliseconds: row.filedAt)
      guard at >= from, at < to, let area = cases.areas[row.area] else { continue }
      moments.append(WarningScore.Moment(area: area, at: at))
    }
    for peak in alarmPeaks.values where truth.rules.contains(peak.rule) {
      guard let at = peak.firstAt(truth.from), at >= from, at < to else { continue }
      moments.append(WarningScore.Moment(area: peak.area, at: at))
    }
    return moments
  }
}

extension Scope {
  /// Whether what happens in an area is the caller's to see; units see all areas.
  fileprivate func seesArea(_ area: AreaPath) -> Bool {
    switch self {
    case .everything, .unit: true
    case .area(let own), .areaOrUnit(let own, _): area.lies(in: own)
    }
  }
}
