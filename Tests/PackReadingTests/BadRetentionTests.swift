import Testing

/// What is wrong in rules of retention is told with file and line.
@Suite("A bad rule of retention") struct BadRetentionTests {
  private static let text = """
    retention:
      - code: callers-end
        name: 诉求人
        data: callers
        purpose: 回访。
        days: 730
        why: 够用。
      - code: cases-stay
        name: 案件
        data: cases
        purpose: 查档。
        why: 归档。
    """

  private static func findings(_ old: String, _ new: String) -> [String] {
    SmallPack.findings("retention.yaml", old, new, beside: ["retention.yaml": text])
  }

  static let rows: [(old: String, new: String, told: String)] = [
    (
      "days: 730", "days: soon",
      "small/retention.yaml:6: `days` must be a whole number"
    ),
    ("days: 730", "days: 0", "small/retention.yaml:6: `days` is 0; allowed: 1 to 36525"),
    (
      "data: cases\n", "data: cases\n    days: 30\n",
      "small/retention.yaml:8: `cases-stay`: cases do not end by themselves, so the rule has no `days`"
    ),
    (
      "data: cases", "data: callers",
      "small/retention.yaml:8: the retention `cases-stay` is defined twice"
    ),
    ("    why: 归档。", "    wy: 归档。", "small/retention.yaml:12: `wy` is no key of rule; known: code"),
    ("data: callers", "data: people", "small/retention.yaml:4: `people` is not known for `data`"),
  ]

  @Test("is told", arguments: rows.indices)
  func told(_ index: Int) {
    let row = Self.rows[index]
    let found = Self.findings(row.old, row.new)
    #expect(found.contains { $0.hasPrefix(row.told) }, "\(found)")
  }

  @Test("good ones are read without finding")
  func good() { #expect(Self.findings("callers", "callers").isEmpty) }
}
