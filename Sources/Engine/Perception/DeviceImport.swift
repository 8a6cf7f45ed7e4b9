import City
package import Discovering
import Geography
import Pack
package import Ports

/// A device as a file states it, with what it watches and reports by.
package struct DeviceEntry: Sendable {
  package var thing: ThingEntry
  /// `kind/code` of what it watches; nil = nothing named.
  package var watches: String?
  /// Code of the gateway that it reports by.
  package var gateway: String?

  package init(thing: ThingEntry, watches: String? = nil, gateway: String? = nil) {
    self.thing = thing
    self.watches = watches
    self.gateway = gateway
  }
}

/// Registers devices, many with one entry of the journal.
package struct DeviceImport: Sendable {
  /// Kind of the Link from a device to what it watches.
  package static let watches = "watches"
  /// Kind of the Link from a device to its gateway.
  package static let gateway = "gateway"
  /// Devices that share an entry of the journal.
  static let groupMax = 1_000

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// What became of the rows, in their order.
  package enum Outcome: Sendable, Equatable {
    case accepted
    /// It was there already, unchanged.
    case repeated
    case refused([SignalFinding])
  }

  /// Makes or changes devices. A row that is refused does not stop the others.
  package func save(
    _ entries: [DeviceEntry], by actor: Actor
  ) async throws(StoreFault) -> [Outcome] {
    let master = MasterData(engine: engine)
    var known = try await stored(Set(entries.map(\.thing.kind)))
    var outcomes: [Outcome] = []
    outcomes.reserveCapacity(entries.count)
    var facts: [Fact] = []
    var conditions: [Condition] = []
    var pending: [(DeviceEntry, Thing)] = []
    for entry in entries {
      let findings = findings(of: entry, master)
      guard findings.isEmpty else {
        outcomes.append(.refused(findings))
        continue
      }
      let key = Key(kind: entry.thing.kind, code: entry.thing.code)
      let before = known[key]
      let thing = master.thing(entry.thing, replacing: before)
      if let before, before == thing.numbered(before.version) {
        outcomes.append(.repeated)
        pending.append((entry, before))
        continue
      }
      outcomes.append(.accepted)
      known[key] = thing
      conditions.append(
        before.map { .thingVersion($0.id, $0.version) }
          ?? .codeAbsent(.thing(kind: thing.kind, code: thing.code)))
      facts.append(.thing(thing))
      pending.append((entry, thing))
      if facts.count >= Self.groupMax {
        try await commit(facts, conditions, actor)
        facts.removeAll()
        conditions.removeAll()
      }
    }
    if !facts.isEmpty { try await commit(facts, conditions, actor) }
    try await link(pending, known, actor)
    return outcomes
  }

  private struct Key: Hashable {
    let kind: String
    let code: String
  }

  private func findings(of entry: DeviceEntry, _ master: MasterData) -> [SignalFinding] {
    var findings = master.findings(of: entry.thing)
    if let kind = engine.catalogue.kind(code: entry.thing.kind), !kind.isDevice {
      findings.append(
        SignalFinding(field: "kind", rule: "kind.no_device", facts: ["kind": kind.code]))
    }
    return findings
  }

  private func stored(_ kinds: Set<String>) async throws(StoreFault) -> [Key: Thing] {
    var known: [Key: Thing] = [:]
    for kind in kinds.sorted() {
      var before: Int64?
      repeat {
        var query = ThingQuery(
          scope: .everything, page: PageRequest(limit: PageRequest.limitMax, before: before))
        query.kind = kind
        let page = try await engine.store.things(query)
        for thing in page.elements { known[Key(kind: thing.kind, code: thing.code)] = thing }
        before = page.next
      } while before != nil
    }
    return known
  }

  /// Ties devices to what they watch and report by. What is not stored is passed over.
  private func link(
    _ pending: [(DeviceEntry, Thing)], _ known: [Key: Thing], _ actor: Actor
  ) async throws(StoreFault) {
    var facts: [Fact] = []
    for (entry, thing) in pending {
      if let code = entry.gateway,
        let gateway = try await find(Key(kind: "gateway", code: code), known)
      {
        facts.append(.link(Link(from: thing.id, to: gateway.id, kind: Self.gateway)))
      }
      if let name = entry.watches, let slash = name.firstIndex(of: "/") {
        let key = Key(
          kind: String(name[..<slash]), code: String(name[name.index(after: slash)...]))
        if let watched = try await find(key, known) {
          facts.append(.link(Link(from: thing.id, to: watched.id, kind: Self.watches)))
        }
      }
    }
    for start in stride(from: 0, to: facts.count, by: Self.groupMax) {
      try await commit(
        Array(facts[start..<min(facts.count, start + Self.groupMax)]), [], actor)
    }
  }

  private func find(_ key: Key, _ known: [Key: Thing]) async throws(StoreFault) -> Thing? {
    if let thing = known[key] { return thing }
    return try await engine.store.thing(kind: key.kind, code: key.code)
  }

  private func commit(
    _ facts: [Fact], _ conditions: [Condition], _ actor: Actor
  ) async throws(StoreFault) {
    _ = try await engine.store.commit(
      ChangeSet(
        kind: "devices.saved", at: engine.time.now, actor: actor,
        subject: SubjectReference(kind: "devices", id: 0), request: "", conditions: conditions,
        facts: facts))
  }
}
