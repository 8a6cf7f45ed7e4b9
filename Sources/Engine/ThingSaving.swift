package import City
import Discovering
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
    let condition: Condition =
      stored.map { .thingVersion($0.id, $0.version) }
      ?? .codeAbsent(.thing(kind: entry.kind, code: entry.code))
    do throws(StoreFault) {
      try await commit(
        "thing.saved", "thing", thing.id.rawValue, [condition], [.thing(thing)], actor, request)
    } catch {
      throw .store(error)
    }
    engine.places.learn(thing)
    return (thing, true)
  }

  /// Whether saving would change anything; nothing is written.
  package func wouldChange(_ told: ThingEntry) async throws(MasterFault) -> Bool {
    var entry = told
    let stored = try await stored(kind: entry.kind, code: entry.code)
    if entry.keepsOthers, let stored { entry.keep(stored) }
    let findings = findings(of: entry)
    guard findings.isEmpty else { throw .refused(findings) }
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
