import City
import Geography
import Language
import Ports
import Synchronization

/// The gazetteer of this city, in memory: learned from areas and things when it is first needed, and
/// from every thing that changes later.
package final class PlaceBook: Sendable {
  private struct State {
    var gazetteer: Gazetteer
    var isLoaded = false
    /// What changed while the rest was being read.
    var changed: [Thing] = []
    var loading: Task<Void, Never>?
  }

  let parser: AddressParser
  private let state: Mutex<State>

  init(parser: AddressParser) {
    self.parser = parser
    state = Mutex(State(gazetteer: Gazetteer(parser: parser)))
  }

  /// How many places it knows.
  package var count: Int { state.withLock { $0.gazetteer.count } }

  /// Where an address may lie, the surest first.
  func candidates(for parsed: ParsedAddress) -> [Gazetteer.Candidate] {
    state.withLock { $0.gazetteer.candidates(for: parsed) }
  }

  /// Returns once all places are known. Where the store cannot be read, what is known must do, and
  /// the next caller tries again.
  func load(from store: any Store, areas: [Area]) async {
    let task = state.withLock { state -> Task<Void, Never>? in
      if state.isLoaded { return nil }
      if let loading = state.loading { return loading }
      let loading = Task.detached(priority: .utility) { await self.read(store, areas) }
      state.loading = loading
      return loading
    }
    await task?.value
  }

  private func read(_ store: any Store, _ areas: [Area]) async {
    var gazetteer = Gazetteer(parser: parser)
    for area in areas { Self.learn(area, &gazetteer) }
    var query = ThingQuery(
      scope: .everything, page: PageRequest(limit: PageRequest.limitMax, before: nil))
    do throws(StoreFault) {
      while true {
        let page = try await store.things(query)
        for thing in page.elements { Self.learn(thing, &gazetteer) }
        guard let next = page.next else { break }
        query.page = PageRequest(limit: PageRequest.limitMax, before: next)
      }
    } catch {
      return state.withLock { $0.loading = nil }
    }
    let read = gazetteer
    state.withLock { state in
      state.gazetteer = read
      for thing in state.changed { Self.learn(thing, &state.gazetteer) }
      state.changed = []
      state.isLoaded = true
      state.loading = nil
    }
  }

  /// A thing was made or changed.
  func learn(_ thing: Thing) {
    state.withLock { state in
      if state.isLoaded {
        Self.learn(thing, &state.gazetteer)
      } else if state.loading != nil {
        state.changed.append(thing)
      }
    }
  }

  /// The areas were read anew.
  func learn(_ areas: [Area]) {
    state.withLock { state in
      guard state.isLoaded else { return }
      for area in areas { Self.learn(area, &state.gazetteer) }
    }
  }

  private static func learn(_ thing: Thing, _ gazetteer: inout Gazetteer) {
    guard let position = thing.position else {
      return gazetteer.replace(thing.id.rawValue, with: [])
    }
    let entries = [thing.address, thing.name].filter { !$0.isEmpty }.map {
      Gazetteer.Entry(
        address: $0, position: position, area: thing.area, source: thing.id.rawValue)
    }
    gazetteer.replace(thing.id.rawValue, with: entries)
  }

  /// Neighbourhoods are named in addresses; streets are found by their names in the text, and grids
  /// by nobody.
  private static func learn(_ area: Area, _ gazetteer: inout Gazetteer) {
    guard area.level == .neighbourhood, let outline = area.outline,
      let position = try? outline.pointOnSurface()
    else { return }
    gazetteer.replace(
      area.id.rawValue,
      with: [
        Gazetteer.Entry(
          address: area.name, position: position, area: .outside, source: area.id.rawValue)
      ])
  }
}
