import City
import JSONText

/// OGC SensorThings API 1.1, creating observations: one entity, or the data arrays of the extension.
///
/// A Datastream's id is the number that lists give to a stream, or `device/measure` as text.
struct SensorThingsReading {
  let view: TapeView

  init(tape: JSONTape, bytes: UnsafeBufferPointer<UInt8>) {
    view = TapeView(tape: tape, bytes: bytes)
  }

  func read(into batch: inout ReadingBatch) {
    let tape = view.tape
    guard tape.nodes[0].kind == .array else { return single(&batch) }
    var at = 1
    var number = 0
    while at < Int(tape.nodes[0].next) {
      group(at, &number, &batch)
      at = Int(tape.nodes[at].next)
    }
  }

  private func single(_ batch: inout ReadingBatch) {
    let tape = view.tape
    let time =
      tape.member("phenomenonTime", of: 0, in: view.bytes)
      ?? tape.member("resultTime", of: 0, in: view.bytes)
    guard let stream = stream(of: 0, &batch) else {
      return batch.fail(.noDevice, 0, view.content(0))
    }
    guard let result = tape.member("result", of: 0, in: view.bytes) else {
      return batch.fail(.noValue, 0, view.content(0))
    }
    add(stream, time, result, 0, 0, &batch)
  }

  private func group(_ index: Int, _ number: inout Int, _ batch: inout ReadingBatch) {
    let tape = view.tape
    guard let stream = stream(of: index, &batch),
      let components = tape.member("components", of: index, in: view.bytes),
      let rows = tape.member("dataArray", of: index, in: view.bytes),
      tape.nodes[rows].kind == .array
    else {
      batch.fail(.malformed, number, view.content(index))
      number += 1
      return
    }
    var timeColumn: Int?
    var resultColumn: Int?
    for column in 0..<Int(tape.nodes[components].count) {
      guard let name = tape.element(column, of: components) else { continue }
      switch tape.text(of: name, in: view.bytes) {
      case "phenomenonTime": timeColumn = column
      case "resultTime": timeColumn = timeColumn ?? column
      case "result": resultColumn = column
      default: break
      }
    }
    var row = rows + 1
    while row < Int(tape.nodes[rows].next) {
      if let column = resultColumn, let result = tape.element(column, of: row) {
        add(stream, timeColumn.flatMap { tape.element($0, of: row) }, result, row, number, &batch)
      } else {
        batch.fail(.noValue, number, view.content(row))
      }
      number += 1
      row = Int(tape.nodes[row].next)
    }
  }

  private struct Stream {
    let device: ReadingBatch.Piece
    let measure: ReadingBatch.Piece
  }

  private func stream(of index: Int, _ batch: inout ReadingBatch) -> Stream? {
    let tape = view.tape
    guard let datastream = tape.member("Datastream", of: index, in: view.bytes),
      let id = tape.member("@iot.id", of: datastream, in: view.bytes)
    else { return nil }
    let content = view.content(id)
    if tape.nodes[id].kind == .number {
      return Stream(device: batch.add([0x40] + Array(content)), measure: ReadingBatch.none)
    }
    guard tape.nodes[id].kind == .string, let cut = content.lastIndex(of: 0x2F), cut > 0 else {
      return nil
    }
    return Stream(
      device: batch.add(content[..<cut]), measure: batch.add(content[(cut + 1)...]))
  }

  private func add(
    _ stream: Stream, _ time: Int?, _ result: Int, _ element: Int, _ number: Int,
    _ batch: inout ReadingBatch
  ) {
    var at: Instant?
    if let time, view.tape.nodes[time].kind != .null {
      guard let instant = instant(time) else {
        return batch.fail(.timeForm, number, view.content(element))
      }
      at = instant
    }
    switch view.value(result) {
    case .failure(let fault): batch.fail(fault.reason, number, view.content(element))
    case .success(let value):
      batch.take(
        ReadingBatch.Reading(
          device: stream.device, measure: stream.measure, unit: ReadingBatch.none, at: at,
          value: value), number, view.content(element))
    }
  }

  /// A moment, or the end of an interval `from/to`.
  private func instant(_ index: Int) -> Instant? {
    let content = view.content(index)
    guard let slash = content.lastIndex(of: 0x2F) else { return view.instant(index) }
    return InstantText.milliseconds(UnsafeBufferPointer(rebasing: content[(slash + 1)...]))
      .map(Instant.init(milliseconds:))
  }
}
