/// What one piece of a written address is (地址要素), from the wide to the narrow.
package enum AddressPart: String, CaseIterable, Sendable {
  case province, city, district, zone, street, neighbourhood, road, lane, number, place
  case building, unit, floor, room
  /// Where it lies from something else: beside, opposite, so many metres north of.
  case aside
}

/// The words by which the parts of an address are known, as a pack gives them.
///
/// A suffix ends a name (road) or follows a number (house number); which of the two is told by the
/// part: `lane`, `number`, `building`, `unit`, `floor` and `room` are numbered.
package struct AddressWords: Equatable, Sendable {
  /// Words that stand by themselves.
  package enum Word: String, CaseIterable, Sendable {
    /// After two roads: where they meet.
    case crossing
    /// Between two roads that meet.
    case joining
    /// Before the name of something that is only near.
    case near
    /// After a name: beside it, opposite it.
    case beside
    /// Directions, as in "150 metres north".
    case direction
    /// Units of distance.
    case metres
    /// The digits zero to nine as numerals, in order, then other forms of the same.
    case digits
    /// Ten and a hundred.
    case tens
    /// What else a flat has, after a number: three rooms, one *hall*.
    case layout
  }

  /// Parts that carry a number: a lane, a room.
  package static let numbered: Set<AddressPart> = [
    .lane, .number, .building, .unit, .floor, .room,
  ]

  package let suffixes: [AddressPart: [String]]
  package let words: [Word: [String]]
  /// Names that need no suffix to be known, provinces and great cities: without their suffix.
  package let names: [AddressPart: [String]]
  /// Old names and what they are called now, whole with their suffix.
  package let renamed: [String: String]

  package init(
    suffixes: [AddressPart: [String]], words: [Word: [String]], names: [AddressPart: [String]],
    renamed: [String: String] = [:]
  ) {
    self.suffixes = suffixes
    self.words = words
    self.names = names
    self.renamed = renamed
  }

  /// No words at all: every address is then one name with numbers.
  package static let none = AddressWords(suffixes: [:], words: [:], names: [:])
}
