import City
import Glibc
import Pack

/// Finds the nearest other devices of a rule on a grid of cells as wide as the search.
struct NeighbourSearch {
  private struct Square: Hashable {
    let column: Int
    let row: Int
  }
  private static let metresPerDegree = 111_195.0

  private let world: RuleWorld
  private let streams: [Int]

  init(_ world: RuleWorld, _ streams: [Int]) {
    self.world = world
    self.streams = streams
  }

  /// For each stream with a position, its neighbours, nearest first; ties by stream order.
  func nearest(_ form: RuleNeighbours) -> [Int: [Int]] {
    let placed = streams.compactMap { index in
      world.streams[index].position.map { (index: index, position: $0) }
    }
    let latitude = placed.first?.position.latitude ?? 0
    let step = max(form.metres, 1) / Self.metresPerDegree
    // Meridians lie closer together away from the equator.
    let narrow = max(cos(latitude * .pi / 180), 0.01)
    func square(_ position: Position) -> Square {
      Square(
        column: Int((position.longitude * narrow / step).rounded(.down)),
        row: Int((position.latitude / step).rounded(.down)))
    }
    var squares: [Square: [(index: Int, position: Position)]] = [:]
    for place in placed { squares[square(place.position), default: []].append(place) }
    var found: [Int: [Int]] = [:]
    for place in placed {
      let home = square(place.position)
      var near: [(metres: Double, index: Int)] = []
      for column in home.column - 1...home.column + 1 {
        for row in home.row - 1...home.row + 1 {
          for other in squares[Square(column: column, row: row)] ?? []
          where other.index != place.index {
            let metres = place.position.metres(to: other.position)
            if metres <= form.metres { near.append((metres, other.index)) }
          }
        }
      }
      found[place.index] = near.sorted { ($0.metres, $0.index) < ($1.metres, $1.index) }
        .prefix(form.devicesMax).map(\.index)
    }
    return found
  }
}
