import City
import Evaluating
import Geography
import Language
import Pack
import Ports

/// What is out of the ordinary, and what most cases tell of.
extension VitalDesk {
  /// The window begins so many lengths of the period before it: what went wrong is held against it.
  static let windowPeriods = 2
  /// … and so many days at least.
  static let windowDaysLeast: Int64 = 56
  /// Parts that an irregularity is told by.
  static let partsMax = 3
  /// Cases whose texts are read for topics, the newest; topics told, and places of each.
  static let topicCasesMax = 3_000
  static let topicsShown = 10

  /// Irregularities of a period, the surest first, then places where problems come back.
  func irregularities(
    of area: ID<Area>, _ period: Period
  ) async throws(CheckUpFault) -> [CheckUp.IrregularityLine] {
    let from = windowStart(period)
    let found = IrregularitySearch(cases, period: period, from: from).irregularities()
    let repeated = repeatedPlaces(in: area, period, from: from)
    var lines: [CheckUp.IrregularityLine] = []
    for irregularity in found + repeated { lines.append(try await line(irregularity)) }
    return lines
  }

  private func windowStart(_ period: Period) -> Instant {
    let days = max(
      Self.windowDaysLeast * Duration.day, Int64(1 + Self.windowPeriods) * period.milliseconds)
    let wanted = period.to.advanced(byMilliseconds: -days)
    return startOfDay(max(wanted, min(book.casesFrom ?? period.from, period.from)))
  }

  private func repeatedPlaces(
    in area: ID<Area>, _ period: Period, from: Instant
  ) -> [Irregularity] {
    guard let bounds = engine.directory.areas[area]?.outline?.bounds,
      let origin = Position(
        longitude: (bounds.west + bounds.east) / 2, latitude: (bounds.south + bounds.north) / 2)
    else { return [] }
    let frame = LocalFrame(origin: origin)
    let inPlace = cases.areas.values.map { $0.lies(in: area) }
    var rows: [Int] = []
    var points: [GroundPoint] = []
    for (index, row) in cases.rows.enumerated()
    where row.hasPosition && row.area >= 0 && inPlace[Int(row.area)]
      && row.filedAt >= from.milliseconds && row.filedAt < period.to.milliseconds
    {
      guard let position = Position(longitude: row.longitude, latitude: row.latitude) else {
        continue
      }
      let point = frame.point(of: position)
      rows.append(index)
      points.append(GroundPoint(east: point.east, north: point.north))
    }
    return RepeatedPlaces.irregularities(cases, rows: rows, points: points, period: period)
  }

  private func line(
    _ irregularity: Irregularity
  ) async throws(CheckUpFault) -> CheckUp.IrregularityLine {
    let rows = irregularity.rows.map { cases.rows[$0] }
    let subject = irregularity.subject
    let level: AreaLevel? = subject.area.flatMap { engine.directory.areas[$0]?.level }
    var place = ""
    if irregularity.form == .repeating {
      place = try await self.place(of: rows.first)
    }
    let units = largest(rows) { cases.units[$0.unit]?.innermost }
    return CheckUp.IrregularityLine(
      irregularity: irregularity, place: place,
      neighbourhoods: irregularity.form == .repeating || level == .neighbourhood
        ? [] : largest(rows) { cases.areas[$0.area]?[.neighbourhood] }.map { ($0.0, $0.1) },
      items: subject.item != nil
        ? [] : largest(rows) { cases.items[$0.item] }.map { ($0.0, $0.1) },
      units: subject.unit != nil ? [] : units.map { ($0.0, $0.1) },
      lead: subject.unit ?? lead(units, of: rows.count, in: subject.area),
      cases: rows.prefix(VitalCause.casesMax).map { ID($0.id) })
  }

  /// The unit with most of the cases; where none has half of them, and all lie in one street, whoever
  /// answers for the street.
  private func lead(
    _ units: [(ID<Unit>, Int)], of count: Int, in area: ID<Area>?
  ) -> ID<Unit>? {
    let directory = engine.directory
    guard let first = units.first, first.1 * 2 < count,
      let street = area.flatMap({ directory.path(of: $0)[.street] }),
      let own = directory.units.values.filter({ $0.kind == .streetCentre && $0.area == street })
        .map(\.id).min()
    else { return units.first?.0 }
    return own
  }

  /// Street, neighbourhood and address of a case.
  private func place(of row: CaseRow?) async throws(CheckUpFault) -> String {
    guard let row else { return "" }
    let path = cases.areas[row.area]
    let names = [AreaLevel.street, .neighbourhood].compactMap { level in
      path?[level].flatMap { engine.directory.areas[$0]?.name }
    }
    return (names + [try await address(of: row) ?? ""]).filter { !$0.isEmpty }
      .joined(separator: " ")
  }

  private func largest<Part: Hashable & Comparable>(
    _ rows: [CaseRow], _ part: (CaseRow) -> Part?
  ) -> [(Part, Int)] {
    let counts = rows.compactMap(part).reduce(into: [Part: Int]()) { $0[$1, default: 0] += 1 }
    return Array(
      counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.partsMax)
        .map { ($0.key, $0.value) })
  }

  // MARK: Topics

  /// What many of the period's cases tell of, the hottest first.
  func topics(_ period: Period) async throws(CheckUpFault) -> [CheckUp.TopicLine] {
    let rows = cases.rows.filter { period.holds($0.filedAt) }.suffix(Self.topicCasesMax)
    var told: [Case] = []
    do throws(StoreFault) {
      for row in rows {
        if let found = try await engine.store.load(ID<Case>(row.id)) { told.append(found) }
      }
    } catch {
      throw .store(error)
    }
    let groups = await TopicDesk.groups(of: told)
    let recent = period.to.advanced(byMilliseconds: -period.milliseconds / 4)
    let lines = groups.map { group -> CheckUp.TopicLine in
      let members = group.members.map { told[$0] }
      let rows = members.compactMap { cases.place(of: $0.id) }.map { cases.rows[$0] }
      let times = members.map(\.filing.filedAt)
      return CheckUp.TopicLine(
        title: group.title,
        score: TopicScore(
          size: members.count, people: rows.reduce(0) { $0 + Int($1.signals) },
          recent: times.count { $0 >= recent },
          urgent: members.count { $0.state.grade == .red || $0.state.grade == .orange },
          repeated: rows.count { $0.signals > 1 }),
        places: largest(rows) { cases.areas[$0.area]?[.street] }.map { ($0.0, $0.1) },
        from: times.min() ?? period.from, to: times.max() ?? period.to)
    }
    return Array(
      lines.filter { $0.score.size >= HotTopics.sizeMin }
        .sorted { ($1.score.score, $0.title) < ($0.score.score, $1.title) }
        .prefix(Self.topicsShown))
  }
}
