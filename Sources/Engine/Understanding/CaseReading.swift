package import City
package import Dispatching
package import Language
import Pack
package import Ports

/// What the machine can say of one case to whoever works on it: what it may be, what was like it,
/// and how its reply looks. Hints with reasons, never a verdict.
package struct CaseReading: Sendable {
  /// Closed cases shown beside a proposal.
  package static let similarMax = 3
  /// Closed cases of one item that are compared.
  static let comparedMax = 200
  /// Guesses whose closed cases are compared.
  static let comparedGuesses = 3

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// What a case's words speak of, as the machine sees it now.
  package struct Proposals: Sendable {
    /// Why the machine chose as it did when the case was filed; nil where it had nothing to choose.
    package let choice: MachineChoice?
    package let decision: ItemDecision
    /// The model that was asked just now; nil where none is in force.
    package let model: Int?
    package let themes: [ItemGuess]
    package let units: [ItemGuess]
    package let similar: [SimilarCase]
  }

  /// A closed case with words in common.
  package struct SimilarCase: Sendable {
    package let `case`: Case
    /// Twice the words in common by all words of both, 0…1.
    package let likeness: Double
    /// Words in common, the longest first.
    package let words: [String]
  }

  /// Reads a case; similar ones only where the caller may see them.
  package func proposals(
    for found: Case, within scope: Scope
  ) async throws(StoreFault) -> Proposals {
    let filing = found.filing
    let understanding = engine.understanding
    let reading = understanding.read(title: filing.title, text: filing.text)
    let items = [found.state.item].compactMap { $0 } + reading.decision.guesses.map(\.item)
    return Proposals(
      choice: try await engine.store.choice(of: found.id), decision: reading.decision,
      model: reading.model,
      themes: understanding.guesses(.theme, title: filing.title, text: filing.text),
      units: understanding.guesses(.unit, title: filing.title, text: filing.text),
      similar: try await similar(to: found, items: items, within: scope))
  }

  /// Closed cases of these items that are most like one, the likest first.
  func similar(
    to found: Case, items: [String], within scope: Scope
  ) async throws(StoreFault) -> [SimilarCase] {
    let cutting = engine.understanding.cutting
    let own = words(of: found, cutting)
    guard !own.isEmpty else { return [] }
    var compared: Set<String> = []
    var similar: [SimilarCase] = []
    for item in items
    where compared.count < Self.comparedGuesses && compared.insert(item).inserted {
      var query = CaseQuery(
        scope: scope, page: PageRequest(limit: Self.comparedMax, before: nil))
      query.item = item
      query.open = false
      for other in try await engine.store.cases(query).elements
      where other.id != found.id && other.state.verdict == .passed {
        let words = words(of: other, cutting)
        let common = own.intersection(words)
        guard !common.isEmpty else { continue }
        similar.append(
          SimilarCase(
            case: other, likeness: 2 * Double(common.count) / Double(own.count + words.count),
            words: common.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }))
      }
    }
    similar.sort { ($1.likeness, $1.case.id) < ($0.likeness, $0.case.id) }
    return Array(similar.prefix(Self.similarMax))
  }

  /// Words that say something: of the dictionary, or letters and digits; else pairs of characters
  /// would be needed for what no dictionary knows.
  private func words(of found: Case, _ cutting: WordCutting) -> Set<String> {
    let text = engine.understanding.simplified(found.filing.title + "\n" + found.filing.text)
    return Set(
      cutting.words(in: text).filter { word in
        !word.isStop && (word.isKnown || word.text.utf8.count > 1)
      }.map(\.text))
  }

  /// How the handler's report looks as a reply to what was asked; nil where there is none.
  ///
  /// - Parameter steps: of the case, in order.
  package func reply(of found: Case, steps: [Step]) -> ReplyQuality? {
    guard let flow = engine.catalogue.flow(found.flow) else { return nil }
    let reporting = Set(
      flow.edges.filter { $0.effects.contains(.report) }.map(\.action))
    guard let report = steps.last(where: { reporting.contains($0.action) }) else { return nil }
    let filing = found.filing
    return ReplyQuality.judged(
      question: engine.understanding.simplified(filing.title + "\n" + filing.text),
      reply: engine.understanding.simplified(report.note), asked: filing.filedAt,
      replied: report.at,
      limit: found.state.due.map { $0.milliseconds - filing.filedAt.milliseconds },
      words: .chinese)
  }
}
