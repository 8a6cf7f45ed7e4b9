import City
import JSONText

/// Observations as a table with commas: a header, then `device,measure,at,value` in any order of
/// columns. Fields are plain; quotation marks have no meaning.
enum TableReading {
  private static let columns = ["device", "measure", "at", "value", "unit"]

  static func read(_ bytes: UnsafeBufferPointer<UInt8>, into batch: inout ReadingBatch) {
    var places: [Int?] = []
    var number = 0
    for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      let line = UnsafeBufferPointer(rebasing: line)
      let fields = line.split(separator: 0x2C, omittingEmptySubsequences: false)
        .map { UnsafeBufferPointer(rebasing: $0) }
      if places.isEmpty {
        let names = fields.map { String(decoding: $0, as: UTF8.self) }
        places = columns.map { names.firstIndex(of: $0) }
        guard places.prefix(4).allSatisfy({ $0 != nil }) else {
          return batch.fail(.malformed, 0, line)
        }
        continue
      }
      row(fields, places, line, number, into: &batch)
      number += 1
      if batch.isFull { return }
    }
  }

  private static func row(
    _ fields: [UnsafeBufferPointer<UInt8>], _ places: [Int?], _ line: UnsafeBufferPointer<UInt8>,
    _ number: Int, into batch: inout ReadingBatch
  ) {
    func field(_ column: Int) -> UnsafeBufferPointer<UInt8> {
      guard let place = places[column], place < fields.count else {
        return UnsafeBufferPointer(start: nil, count: 0)
      }
      return fields[place]
    }
    guard !field(0).isEmpty else { return batch.fail(.noDevice, number, line) }
    guard !field(1).isEmpty else { return batch.fail(.noMeasure, number, line) }
    guard !field(3).isEmpty else { return batch.fail(.noValue, number, line) }
    guard let value = DecimalText.number(field(3)) else {
      return batch.fail(
        TapeView.isNotFinite(field(3)) ? .valueNotFinite : .valueNotNumber, number, line)
    }
    let time = field(2)
    let at =
      InstantText.milliseconds(time)
      ?? DecimalText.number(time).flatMap { Int64(exactly: $0.rounded()) }
    guard time.isEmpty || at != nil else { return batch.fail(.timeForm, number, line) }
    batch.take(
      ReadingBatch.Reading(
        device: batch.add(field(0)), measure: batch.add(field(1)), unit: batch.add(field(4)),
        at: at.map(Instant.init(milliseconds:)), value: value), number, line)
  }
}
