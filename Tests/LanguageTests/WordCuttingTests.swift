import Testing

@testable import Language

@Suite struct WordCuttingTests {
  private static let cutting = WordCutting(
    words: ["垃圾", "垃圾箱", "垃圾箱房", "满溢", "真南路", "路口", "小区", "机动车", "非机动车"],
    stops: ["您好", "附近"])

  struct Row: Sendable, CustomTestStringConvertible {
    let text: String
    let words: [String]
    var testDescription: String { text }
  }

  static let rows = [
    Row(text: "垃圾箱满溢", words: ["垃圾箱", "满溢"]),
    Row(text: "小区垃圾箱房满溢", words: ["小区", "垃圾箱房", "满溢"]),
    Row(text: "真南路口", words: ["真南路", "口"]),
    Row(text: "非机动车乱停", words: ["非机动车", "乱", "停"]),
    Row(text: "您好，真南路 88弄 附近", words: ["您好", "真南路", "88", "弄", "附近"]),
    Row(text: "iPhone15掉了", words: ["iphone15", "掉", "了"]),
    Row(text: "", words: []),
    Row(text: "，。！", words: []),
    Row(text: "😀", words: []),
  ]

  @Test("a text is cut into the longest words of the dictionary", arguments: rows)
  func cut(_ row: Row) {
    #expect(Self.cutting.words(in: row.text).map(\.text) == row.words)
  }

  @Test("every word says where it stands, and whether it says anything")
  func places() {
    let words = Self.cutting.words(in: "您好，垃圾箱")
    #expect(words.map(\.isStop) == [true, false])
    #expect(words.map(\.isKnown) == [true, true])
    #expect(words.map(\.range) == [0..<6, 7..<16])
  }

  @Test("no character of a long text is lost, and its end is passed over")
  func long() {
    let text = String(repeating: "垃圾箱路", count: 25_000)
    let words = Self.cutting.words(in: text)
    #expect(words.map(\.text).joined().utf8.count <= WordCutting.textBytesMax)
    #expect(words.count == WordCutting.textBytesMax / 12 * 2 + 1)
  }
}

@Suite struct SimplifiedTests {
  private static let table = Simplified(
    table: "# 表\n馬 马\n車 车\n廣 广\n場 场\n\n坏行\n三 个 词\n路 路\nA B\n")

  struct Row: Sendable {
    let text: String
    let expected: String
  }

  static let rows = [
    Row(text: "馬路廣場停車", expected: "马路广场停车"),
    Row(text: "马路", expected: "马路"),
    Row(text: "", expected: ""),
    Row(text: "😀車😀", expected: "😀车😀"),
    Row(text: "Ａ車é", expected: "Ａ车é"),
  ]

  @Test("traditional characters become today's, all else stays", arguments: rows)
  func simplified(_ row: Row) {
    #expect(Self.table.simplified(row.text) == row.expected)
    #expect(Simplified.none.simplified(row.text) == row.text)
  }

  @Test("lines of another form are passed over")
  func pairs() {
    #expect(Self.table.pairs["馬"] == "马")
    #expect(Self.table.pairs.count == 5)
  }
}
