import City
import Discovering
import Pack
import Ports
import Synchronization

/// Values of unique fields and which thing has each, so that no two things of a kind share one.
///
/// Read from the store when the first thing of such a kind is saved. All that is saved comes through
/// here: one engine writes a folder. Values are compared as they are written.
package final class UniqueValues: Sendable {
  /// Values held of all kinds together; what is above is refused with `unique.full`.
  package static let valuesMax = 2_000_000

  private struct Key: Hashable {
    let kind: String
    let field: String
    let value: String
  }

  private struct State {
    /// The code of the thing that has the value.
    var holders: [Key: String] = [:]
    var readings: [String: Task<StoreFault?, Never>] = [:]
  }

  private let state = Mutex(State())

  init() {}

  /// Reads what things of a kind have, once; needed before `claim` and `findings`.
  func read(_ kind: Kind, from store: any Store) async throws(StoreFault) {
    guard !kind.uniqueFields.isEmpty else { return }
    let reading = state.withLock { state in
      if let reading = state.readings[kind.code] { return reading }
      let reading = Task { await self.readAll(kind, from: store) }
      state.readings[kind.code] = reading
      return reading
    }
    guard let fault = await reading.value else { return }
    state.withLock { $0.readings[kind.code] = nil }
    throw fault
  }

  private func readAll(_ kind: Kind, from store: any Store) async -> StoreFault? {
    var before: Int64?
    repeat {
      var query = ThingQuery(
        scope: .everything, page: PageRequest(limit: PageRequest.limitMax, before: before))
      query.kind = kind.code
      do throws(StoreFault) {
        let page = try await store.things(query)
        state.withLock { state in
          for thing in page.elements {
            let values = Dictionary(thing.attributes.map { ($0.name, $0.value) }) { $1 }
            for key in Self.keys(kind, values) where state.holders[key] == nil {
              state.holders[key] = thing.code
            }
          }
        }
        before = page.next
      } catch {
        return error
      }
    } while before != nil
    return nil
  }

  /// Which values another thing has; nothing is held.
  func findings(_ kind: Kind, code: String, _ attributes: [String: String]) -> [SignalFinding] {
    state.withLock { Self.findings(kind, code, attributes, $0) }
  }

  /// Holds the values for a thing, all of them or, where another has one, none.
  func claim(_ kind: Kind, code: String, _ attributes: [String: String]) -> [SignalFinding] {
    state.withLock { state in
      let findings = Self.findings(kind, code, attributes, state)
      guard findings.isEmpty else { return findings }
      for key in Self.keys(kind, attributes) { state.holders[key] = code }
      return []
    }
  }

  /// Lets go of values that a thing had or was to have, but for those that it keeps.
  func release(
    _ kind: Kind, code: String, _ attributes: [String: String], keeping kept: [String: String]
  ) {
    state.withLock { state in
      let kept = Set(Self.keys(kind, kept))
      for key in Self.keys(kind, attributes)
      where state.holders[key] == code && !kept.contains(key) { state.holders[key] = nil }
    }
  }

  private static func keys(_ kind: Kind, _ attributes: [String: String]) -> [Key] {
    kind.uniqueFields.compactMap { field in
      guard let value = attributes[field], !value.isEmpty else { return nil }
      return Key(kind: kind.code, field: field, value: value)
    }
  }

  private static func findings(
    _ kind: Kind, _ code: String, _ attributes: [String: String], _ state: State
  ) -> [SignalFinding] {
    keys(kind, attributes).compactMap { key in
      let field = "attributes.\(key.field)"
      guard let holder = state.holders[key] else {
        return state.holders.count < valuesMax
          ? nil
          : SignalFinding(field: field, rule: "unique.full", facts: ["max": String(valuesMax)])
      }
      return holder == code ? nil : SignalFinding(field: field, rule: "field.unique")
    }
  }
}

extension Kind {
  /// Names of the fields whose values no two things share.
  var uniqueFields: [String] { fields.filter(\.rule.isUnique).map(\.name) }
}

extension Catalogue {
  /// Whether both ask the same fields of the same kinds to be unique.
  func asksSameUnique(as other: Catalogue) -> Bool {
    func asked(_ catalogue: Catalogue) -> [String: [String]] {
      Dictionary(uniqueKeysWithValues: catalogue.kinds.map { ($0.code, $0.uniqueFields) })
        .filter { !$0.value.isEmpty }
    }
    return asked(self) == asked(other)
  }
}
