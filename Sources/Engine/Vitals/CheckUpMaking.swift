import City
package import Evaluating
import Geography
import Pack
package import Ports

/// Why a check-up was not made.
package enum CheckUpFault: Error, Equatable {
  /// No pack brings vitals and the texts of the report.
  case noVitals
  /// There is no area to check up.
  case noPlace
  case store(StoreFault)

  package var code: String {
    switch self {
    case .noVitals: "checkup.no_vitals"
    case .noPlace: "checkup.no_place"
    case .store(let fault): fault.code
    }
  }
}

extension VitalDesk {
  /// Hexagons of this width: a few streets across.
  static let hexagonMetres = 500.0
  /// A cell is held together with the ring of cells around it, as Gi* is by contiguity.
  static let reachMetres = 501.0
  static let bandwidthMetres = 800.0
  static let spotsShown = 5
  /// Warnings that a report names, the newest.
  static let warningsShown = 60
  static let devicesMax = 3

  /// The district that is checked up: the only one there is, else the whole city.
  package var topPlace: Int? {
    let districts = places.depths.indices.filter {
      places.depths[$0] == AreaLevel.district.depth
    }
    return districts.count == 1 ? districts[0] : places.depths.firstIndex(of: 0) ?? districts.first
  }

  /// Checks up the district over a period.
  /// - Throws: `CheckUpFault`.
  package func checkUp(
    _ period: Period
  ) async throws(CheckUpFault) -> (checkUp: CheckUp, document: ReportDocument) {
    guard let texts = engine.catalogue.checkUpTexts, !book.vitals.isEmpty else { throw .noVitals }
    guard let place = topPlace, case .area(let area) = places.places[place] else { throw .noPlace }
    let states = reported.map { state($0, place, period) }
    let past = pastStates(place, period)
    let scores = past.map { states in states.flatMap { score($0, texts) } }
    var lines: [CheckUp.Line] = []
    for (number, state) in states.enumerated() {
      let vital = book.vitals[state.vital]
      let isFirst = number == 0
      let cause =
        state.grade != nil || isFirst ? try await self.cause(of: vital, state, place) : nil
      lines.append(
        CheckUp.Line(
          vital: vital, state: state,
          trend: past.map { $0?[number].reading.value } + [state.reading.value],
          cause: cause))
    }
    let warned = try await warnings(period)
    let ground = hotSpots(of: area, period)
    let spots = try await spotLines(ground?.spots ?? [], ground?.rows ?? [])
    let irregular = try await irregularities(of: area, period)
    let speech = CheckUpSpeech(
      texts: texts, names: names(lines, spots, irregular),
      offsetMilliseconds: book.offsetMilliseconds)
    let total = score(states, texts)
    let made = CheckUp(
      placeName: places.names[place], period: period,
      offsetMilliseconds: book.offsetMilliseconds, lines: lines,
      score: total ?? CheckUpScore(aspects: [], vitals: [], states: [], losses: [:]),
      scores: scores + [total], streets: placeLines(period, streets: true),
      units: placeLines(period, streets: false), hotSpots: ground?.found, spots: spots,
      outlines: ground?.outlines ?? [], warnings: warned.lines,
      warningScores: warned.scores, irregularities: irregular, topics: try await topics(period),
      devices: try await deviceLines(period),
      summary: speech.summary(lines: lines, irregularities: irregular, spots: spots),
      digest: digest())
    let version = engine.catalogue.packs.map { "\($0.id)-\($0.version)" }.joined(separator: " ")
    return (made, speech.document(of: made, places: places, version: version))
  }

  /// The period's early warnings, and how good those of each kind were.
  private func warnings(
    _ period: Period
  ) async throws(CheckUpFault) -> (
    lines: [CheckUp.WarningLine], scores: [(name: String, score: WarningScore)]
  ) {
    do throws(StoreFault) {
      let scores = try await warningScores(over: period, scope: .everything)
        .filter { !$0.score.judged.isEmpty || !$0.score.missed.isEmpty }
      let judged = Dictionary(
        scores.flatMap { $0.score.judged.map { ($0.warning, $0) } }
      ) { first, _ in first }
      let lines = try await issued(in: period, scope: .everything).reversed()
        .suffix(Self.warningsShown).map { warning in
          CheckUp.WarningLine(
            title: warning.title,
            place: warning.area.innermost.flatMap { engine.directory.areas[$0]?.name } ?? "",
            grade: warning.state.changes.map(\.grade).max { $0.rank < $1.rank }
              ?? warning.state.grade,
            issuedAt: warning.issuedAt, judged: judged[warning.id])
        }
      return (lines, scores.map { ($0.kind.name, $0.score) })
    } catch {
      throw .store(error)
    }
  }

