package import City
package import Evaluating
package import Pack
package import Ports

/// A question to the vitals that has no answer.
package enum VitalFault: Error, Equatable {
  case unknownVital
  /// The place is not there, or not within what the caller may see.
  case unknownPlace
  case period
  case store(StoreFault)

  package var code: String {
    switch self {
    case .unknownVital: "vital.unknown"
    case .unknownPlace: "vital.place_unknown"
    case .period: "vital.period"
    case .store(let fault): fault.code
    }
  }
}

/// One vital with all that its page shows.
package struct VitalDetail: Sendable {
  package let vital: Vital
  package let state: VitalState
  package let cause: VitalCause?
  /// Value of each step of the period, in the order of time; a missing one says why.
  package let series: [(period: Period, reading: VitalReading)]
}

extension VitalDesk {
  /// Points of one series.
  package static let pointsMax = 1_000

  /// The period that a vital speaks of at a moment: the last full hour or day.
  package func current(_ vital: Vital, at now: Instant) -> Period {
    let width = vital.cadence == .hour ? Duration.hour : Duration.day
    let end =
      vital.cadence == .hour
      ? Instant(milliseconds: now.milliseconds - now.milliseconds % Duration.hour)
      : startOfDay(now)
    return Period(from: end.advanced(byMilliseconds: -width), to: end)
      ?? Period(from: now, to: now.advanced(byMilliseconds: width))!
  }

  /// The number of a place that a caller may ask for: nil asks for the widest that he sees.
  package func place(
    _ wanted: PlaceTable.Place?, scope: Scope
  ) throws(VitalFault) -> Int {
    if let wanted {
      guard let number = places.number(of: wanted), mayRead(wanted, scope) else {
        throw .unknownPlace
      }
      return number
    }
    let own: PlaceTable.Place? =
      switch scope {
      case .everything: topPlace.map { places.places[$0] }
      case .area(let area), .areaOrUnit(let area, _): .area(area)
      case .unit(let unit): .unit(unit)
      }
    guard let own, let number = places.number(of: own) else { throw .unknownPlace }
    return number
  }

  private func mayRead(_ place: PlaceTable.Place, _ scope: Scope) -> Bool {
    let directory = engine.directory
    switch place {
    case .area(let id):
      return scope.holds(area: directory.path(of: id), unit: .none)
    case .unit(let id):
      let area = directory.units[id]?.area.map { directory.path(of: $0) } ?? .outside
      return scope.holds(area: area, unit: directory.path(of: id))
    }
  }

  /// All vitals of a place: over a period, or each over its own last hour or day.
  package func states(_ place: Int, over period: Period?) -> [VitalState] {
    let now = engine.time.now
    return book.vitals.indices.map { index in
      state(index, place, period ?? current(book.vitals[index], at: now))
    }
  }

  /// One vital in full.
  package func detail(
    _ code: String, _ place: Int, over period: Period?
  ) async throws(VitalFault) -> VitalDetail {
    guard let index = book.vitals.firstIndex(where: { $0.code == code }) else {
      throw .unknownVital
    }
    let vital = book.vitals[index]
    let over = period ?? current(vital, at: engine.time.now)
    let width =
      vital.cadence == .hour && over.milliseconds <= 31 * Duration.day
      ? Duration.hour : Duration.day
    guard over.milliseconds / width <= Int64(Self.pointsMax) else { throw .period }
    let state = state(index, place, over)
    let cause: VitalCause?
    do throws(CheckUpFault) {
      cause = try await self.cause(of: vital, state, place)
    } catch {
      if case .store(let fault) = error { throw .store(fault) }
      throw .unknownPlace
    }
    var series: [(Period, VitalReading)] = []
    var at = over.from
    while at < over.to {
      let next = min(over.to, at.advanced(byMilliseconds: width))
      if let step = Period(from: at, to: next) {
        series.append((step, book.reading(vital: index, place: place, period: step)))
      }
      at = next
    }
    return VitalDetail(vital: vital, state: state, cause: cause, series: series)
  }

