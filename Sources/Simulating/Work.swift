import City
import Demonstration
import Handling
import Pack

/// What people do next with a case, and how long that takes them.
enum Work {
  /// Worked minutes of a step by what it comes to: median, and scatter of the logarithm.
  static func minutes(of move: Move) -> (median: Double, spread: Double) {
    switch move {
    case .dispatch: (3, 0.5)
    case .reclassify: (3, 0.5)
    case .accept, .assign: (2, 0.5)
    case .report: (28, 0.6)
    case .giveBack: (12, 0.5)
    case .rework, .plain, .special: (12, 0.5)
    case .close(.passed): (2, 0.5)
    case .close: (8, 0.5)
    }
  }

  /// How often people turn aside from the straight way, in thousandths of the times that they could.
  private static func share(of move: Move, reworks: Int, returns: Int) -> Int {
    switch move {
    case .giveBack: returns < roundsMax ? 30 : 0
    case .rework: reworks < roundsMax ? 50 : 0
    case .close(.notConfirmed): 25
    case .close(.void): 8
    case .close(.rework), .reclassify, .assign: 0
    case .dispatch, .accept, .report, .plain, .special, .close(.passed): 0
    }
  }

  /// Beyond so many reworks or returns of one case nobody asks for another.
  private static let roundsMax = 3

  /// Where an edge lies in the flow's own order of stages, so that “onward” has a meaning.
  struct Way: Sendable {
    let edge: FlowEdge
    let move: Move
    let isOnward: Bool
  }

  /// The posts of the core pack that do a district's daily work; the others step in seldom.
  enum Post {
    static let desk = "dispatcher"
    static let hand = "handler"
    static let check = "inspector"
    static let all: Set<String> = [desk, hand, check]
  }

  /// The edges that lead out of each stage, for people of these posts.
  static func ways(of flow: Flow) -> [String: [Way]] {
    var order: [String: Int] = [:]
    for (place, stage) in flow.stages.enumerated() { order[stage.code] = place }
    var ways: [String: [Way]] = [:]
    for edge in flow.edges where !edge.posts.isDisjoint(with: Post.all) {
      let onward = (order[edge.to] ?? 0) > (order[edge.from] ?? 0)
      ways[edge.from, default: []].append(Way(edge: edge, move: Move(of: edge), isOnward: onward))
    }
    return ways
  }

  /// Which way a case goes on; nil where none leads out.
  static func choose(
    _ ways: [Way], reworks: Int, returns: Int, _ random: inout DemonstrationRandom
  ) -> Way? {
    var drawn = Int(random.unit() * 1_000)
    for way in ways {
      drawn -= share(of: way.move, reworks: reworks, returns: returns)
      if drawn < 0 { return way }
    }
    return ways.first { way in
      guard way.isOnward else { return false }
      switch way.move {
      case .dispatch, .accept, .report, .plain, .close(.passed), .assign: return true
      case .giveBack, .rework, .reclassify, .close, .special: return false
      }
    } ?? ways.first { $0.move != .special }
  }
}
