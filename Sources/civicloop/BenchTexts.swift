import City
import Pack

/// A grid that a benchmark reports from.
struct BenchPlace: Sendable {
  let name: String
  let middle: Position
}

/// What a benchmark writes into its reports: the words of the item itself, about as long as a real
/// ticket's, so that search and masking have as much to read.
enum BenchTexts {
  static let titleCharacters = 15
  static let textCharacters = 60

  /// The item's name and its words.
  static func title(_ item: Item) -> String {
    String(([item.name] + item.words).joined(separator: " ").prefix(titleCharacters))
  }

  /// When the item is filed and when it is closed.
  static func text(_ item: Item) -> String {
    String("\(item.name) \(item.filing) \(item.closing)".prefix(textCharacters))
  }

  static func address(_ place: BenchPlace, number: Int) -> String { "\(place.name) \(number)" }
}
