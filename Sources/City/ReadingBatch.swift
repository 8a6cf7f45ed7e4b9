/// What devices said, before anyone knows which streams that is: codes as they wrote them.
///
/// The texts of all readings stand in one buffer, so that a batch costs a few allocations however
/// many readings it has.
package struct ReadingBatch: Sendable {
  /// Part of `text`.
  package struct Piece: Hashable, Sendable {
    package let start: UInt32
    package let count: UInt32

    package init(start: Int, count: Int) {
      self.start = UInt32(start)
      self.count = UInt32(count)
    }
  }

  /// One value as a device said it.
  package struct Reading: Sendable {
    package var device: Piece
    package var measure: Piece
    /// As the sender names it; empty where it does not.
    package var unit: Piece
    /// nil = when it came.
    package var at: Instant?
    package var value: Double
    /// Which element of the payload it stood in, from 0.
    package var element: Int32 = 0

    package init(device: Piece, measure: Piece, unit: Piece, at: Instant?, value: Double) {
      self.device = device
      self.measure = measure
      self.unit = unit
      self.at = at
      self.value = value
    }
  }

  /// A part of a payload that could not be read as a reading.
  package struct Failure: Hashable, Sendable {
    package let reason: ReadingRefusal
    /// Which element of the payload, from 0.
    package let element: Int
    /// What stood there, cut to `sampleBytesMax`.
    package let sample: String

    package init(reason: ReadingRefusal, element: Int, sample: String) {
      self.reason = reason
      self.element = element
      self.sample = sample
    }
  }

  /// How much of a bad element is kept, in bytes.
  package static let sampleBytesMax = 200

  package private(set) var text: [UInt8] = []
  package var readings: [Reading] = []
  package var failures: [Failure] = []
  /// More readings than this are turned away; each payload sets it anew.
  package var readingsMax = 10_000
  /// No text: what the payload left out.
  package static let none = Piece(start: 0, count: 0)

  package init() {}

  /// Forgets the content and keeps the memory.
  package mutating func removeAll() {
    text.removeAll(keepingCapacity: true)
    readings.removeAll(keepingCapacity: true)
    failures.removeAll(keepingCapacity: true)
  }

  /// Adds a text; the piece stays right until `removeAll`.
  package mutating func add(_ bytes: some Collection<UInt8>) -> Piece {
    let start = text.count
    text.append(contentsOf: bytes)
    return Piece(start: start, count: text.count - start)
  }

  /// The text of one piece.
  package func string(_ piece: Piece) -> String {
    String(decoding: text[Int(piece.start)..<Int(piece.start + piece.count)], as: UTF8.self)
  }
}

/// Why a reading was not taken. Its raw value is its code, which never changes once released.
package enum ReadingRefusal: String, CaseIterable, Sendable {
  case malformed = "payload.malformed"
  case tooDeep = "payload.too_deep"
  case tooLarge = "payload.too_large"
  case tooMany = "payload.too_many"
  case noMapping = "payload.no_mapping"
  case noDevice = "reading.no_device"
  case noMeasure = "reading.no_measure"
  case noValue = "reading.no_value"
  case valueNotNumber = "reading.not_number"
  case valueNotFinite = "reading.not_finite"
  case timeForm = "reading.time_form"
  case timeImpossible = "reading.time_impossible"
  case unknownDevice = "device.unknown"
  case unknownMeasure = "measure.unknown"
  case unit = "unit.wrong"
  case flood = "device.flood"
  case topic = "topic.not_allowed"
  case credentials = "credentials.wrong"
}
