/// Many byte patterns looked for in one pass (the method of Aho and Corasick).
///
/// States lie in arrays, edges of a state side by side; the root, where most bytes of a text
/// lead back to, has a full table.
struct WordAutomaton: Sendable {
  private static let none: Int32 = -1
  private var edgeStart: [Int32] = []
  private var edgeBytes: [UInt8] = []
  private var edgeTargets: [Int32] = []
  private var failure: [Int32] = []
  /// The pattern that ends in a state, or `none`.
  private var pattern: [Int32] = []
  /// The next state on the chain of failures in which a pattern ends, or `none`.
  private var shorter: [Int32] = []
  private var root = [Int32](repeating: 0, count: 256)

  /// - Parameter patterns: different from each other, none empty.
  init(_ patterns: [[UInt8]]) {
    var children: [[(byte: UInt8, target: Int32)]] = [[]]
    pattern = [Self.none]
    for (index, bytes) in patterns.enumerated() {
      var state = 0
      for byte in bytes {
        if let edge = children[state].first(where: { $0.byte == byte }) {
          state = Int(edge.target)
        } else {
          children[state].append((byte, Int32(children.count)))
          state = children.count
          children.append([])
          pattern.append(Self.none)
        }
      }
      pattern[state] = Int32(index)
    }
    for edges in children {
      edgeStart.append(Int32(edgeBytes.count))
      for edge in edges {
        edgeBytes.append(edge.byte)
        edgeTargets.append(edge.target)
      }
    }
    edgeStart.append(Int32(edgeBytes.count))
    for edge in children[0] { root[Int(edge.byte)] = edge.target }
    link(children)
  }

  private mutating func link(_ children: [[(byte: UInt8, target: Int32)]]) {
    failure = [Int32](repeating: 0, count: children.count)
    shorter = [Int32](repeating: Self.none, count: children.count)
    var line = children[0].map(\.target)
    var position = 0
    // By depth, so that every state's failure is known before its children ask for it.
    while position < line.count {
      let state = line[position]
      position += 1
      for edge in children[Int(state)] {
        let target = Int(edge.target)
        failure[target] = next(failure[Int(state)], edge.byte)
        let back = Int(failure[target])
        shorter[target] = pattern[back] != Self.none ? Int32(back) : shorter[back]
        line.append(edge.target)
      }
    }
  }

  private func next(_ state: Int32, _ byte: UInt8) -> Int32 {
    var state = state
    while state != 0 {
      for edge in Int(edgeStart[Int(state)])..<Int(edgeStart[Int(state) + 1])
      where edgeBytes[edge] == byte {
        return edgeTargets[edge]
      }
      state = failure[Int(state)]
    }
    return root[Int(byte)]
  }

  /// At every end of a match, the patterns that end there, the longest first, until `body` takes
  /// one by answering true.
  func forEachMatch(
    in bytes: UnsafeBufferPointer<UInt8>, _ body: (_ pattern: Int, _ end: Int) -> Bool
  ) {
    var state: Int32 = 0
    for index in bytes.indices {
      state = next(state, bytes[index])
      var ending = pattern[Int(state)] != Self.none ? state : shorter[Int(state)]
      while ending != Self.none {
        if body(Int(pattern[Int(ending)]), index + 1) { break }
        ending = shorter[Int(ending)]
      }
    }
  }
}
