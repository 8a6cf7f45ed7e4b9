/// Finds the row of an id: 12 bytes a row. Ids come nearly in order, so that adding one is cheap.
struct RowPlaces: Sendable {
  private var ids: ContiguousArray<Int64> = []
  private var places: ContiguousArray<Int32> = []

  subscript(id: Int64) -> Int? {
    let index = firstIndex(notBelow: id)
    return index < ids.count && ids[index] == id ? Int(places[index]) : nil
  }

  /// - Parameter id: one that is not there yet.
  mutating func add(_ id: Int64, _ place: Int) {
    let index = ids.last.map { $0 < id } ?? true ? ids.count : firstIndex(notBelow: id)
    ids.insert(id, at: index)
    places.insert(Int32(place), at: index)
  }

  private func firstIndex(notBelow id: Int64) -> Int {
    var range = 0..<ids.count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range = ids[middle] < id ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}
