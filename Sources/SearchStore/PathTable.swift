/// Numbers for paths of areas or units, so that a document names its path in four bytes.
/// Number 0 is the empty path. Paths are never taken out: there are as many as places in a city.
struct PathTable: Sendable {
  private(set) var paths: [[Int64]] = [[]]
  private var numbers: [[Int64]: UInt32] = [[]: 0]

  init() {}

  init(paths: [[Int64]]) {
    for path in paths.dropFirst() { _ = number(of: path) }
  }

  mutating func number(of path: [Int64]) -> UInt32 {
    if let known = numbers[path] { return known }
    let number = UInt32(paths.count)
    paths.append(path)
    numbers[path] = number
    return number
  }

  /// For each number whether its path holds `id`.
  func holding(_ id: Int64) -> [UInt8] { paths.map { $0.contains(id) ? 1 : 0 } }
}
