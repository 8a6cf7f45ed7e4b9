import City
import JSONText

/// Our own form: `{"device":"WG-1","measure":"level","at":"…","value":620,"unit":"mm"}`, or with
/// several values at once `{"device":"WG-1","at":…,"values":{"level":620,"battery":80}}`. `at` is
/// RFC 3339 or milliseconds since 1970; without it the moment of coming counts.
struct PlainReading {
  let view: TapeView
  /// What the first element is counted as.
  let first: Int

  init(tape: JSONTape, bytes: UnsafeBufferPointer<UInt8>, first: Int = 0) {
    view = TapeView(tape: tape, bytes: bytes)
    self.first = first
  }

  func read(into batch: inout ReadingBatch) {
    let tape = view.tape
    var root = 0
    if let list = tape.member("observations", of: 0, in: view.bytes) { root = list }
    guard tape.nodes[root].kind == .array else { return element(root, first, &batch) }
    var at = root + 1
    let end = Int(tape.nodes[root].next)
    var number = first
    while at < end {
      element(at, number, &batch)
      number += 1
      at = Int(tape.nodes[at].next)
    }
  }

  private func element(_ index: Int, _ number: Int, _ batch: inout ReadingBatch) {
    let tape = view.tape
    let bytes = view.bytes
    guard tape.nodes[index].kind == .object else {
      return batch.fail(.malformed, number, view.content(index))
    }
    guard let device = view.piece(tape.member("device", of: index, in: bytes), into: &batch) else {
      return batch.fail(.noDevice, number, view.content(index))
    }
    var at: Instant?
    if let time = tape.member("at", of: index, in: bytes) {
      guard let instant = view.instant(time) else {
        return batch.fail(.timeForm, number, view.content(index))
      }
      at = instant
    }
    let unit =
      view.piece(tape.member("unit", of: index, in: bytes), into: &batch) ?? ReadingBatch.none
    if let values = tape.member("values", of: index, in: bytes),
      tape.nodes[values].kind == .object
    {
      var member = values + 1
      let end = Int(tape.nodes[values].next)
      while member < end {
        let measure = batch.add(view.content(member))
        add(member + 1, device, measure, ReadingBatch.none, at, index, number, &batch)
        member = Int(tape.nodes[member + 1].next)
      }
      return
    }
    guard let measure = view.piece(tape.member("measure", of: index, in: bytes), into: &batch)
    else { return batch.fail(.noMeasure, number, view.content(index)) }
    guard let value = tape.member("value", of: index, in: bytes) else {
      return batch.fail(.noValue, number, view.content(index))
    }
    add(value, device, measure, unit, at, index, number, &batch)
  }

  private func add(
    _ value: Int, _ device: ReadingBatch.Piece, _ measure: ReadingBatch.Piece,
    _ unit: ReadingBatch.Piece, _ at: Instant?, _ element: Int, _ number: Int,
    _ batch: inout ReadingBatch
  ) {
    switch view.value(value) {
    case .success(let found):
      batch.take(
        ReadingBatch.Reading(device: device, measure: measure, unit: unit, at: at, value: found),
        number, view.content(element))
    case .failure(let fault): batch.fail(fault.reason, number, view.content(element))
    }
  }
}
