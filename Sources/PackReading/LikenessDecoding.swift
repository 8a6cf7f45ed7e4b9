import City
import Pack

extension PackDecoder {
  /// `likeness.yaml`: when reports are the same problem.
  mutating func decodeLikeness(_ node: Node) {
    let keys = [
      "joinLine", "proposeLine", "repeatDays", "repeatMetres", "decisionsMin", "weights",
    ]
    guard let table = TableReader(node, "likeness", keys: keys, list) else { return }
    let standard = LikenessSettings.standard
    var weights: [LikenessTrait: Double] = [:]
    if let inner = table.optional("weights"),
      let given = TableReader(inner, "weights", keys: LikenessTrait.allCases.map(\.code), list)
    {
      for trait in LikenessTrait.allCases where given.optional(trait.code) != nil {
        weights[trait] = given.decimal(trait.code, standard: nil)
      }
    }
    guard let joinLine = line(table, "joinLine", standard.joinLine),
      let proposeLine = line(table, "proposeLine", standard.proposeLine),
      let repeatDays = table.number(
        "repeatDays", PackLimits.daysRange, standard: standard.repeatDays),
      let repeatMetres = table.number(
        "repeatMetres", PackLimits.repeatMetresRange, standard: Int(standard.repeatMetres)),
      let decisionsMin = table.number(
        "decisionsMin", PackLimits.amountRange, standard: standard.decisionsMin)
    else { return }
    draft.likeness = LikenessSettings(
      weights: weights, joinLine: joinLine, proposeLine: min(proposeLine, joinLine),
      repeatDays: repeatDays, repeatMetres: Double(repeatMetres), decisionsMin: decisionsMin)
  }

  /// A likeness from 0 to 1.
  private func line(_ table: TableReader, _ key: String, _ standard: Double) -> Double? {
    guard let line = table.decimal(key, standard: standard) else { return nil }
    guard (0...1).contains(line) else {
      list.report(
        .valueOutOfRange, table.optional(key)?.place ?? table.place,
        ["key": key, "min": "0", "max": "1"])
      return nil
    }
    return line
  }
}
