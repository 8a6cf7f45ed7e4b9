package import City
import Discovering
import Pack
package import Ports

// Things: made, changed, and what would become of them.
extension MasterData {
  /// Makes or changes a thing.
  package func save(
    _ entry: ThingEntry, by actor: Actor, request: String
  ) async throws(MasterFault) -> (thing: Thing, isChanged: Bool) {
    if !entry.keepsOthers {
      let findings = findings(of: entry)
      guard findings.isEmpty else { throw .refused(findings) }
    }
    for _ in 0..<engine.settings.attemptsMax {
      do throws(MasterFault) {
        return try await attempt(entry, by: actor, request: request)
      } catch {
        guard case .store(.conflict) = error else { throw error }
      }
    }
    throw .crowded
  }

  private func attempt(
    _ told: ThingEntry, by actor: Actor, request: String
  ) async throws(MasterFault) -> (thing: Thing, isChanged: Bool) {
    var entry = told
    let stored = try await stored(kind: entry.kind, code: entry.code)
    if let seen = entry.seen, let stored, stored.version != seen { throw .changed }
    if entry.keepsOthers {
      if let stored { entry.keep(stored) }
      let findings = findings(of: entry)
      guard findings.isEmpty else { throw .refused(findings) }
    }
    let thing = thing(entry, replacing: stored)
    if let stored, stored == thing.numbered(stored.version) { return (stored, false) }
    let claimed = try await claim(thing)
    let condition: Condition =
      stored.map { .thingVersion($0.id, $0.version) }
      ?? .codeAbsent(.thing(kind: entry.kind, code: entry.code))
    do throws(StoreFault) {
      try await commit(
        "thing.saved", "thing", thing.id.rawValue, [condition], [.thing(thing)], actor, request)
    } catch {
      if let kind = engine.catalogue.kind(code: thing.kind) {
        engine.unique.release(kind, code: thing.code, claimed, keeping: stored?.values ?? [:])
      }
      throw .store(error)
    }
    if let stored, let kind = engine.catalogue.kind(code: thing.kind) {
      engine.unique.release(kind, code: thing.code, stored.values, keeping: claimed)
    }
    engine.places.learn(thing)
    return (thing, true)
  }

  /// Holds what no other thing of the kind may have.
  private func claim(_ thing: Thing) async throws(MasterFault) -> [String: String] {
    guard let kind = engine.catalogue.kind(code: thing.kind) else { return [:] }
    try await readUnique(kind)
    let values = thing.values
    let findings = engine.unique.claim(kind, code: thing.code, values)
    guard findings.isEmpty else { throw .refused(findings) }
    return values
  }

  private func readUnique(_ kind: Kind) async throws(MasterFault) {
    do throws(StoreFault) {
      try await engine.unique.read(kind, from: engine.store)
    } catch {
      throw .store(error)
    }
  }

  /// Whether saving would change anything; nothing is written.
  package func wouldChange(_ told: ThingEntry) async throws(MasterFault) -> Bool {
    var entry = told
    let stored = try await stored(kind: entry.kind, code: entry.code)
    if entry.keepsOthers, let stored { entry.keep(stored) }
    let findings = findings(of: entry)
    guard findings.isEmpty else { throw .refused(findings) }
    if let kind = engine.catalogue.kind(code: entry.kind) {
      try await readUnique(kind)
      let taken = engine.unique.findings(kind, code: entry.code, entry.attributes)
      guard taken.isEmpty else { throw .refused(taken) }
    }
    guard let stored else { return true }
    return stored != thing(entry, replacing: stored).numbered(stored.version)
  }

  private func stored(kind: String, code: String) async throws(MasterFault) -> Thing? {
    do throws(StoreFault) {
      return try await engine.store.thing(kind: kind, code: code)
    } catch {
      throw .store(error)
    }
  }
}

extension Thing {
  /// Its values by their fields.
  var values: [String: String] {
    Dictionary(attributes.map { ($0.name, $0.value) }) { first, _ in first }
  }
}

extension ThingEntry {
  /// Takes over what is stored and not told anew.
  mutating func keep(_ stored: Thing) {
    for attribute in stored.attributes where attributes[attribute.name] == nil {
      attributes[attribute.name] = attribute.value
    }
    attributes = attributes.filter { !$0.value.isEmpty }
    if name.isEmpty { name = stored.name }
    if address.isEmpty { address = stored.address }
    if geometry == nil { geometry = stored.geometry }
    if longitude == nil && latitude == nil {
      longitude = stored.position?.longitude
      latitude = stored.position?.latitude
    }
  }
}
