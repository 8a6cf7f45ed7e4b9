import City

/// A flow as people read it: every action with its stage, posts and rule, its clocks, a picture.
/// Markdown; made from the pack, so that it says what the engine does.
package struct FlowTable: Sendable {
  private let flow: Flow
  private let posts: [String: String]
  private let stages: [String: String]

  /// - Parameter catalogue: knows how posts are called.
  package init(_ flow: Flow, catalogue: Catalogue) {
    self.flow = flow
    posts = Dictionary(catalogue.posts.map { ($0.code, $0.name) }) { first, _ in first }
    stages = Dictionary(flow.stages.map { ($0.code, $0.name) }) { first, _ in first }
  }

  /// The page of several flows, as `docs/flow-table.md` holds it.
  package static func page(_ flows: [Flow], catalogue: Catalogue) -> String {
    let head = """
      # Flows: every action by stage and post

      Made from the packs by `civicloop flow table`; a test keeps this page equal to them, and tries every stage, action and post against the engine. What stands here is what the engine does.


      """
    return head
      + flows.map { FlowTable($0, catalogue: catalogue).markdown }.joined(separator: "\n\n")
  }

  /// Heading, picture, clocks and table.
  package var markdown: String {
    """
    ## \(flow.name) `\(flow.code)` version \(flow.version)

    ```mermaid
    \(mermaid)
    ```

    \(clockTable)
    \(actionTable)
    """
  }

  /// The picture as Mermaid draws it: stages, and actions between them.
  package var mermaid: String {
    var lines = ["stateDiagram-v2", "  [*] --> \(node(flow.start))"]
    for stage in flow.stages { lines.append("  state \"\(stage.name)\" as \(node(stage.code))") }
    var drawn: [String: [String]] = [:]
    var order: [String] = []
    for edge in flow.edges where edge.from != edge.to {
      let key = "\(node(edge.from)) --> \(node(edge.to))"
      if drawn[key] == nil { order.append(key) }
      drawn[key, default: []].append(edge.name)
    }
    for key in order {
      lines.append("  \(key): \(drawn[key, default: []].joined(separator: " / "))")
    }
    for stage in flow.stages where stage.isFinal { lines.append("  \(node(stage.code)) --> [*]") }
    return lines.joined(separator: "\n")
  }

  /// Mermaid takes hyphens for arrows.
  private func node(_ code: String) -> String { code.split(separator: "-").joined(separator: "_") }

  private var clockTable: String {
    guard !flow.clocks.isEmpty else { return "" }
    var rows = [
      "| clock | limit | starts | pauses, resumes | stops | yellow, red |",
      "|---|---|---|---|---|---|",
    ]
    for clock in flow.clocks {
      let limit = [
        clock.itemClock.map { "`\($0)` of the item" }, clock.limit.map(Self.text),
        clock.pauseMax.map { "a pause at most \(Self.text($0))" },
        clock.extensionMax.map { "an extension at most \(Self.text($0))" },
      ]
      let cells = [
        clock.name + (clock.isDeadline ? " (deadline)" : ""),
        limit.compactMap(\.self).joined(separator: "; "), moments([.starts, .continues], clock),
        moments([.pauses, .resumes], clock), moments([.stops, .drops], clock),
        "\(clock.yellowPercent) %, \(clock.redPercent) %",
      ]
      rows.append("| " + cells.joined(separator: " | ") + " |")
    }
    return rows.joined(separator: "\n") + "\n"
  }

  private func moments(_ moments: [ClockMoment], _ clock: FlowClock) -> String {
    moments.compactMap { moment in
      guard let when = clock.moments[moment] else { return nil }
      let actions = flow.edges.filter { when.actions.contains($0.action) }.map(\.name)
      let words = Set(actions).sorted() + when.stages.sorted().map { "→ \(stages[$0] ?? $0)" }
      return "\(moment.rawValue): " + words.joined(separator: ", ")
    }.joined(separator: "; ")
  }

  private var actionTable: String {
    var rows = [
      "| stage | action | to | posts | needs | guards | limits | why |",
      "|---|---|---|---|---|---|---|---|",
    ]
    for stage in flow.stages {
      for edge in flow.edges(from: stage.code) {
        var needs = edge.requires.map(\.rawValue).sorted()
        if edge.requiresItemEvidence { needs.append("the item's evidence") }
        needs += edge.reasons.map(\.name)
        needs += edge.form.filter(\.isRequired).map(\.name)
        let limits = [
          edge.timesMax.map { "at most \($0) times" },
          edge.within.map { "within \(Self.text($0))" },
          edge.machine.map { "by the engine: \($0.rawValue)" },
        ]
        let cells = [
          stage.name, "\(edge.name) `\(edge.action)`", stages[edge.to] ?? edge.to,
          edge.posts.map { posts[$0] ?? $0 }.sorted().joined(separator: ", "),
          needs.joined(separator: ", "),
          edge.guards.map(\.rawValue).sorted().joined(separator: ", "),
          limits.compactMap(\.self).joined(separator: ", "), edge.why,
        ]
        rows.append("| " + cells.joined(separator: " | ") + " |")
      }
    }
    return rows.joined(separator: "\n")
  }

  private static func text(_ limit: TimeLimit) -> String {
    let measure =
      switch limit.measure {
      case .yearDay: "as month and day"
      case .minutes: "min"
      case .hours: "h"
      case .days: "d"
      case .workingHours: "working h"
      case .workingDays: "working d"
      }
    return "\(limit.amount) \(measure)"
  }
}
