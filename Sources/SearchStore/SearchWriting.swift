import City
import Ports

/// A batch of changes while it is taken in.
struct SearchWriting {
  private var segments: [Segment]
  private var areas: PathTable
  private var units: PathTable
  private let folding: SearchFolding
  private var builder = SegmentBuilder()
  private var pending: [Key: Int] = [:]
  private(set) var purged: Set<Int64> = []

  private struct Key: Hashable {
    let kind: SearchKind
    let id: Int64
  }

  init(_ snapshot: SearchStore.Snapshot, folding: SearchFolding) {
    segments = snapshot.segments
    areas = snapshot.areas
    units = snapshot.units
    self.folding = folding
  }

  mutating func apply(_ change: SearchChange) {
    switch change {
    case .put(let document): put(document)
    case .moved(let id, let area, let unit): move(id, area, unit)
    case .removed(let kind, let id): remove(Key(kind: kind, id: id))
    case .forgotten(let reporter): forget(reporter.rawValue)
    }
  }

  private mutating func put(_ document: SearchDocument) {
    let key = Key(kind: document.kind, id: document.id)
    let area = areas.number(of: document.area.areas.map(\.rawValue))
    var unit = units.number(of: document.unit.units.map(\.rawValue))
    // The unit of an event is its case's, which came by another change.
    if document.kind == .event { unit = unitOfCase(document.related) }
    let record = SegmentBuilder.record(of: document, folding)
    if let row = pending[key] {
      if builder.rows[row].document.hasText(of: document) {
        return builder.change(row) { [unit] in
          $0 = SegmentBuilder.Row(document: document, area: area, unit: unit)
        }
      }
      builder.change(row) { $0.isRemoved = true }
    } else if let (segment, row) = find(key) {
      let columns = segment.columns
      if segment.text(row).equals(record) {
        return columns.write(document, area: area, unit: unit, at: row)
      }
      columns.kind[row] = 0
    }
    pending[key] = builder.count
    builder.add(document, record: record, area: area, unit: unit)
  }

  private mutating func move(_ id: ID<Case>, _ area: AreaPath, _ unit: UnitPath) {
    let areaNumber = areas.number(of: area.areas.map(\.rawValue))
    let unitNumber = units.number(of: unit.units.map(\.rawValue))
    let key = Key(kind: .case, id: id.rawValue)
    let related: Int64
    if let row = pending[key] {
      builder.change(row) { ($0.area, $0.unit) = (areaNumber, unitNumber) }
      related = builder.rows[row].document.related
    } else if let (segment, row) = find(key) {
      segment.columns.area[row] = areaNumber
      segment.columns.unit[row] = unitNumber
      related = segment.columns.related[row]
    } else {
      return
    }
    let event = Key(kind: .event, id: related)
    if let row = pending[event] {
      guard builder.rows[row].document.related == id.rawValue else { return }
      builder.change(row) { $0.unit = unitNumber }
    } else if let (segment, row) = find(event), segment.columns.related[row] == id.rawValue {
      segment.columns.unit[row] = unitNumber
    }
  }

  private func unitOfCase(_ id: Int64) -> UInt32 {
    guard id != 0 else { return 0 }
    let key = Key(kind: .case, id: id)
    if let row = pending[key] { return builder.rows[row].unit }
    return find(key).map { segment, row in segment.columns.unit[row] } ?? 0
  }

  private mutating func remove(_ key: Key) {
    purged.insert(key.id)
    if let row = pending.removeValue(forKey: key) {
      builder.change(row) { $0.isRemoved = true }
    } else if let (segment, row) = find(key) {
      segment.columns.kind[row] = 0
    }
  }

  private mutating func forget(_ reporter: Int64) {
    for row in 0..<builder.count where builder.rows[row].document.reporter == reporter {
      builder.change(row) { $0.document.reporter = 0 }
    }
    for segment in segments {
      let columns = segment.columns
      for row in 0..<segment.count where columns.reporter[row] == reporter {
        columns.reporter[row] = 0
      }
    }
  }

  private func find(_ key: Key) -> (Segment, Int)? {
    for segment in segments.reversed() {
      if let row = segment.row(kind: key.kind.rawValue, id: key.id) { return (segment, row) }
    }
    return nil
  }

  /// The segments as they were, the paths, and what is to be built.
  consuming func finish() throws(SearchStoreFault) -> (
    [Segment], PathTable, PathTable, SegmentBuilder?
  ) {
    (segments, areas, units, builder.count > 0 ? builder : nil)
  }
}

extension SearchDocument {
  /// Whether the same words would be indexed.
  func hasText(of other: SearchDocument) -> Bool {
    code == other.code && title == other.title && address == other.address && text == other.text
  }
}