  /// What a vital is expected to come to in its next hours or days; a step that cannot be tried is
  /// left out.
  package func outlooks(_ code: String, _ place: Int) throws(VitalFault) -> [VitalOutlook] {
    guard let index = book.vitals.firstIndex(where: { $0.code == code }) else {
      throw .unknownVital
    }
    let steps = book.vitals[index].cadence == .hour ? [1, 3, 6, 12, 24] : [1, 2, 3, 5, 7]
    let now = engine.time.now
    return steps.compactMap { outlook(index, place, ahead: $0, at: now) }
  }

  /// Cases that went from one unit to another in a period, the commonest way first.
  package func flows(over period: Period?, scope: Scope) -> [UnitFlow] {
    var counts: [UnitFlow.Way: [Int64]] = [:]
    for transfer in cases.transfers where period.map({ $0.holds(transfer.at) }) ?? true {
      guard let from = cases.units[transfer.from], let to = cases.units[transfer.to],
        let first = from.innermost, let second = to.innermost,
        scope.holds(area: .outside, unit: from) || scope.holds(area: .outside, unit: to)
      else { continue }
      counts[UnitFlow.Way(from: first, to: second), default: []].append(transfer.case)
    }
    return counts.map { way, ids in
      UnitFlow(
        way: way, count: ids.count,
        cases: Set(ids).sorted(by: >).prefix(VitalCause.casesMax).map { ID($0) })
    }.sorted { ($1.count, $0.way.from, $0.way.to) < ($0.count, $1.way.from, $1.way.to) }
  }

  /// What comes together with a trouble more often than by chance.
  package func causes(
    _ trouble: CauseCandidates.Trouble, filter: CrossTable.Filter, place: PlaceTable.Place?,
    scope: Scope
  ) throws(CrossTable.Fault) -> CauseCandidates {
    var tables: [(dimension: CrossTable.Dimension, table: CrossTable)] = []
    for dimension in Self.causeDimensions {
      tables.append(
        (
          dimension,
          try crossTable(
            rows: dimension, columns: .verdict, filter: filter, place: place, scope: scope)
        ))
    }
    return CauseCandidates(trouble, tables: tables)
  }

  /// Respects in which causes are looked for; a verdict is what came of a case.
  private static let causeDimensions: [CrossTable.Dimension] = [
    .item, .category, .unit, .street, .neighbourhood, .channel, .grade, .weekday, .hour, .month,
  ]

  /// The cross table of what a caller may see.
  /// - Parameter weather: the imported series that the dimension `weather` goes by.
  package func crossTable(
    rows: CrossTable.Dimension, columns: CrossTable.Dimension, filter: CrossTable.Filter,
    place: PlaceTable.Place?, scope: Scope, weather: String? = nil
  ) throws(CrossTable.Fault) -> CrossTable {
    var filter = filter
    filter.days = weather.map {
      DayClasses(series.meansByDay($0, offsetMilliseconds: book.offsetMilliseconds))
    }
    if scope != .everything {
      filter.scope = (
        cases.areas.values.map { scope.holds(area: $0, unit: .none) },
        cases.units.values.map { scope.holds(area: .outside, unit: $0) }
      )
    }
    switch place {
    case .area(let id)?:
      filter.place = (
        cases.areas.values.map { $0.lies(in: id) }, cases.units.values.map { _ in false }
      )
    case .unit(let id)?:
      filter.place = (
        cases.areas.values.map { _ in false }, cases.units.values.map { $0.lies(in: id) }
      )
    case nil: break
    }
    return try CrossTable(
      cases, rows: rows, columns: columns, filter: filter, catalogue: engine.catalogue,
      offsetMilliseconds: book.offsetMilliseconds)
  }
}

/// How many cases went one way between units.
package struct UnitFlow: Sendable {
  /// From one unit to another.
  package struct Way: Hashable, Sendable {
    package let from: ID<Unit>
    package let to: ID<Unit>
  }
  package let way: Way
  package let count: Int
  /// The newest of them.
  package let cases: [ID<Case>]
}
