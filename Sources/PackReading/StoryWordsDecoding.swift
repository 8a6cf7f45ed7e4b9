import City
import Pack

extension PackDecoder {
  mutating func decodeStoryWords(_ node: Node) {
    let before = list.findings.count
    let keys = ["words", "channels", "verdicts", "handling", "vitals", "registers"]
    guard let table = TableReader(node, "story words", keys: keys, list) else { return }
    let words = names(table, "words", StoryWords.Word.allCases) { $0.rawValue }
    let channels = names(table, "channels", Channel.allCases) { $0.rawValue }
    let verdicts = names(table, "verdicts", ClosingVerdict.allCases.map(\.verdict)) {
      $0.rawValue
    }
    let handling =
      table.optional("handling") == nil
      ? [:] : names(table, "handling", StoryWords.HandlingWord.allCases) { $0.rawValue }
    let vital =
      table.optional("vitals") == nil
      ? [:] : names(table, "vitals", StoryWords.VitalWord.allCases) { $0.rawValue }
    let registers =
      table.optional("registers") == nil
      ? [:] : names(table, "registers", StoryWords.RegisterWord.allCases) { $0.rawValue }
    // With a word missing, every line that uses it would be told of.
    guard list.findings.count == before else { return }
    var storyWords = StoryWords(words: words, channels: channels, verdicts: verdicts)
    storyWords.handling = handling
    storyWords.vital = vital
    storyWords.registers = registers
    draft.storyWords = storyWords
  }

  /// A table that has every one of these keys and no others, each with one word.
  private func names<Key: Hashable>(
    _ table: TableReader, _ key: String, _ all: [Key], _ name: (Key) -> String
  ) -> [Key: String] {
    guard let node = table.required(key),
      let inner = TableReader(node, key, keys: all.map(name), list)
    else { return [:] }
    var names: [Key: String] = [:]
    for one in all {
      guard let text = inner.text(name(one)) else { continue }
      if text.contains(where: \.isWhitespace) {
        list.report(
          .valueWrongType, node.place, ["key": name(one), "expected": "one word without spaces"])
      }
      names[one] = text
    }
    return names
  }
}
