import City
import Pack
package import Ports

/// What a follower of an engine must read anew, because it changed meanwhile.
package struct Overtaken: Sendable, Equatable {
  /// A model was learned, put in force or taken back.
  package var models = false
  /// Things of kinds that measure, their links, or times in which they are worked on.
  package var devices = false

  package init() {}
}

extension Engine {
  /// Entries read at once.
  static let caughtUpMax = 4_096

  /// Takes in what others committed since an entry and this engine holds in memory: places, people,
  /// grants and words.
  ///
  /// - Parameter sequence: the entry up to which everything is known.
  /// - Returns: the last entry that was read, and what those must read anew who hold more.
  package func catchUp(
    after sequence: Int64
  ) async throws(StoreFault) -> (last: Int64, overtaken: Overtaken) {
    var (last, overtaken) = (sequence, Overtaken())
    var (hasPlaces, hasGrants, hasWords) = (false, false, false)
    while true {
      let entries = try await store.entries(after: last, limit: Self.caughtUpMax)
      guard let newest = entries.last else { break }
      for fact in entries.lazy.flatMap(\.facts) {
        switch fact {
        case .thing(let thing):
          places.learn(thing)
          overtaken.devices =
            overtaken.devices || catalogue.kind(code: thing.kind)?.isDevice ?? false
        case .maintenance, .link: overtaken.devices = true
        case .model, .modelUse: overtaken.models = true
        case .area, .unit, .staff: hasPlaces = true
        case .grant: hasGrants = true
        case .word: hasWords = true
        default: break
        }
      }
      last = newest.sequence
    }
    if hasWords { understanding.learn(try await store.words()) }
    // The names of areas that operators gave are words.
    if hasPlaces || hasWords { try await reloadDirectory() }
    if hasGrants { try await reloadGrants() }
    return (last, overtaken)
  }
}
