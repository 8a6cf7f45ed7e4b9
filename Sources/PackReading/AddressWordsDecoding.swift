import City
import Pack

extension PackDecoder {
  /// `addresses.yaml`: suffixes and names by part, and the words that stand by themselves.
  mutating func decodeAddressWords(_ node: Node) {
    let keys = ["suffixes", "words", "names", "renamed"]
    guard let table = TableReader(node, "address words", keys: keys, list) else { return }
    let suffixes = wordLists(table, "suffixes", AddressPart.allCases) { $0.rawValue }
    let words = wordLists(table, "words", AddressWords.Word.allCases) { $0.rawValue }
    let names = wordLists(table, "names", AddressPart.allCases) { $0.rawValue }
    var renamed: [String: String] = [:]
    for node in table.nodes("renamed") {
      guard let pair = TableReader(node, "renamed", keys: ["from", "to"], list),
        let from = pair.text("from"), let to = pair.text("to")
      else { continue }
      renamed[from] = to
    }
    draft.addressWords = AddressWords(
      suffixes: suffixes, words: words, names: names, renamed: renamed)
  }

  /// A table with some of these keys and no others, each with a list of words.
  private func wordLists<Key: Hashable>(
    _ table: TableReader, _ key: String, _ all: [Key], _ name: (Key) -> String
  ) -> [Key: [String]] {
    guard let node = table.required(key),
      let inner = TableReader(node, key, keys: all.map(name), list)
    else { return [:] }
    var lists: [Key: [String]] = [:]
    for one in all {
      let texts = inner.texts(name(one)).map(\.text)
      if !texts.isEmpty { lists[one] = texts }
    }
    return lists
  }
}
