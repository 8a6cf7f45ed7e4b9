import City
import Ports

/// Finds events near a place.
struct NearbySearch {
  /// A question wider than this many metres is cut to it: nothing joins over such a distance.
  static let radiusMetresMax = 5_000.0
  /// The same for what was closed, where each cell is asked for by itself.
  static let closedRadiusMetresMax = 300.0
  let connection: Connection

  /// The cells that a question touches.
  private struct Cells {
    let rows: ClosedRange<Int64>
    let columns: ClosedRange<Int64>

    init(_ question: NearbyQuestion, radius: Double) {
      let degree = Position.earthRadiusMetres * Double.pi / 180
      let latitudes = radius / degree
      // Meridians draw together towards the poles; a tenth on top covers the rounding of the sphere.
      let shrink = max(1 - abs(question.position.latitude) / 90, 0.02)
      let longitudes = latitudes / shrink
      func cell(_ degrees: Double) -> Int64 {
        Int64((degrees * NearbyCell.perDegree).rounded(.down))
      }
      rows =
        cell(question.position.latitude - latitudes)...cell(question.position.latitude + latitudes)
      columns =
        cell(
          question.position.longitude - longitudes)...cell(question.position.longitude + longitudes)
    }
  }

  /// Open ones: the nearest first; equally near ones by id.
  func events(_ question: NearbyQuestion) throws(SQLiteFault) -> [Event] {
    let radius = min(question.radiusMetres, Self.radiusMetresMax)
    let cells = Cells(question, radius: radius)
    let bounds: [SQLValue] = [
      .text(question.item), .integer(cells.rows.lowerBound), .integer(cells.rows.upperBound),
      .integer(cells.columns.lowerBound), .integer(cells.columns.upperBound),
      .integer(question.since.milliseconds),
    ]
    let found = try Table.events.all(
      where: """
        item = ? AND state = 'open' AND cell_y BETWEEN ? AND ? AND cell_x BETWEEN ? AND ?
        AND last_at >= ?
        """, bounds, on: connection)
    return
      found
      .map { (event: $0, metres: $0.position?.metres(to: question.position) ?? .infinity) }
      .filter { $0.metres <= radius }
      .sorted { ($0.metres, $0.event.id) < ($1.metres, $1.event.id) }
      .map(\.event)
  }

  /// Closed ones: the newest first. However many problems a place had, each cell costs one look
  /// into the index, which tells what fits; only that is read.
  func closedEvents(_ question: NearbyQuestion, limit: Int) throws(SQLiteFault) -> [Event] {
    let radius = min(question.radiusMetres, Self.closedRadiusMetresMax)
    let cells = Cells(question, radius: radius)
    var found: [Int64] = []
    for row in cells.rows {
      for column in cells.columns {
        let cell = try connection.rows(
          Self.closedSQL,
          [
            .text(question.item), .integer(row), .integer(column),
            .integer(Int64(closedNearbyMax)),
          ]
        ) { (id: $0.integer(0), lastAt: $0.instant(1), position: $0.position(2)) }
        found += cell.filter { event in
          event.lastAt >= question.since
            && (event.position?.metres(to: question.position) ?? .infinity) <= radius
        }.map(\.id)
      }
    }
    var events: [Event] = []
    for id in found.sorted(by: >).prefix(max(limit, 0)) {
      if let event = try Table.events.first(where: "id = ?", [.integer(id)], on: connection) {
        events.append(event)
      }
    }
    return events
  }

  /// Answered by the index alone.
  static let closedSQL = """
    SELECT id, last_at, longitude, latitude FROM events
    WHERE item = ? AND state = 'closed' AND cell_y = ? AND cell_x = ? ORDER BY id DESC LIMIT ?
    """
}