  /// All vitals in the order of their aspects; the first one sums the city up.
  private var reported: [Int] {
    engine.catalogue.aspects.flatMap { aspect in
      book.vitals.indices.filter { book.vitals[$0].aspect == aspect.code }
    }
  }

  /// A vital over a period, with its band.
  func state(_ vital: Int, _ place: Int, _ period: Period) -> VitalState {
    book.state(vital: vital, place: place, period: period, holidays: holidays)
  }

  private func score(_ states: [VitalState], _ texts: CheckUpTexts) -> CheckUpScore? {
    let score = CheckUpScore(
      aspects: engine.catalogue.aspects, vitals: book.vitals, states: states,
      losses: texts.losses)
    return score.points == nil ? nil : score
  }

  /// States of the twelve periods before, the oldest first; nil where not all of it is known.
  private func pastStates(_ place: Int, _ period: Period) -> [[VitalState]?] {
    (1..<CheckUp.trendCount).reversed().map { back in
      let past = period.earlier(back)
      guard let first = reported.first, book.isKnown(book.vitals[first], past) else { return nil }
      return reported.map { state($0, place, past) }
    }
  }

  // MARK: Causes

  /// What moved a vital, and since when.
  func cause(
    of vital: Vital, _ state: VitalState, _ place: Int
  ) async throws(CheckUpFault) -> VitalCause? {
    let found: VitalCause?
    if let observed = vital.count.observed {
      found = try await deviceCause(observed, place, state.period)
    } else {
      found = CaseCauses(book: cases, catalogue: engine.catalogue, places: places)
        .cause(of: vital, place: place, period: state.period)
    }
    return found?.since(since(vital: state.vital, place, state.period, worse: vital.worse))
  }

  /// From which day on the daily numbers lie on the worse level, over this period and the one before.
  private func since(vital: Int, _ place: Int, _ period: Period, worse: RuleSide) -> Instant? {
    var days: [Period] = []
    var at = startOfDay(max(period.earlier(1).from, book.casesFrom ?? period.from))
    while at < period.to, days.count < 800 {
      let next = at.advanced(byMilliseconds: Duration.day)
      if let day = Period(from: at, to: next) { days.append(day) }
      at = next
    }
    let values = days.map { book.reading(vital: vital, place: place, period: $0).value }
    return ChangePoint.index(in: values, upward: worse == .above).map { days[$0].from }
  }

  private func deviceCause(
    _ observed: ObservationQuantity, _ place: Int, _ period: Period
  ) async throws(CheckUpFault) -> VitalCause? {
    guard let perception else { return nil }
    var movers: [VitalCause.Mover] = []
    for device in perception.table.devices where device.kind.code == observed.kind {
      let numbers = places.numbers(area: device.thing.area, unit: device.thing.owner)
      guard numbers.contains(Int32(place)),
        let index = device.kind.measures.firstIndex(where: { $0.code == observed.measure })
      else { continue }
      let now = try await amount(device.streams[index], observed, period, perception)
      let before = try await amount(device.streams[index], observed, period.earlier(1), perception)
      movers.append(.init(part: .device(device.thing.id), now: now, before: before))
    }
    let ranked = movers.enumerated().sorted {
      ($1.element.now, $0.offset) < ($0.element.now, $1.offset)
    }
    return VitalCause(
      count: movers.reduce(0) { $0 + $1.now },
      devices: Array(ranked.map(\.element).filter { $0.now > 0 }.prefix(Self.devicesMax)))
  }

  private func amount(
    _ stream: StreamNumber, _ observed: ObservationQuantity, _ period: Period,
    _ perception: Perception
  ) async throws(CheckUpFault) -> Double {
    do throws(StoreFault) {
      let series = try await perception.observations.series(
        SeriesQuery(
          stream: stream, from: period.from, to: period.to, resolution: .hour,
          pointsMax: Int(Self.hoursRead)))
      let amounts = series.points.compactMap { observed.amount(of: $0) }
      return observed.take == .greatest ? amounts.max() ?? 0 : amounts.reduce(0, +)
    } catch {
      throw .store(error)
    }
  }

  // MARK: Units and streets

  private func placeLines(_ period: Period, streets: Bool) -> [CheckUp.PlaceLine] {
    let table = FigureTable(cases, period: period) { row in
      let numbers = places.numbers(
        area: streets ? cases.areas[row.area] ?? .outside : .outside,
        unit: streets ? .none : cases.units[row.unit] ?? .none)
      return numbers.filter {
        streets ? places.depths[Int($0)] == AreaLevel.street.depth : places.depths[Int($0)] < 0
      }
    }
    return table.groups.filter { $0.value.dispatched + $0.value.closed > 0 }
      .map { CheckUp.PlaceLine(place: Int($0.key), figures: $0.value) }
      .sorted { ($1.figures.closed, $0.place) < ($0.figures.closed, $1.place) }
  }
}
