import City
import JSONText
import Pack

/// A payload of any make, read by a mapping of a pack.
struct MappedReading {
  let mapping: PayloadMapping
  let view: TapeView
  let topic: String

  init(
    mapping: PayloadMapping, tape: JSONTape, bytes: UnsafeBufferPointer<UInt8>, topic: String
  ) {
    self.mapping = mapping
    view = TapeView(tape: tape, bytes: bytes)
    self.topic = topic
  }

  func read(into batch: inout ReadingBatch) {
    guard let each = mapping.each else { return element(0, 0, &batch) }
    guard let list = find(each, from: 0), view.tape.nodes[list].kind == .array else {
      return batch.fail(.malformed, 0, view.content(0))
    }
    var at = list + 1
    var number = 0
    while at < Int(view.tape.nodes[list].next) {
      element(at, number, &batch)
      number += 1
      at = Int(view.tape.nodes[at].next)
    }
  }

  private func element(_ index: Int, _ number: Int, _ batch: inout ReadingBatch) {
    guard let device = device(index, &batch) else {
      return batch.fail(.noDevice, number, view.content(index))
    }
    var at: Instant?
    if case .path(let path, let form) = mapping.time {
      guard let time = find(path, from: index), let instant = instant(time, form) else {
        return batch.fail(.timeForm, number, view.content(index))
      }
      at = instant
    }
    for value in mapping.values {
      guard let found = find(value.path, from: index), view.tape.nodes[found].kind != .null else {
        if !value.isOptional { batch.fail(.noValue, number, view.content(index)) }
        continue
      }
      guard let measure = measure(value, index, &batch) else {
        batch.fail(.noMeasure, number, view.content(index))
        continue
      }
      switch self.value(found, value) {
      case .failure(let fault): batch.fail(fault.reason, number, view.content(index))
      case .success(let amount):
        batch.take(
          ReadingBatch.Reading(
            device: device, measure: measure, unit: batch.add(value.unit.utf8), at: at,
            value: amount * value.scale + value.offset), number, view.content(index))
      }
    }
  }

  private func device(_ index: Int, _ batch: inout ReadingBatch) -> ReadingBatch.Piece? {
    switch mapping.device {
    case .topicLevel(let level):
      let levels = topic.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
      guard level <= levels.count, !levels[level - 1].isEmpty else { return nil }
      return batch.add(levels[level - 1])
    case .path(let path):
      guard let found = find(path, from: index) else { return nil }
      switch view.tape.nodes[found].kind {
      case .string, .number:
        let content = view.content(found)
        return content.isEmpty ? nil : batch.add(content)
      default: return nil
      }
    }
  }

  private func measure(
    _ value: PayloadValue, _ index: Int, _ batch: inout ReadingBatch
  ) -> ReadingBatch.Piece? {
    switch value.measure {
    case .constant(let code): return batch.add(code.utf8)
    case .path(let path, let names):
      guard let found = find(path, from: index),
        let text = view.tape.text(of: found, in: view.bytes), !text.isEmpty
      else { return nil }
      if names.isEmpty { return batch.add(text.utf8) }
      return names[text].map { batch.add($0.utf8) }
    }
  }

  /// Numbers also as text, for makers write them so; words by the mapping's table.
  private func value(_ index: Int, _ value: PayloadValue) -> Result<Double, ReadingFault> {
    guard view.tape.nodes[index].kind == .string else { return view.value(index) }
    if !value.words.isEmpty, let word = view.tape.text(of: index, in: view.bytes),
      let number = value.words[word]
    {
      return .success(number)
    }
    let content = view.content(index)
    guard let number = DecimalText.number(content) else { return view.value(index) }
    return .success(number)
  }

  private func instant(_ index: Int, _ form: PayloadTime.Form) -> Instant? {
    let milliseconds: Int64?
    switch form {
    case .iso8601: milliseconds = InstantText.milliseconds(view.content(index))
    case .epochSeconds: milliseconds = number(index, times: 1_000)
    case .epochMilliseconds: milliseconds = number(index, times: 1)
    }
    return milliseconds.map(Instant.init(milliseconds:))
  }

  private func number(_ index: Int, times factor: Double) -> Int64? {
    guard let number = DecimalText.number(view.content(index)) else { return nil }
    return Int64(exactly: (number * factor).rounded())
  }

  private func find(_ path: PayloadPath, from element: Int) -> Int? {
    var at = path.isFromRoot ? 0 : element
    for step in path.steps {
      switch step {
      case .name(var name):
        let found = name.withUTF8 { view.tape.member($0, of: at, in: view.bytes) }
        guard let found else { return nil }
        at = found
      case .index(let number):
        // A name of digits may also be a member's.
        if view.tape.nodes[at].kind == .object {
          var name = String(number)
          let found = name.withUTF8 { view.tape.member($0, of: at, in: view.bytes) }
          guard let found else { return nil }
          at = found
        } else {
          guard let found = view.tape.element(number, of: at) else { return nil }
          at = found
        }
      }
    }
    return at
  }
}
