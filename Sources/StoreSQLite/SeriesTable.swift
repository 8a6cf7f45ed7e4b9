package import City
package import Ports

// The table of imported series; the numbers of the city are made from the journal's parts.

extension Table where Record == SeriesPart {
  /// Three numbers of 64 bits a point: area, moment, value.
  private static let numbersPerPoint = 3

  static let seriesParts = Table(
    "series_parts", ["id", "series", "points"],
    values: { part in
      [
        part.id.sql, .text(part.series),
        .blob(
          IDList.bytes(
            part.points.flatMap { point -> [ID<SeriesPart>] in
              [
                ID(point.area.rawValue), ID(point.at.milliseconds),
                ID(Int64(bitPattern: point.value.bitPattern)),
              ]
            })),
      ]
    },
    read: { row in
      let numbers: [ID<SeriesPart>] = IDList.ids(row.blob(2))
      let points = stride(
        from: 0, to: numbers.count - numbersPerPoint + 1, by: numbersPerPoint
      ).map { first in
        SeriesPart.Point(
          area: ID(numbers[first].rawValue),
          at: Instant(milliseconds: numbers[first + 1].rawValue),
          value: Double(bitPattern: UInt64(bitPattern: numbers[first + 2].rawValue)))
      }
      return SeriesPart(id: row.id(0), series: row.text(1), points: points)
    })
}

extension SQLiteStore {
  package func load(_ id: ID<SeriesPart>) async throws(StoreFault) -> SeriesPart? {
    try await first(.seriesParts, "id = ?", [id.sql])
  }
}
