/// Days put into classes by a number that each has: none, nothing, and thirds of the rest.
///
/// With rain the classes are days without a value, dry days, and little, some and much rain.
package struct DayClasses: Sendable {
  /// Classes of days that have more than nothing.
  package static let partsMax = 3

  /// What each class is called: empty for days without a value, `0`, then from–to.
  package let names: [String]
  private let classes: [Int: Int]

  /// - Parameter values: by days since 1970 of local time.
  package init(_ values: [Int: Double]) {
    let sorted = values.values.filter { $0 != 0 }.sorted()
    let parts = min(Self.partsMax, sorted.count)
    let cuts = (0..<parts).map { sorted[($0 + 1) * sorted.count / parts - 1] }
    // Equal cuts are one class.
    let edges = cuts.enumerated().filter { $0 == 0 || cuts[$0 - 1] < $1 }.map(\.element)
    var names = ["", "0"]
    for (number, edge) in edges.enumerated() {
      let least = sorted.first { number == 0 || $0 > edges[number - 1] } ?? edge
      names.append(Self.name(least, edge))
    }
    self.names = names
    classes = values.mapValues { value in
      guard value != 0 else { return 1 }
      return 2 + (edges.firstIndex { value <= $0 } ?? max(0, edges.count - 1))
    }
  }

  /// The place in `names` of a day's class.
  package func number(ofDay day: Int) -> Int { classes[day] ?? 0 }

  private static func name(_ least: Double, _ greatest: Double) -> String {
    let (from, to) = (NumberText.fixed(least, 1), NumberText.fixed(greatest, 1))
    return from == to ? from : "\(from)–\(to)"
  }
}
