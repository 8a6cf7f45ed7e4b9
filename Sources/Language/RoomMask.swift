package import City

/// Hides which flat of a house is meant: 真南路150号2幢301室 → 真南路150号2幢***室.
///
/// Hidden, each digit or letter by one `*`, are numbers before a word for a room, and numbers that
/// follow a word for a house, building, unit or floor and belong to no other word. How many rooms a
/// flat has (三室一厅) is no room: a hall follows. The words are the pack's.
package struct RoomMask: Sendable {
  /// A number without a word for a room is one from so many figures on.
  static let bareFiguresMin = 3
  /// A longer number is none of a room.
  static let digitsMax = 8
  /// Letters that rooms are called with, besides digits.
  private static let dashes: Set<Unicode.Scalar> = ["-", "－", "—"]
  /// Parts whose number may be followed by that of a room.
  private static let before: [AddressPart] = [.number, .building, .unit, .floor]

  private let rooms: [[Unicode.Scalar]]
  private let housewords: [[Unicode.Scalar]]
  private let others: [[Unicode.Scalar]]
  private let layouts: [[Unicode.Scalar]]
  private let numerals: Set<Unicode.Scalar>

  package init(_ words: AddressWords) {
    func suffixes(_ parts: [AddressPart]) -> [[Unicode.Scalar]] {
      parts.flatMap { words.suffixes[$0] ?? [] }.filter { !$0.isEmpty }
        .map { Array($0.unicodeScalars) }
    }
    rooms = suffixes([.room])
    housewords = suffixes(Self.before)
    others =
      suffixes(AddressPart.allCases.filter { AddressWords.numbered.contains($0) && $0 != .room })
      + (words.words[.metres] ?? []).map { Array($0.unicodeScalars) }
    layouts = (words.words[.layout] ?? []).map { Array($0.unicodeScalars) }
    let digits = (words.words[.digits] ?? []) + (words.words[.tens] ?? [])
    numerals = Set(digits.flatMap { Array($0.unicodeScalars) })
  }

  /// The text with every room in it hidden; the same text where it names none.
  package func masked(_ text: String) -> String {
    var scalars = Array(text.unicodeScalars)
    var place = 0
    var changed = false
    while place < scalars.count {
      guard isNumber(scalars[place]) else {
        place += 1
        continue
      }
      let run = self.run(in: scalars, from: place)
      if isRoom(run, in: scalars) {
        for index in run where isNumber(scalars[index]) { scalars[index] = "*" }
        changed = true
      }
      place = run.upperBound
    }
    return changed ? String(scalars: scalars) : text
  }

  /// Whether a text names a room.
  package func holdsRoom(_ text: String) -> Bool { masked(text) != text }

  /// Numbers with the dashes between them.
  private func run(in scalars: [Unicode.Scalar], from start: Int) -> Range<Int> {
    var end = start
    var place = start
    while place < scalars.count {
      if isNumber(scalars[place]) {
        end = place + 1
      } else if !Self.dashes.contains(scalars[place]) {
        break
      }
      place += 1
    }
    return start..<end
  }

  private func isRoom(_ run: Range<Int>, in scalars: [Unicode.Scalar]) -> Bool {
    guard run.count <= Self.digitsMax else { return false }
    if let room = rooms.first(where: { begins($0, in: scalars, at: run.upperBound) }) {
      return run.count > 1 || !isLayout(scalars, at: run.upperBound + room.count)
    }
    guard !others.contains(where: { begins($0, in: scalars, at: run.upperBound) }) else {
      return false
    }
    // Numerals in words say many other things; only figures follow a house so.
    let figures = run.count { Self.isFigure(scalars[$0]) }
    return figures >= Self.bareFiguresMin
      && housewords.contains { ends($0, in: scalars, before: run.lowerBound) }
  }

  /// Whether what stands here goes on with how a flat is laid out: a number and a word for it.
  private func isLayout(_ scalars: [Unicode.Scalar], at place: Int) -> Bool {
    guard place < scalars.count, isNumber(scalars[place]) else { return false }
    let end = run(in: scalars, from: place).upperBound
    return layouts.contains { begins($0, in: scalars, at: end) }
  }

  private func begins(
    _ word: [Unicode.Scalar], in scalars: [Unicode.Scalar], at place: Int
  ) -> Bool {
    place + word.count <= scalars.count && Array(scalars[place..<place + word.count]) == word
  }

  private func ends(
    _ word: [Unicode.Scalar], in scalars: [Unicode.Scalar], before place: Int
  ) -> Bool {
    place >= word.count && Array(scalars[place - word.count..<place]) == word
  }

  private func isNumber(_ scalar: Unicode.Scalar) -> Bool {
    Self.isFigure(scalar) || Self.isLetter(scalar) || numerals.contains(scalar)
  }

  /// Full-width ones are read alike.
  private static func isFigure(_ scalar: Unicode.Scalar) -> Bool {
    ("0"..."9").contains(scalar) || ("０"..."９").contains(scalar)
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("A"..."Z").contains(scalar) || ("a"..."z").contains(scalar)
  }
}
