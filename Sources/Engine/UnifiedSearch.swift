import City
import Language
package import Ports

/// One box for everything: what the caller may see is settled here, what is found by the store.
package struct UnifiedSearch: Sendable {
  /// Fewer digits are a number like any other, not a contact.
  static let contactDigitsMin = 7
  /// Names that are offered while somebody types.
  package static let suggestionsMax = 8
  /// Hits that are looked through for different names.
  static let suggestionHits = 60

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Answers a question as the caller may see it. A whole phone number finds what its owner
  /// reported: by its keyed hash, and only for who may see personal values.
  package func search(
    _ question: SearchQuery, by caller: Caller
  ) async throws(StoreFault) -> SearchAnswer {
    guard mayAsk(question.words, caller) else { return SearchAnswer() }
    var query = question
    query.openKinds = Self.openKinds(caller.scope)
    if let reporter = try await reporter(of: query.words, caller) {
      query.words = ""
      query.reporter = reporter
    }
    return try await engine.store.search(query)
  }

  /// Different names that hold what was typed so far, the best first.
  package func suggestions(
    for words: String, by caller: Caller
  ) async throws(StoreFault) -> [SearchHit] {
    guard mayAsk(words, caller) else { return [] }
    var query = SearchQuery(scope: caller.scope, words: words, now: engine.time.now)
    query.openKinds = Self.openKinds(caller.scope)
    query.headOnly = true
    query.limit = Self.suggestionHits
    var names: Set<String> = []
    let hits = try await engine.store.search(query).hits
    return Array(hits.filter { names.insert($0.title).inserted }.prefix(Self.suggestionsMax))
  }

  /// Whether words ask for nothing that is hidden from a caller: who sees no rooms finds nobody by
  /// his room either. Names and numbers are not in the index at all.
  package func mayAsk(_ words: String, _ caller: Caller) -> Bool {
    caller.seesRooms || !engine.rooms.holdsRoom(words)
  }

  /// The trees and the catalogue are everybody's; things are the whole city's files, so that who
  /// sees by his unit sees them all.
  static func openKinds(_ scope: Scope) -> Set<SearchKind> {
    if case .unit = scope { return [.place, .unit, .item, .document, .thing, .device] }
    return [.place, .unit, .item, .document]
  }

  private func reporter(
    of words: String, _ caller: Caller
  ) async throws(StoreFault) -> ID<Reporter>? {
    let digits = words.utf8.filter { (48...57).contains($0) }.count
    guard caller.permissions.contains(.reveal), digits >= Self.contactDigitsMin,
      words.utf8.allSatisfy({ (48...57).contains($0) || [0x20, 0x2B, 0x2D].contains($0) }),
      CaseNumber(text: words) == nil
    else { return nil }
    let hash = engine.sealing.blindHash(PersonalData.contact(words))
    return try await engine.store.reporter(contactHash: hash)?.id
  }
}
