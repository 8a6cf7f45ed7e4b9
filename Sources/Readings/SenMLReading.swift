import City
import JSONText

/// Sensor Measurement Lists (RFC 8428) in JSON, resolved record by record.
///
/// A resolved name names device and measure: the measure is what follows the last `/` or `:`.
/// Times below 2^28 seconds count from the moment of coming, as the RFC says.
struct SenMLReading {
  private static let relativeBelow = 268_435_456.0

  let view: TapeView
  let now: Instant

  init(tape: JSONTape, bytes: UnsafeBufferPointer<UInt8>, now: Instant) {
    view = TapeView(tape: tape, bytes: bytes)
    self.now = now
  }

  /// Base fields, each valid until another takes its place.
  private struct Base {
    var name: [UInt8] = []
    var time = 0.0
    var unit: [UInt8] = []
    var value: Double?
  }

  func read(into batch: inout ReadingBatch) {
    let tape = view.tape
    guard tape.nodes[0].kind == .array else { return batch.fail(.malformed, 0, view.content(0)) }
    var base = Base()
    var at = 1
    var number = 0
    while at < Int(tape.nodes[0].next) {
      record(at, number, &base, &batch)
      number += 1
      at = Int(tape.nodes[at].next)
    }
  }

  private func record(
    _ index: Int, _ number: Int, _ base: inout Base, _ batch: inout ReadingBatch
  ) {
    let tape = view.tape
    let bytes = view.bytes
    guard tape.nodes[index].kind == .object, hasKnownNeeds(index) else {
      return batch.fail(.malformed, number, view.content(index))
    }
    if let name = tape.member("bn", of: index, in: bytes) { base.name = Array(view.content(name)) }
    if let time = decimal("bt", index) { base.time = time }
    if let unit = tape.member("bu", of: index, in: bytes) { base.unit = Array(view.content(unit)) }
    if let value = decimal("bv", index) { base.value = value }
    var name = base.name
    if let own = tape.member("n", of: index, in: bytes) { name += view.content(own) }
    let found = value(of: index, base)
    // A record of base fields alone sets them and says nothing else.
    if found == nil, tape.member("n", of: index, in: bytes) == nil { return }
    guard let cut = name.lastIndex(where: { $0 == 0x2F || $0 == 0x3A }), cut > 0,
      cut + 1 < name.count
    else { return batch.fail(.noMeasure, number, view.content(index)) }
    var unit = base.unit
    if let own = tape.member("u", of: index, in: bytes) { unit = Array(view.content(own)) }
    switch found ?? .failure(ReadingFault(.noValue)) {
    case .failure(let fault): batch.fail(fault.reason, number, view.content(index))
    case .success(let value):
      guard let at = time(base.time + (decimal("t", index) ?? 0)) else {
        return batch.fail(.timeImpossible, number, view.content(index))
      }
      batch.take(
        ReadingBatch.Reading(
          device: batch.add(name[..<cut]), measure: batch.add(name[(cut + 1)...]),
          unit: batch.add(unit), at: at, value: value), number, view.content(index))
    }
  }

  private func time(_ seconds: Double) -> Instant? {
    guard let milliseconds = Int64(exactly: (seconds * 1_000).rounded()) else { return nil }
    return seconds < Self.relativeBelow
      ? now.advanced(byMilliseconds: milliseconds) : Instant(milliseconds: milliseconds)
  }

  private func decimal(_ name: StaticString, _ index: Int) -> Double? {
    view.tape.member(name, of: index, in: view.bytes)
      .flatMap { view.tape.number(of: $0, in: view.bytes) }
  }

  /// nil where the record has no value at all.
  private func value(of index: Int, _ base: Base) -> Result<Double, ReadingFault>? {
    let tape = view.tape
    if let value = tape.member("v", of: index, in: view.bytes) {
      return view.value(value).map { $0 + (base.value ?? 0) }
    }
    if let value = tape.member("vb", of: index, in: view.bytes) { return view.value(value) }
    let isText =
      tape.member("vs", of: index, in: view.bytes) != nil
      || tape.member("vd", of: index, in: view.bytes) != nil
    if isText { return .failure(ReadingFault(.valueNotNumber)) }
    return base.value.map { .success($0) }
  }

  /// A field whose name ends in `_` must be understood; none of them is.
  private func hasKnownNeeds(_ index: Int) -> Bool {
    var at = index + 1
    while at < Int(view.tape.nodes[index].next) {
      if view.content(at).last == 0x5F { return false }
      at = Int(view.tape.nodes[at + 1].next)
    }
    return true
  }
}
