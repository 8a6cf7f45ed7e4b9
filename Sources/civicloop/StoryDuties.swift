import City
import Engine
import Handling
import Pack
import Ports

// Ledgers, rounds and series of a story.
extension StoryPlay {
  /// Lets ledgers, rounds and the engine's own steps follow what happened; a case that a missed round or a
  /// late line led to is the latest.
  mutating func follow(_ effect: inout Effect) async {
    do throws(StoreFault) {
      try await ledgers.turn()
      for report in try await patrols.turn().reports + ledgers.tellLate() {
        latest = report.case
        effect.opened = report.kind == .opened
      }
      try await machine.turn()
    } catch {
      effect.refusal = error.code
    }
  }

  /// Another system's value for the street, as `import series` brings it.
  func bring(_ series: String, _ value: Double, _ effect: inout Effect) async {
    let entry = SeriesEntry(area: "s", at: engine.time.now, value: value)
    do throws(MasterFault) {
      _ = try await MasterData(engine: engine).save(
        series: series, [entry], by: .engine("story"), request: "")
    } catch {
      effect.refusal = error.told
    }
  }

  mutating func take(_ duty: StoryDuty, _ effect: inout Effect) async {
    let unit = story.units.first.flatMap { units[$0.name] }
    guard let unit, let staff = person(unit, duty.post) else {
      effect.refusal = "no such person"
      return
    }
    let files =
      evidence(duty.photos, .photo, from: 0) + evidence(duty.documents, .document, from: 100)
    switch duty.form {
    case .strike, .reopen:
      guard let entry = await entry(on: duty.on) else {
        effect.refusal = "no line"
        return
      }
      do throws(LedgerFault) {
        _ = try await LedgerActs(engine: engine).take(
          duty.form == .strike ? .strike : .reopen, on: entry.id, words: duty.note,
          files: files, by: staff, posts: [duty.post], as: .staff(staff), request: "")
      } catch {
        effect.refusal = error.code
      }
    case .sound, .faulty:
      guard let thing = things[duty.on], let patrol = await patrol(at: thing) else {
        effect.refusal = "no round"
        return
      }
      do throws(PatrolFault) {
        let done = try await PatrolActs(engine: engine).visit(
          thing, on: patrol.id, isSound: duty.form == .sound, words: duty.note, files: files,
          by: staff, posts: [duty.post], as: .staff(staff), request: "")
        guard let report = done.report else { return }
        latest = report.case
        cases[duty.on] = report.case
        effect.opened = report.kind == .opened
      } catch {
        effect.refusal = error.code
      }
    }
  }

  /// What is there instead; empty where it is as expected, nil where it is no expectation of these.
  func duty(_ expectation: StoryExpectation) async -> String? {
    switch expectation {
    case .listed(let isStanding, let on):
      guard let entry = await entry(on: on) else { return "no line of a ledger" }
      return (entry.state == .open) == isStanding ? "" : entry.state.rawValue
    case .left(let id):
      guard let thing = things[id] else { return "no such thing" }
      return await patrol(at: thing) == nil ? "nothing to look at" : ""
    default: return nil
    }
  }

  /// The newest line that a thing or the case of a signal has in any ledger.
  private func entry(on name: String) async -> LedgerEntry? {
    var found: [LedgerEntry] = []
    for ledger in engine.catalogue.ledgers {
      let thing = things[name].map { LedgerEntry.key(ledger.code, thing: $0, case: nil) }
      let filed = cases[name].map { LedgerEntry.key(ledger.code, thing: nil, case: $0) }
      for key in [thing, filed].compactMap({ $0 }) {
        if let entry = try? await engine.store.ledgerEntry(key: key) { found.append(entry) }
      }
    }
    return found.max { $0.id < $1.id }
  }

  /// The open round that has still to look at a thing.
  private func patrol(at thing: ID<Thing>) async -> Patrol? {
    for plan in engine.catalogue.patrols {
      var query = PatrolQuery(
        scope: .everything, plan: plan.code,
        page: PageRequest(limit: PageRequest.limitMax, before: nil))
      query.state = .open
      let page = try? await engine.store.patrols(query)
      if let found = page?.elements.first(where: { patrol in
        patrol.left.contains { $0.thing == thing }
      }) {
        return found
      }
    }
    return nil
  }
}
