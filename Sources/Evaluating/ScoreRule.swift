package import City
package import Pack

/// What one step says of a unit, as counts to add to its scores.
package enum ScoreRule {
  /// The counts that a step adds.
  /// - Parameters:
  ///   - before: nil for a case just filed.
  ///   - after: the case as the step leaves it.
  ///   - effects: those of the step's edge.
  ///   - street: where the case lies.
  ///   - weight: that of the item, in thousandths; 1000 for 未分类.
  ///   - dispatchedAt: when the case's order was opened; the handling time runs from there.
  ///   - reportedAt: when the unit reported back last; the deadline is met by the report, since
  ///     how long checking takes is not the unit's doing. nil = met by the close itself.
  ///   - offsetMinutes: the city's distance from UTC.
  ///   - at: the moment of the step; its month in the city's time is the score's month.
  /// - Returns: at most one change a key; nothing for a case set aside (`void`), for one that no
  ///   unit has, and for steps that say nothing of a unit. A case without a deadline is in time.
  package static func changes(
    before: CaseState?, after: CaseState, effects: [FlowEffect], street: ID<Area>?, weight: Int,
    dispatchedAt: Instant?, reportedAt: Instant?, at: Instant, offsetMinutes: Int = 480
  ) -> [ScoreChange] {
    var changes: [ScoreChange] = []
    let month = month(of: at, offsetMinutes: offsetMinutes)
    for effect in effects {
      var counts = ScoreCounts()
      var state = after
      switch effect {
      case .dispatch:
        counts.dispatched = 1
      case .rework:
        counts.reworks = 1
      case .reopen:
        // What was closed was not settled: the unit that had it did it badly.
        guard let before else { continue }
        counts.reworks = 1
        state = before
        changes += takenBack(
          before, street: street, weight: weight, dispatchedAt: dispatchedAt, reportedAt,
          offsetMinutes)
      case .giveBack:
        // The case has no unit any more: it is the former one that sent it back.
        guard let before else { continue }
        counts.returns = 1
        state = before
      case .close(.passed):
        counts = closing(after, weight: weight, dispatchedAt: dispatchedAt, reportedAt, at)
      case .close(.notConfirmed):
        counts.notConfirmed = 1
      case .close(.void), .close(.rework), .accept, .assign, .report, .reclassify,
        .askExtension, .grantExtension, .refuseExtension, .split, .finishPart, .disputePart,
        .upholdPart, .releasePart, .takeBack, .passUp, .vouch, .call, .assignChecker:
        continue
      }
      guard let unit = state.unit.innermost else { continue }
      let key = ScoreKey(unit: unit, street: street, item: state.item, month: month)
      if let index = changes.firstIndex(where: { $0.key == key }) {
        changes[index] = ScoreChange(key: key, counts: changes[index].counts + counts)
      } else {
        changes.append(ScoreChange(key: key, counts: counts))
      }
    }
    return changes
  }

  /// What a judgement adds to the score of the unit that has the case; nil where none has it.
  package static func change(
    _ judgement: Judgement, of state: CaseState, offsetMinutes: Int = 480
  ) -> ScoreChange? {
    guard let unit = state.unit.innermost else { return nil }
    var counts = ScoreCounts()
    counts.judged = 1
    counts.content = judgement.satisfaction.isContent ? 1 : 0
    counts.solved = judgement.solved ? 1 : 0
    return ScoreChange(
      key: ScoreKey(
        unit: unit, street: state.area[.street], item: state.item,
        month: month(of: judgement.at, offsetMinutes: offsetMinutes)),
      counts: counts)
  }

  /// The month that a moment lies in, as in `ScoreKey`: year × 12 + month − 1.
  package static func month(of at: Instant, offsetMinutes: Int = 480) -> Int {
    let local = at.milliseconds + Int64(offsetMinutes) * Duration.minute
    let days = local >= 0 ? local / Duration.day : (local - Duration.day + 1) / Duration.day
    let date = CivilDate(daysSinceEpoch: Int(days))
    return date.year * 12 + date.month - 1
  }

  /// The close that a reopening undoes, taken out of the month in which it counted: the case will be
  /// closed again, and counts once.
  private static func takenBack(
    _ before: CaseState, street: ID<Area>?, weight: Int, dispatchedAt: Instant?,
    _ reportedAt: Instant?, _ offsetMinutes: Int
  ) -> [ScoreChange] {
    guard let closedAt = before.closedAt, let unit = before.unit.innermost else { return [] }
    var counts = ScoreCounts()
    switch before.verdict {
    case .passed:
      counts =
        ScoreCounts()
        - closing(
          before, weight: weight, dispatchedAt: dispatchedAt, reportedAt, closedAt)
    case .notConfirmed: counts.notConfirmed = -1
    case .rework, .void, nil: return []
    }
    let key = ScoreKey(
      unit: unit, street: street, item: before.item,
      month: month(of: closedAt, offsetMinutes: offsetMinutes))
    return [ScoreChange(key: key, counts: counts)]
  }

  private static func closing(
    _ after: CaseState, weight: Int, dispatchedAt: Instant?, _ reportedAt: Instant?,
    _ at: Instant
  ) -> ScoreCounts {
    var counts = ScoreCounts()
    let inTime = after.due.map { (reportedAt ?? at) <= $0 } ?? true
    counts.closed = 1
    counts.closedInTime = inTime ? 1 : 0
    counts.handlingMilliseconds = dispatchedAt.map { max(0, at.millisecondsSince($0)) } ?? 0
    counts.weight = Int64(weight)
    counts.weightInTime = inTime ? Int64(weight) : 0
    return counts
  }
}
