package import Language

/// How texts and questions are brought to one form: half width, small letters, simplified
/// characters; white space becomes a space, and what has no width is left out.
///
/// Works on UTF-16 units, as the index stores them and as pages count places in a text.
/// Sendable by hand: the table is written in init and only read after.
package final class SearchFolding: @unchecked Sendable {
  static let space: UInt16 = 0x20
  /// Between fields; no text holds it.
  static let end: UInt16 = 0
  /// What has no width and no meaning for a search.
  private static let dropped: UInt16 = 0xFFFF

  /// From a half-width form to its full-width form.
  static let widthStep: UInt16 = 0xFEE0

  private let table: UnsafeMutablePointer<UInt16>
  /// Readings for names; nil where no table of them was given.
  package let readings: PinyinReadings?
  /// Changes whenever texts would be indexed otherwise than before.
  package let fingerprint: UInt64

  /// - Parameters:
  ///   - simplified: traditional characters and what each is written as now.
  ///   - readings: readings of characters, so that names are found by sound.
  package init(
    simplified: [Unicode.Scalar: Unicode.Scalar] = [:], readings: PinyinReadings? = nil
  ) {
    table = .allocate(capacity: 65_536)
    for unit in 0..<65_536 { table[unit] = Self.plain(UInt16(unit)) }
    for (from, to) in simplified where from.value < 0x10000 && to.value < 0x10000 {
      table[Int(from.value)] = UInt16(to.value)
    }
    self.readings = readings
    fingerprint = Checksum.of(table, count: 131_072) ^ (readings?.fingerprint ?? 0)
  }

  deinit { table.deallocate() }

  private static func plain(_ unit: UInt16) -> UInt16 {
    if (0xD800...0xDFFF).contains(unit) { return unit }
    let text = String(UnicodeScalar(unit) ?? "?")
    let form = TextForm.normalised("a" + text + "a").utf16.dropFirst().dropLast()
    if form.isEmpty { return dropped }
    let folded = form.first ?? unit
    return unit == 0xFFFF || unit == 0 ? dropped : folded
  }

  /// The folded unit; nil for what is left out.
  @inline(__always) func folded(_ unit: UInt16) -> UInt16? {
    let folded = table[Int(unit)]
    return folded == Self.dropped ? nil : folded
  }

  /// Appends a text folded, at most `unitsMax` units, and where it was written otherwise.
  func append(_ text: String, unitsMax: Int, to target: inout FoldedText) {
    var text = text
    let start = target.units.count
    text.withUTF8 { bytes in
      var index = 0
      while index < bytes.count, target.units.count - start < unitsMax {
        let first = bytes[index]
        if first < 0x80 {
          append(UInt16(first), to: &target)
          index += 1
        } else if first < 0xE0 {
          append(UInt16(first & 0x1F) << 6 | UInt16(bytes[index + 1] & 0x3F), to: &target)
          index += 2
        } else if first < 0xF0 {
          let unit =
            UInt16(first & 0x0F) << 12 | UInt16(bytes[index + 1] & 0x3F) << 6
            | UInt16(bytes[index + 2] & 0x3F)
          append(unit, to: &target)
          index += 3
        } else {
          let high = UInt32(first & 0x07) << 18 | UInt32(bytes[index + 1] & 0x3F) << 12
          let low = UInt32(bytes[index + 2] & 0x3F) << 6 | UInt32(bytes[index + 3] & 0x3F)
          let scalar = (high | low) - 0x10000
          target.units.append(UInt16(0xD800 | scalar >> 10))
          target.units.append(UInt16(0xDC00 | scalar & 0x3FF))
          index += 4
        }
      }
    }
  }

  @inline(__always) private func append(_ unit: UInt16, to target: inout FoldedText) {
    let folded = table[Int(unit)]
    guard folded != Self.dropped else { return }
    if folded != unit {
      let place = UInt16(truncatingIfNeeded: target.units.count)
      if unit == folded &+ Self.widthStep {
        target.originals.append(place | FoldedText.isWide)
      } else {
        target.originals.append(place)
        target.originals.append(unit)
      }
    }
    target.units.append(folded)
  }

  /// The parts of a question: folded, parted by white space.
  func parts(of words: String) -> [[UInt16]] {
    var text = FoldedText()
    append(words, unitsMax: SearchLimits.wordsUnitsMax, to: &text)
    return text.units.split(separator: Self.space).prefix(SearchLimits.partsMax).map { Array($0) }
  }
}

/// A text in the form that is searched, with what it takes to write it as it was.
struct FoldedText {
  var units: [UInt16] = []
  /// Places in `units`, each with the unit that stood there; where that was the full-width form,
  /// the place alone, with its upper bit set.
  var originals: [UInt16] = []

  static let isWide: UInt16 = 0x8000
}

/// How much the index takes in and gives out.
package enum SearchLimits {
  /// Of a question; what is beyond is passed over.
  package static let wordsUnitsMax = 128
  package static let partsMax = 8
  /// Of a document's body; what is beyond is not found.
  package static let bodyUnitsMax = 16_384
  /// Of each other field.
  package static let fieldUnitsMax = 1_024
  /// Documents of one segment; a larger one is not merged further.
  static let segmentDocumentsMax = 524_288
  /// UTF-16 units of one segment's texts.
  static let segmentUnitsMax = 1 << 30
  /// Segments of a size that are merged into one.
  static let mergeWidth = 8
  /// Documents that are held in memory alone.
  static let memoryDocumentsMax = 8_192
  /// Segments up to this many documents stay in memory until the next checkpoint.
  static let memorySegmentMax = 1_024
}
