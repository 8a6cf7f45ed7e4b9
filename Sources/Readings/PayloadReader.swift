package import City
import JSONText
package import Pack

/// In which form a payload is written.
package enum PayloadForm: Sendable {
  /// Our own: one object, an array of them, or an object with the array `observations`.
  case plain
  /// Our own, one object a line.
  case lines
  /// RFC 8428, JSON.
  case senML
  /// OGC SensorThings 1.1: one Observation, or the data arrays of CreateObservations.
  case sensorThings
  /// With a header of `device,measure,at,value` and, where known, `unit`.
  case table
  case mapping(PayloadMapping)
}

/// How large payloads may be.
package enum PayloadLimits {
  /// Readings of one payload.
  package static let readingsMax = 10_000
  /// Bytes of one payload, unpacked.
  package static let bytesMax = 8 << 20
  /// Lists and objects within each other.
  package static let depthMax = 16
  /// Failures of one payload that are kept with their samples; all are counted.
  package static let failuresMax = 10_000
}

/// Reads payloads of devices into readings. Pure: the same bytes give the same readings. Its memory
/// is used again by the next payload.
///
/// What cannot be read becomes a failure with its reason beside the readings that can.
package struct PayloadReader {
  var tape = JSONTape()

  package init() {}

  /// Adds the payload's readings and failures to `batch`.
  ///
  /// - Parameters:
  ///   - topic: the MQTT topic that it came under; empty where there is none.
  ///   - now: for times that count from the moment of coming.
  package mutating func read(
    _ bytes: UnsafeBufferPointer<UInt8>, as form: PayloadForm, topic: String, now: Instant,
    into batch: inout ReadingBatch
  ) {
    batch.readingsMax = batch.readings.count + PayloadLimits.readingsMax
    guard bytes.count <= PayloadLimits.bytesMax else {
      batch.fail(.tooLarge, 0, bytes)
      return
    }
    switch form {
    case .lines: readLines(bytes, into: &batch)
    case .table: TableReading.read(bytes, into: &batch)
    default:
      guard parse(bytes, into: &batch) else { return }
      switch form {
      case .senML: SenMLReading(tape: tape, bytes: bytes, now: now).read(into: &batch)
      case .sensorThings: SensorThingsReading(tape: tape, bytes: bytes).read(into: &batch)
      case .mapping(let mapping):
        MappedReading(mapping: mapping, tape: tape, bytes: bytes, topic: topic)
          .read(into: &batch)
      default: PlainReading(tape: tape, bytes: bytes).read(into: &batch)
      }
    }
  }

  /// The same for bytes in an array.
  package mutating func read(
    _ bytes: [UInt8], as form: PayloadForm, topic: String = "", now: Instant,
    into batch: inout ReadingBatch
  ) {
    bytes.withUnsafeBufferPointer { read($0, as: form, topic: topic, now: now, into: &batch) }
  }

  private mutating func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, into batch: inout ReadingBatch
  ) -> Bool {
    do throws(JSONFault) {
      try tape.read(bytes, depthMax: PayloadLimits.depthMax)
      return true
    } catch {
      switch error {
      case .tooDeep: batch.fail(.tooDeep, 0, bytes)
      case .tooManyMembers: batch.fail(.tooMany, 0, bytes)
      default: batch.fail(.malformed, 0, bytes)
      }
      return false
    }
  }

  private mutating func readLines(
    _ bytes: UnsafeBufferPointer<UInt8>, into batch: inout ReadingBatch
  ) {
    var number = 0
    for line in bytes.split(separator: 0x0A) {
      let line = UnsafeBufferPointer(rebasing: line)
      guard line.contains(where: { $0 > 0x20 }) else { continue }
      defer { number += 1 }
      guard parse(line, into: &batch) else { continue }
      PlainReading(tape: tape, bytes: line, first: number).read(into: &batch)
      if batch.isFull { return }
    }
  }
}

extension ReadingBatch {
  var isFull: Bool { readings.count >= readingsMax }

  /// Keeps a failure with what stood there.
  mutating func fail(
    _ reason: ReadingRefusal, _ element: Int, _ bytes: UnsafeBufferPointer<UInt8>
  ) {
    guard failures.count < PayloadLimits.failuresMax else { return }
    let sample = String(decoding: bytes.prefix(Self.sampleBytesMax), as: UTF8.self)
    failures.append(Failure(reason: reason, element: element, sample: sample))
  }

  /// Adds a reading; one that is beyond the limit becomes a failure.
  mutating func take(_ reading: Reading, _ element: Int, _ bytes: UnsafeBufferPointer<UInt8>) {
    guard !isFull else { return fail(.tooMany, element, bytes) }
    guard reading.value.isFinite else { return fail(.valueNotFinite, element, bytes) }
    readings.append(reading)
    readings[readings.count - 1].element = Int32(truncatingIfNeeded: element)
  }
}

/// What all readers of JSON forms ask of a tape.
struct TapeView {
  let tape: JSONTape
  let bytes: UnsafeBufferPointer<UInt8>

  func content(_ index: Int) -> UnsafeBufferPointer<UInt8> { tape.content(of: index, in: bytes) }

  /// Adds a text of the payload to the batch; nil where the value is no text, or an empty one.
  func piece(_ index: Int?, into batch: inout ReadingBatch) -> ReadingBatch.Piece? {
    guard let index, tape.nodes[index].kind == .string, !content(index).isEmpty else { return nil }
    return batch.add(content(index))
  }

  /// A moment, written or as milliseconds since 1970.
  func instant(_ index: Int) -> Instant? {
    switch tape.nodes[index].kind {
    case .string: InstantText.milliseconds(content(index)).map(Instant.init(milliseconds:))
    case .number: whole(index).map(Instant.init(milliseconds:))
    default: nil
    }
  }

  /// A whole number as it stands, or the nearest to one with a fraction.
  func whole(_ index: Int, times factor: Double = 1) -> Int64? {
    guard let number = tape.number(of: index, in: bytes) else { return nil }
    return Int64(exactly: (number * factor).rounded())
  }

  /// A number, or 0 and 1 for false and true; else why not.
  func value(_ index: Int) -> Result<Double, ReadingFault> {
    switch tape.nodes[index].kind {
    case .number:
      guard let number = tape.number(of: index, in: bytes), number.isFinite else {
        return .failure(ReadingFault(.valueNotFinite))
      }
      return .success(number)
    case .yes: return .success(1)
    case .no: return .success(0)
    case .null: return .failure(ReadingFault(.noValue))
    case .string:
      return .failure(
        ReadingFault(Self.isNotFinite(content(index)) ? .valueNotFinite : .valueNotNumber))
    default: return .failure(ReadingFault(.valueNotNumber))
    }
  }

  /// Whether a text is one of the words for what is no number.
  static func isNotFinite(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    ["nan", "inf", "-inf", "infinity", "-infinity"]
      .contains(String(decoding: bytes.prefix(16), as: UTF8.self).lowercased())
  }
}

/// A refusal as an error.
struct ReadingFault: Error {
  let reason: ReadingRefusal

  init(_ reason: ReadingRefusal) { self.reason = reason }
}
