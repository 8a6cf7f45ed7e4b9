package import City

/// The organisation tree, held whole; answers in constant time.
package struct UnitTree: Sendable {
  private let units: [ID<Unit>: Unit]
  private let paths: [ID<Unit>: UnitPath]
  private let codes: [String: ID<Unit>]

  /// Units whose chain of parents is broken, runs in a circle, or is deeper than a path may be,
  /// have no path; nothing is dispatched to them.
  package init(_ list: [Unit]) {
    let byID = Dictionary(list.map { ($0.id, $0) }) { first, _ in first }
    units = byID
    codes = Dictionary(list.map { ($0.code, $0.id) }) { min($0, $1) }
    paths = byID.compactMapValues { Self.path(of: $0, in: byID) }
  }

  package subscript(id: ID<Unit>) -> Unit? { units[id] }

  /// The unit of a code; codes are unique in a city.
  package func unit(code: String) -> Unit? { codes[code].flatMap { units[$0] } }

  /// The units above and including this one, from the root downward; nil where unknown.
  package func path(of id: ID<Unit>) -> UnitPath? { paths[id] }

  /// Whether `unit` is `other` or lies below it.
  package func lies(_ unit: ID<Unit>, in other: ID<Unit>) -> Bool {
    paths[unit]?.lies(in: other) ?? false
  }

  private static func path(of unit: Unit, in units: [ID<Unit>: Unit]) -> UnitPath? {
    var chain = [unit.id]
    var current = unit
    while let parent = current.parent {
      guard chain.count < UnitPath.depthMax, let next = units[parent] else { return nil }
      chain.append(parent)
      current = next
    }
    return UnitPath(chain.reversed())
  }
}
