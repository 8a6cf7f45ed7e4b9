import Testing

@testable import Language

struct ItemWordsTests {
  static let words = ItemWords([
    (code: "water", words: ["积水", "道路积水", "淹水"]),
    (code: "bin", words: ["垃圾箱", "垃圾桶"]),
    (code: "litter", words: ["垃圾", "暴露垃圾"]),
    (code: "noise", words: ["噪音", "Noise", "扰民"]),
    (code: "heat", words: ["heat", "暖气", ""]),
    (code: "site", words: ["扰民", "施工"]),
  ])

  static let rows: [(String, String, String?, [String])] = [
    ("", "", nil, []),
    ("", "今天天气很好", nil, []),
    ("", "门口积水", "water", ["积水"]),
    ("", "道路积水严重，积水很深", "water", ["道路积水", "积水"]),
    ("", "垃圾箱破损", "bin", ["垃圾箱"]),
    ("", "垃圾箱边上有暴露垃圾", "litter", ["暴露垃圾"]),
    ("", "ＮＯＩＳＥ at night", "noise", ["noise"]),
    ("", "wheat heater", nil, []),
    ("", "no heat!", "heat", ["heat"]),
    ("垃圾桶满了", "门口积水", "bin", ["垃圾桶"]),
    // Both items have the word; the lower code wins.
    ("", "扰民", "noise", ["扰民"]),
    ("", "施工扰民", "site", ["扰民", "施工"]),
  ]

  @Test("texts speak of items", arguments: rows)
  func best(_ row: (String, String, String?, [String])) {
    let match = Self.words.best(title: row.0, text: row.1)
    #expect(match?.code == row.2)
    #expect((match?.words.sorted() ?? []) == row.3.sorted())
    if let match { #expect((0...1).contains(match.confidence)) }
  }

  @Test("confidence is the share of all that was found")
  func confidence() throws {
    let alone = try #require(Self.words.best(in: "积水"))
    #expect(alone.confidence == 4.0 / 6.0)
    #expect(alone.runnerUp == nil)
    let long = try #require(Self.words.best(in: "道路积水"))
    #expect(long.confidence == 16.0 / 18.0)
    let both = try #require(Self.words.best(in: "道路积水，垃圾桶满"))
    #expect(both.confidence == 16.0 / 27.0)
    #expect(both.runnerUp == ItemWords.RunnerUp(code: "bin", confidence: 9.0 / 27.0))
    let title = try #require(Self.words.best(title: "积水", text: "积水"))
    #expect(title.confidence == 8.0 / 10.0)
  }

  @Test("no items, no match")
  func empty() {
    #expect(ItemWords([]).best(in: "积水") == nil)
    #expect(ItemWords([(code: "a", words: [" "])]).best(in: " ") == nil)
  }

  @Test("one pass finds what looking for every word alone finds")
  func againstPlainSearch() {
    let seed: UInt64 = 7
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let alphabet = Array("水路管井")
    func text(_ length: ClosedRange<Int>) -> String {
      String(
        (0..<Int.random(in: length, using: &random)).map { _ in
          alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
        })
    }
    for _ in 0..<500 {
      let patterns = Array(Set((0..<6).map { _ in text(1...4) }))
      let words = ItemWords([(code: "x", words: patterns)])
      let sample = text(1...20)
      let match = words.best(in: sample)
      #expect((match != nil) == patterns.contains { sample.contains($0) })
      #expect((match?.words.sorted() ?? []) == Self.outermost(patterns, in: sample))
    }
  }

  /// The slow rule: every occurrence that lies within no other.
  private static func outermost(_ patterns: [String], in sample: String) -> [String] {
    let characters = Array(sample)
    var hits: [(Range<Int>, String)] = []
    for pattern in patterns {
      let wanted = Array(pattern)
      guard characters.count >= wanted.count else { continue }
      for start in 0...characters.count - wanted.count
      where Array(characters[start..<start + wanted.count]) == wanted {
        hits.append((start..<start + wanted.count, pattern))
      }
    }
    let outer = hits.filter { hit in
      !hits.contains { other in
        other.0 != hit.0 && other.0.lowerBound <= hit.0.lowerBound
          && other.0.upperBound >= hit.0.upperBound
      }
    }
    return Set(outer.map(\.1)).sorted()
  }
}
