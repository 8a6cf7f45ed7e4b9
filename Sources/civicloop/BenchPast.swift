import City
import Discovering
import Engine
import Pack
import Ports

/// Fills a store with closed cases, so that a benchmark runs at volume.
struct BenchPast {
  /// Cases written at the same time, so that they share flushes.
  static let parallelCases = 512
  static let daysBack: Int64 = 365

  let data: String
  let district: BenchDistrict

  func fill(_ count: Int) async throws {
    Output.say("storing \(count) closed cases …")
    let folder = try await DataFolder.open(data, note: "bench", clock: SystemClock())
    let progress = Progress("cases")
    let history = History(engine: folder.engine)
    let now = folder.engine.time.now
    try await withThrowingTaskGroup(of: Void.self) { group in
      var waiting = 0
      for number in 0..<count {
        if waiting >= Self.parallelCases {
          try await group.next()
          waiting -= 1
          progress.show(Int64(number), of: Int64(count))
        }
        waiting += 1
        let ticket = ticket(number, of: count, now: now)
        group.addTask {
          _ = try await history.take(ticket, by: .local("bench"), request: "")
        }
      }
      try await group.waitForAll()
    }
    progress.show(Int64(count), of: Int64(count))
    Output.say("counting them, as a server does that ran until then …")
    try await VitalDesk(engine: folder.engine, perception: nil, keeping: folder.derived).follow()
    await folder.close()
  }

  private func ticket(_ number: Int, of count: Int, now: Instant) -> HistoricTicket {
    var random = BenchRandom(seed: UInt64(number))
    let item = district.items[random.index(below: district.items.count)]
    let place = district.places[random.index(below: district.places.count)]
    let span = Self.daysBack * Duration.day
    let age = span - Int64(Double(span) * Double(number) / Double(max(count, 1)))
    let filedAt = now.advanced(byMilliseconds: -age - Duration.day)
    var draft = SignalDraft()
    draft.externalID = "past-\(number)"
    draft.item = item.code
    draft.title = BenchTexts.title(item)
    draft.text = BenchTexts.text(item)
    draft.address = BenchTexts.address(place, number: 1 + random.index(below: 900))
    draft.longitude = place.middle.longitude + (random.unit() - 0.5) * 0.0008
    draft.latitude = place.middle.latitude + (random.unit() - 0.5) * 0.0008
    draft.occurredAt = filedAt
    let handler = district.handlers[random.index(below: district.handlers.count)]
    return HistoricTicket(
      signal: IncomingSignal(
        channel: number % 10 == 0 ? .citizen : .hotline, draft: draft, raw: Array(draft.text.utf8)),
      filedAt: filedAt, closedAt: filedAt.advanced(byMilliseconds: 6 * Duration.hour),
      unit: handler.unit, reply: item.closing, joins: false)
  }
}
