package import City
package import Evaluating
import Geography
import Pack
package import Ports

/// Keeps the numbers of the city up to date: follows the journal, reads the observations by the hour,
/// and answers what vitals, scores and tables say.
///
/// It holds nothing that does not follow from the journal and the observations.
package actor VitalDesk {
  /// Entries read at once.
  static let entriesMax = 4_096
  /// Observations are read so far back.
  static let daysMax: Int64 = 400
  /// Hours of one series that are read at once.
  static let hoursRead: Int64 = 4_800
  /// Observations may come so late and still count.
  static let lateMilliseconds = 2 * Duration.hour

  let engine: Engine
  let perception: Perception?
  let keeping: (any DerivedKeeping)?
  let copyEvery: Int64
  private(set) var cases: CaseBook
  private(set) var book: VitalBook
  private var counting: VitalCounting
  /// The journal's number up to which everything was taken in, and the hash of that entry.
  private(set) var position: Int64 = 0
  private(set) var hash: Digest?
  /// Where the latest copy of the cases stands; nil until one was looked for.
  var copied: Int64?
  /// Numbers of the entries that speak of more than cases.
  var others: [ClosedRange<Int64>] = []
  private(set) var alarms: [ID<Alarm>: Alarm] = [:]
  /// When each alarm of a rule that warnings look at, or are scored by, first reached each grade.
  private(set) var alarmPeaks: [ID<Alarm>: AlarmPeak] = [:]
  private var things: [ID<Thing>: Thing] = [:]
  private var gradings: [Grading.Key: Grading] = [:]
  /// Outlines of areas as the journal told them last.
  private var outlines: [ID<Area>: Outline?] = [:]
  /// Imported series.
  package private(set) var series = SeriesBook()
  private var observedTo: Instant?
  private var devices: [ID<Thing>] = []
  private var directoryVersion = -1
  private let truthRules: Set<String>
  /// Reading the journal, one at a time: an entry that is taken in twice would count twice.
  private var following: Task<Result<Void, StoreFault>, Never>?

  /// - Parameters:
  ///   - perception: nil where this process has no observations.
  ///   - keeping: where copies of the cases lie; nil where none are kept.
  ///   - copyEvery: a copy is worth its writing when so many entries came since the last.
  package init(
    engine: Engine, perception: Perception?, keeping: (any DerivedKeeping)? = nil,
    copyEvery: Int64 = 100_000
  ) {
    self.engine = engine
    self.perception = perception
    self.keeping = keeping
    self.copyEvery = copyEvery
    truthRules = Set(
      engine.catalogue.warnings.flatMap { ($0.truth?.rules ?? []) + $0.ruleCodes })
    cases = Self.emptyCases(engine)
    book = Self.emptyBook(engine)
    counting = VitalCounting(book: book, cases: cases, catalogue: engine.catalogue)
  }

  /// A book of cases for the packs of now.
  static func emptyCases(_ engine: Engine) -> CaseBook {
    let catalogue = engine.catalogue
    return CaseBook(
      items: catalogue.items.map { ($0.code, $0.weight) },
      contactClocks: catalogue.contactClocks, marks: catalogue.caseMarks,
      keepsChanges: true)
  }

  /// A book for the packs and places of now.
  static func emptyBook(_ engine: Engine) -> VitalBook {
    let directory = engine.directory
    return VitalBook(
      vitals: engine.catalogue.vitals,
      places: PlaceTable(
        areas: Array(directory.areas.values), units: Array(directory.units.values)),
      offsetMilliseconds: Int64(engine.settings.offsetMinutes) * Duration.minute)
  }

  package var places: PlaceTable { book.places }

  /// Days of this and all known years on which nobody works.
  var holidays: Set<Int> {
    engine.catalogue.calendarYears.flatMap(\.holidays).reduce(into: []) {
      $0.formUnion($1.from.daysSinceEpoch...max($1.from, $1.to).daysSinceEpoch)
    }
  }

  // MARK: Following

  /// Takes in all that was committed and measured up to now.
  package func refresh() async throws(StoreFault) {
    try await follow()
    try await readObservations()
  }

  /// Takes in all that was committed up to now; enough for what asks for cases alone.
  package func follow() async throws(StoreFault) {
    while let running = following { _ = await running.value }
    let reading = Task { () -> Result<Void, StoreFault> in
      // Ended before anybody who waits goes on, so that he finds nothing to wait for.
      defer { following = nil }
      do throws(StoreFault) {
        try await readJournal()
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    following = reading
    try await reading.value.get()
  }

  private func readJournal() async throws(StoreFault) {
    if copied == nil { try await readCopy() }
    if directoryVersion != engine.directoryVersion { try await recount() }
    while true {
      let entries = try await engine.store.entries(after: position, limit: Self.entriesMax)
      guard let last = entries.last else { break }
      for entry in entries {
        if take(entry, cases: true) { note(other: entry.sequence) }
      }
      position = last.sequence
      hash = last.hash
      counting.take(&cases, into: &book)
    }
    keepCopy()
  }

  /// Places that came or went since make everything be counted anew: numbers of before the change
  /// are told for the places of after it, by the paths that the records bear. People, grants and
  /// outlines change no number.
  private func recount() async throws(StoreFault) {
    let fresh = Self.emptyBook(engine)
    directoryVersion = engine.directoryVersion
    guard !fresh.places.isSame(as: book.places) else { return }
    try await count(from: fresh, isCounted: false)
  }

  /// Begins with a book that is empty, or has all rows of cases counted, and reads what else the
  /// journal says.
  private func count(from start: VitalBook, isCounted: Bool) async throws(StoreFault) {
    book = start
    counting = VitalCounting(book: book, cases: cases, catalogue: engine.catalogue)
    alarms = [:]
    alarmPeaks = [:]
    things = [:]
    gradings = [:]
    outlines = [:]
    series = SeriesBook()
    observedTo = nil
    _ = cases.takeChanges()
    if !isCounted {
      for row in cases.rows { counting.add(row, sign: 1, of: cases, to: &book) }
    }
    for range in others {
      var last = range.lowerBound - 1
      while last < range.upperBound {
        let limit = min(Self.entriesMax, Int(range.upperBound - last))
        let entries = try await engine.store.entries(after: last, limit: limit)
        guard let end = entries.last?.sequence else { break }
        for entry in entries { take(entry, cases: false) }
        last = end
      }
    }
  }

  /// Begins with the cases of a copy that stands at an entry of this journal.
  ///
  /// - Parameter counted: a book in which they are counted; nil where it must be made.
  func begin(
    with copy: CaseBook, counted: VitalBook?, others: [ClosedRange<Int64>], at entry: JournalEntry
  ) async throws(StoreFault) {
    cases = copy
    self.others = others
    position = entry.sequence
    hash = entry.hash
    directoryVersion = engine.directoryVersion
    try await count(from: counted ?? Self.emptyBook(engine), isCounted: counted != nil)
  }

  private func note(other sequence: Int64) {
    if let last = others.last, last.upperBound + 1 == sequence {
      others[others.count - 1] = last.lowerBound...sequence
    } else {
      others.append(sequence...sequence)
    }
  }

  /// - Parameter wantsCases: whether facts of cases are taken too.
  /// - Returns: whether the entry speaks of more than cases.
  @discardableResult
  private func take(_ entry: JournalEntry, cases wantsCases: Bool) -> Bool {
    var hasOthers = false
    for fact in entry.facts {
      switch fact {
      case .caseFiled, .caseMoved, .order, .event, .judgement:
        if wantsCases { cases.take(fact) }
        continue
      case .alarm(let alarm):
        if let before = alarms[alarm.id] { counting.add(before, sign: -1, to: &book) }
        alarms[alarm.id] = alarm
        notePeak(alarm)
        counting.add(alarm, sign: 1, to: &book)
      case .thing(let thing):
        let at = entry.at.milliseconds
        if let before = things[thing.id] { counting.add(before, sign: -1, at: at, to: &book) }
        things[thing.id] = thing
        counting.add(thing, sign: 1, at: at, to: &book)
      case .graded(let grading):
        let at = grading.at.milliseconds
        if let before = gradings[grading.key] { counting.add(before, sign: -1, at: at, to: &book) }
        gradings[grading.key] = grading
        counting.add(grading, sign: 1, at: at, to: &book)
      case .area(let area): noteOutline(area, at: entry.at)
      case .series(let part): take(part)
      default: continue
      }
      hasOthers = true
    }
    return hasOthers
  }

  private func take(_ part: SeriesPart) {
    let wanted = book.quantities.enumerated().compactMap { index, quantity in
      quantity.imported.flatMap { $0.series == part.series ? (index, $0.take) : nil }
    }
    for (point, before) in series.take(part) {
      book.know(series: part.series, at: point.at)
      let places = book.places.numbers(area: engine.directory.path(of: point.area), unit: .none)
      for (quantity, take) in wanted {
        let amount = take == .values ? point.value - (before ?? 0) : before == nil ? 1 : 0
        book.add(amount, quantity: quantity, at: point.at.milliseconds, places: places)
      }
    }
  }

  private func noteOutline(_ area: Area, at: Instant) {
    if let before = outlines[area.id], before != area.outline,
      let place = places.number(of: .area(area.id))
    {
      book.know(outlineOf: place, changedAt: at)
    }
    outlines[area.id] = .some(area.outline)
  }

  private func notePeak(_ alarm: Alarm) {
    guard truthRules.contains(alarm.rule) else { return }
    var peak = alarmPeaks[alarm.id] ?? AlarmPeak(rule: alarm.rule, area: alarm.area)
    peak.reach(alarm.state.grade, at: alarm.state.changedAt)
    alarmPeaks[alarm.id] = peak
  }

  // MARK: Observations

  /// Reads anew from the beginning of the day in which was read last.
  private func readObservations() async throws(StoreFault) {
    guard let perception else { return }
    let now = engine.time.now
    let table = perception.table
    if devices != table.devices.map(\.thing.id) {
      devices = table.devices.map(\.thing.id)
      observedTo = nil
    }
    let since =
      observedTo?.advanced(byMilliseconds: -Self.lateMilliseconds)
      ?? now.advanced(byMilliseconds: -Self.daysMax * Duration.day)
    let from = startOfDay(since)
    guard let period = Period(from: from, to: now) else { return }
    let wanted = ObservedQuantities(book)
    for quantity in wanted.all { book.clear(quantity: quantity, period: period) }
    for device in table.devices {
      for (measure, stream) in zip(device.kind.measures, device.streams) {
        guard let quantities = wanted[device.kind.code, measure.code] else { continue }
        try await read(stream, of: device, measure, quantities, period, perception)
      }
    }
    for quantity in wanted.all { book.settle(quantity: quantity, period: period) }
    observedTo = now
  }

  private func read(
    _ stream: StreamNumber, of device: Device, _ measure: Measure,
    _ quantities: ObservedQuantities.Entry, _ period: Period, _ perception: Perception
  ) async throws(StoreFault) {
    let places = book.places.numbers(area: device.thing.area, unit: device.thing.owner)
    var from = period.from
    var first: Int64?
    while from < period.to {
      let to = min(period.to, from.advanced(byMilliseconds: Self.hoursRead * Duration.hour))
      let series = try await perception.observations.series(
        SeriesQuery(
          stream: stream, from: from, to: to, resolution: .hour, pointsMax: Int(Self.hoursRead)))
      for point in series.points {
        let at = point.at.milliseconds
        first = first ?? at
        for (quantity, observed) in quantities.list {
          guard let amount = observed.amount(of: point) else { continue }
          book.add(amount, quantity: quantity, at: at, places: places)
        }
      }
      from = to
    }
    guard let first else { return }
    book.know(observationsFrom: Instant(milliseconds: first))
    // What speaks only when something happens owes nothing: it is as complete as it can be.
    guard measure.intervalSeconds > 0 else {
      return
    }
    var hour = first
    while hour < period.to.milliseconds {
      for quantity in quantities.due { book.add(1, quantity: quantity, at: hour, places: places) }
      hour += Duration.hour
    }
  }

  /// Midnight of the city's time, at a moment or before it.
  package func startOfDay(_ instant: Instant) -> Instant {
    let offset = book.offsetMilliseconds
    let local = instant.milliseconds + offset
    let day = local >= 0 ? local / Duration.day : (local - Duration.day + 1) / Duration.day
    return Instant(milliseconds: day * Duration.day - offset)
  }
}

/// Which quantities of a book are made of which measure.
struct ObservedQuantities {
  struct Entry {
    /// What is added for each hour that was measured.
    var list: [(quantity: Int, observed: ObservationQuantity)] = []
    /// What is added for each hour that should have been.
    var due: [Int] = []
  }
  private var entries: [String: Entry] = [:]
  private(set) var all: [Int] = []

  init(_ book: VitalBook) {
    for (index, quantity) in book.quantities.enumerated() {
      guard let observed = quantity.observed else { continue }
      all.append(index)
      let key = "\(observed.kind) \(observed.measure)"
      if observed.take == .hoursDue {
        entries[key, default: Entry()].due.append(index)
      } else {
        entries[key, default: Entry()].list.append((index, observed))
      }
    }
  }

  subscript(kind: String, measure: String) -> Entry? { entries["\(kind) \(measure)"] }
}

extension ObservationQuantity {
  /// What an hour of one stream adds; nil = nothing.
  func amount(of point: SeriesPoint) -> Double? {
    switch take {
    case .means: point.mean
    case .hours: 1
    case .greatest: point.greatest
    case .hoursBeyond:
      (side == .above ? point.greatest > limit : point.least < limit) ? 1 : nil
    case .hoursDue: nil
    }
  }
}
