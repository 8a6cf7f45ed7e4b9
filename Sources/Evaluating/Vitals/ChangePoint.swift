/// Since when a series runs on another level.
package enum ChangePoint {
  /// On each side of a change there must be so many values.
  package static let sideLeast = 3
  /// So many standard errors apart both sides must lie: a change point is sought among all places,
  /// so that two would be met by chance too often.
  package static let errorsLeast = 3.5

  /// The index from which on the values lie on another level, on the given side of what was before;
  /// nil where there is no such place. Missing values are passed over.
  package static func index(in values: [Double?], upward: Bool) -> Int? {
    let known = values.enumerated().compactMap { index, value in value.map { (index, $0) } }
    guard known.count >= 2 * sideLeast else { return nil }
    var best: (index: Int, errors: Double)?
    for cut in sideLeast...(known.count - sideLeast) {
      let before = known[..<cut].map(\.1)
      let after = known[cut...].map(\.1)
      let (meanBefore, spreadBefore) = moments(before)
      let (meanAfter, spreadAfter) = moments(after)
      let pooled =
        (spreadBefore + spreadAfter) / Double(known.count - 2)
        * (1 / Double(before.count) + 1 / Double(after.count))
      let difference = upward ? meanAfter - meanBefore : meanBefore - meanAfter
      guard difference > 0 else { continue }
      let errors = pooled > 0 ? difference / pooled.squareRoot() : .infinity
      if errors >= errorsLeast, errors > best?.errors ?? 0 { best = (known[cut].0, errors) }
    }
    return best?.index
  }

  /// Mean, and sum of squared distances from it.
  private static func moments(_ values: [Double]) -> (Double, Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) })
  }
}
