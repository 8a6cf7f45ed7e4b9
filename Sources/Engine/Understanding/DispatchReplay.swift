package import City
import Dispatching
import Pack
import Ports

/// Decides cases of the past once more under other rules or another model, and changes nothing.
package struct DispatchReplay: Sendable {
  let engine: Engine
  /// The rules and models to decide by; may be of other packs than the engine's.
  let understanding: Understanding

  package init(engine: Engine, understanding: Understanding) {
    self.engine = engine
    self.understanding = understanding
  }

  /// What became of one case, and what would have.
  package struct Line: Sendable {
    package let `case`: Case
    /// The item that it would have got; nil = a person would have chosen.
    package let item: String?
    /// The unit that would have got it; empty = a person would have chosen.
    package let unit: UnitPath
    /// Whether the machine would have dispatched it by itself.
    package let isAutomatic: Bool
    /// What decided: words of the text, and the rule's sentence.
    package let reasons: [String]
    package let why: String

    /// Whether the unit that had the case in the end would have got it at once.
    package var isSame: Bool { unit.innermost == `case`.state.unit.innermost }
  }

  /// Decides the cases filed from `from` up to, not including, `to`, the newest first.
  ///
  /// A case whose item was named by its channel keeps it; of the others the words are read anew.
  /// Cases that no unit ever had are passed over.
  /// - Parameter body: told of one case after another.
  package func run(
    from: Instant, to: Instant, _ body: (Line) throws -> Void
  ) async throws {
    var before: Int64?
    repeat {
      var query = CaseQuery(
        scope: .everything, page: PageRequest(limit: PageRequest.limitMax, before: before))
      query.filedFrom = from
      query.filedTo = to
      let page = try await engine.store.cases(query)
      for found in page.elements where found.state.unit.innermost != nil {
        try body(try await line(found))
      }
      before = page.next
    } while before != nil
  }

  private func line(_ found: Case) async throws(StoreFault) -> Line {
    let named = try await named(found)
    let decision =
      named == nil
      ? understanding.read(title: found.filing.title, text: found.filing.text).decision : nil
    let code = named ?? decision?.item
    let item = code.flatMap { understanding.catalogue.item(code: $0) }
    var thing: Thing?
    if let id = found.filing.thing { thing = try await engine.store.load(id) }
    guard let item,
      case .unit(let choice) = engine.directory.responsibility.proposal(
        for: item, area: found.state.area, thing: thing)
    else {
      return Line(
        case: found, item: item?.code, unit: .none, isAutomatic: false,
        reasons: decision?.guesses.first?.reasons ?? [], why: "")
    }
    return Line(
      case: found, item: item.code, unit: choice.unit,
      isAutomatic: item.automatic && decision?.isSettled ?? true
        && choice.confidence >= ResponsibilityList.confidenceOfRule,
      reasons: decision?.guesses.first?.reasons ?? [], why: choice.why)
  }

  /// The item that the channel named; nil where the machine read the words, or could have.
  private func named(_ found: Case) async throws(StoreFault) -> String? {
    let choice = try await engine.store.choice(of: found.id)
    if let choice { return choice.guesses.first?.source == .named ? choice.item : nil }
    return try await engine.store.signals(of: found.filing.event, limit: 1).first?.item
  }
}
