import City
import Ports

/// What may change of a document without its text: one array a field, side by side in one file.
///
/// Searches read along while the index's thread writes single aligned words: they see the old
/// value or the new one. Sendable by hand for that reason.
struct Columns: @unchecked Sendable {
  /// Bytes a document takes.
  static let documentBytes = 8 * 4 + 4 * 4 + 2

  let bytes: MappedBytes
  let count: Int
  let id: UnsafeMutablePointer<Int64>
  let related: UnsafeMutablePointer<Int64>
  let reporter: UnsafeMutablePointer<Int64>
  /// Milliseconds.
  let time: UnsafeMutablePointer<Int64>
  /// NaN where there is no position.
  let longitude: UnsafeMutablePointer<Float>
  let latitude: UnsafeMutablePointer<Float>
  /// Numbers of the path table.
  let area: UnsafeMutablePointer<UInt32>
  let unit: UnsafeMutablePointer<UInt32>
  /// 0 = taken out.
  let kind: UnsafeMutablePointer<UInt8>

  init(_ bytes: MappedBytes, count: Int) {
    self.bytes = bytes
    self.count = count
    id = bytes.pointer(Int64.self, at: 0)
    related = id + count
    reporter = related + count
    time = reporter + count
    longitude = bytes.pointer(Float.self, at: 32 * count)
    latitude = longitude + count
    area = bytes.pointer(UInt32.self, at: 40 * count)
    unit = area + count
    kind = bytes.pointer(UInt8.self, at: 48 * count)
  }

  static func make(count: Int, path: String?) throws(SearchStoreFault) -> Columns {
    Columns(try MappedBytes.make(count: count * documentBytes, path: path), count: count)
  }

  static func open(_ path: String, count: Int) throws(SearchStoreFault) -> Columns {
    let bytes = try MappedBytes.open(path)
    guard bytes.count == count * documentBytes else {
      throw SearchStoreFault(detail: "\(path) has not the size of its segment")
    }
    return Columns(bytes, count: count)
  }

  /// Takes rows of another segment over, from `start` on.
  func copy(from source: Columns, at start: Int) {
    let count = source.count
    (id + start).update(from: source.id, count: count)
    (related + start).update(from: source.related, count: count)
    (reporter + start).update(from: source.reporter, count: count)
    (time + start).update(from: source.time, count: count)
    (longitude + start).update(from: source.longitude, count: count)
    (latitude + start).update(from: source.latitude, count: count)
    (area + start).update(from: source.area, count: count)
    (unit + start).update(from: source.unit, count: count)
    (kind + start).update(from: source.kind, count: count)
  }

  func copyRow(_ row: Int, from source: Columns, to place: Int) {
    id[place] = source.id[row]
    related[place] = source.related[row]
    reporter[place] = source.reporter[row]
    time[place] = source.time[row]
    longitude[place] = source.longitude[row]
    latitude[place] = source.latitude[row]
    area[place] = source.area[row]
    unit[place] = source.unit[row]
    kind[place] = source.kind[row]
  }

  /// Writes everything of a document that is no text.
  func write(_ document: SearchDocument, area: UInt32, unit: UInt32, at row: Int) {
    id[row] = document.id
    related[row] = document.related
    reporter[row] = document.reporter
    time[row] = document.time.milliseconds
    longitude[row] = document.position.map { Float($0.longitude) } ?? .nan
    latitude[row] = document.position.map { Float($0.latitude) } ?? .nan
    self.area[row] = area
    self.unit[row] = unit
    kind[row] = document.kind.rawValue
  }
}
