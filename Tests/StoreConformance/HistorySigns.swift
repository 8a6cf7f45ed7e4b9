import City
import Ports

extension HistoryMaker {
  /// Early warnings, frozen scores, appeals, views and reports of tasks.
  mutating func signs(_ id: Int64) -> ([Fact], [Condition]) {
    switch source.number(0...6) {
    case 0:
      var state = WarningState(
        grade: source.pick(Grade.allCases), from: now,
        to: now.advanced(byMilliseconds: Int64(source.number(1...20_000))), why: text(),
        measures: ["a", "b"], changes: [])
      state.liftedAt = source.chance(40) ? now : nil
      state.version = source.number(1...3)
      let warning = Warning(
        id: ID(id), key: "W\(id)", kind: source.chance(80) ? "rain" : nil, title: text(),
        area: area(), issuedAt: now, source: source.pick(Warning.Source.allCases), cause: nil,
        sender: "", state: state)
      return (
        [.warning(warning)],
        source.chance(30)
          ? [.warningVersion(ID(id), source.number(1...3))]
          : source.chance(30) ? [.warningKeyAbsent("W\(id)")] : []
      )
    case 1:
      let period = EvaluationPeriod(
        id: ID(id), formula: "units", from: Town.morning,
        to: Town.morning.advanced(byMilliseconds: id), frozenAt: now, staff: nil, sequence: id,
        lines: [])
      return ([.period(period)], source.chance(80) ? [.periodAbsent(key: period.key)] : [])
    case 2:
      var appeal = Appeal(
        id: ID(id), period: ID(Int64(source.number(1...9))), key: "12", case: ID(id),
        reason: text(), at: now, staff: ID(1))
      appeal.version = source.number(1...2)
      return (
        [.appeal(appeal)],
        source.chance(30) ? [.appealVersion(ID(id), source.number(1...2))] : []
      )
    case 3:
      let view = SavedView(
        id: ID(id), staff: ID(1), name: text(), question: "rows=item", isShared: true,
        isRemoved: source.chance(20), at: now)
      return ([.view(view)], [])
    case 5:
      let exhibit = Exhibit(
        id: ID(id), case: ID(Int64(source.number(1...9))),
        form: source.pick(Exhibit.Form.allCases), line: nil, file: FileDigest(Town.digest(id)),
        byteCount: 9, takenAt: now, position: nil, place: text(), taker: "", device: "",
        note: "", addedAt: now, addedBy: nil)
      return ([.exhibit(exhibit)], [])
    case 6:
      let act = CustodyAct(
        id: ID(id), case: ID(Int64(source.number(1...9))), exhibit: nil,
        kind: source.pick(CustodyAct.Kind.allCases), at: now, staff: nil, unit: nil,
        package: nil, note: text())
      return ([.custody(act)], [])
    default:
      let report = TaskReport(
        id: ID(id), goal: "goal", milestone: nil, value: Double(id), note: text(), proof: [],
        at: now, staff: nil)
      return ([.taskReport(report)], [])
    }
  }
}
