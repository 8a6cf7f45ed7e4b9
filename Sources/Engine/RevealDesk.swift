package import City
package import Ports

/// Why a person's data was not shown unmasked.
package enum RevealFault: Error, Equatable {
  /// He saw as many today as one may see in a day.
  case limit(max: Int, retryAfterMilliseconds: Int64)
  case store(StoreFault)

  package var code: String {
    switch self {
    case .limit: "reveal.limit"
    case .store(let fault): fault.code
    }
  }
}

/// Shows who reported: counted, limited, and on record before the answer goes out.
package struct RevealDesk: Sendable {
  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Puts on record that somebody sees the reporter of a case now.
  ///
  /// Two requests at the same moment may both be the last one allowed.
  package func reveal(
    _ reporter: ID<Reporter>, of found: Case, duty: Reveal.Duty, reason: String,
    by caller: Caller, request: String
  ) async throws(RevealFault) {
    let now = engine.time.now
    let max = engine.settings.revealsPerDayMax
    let midnight = dayBegin(now)
    var query = RevealQuery(page: PageRequest(limit: max, before: nil))
    query.staff = caller.staff.id
    query.from = midnight
    let today = query
    let seen = try await stored { () throws(StoreFault) in
      try await engine.store.reveals(today)
    }.elements.count
    guard seen < max else {
      throw .limit(
        max: max,
        retryAfterMilliseconds: midnight.advanced(byMilliseconds: Duration.day)
          .millisecondsSince(now))
    }
    let reveal = Reveal(
      id: engine.newID(), at: now, staff: caller.staff.id, case: found.id, reporter: reporter,
      duty: duty, reason: reason, isForeign: isForeign(found, caller))
    _ = try await stored { () throws(StoreFault) in
      try await engine.store.commit(
        ChangeSet(
          kind: "reporter.revealed", at: now, actor: caller.actor,
          subject: SubjectReference(kind: "case", id: found.id.rawValue), request: request,
          conditions: [], facts: [.reveal(reveal)]))
    }
  }

  /// Whether the case is neither his unit's nor in the area that he or his unit serves.
  private func isForeign(_ found: Case, _ caller: Caller) -> Bool {
    let directory = engine.directory
    let own = caller.staff.area ?? directory.units[caller.staff.unit]?.area
    let isOurs = found.state.unit.lies(in: caller.staff.unit)
    // A centre without an area serves the whole city: nothing is foreign to it.
    let servesAll = own == nil && directory.units[caller.staff.unit]?.kind == .centre
    return !isOurs && !servesAll && !(own.map { found.state.area.lies(in: $0) } ?? false)
  }

  /// The beginning of the city's day.
  private func dayBegin(_ now: Instant) -> Instant {
    let offset = Int64(engine.settings.offsetMinutes) * Duration.minute
    let local = now.milliseconds + offset
    let passed = (local % Duration.day + Duration.day) % Duration.day
    return now.advanced(byMilliseconds: -passed)
  }

  private func stored<Answer>(
    _ body: () async throws(StoreFault) -> Answer
  ) async throws(RevealFault) -> Answer {
    do throws(StoreFault) {
      return try await body()
    } catch {
      throw .store(error)
    }
  }
}
