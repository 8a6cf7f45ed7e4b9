package import City
import Discovering
package import Ports

/// A value of a series, by the code of its area.
package struct SeriesEntry: Sendable {
  package let area: String
  package let at: Instant
  package let value: Double

  package init(area: String, at: Instant, value: Double) {
    self.area = area
    self.at = at
    self.value = value
  }
}

extension MasterData {
  /// Takes in values of a series. Entries whose area is not known are left out.
  ///
  /// - Returns: the places in `entries` of those that were left out.
  /// - Throws: `.refused` where the name is none that a vital can ask for.
  package func save(
    series: String, _ entries: [SeriesEntry], by actor: Actor, request: String
  ) async throws(MasterFault) -> [Int] {
    guard Self.isSeriesName(series) else {
      throw .refused([SignalFinding(field: "series", rule: "code.form", facts: [:])])
    }
    let areas = Dictionary(
      engine.directory.areas.values.map { ($0.code, $0.id) }
    ) { first, _ in first }
    var points: [SeriesPart.Point] = []
    var left: [Int] = []
    for (place, entry) in entries.enumerated() {
      guard let area = areas[entry.area] else {
        left.append(place)
        continue
      }
      points.append(SeriesPart.Point(area: area, at: entry.at, value: entry.value))
    }
    var rest = points[...]
    while !rest.isEmpty {
      let part = SeriesPart(
        id: engine.newID(), series: series, points: Array(rest.prefix(SeriesPart.pointsMax)))
      rest = rest.dropFirst(part.points.count)
      do throws(StoreFault) {
        _ = try await engine.store.commit(
          ChangeSet(
            kind: "series.imported", at: engine.time.now, actor: actor,
            subject: SubjectReference(kind: "series", id: part.id.rawValue), request: request,
            conditions: [], facts: [.series(part)]))
      } catch {
        throw .store(error)
      }
    }
    return left
  }

  /// Lower case letters, digits and dashes, the first a letter: as codes of packs.
  private static func isSeriesName(_ name: String) -> Bool {
    guard let first = name.utf8.first, (0x61...0x7A).contains(first),
      name.utf8.count <= SeriesPart.nameMax
    else { return false }
    return name.utf8.allSatisfy {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
    }
  }
}
