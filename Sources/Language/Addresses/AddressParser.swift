package import City

/// One piece of an address, told by its part.
package struct AddressPiece: Hashable, Sendable {
  package let part: AddressPart
  /// As written, width and letters folded.
  package let text: String
  /// Without its suffix; of a numbered part the number, its numerals turned into digits.
  package let core: String

  package init(part: AddressPart, text: String, core: String) {
    (self.part, self.text, self.core) = (part, text, core)
  }
}

/// An address cut into its pieces.
package struct ParsedAddress: Hashable, Sendable {
  package let pieces: [AddressPiece]
  /// Two roads and the word that says they meet.
  package let isCrossing: Bool

  /// The first piece of a part.
  package func first(_ part: AddressPart) -> AddressPiece? { pieces.first { $0.part == part } }

  /// The pieces of a part, in order.
  package func all(_ part: AddressPart) -> [AddressPiece] { pieces.filter { $0.part == part } }

  /// One way to write it: pieces in their order, without what only says where it lies from
  /// something else, the same piece once, numbers in digits.
  package var standardForm: String {
    var seen: Set<AddressPiece> = []
    var form = ""
    for piece in pieces where piece.part != .aside && seen.insert(piece).inserted {
      let isNumbered = AddressWords.numbered.contains(piece.part)
      let text =
        isNumbered
        ? piece.core + piece.text.drop { !$0.isLetter || piece.isNumeral($0) } : piece.text
      // Bare numbers side by side would read as one.
      if form.last?.isNumber == true, text.first?.isNumber == true { form += "-" }
      form += text
    }
    return form
  }
}

extension AddressPiece {
  /// Whether a character belongs to the number and not to its suffix.
  fileprivate func isNumeral(_ character: Character) -> Bool {
    character.isNumber || core.contains(character)
  }
}

/// Cuts written addresses into pieces by a pack's words alone; it learned nothing.
///
/// It reads from left to right: a number with the suffix after it, else a name up to the first
/// suffix that may follow what was read before. What no suffix ends is a place's name.
package struct AddressParser: Sendable {
  /// What lies beyond in a text is not read, in characters.
  package static let scalarsMax = 400

  let suffixes: [SuffixTable]
  let names: [(AddressPart, [UInt32])]
  let words: [AddressWords.Word: [[UInt32]]]
  let numerals: [UInt32: UInt32]
  let tens: Set<UInt32>
  let renamed: [String: String]

  package init(_ words: AddressWords) {
    suffixes = words.suffixes.flatMap { part, texts in
      texts.map { SuffixTable(part: part, scalars: $0.unicodeScalars.map(\.value)) }
    }.sorted { ($0.scalars.count, $1.part.rawValue) > ($1.scalars.count, $0.part.rawValue) }
    names = words.names.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { part, texts in
      texts.map { (part, $0.unicodeScalars.map(\.value)) }
    }
    self.words = words.words.mapValues { texts in
      texts.map { $0.unicodeScalars.map(\.value) }.sorted { $0.count > $1.count }
    }
    let digits = (words.words[.digits] ?? []).compactMap { $0.unicodeScalars.first?.value }
    var numerals: [UInt32: UInt32] = [:]
    for (index, digit) in digits.enumerated() {
      // The eleventh form is zero again, the last one two; those between count on from one.
      let value =
        index < 10 ? index : (index == 10 || index == 20 ? 0 : (index == 21 ? 2 : index - 10))
      numerals[digit] = UInt32(value)
    }
    self.numerals = numerals
    renamed = words.renamed
    tens = Set((words.words[.tens] ?? []).compactMap { $0.unicodeScalars.first?.value })
  }

  /// The pieces of an address. Any text has an answer: where nothing is known, one place or none.
  package func parse(_ text: String) -> ParsedAddress {
    var reading = AddressReading(parser: self, scalars: Self.folded(text))
    return reading.run()
  }

  private static func folded(_ text: String) -> [UInt32] {
    var scalars: [UInt32] = []
    for scalar in text.unicodeScalars {
      guard scalars.count < scalarsMax else { break }
      let folded = ScalarForm.folded(scalar.value)
      if ScalarForm.sort(folded) != .dropped { scalars.append(folded) }
    }
    return scalars
  }
}

/// One suffix, and what it ends.
struct SuffixTable: Sendable {
  let part: AddressPart
  let scalars: [UInt32]
}
