package import City
import Language
import Pack
package import Ports

/// Closed cases as examples for learning: what people made of them in the end is the truth.
package struct TrainingSet: Sendable {
  /// Cases looked at, the newest.
  package static let casesMax = 20_000

  /// One closed case with what it was in the end.
  package struct Example: Sendable {
    package let `case`: ID<Case>
    package let closedAt: Instant
    package let title: String
    package let text: String
    package let labels: [ModelSubject: String]
  }

  /// In the order in which they were closed.
  package let examples: [Example]

  package init(examples: [Example]) {
    self.examples = examples
  }

  /// Reads what was confirmed and closed; what turned out to be nothing teaches nothing.
  package static func load(_ engine: Engine) async throws(StoreFault) -> TrainingSet {
    var examples: [Example] = []
    var before: Int64?
    var seen = 0
    repeat {
      var query = CaseQuery(
        scope: .everything, page: PageRequest(limit: PageRequest.limitMax, before: before))
      query.open = false
      let page = try await engine.store.cases(query)
      examples += page.elements.compactMap { example($0, engine) }
      seen += page.elements.count
      before = page.next
    } while before != nil && seen < casesMax
    return TrainingSet(
      examples: examples.sorted { ($0.closedAt, $0.case) < ($1.closedAt, $1.case) })
  }

  private static func example(_ found: Case, _ engine: Engine) -> Example? {
    let (filing, state) = (found.filing, found.state)
    guard state.verdict == .passed || state.verdict == .rework, let closedAt = state.closedAt,
      !(filing.title + filing.text).allSatisfy(\.isWhitespace)
    else { return nil }
    var labels: [ModelSubject: String] = [:]
    if let item = state.item.flatMap({ engine.catalogue.item(code: $0) }) {
      labels[.item] = item.code
      labels[.theme] = engine.catalogue.categoryPath(code: item.category).first?.code
    }
    labels[.unit] = state.unit.innermost.flatMap { engine.directory.units[$0]?.code }
    return Example(
      case: found.id, closedAt: closedAt,
      title: engine.understanding.simplified(filing.title),
      text: engine.understanding.simplified(filing.text), labels: labels)
  }

  /// Those that have a label of a subject, as the learner reads them.
  func labelled(_ subject: ModelSubject) -> [(example: Example, learned: ClassExample)] {
    examples.compactMap { example in
      example.labels[subject].map {
        (example, ClassExample(title: example.title, text: example.text, label: $0))
      }
    }
  }
}
