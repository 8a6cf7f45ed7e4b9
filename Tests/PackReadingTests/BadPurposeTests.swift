import Testing

/// What is wrong in purposes is told with file and line.
@Suite("A bad purpose") struct BadPurposeTests {
  private static let text = """
    purposes:
      - code: handling
        name: 办理
        use: handling
        basis: duty
        version: 1
        wording: 只用于办理。
        why: 法定职责。
      - code: call-back
        name: 回访
        use: callBack
        basis: consent
        asked: [citizen]
        version: 2
        wording: 可以回访。
        why: 征得同意。
    """

  private static func findings(_ old: String, _ new: String) -> [String] {
    SmallPack.findings("purposes.yaml", old, new, beside: ["purposes.yaml": text])
  }

  static let rows: [(old: String, new: String, told: String)] = [
    (
      "basis: duty", "basis: consent",
      "small/purposes.yaml:2: `handling`: handling a report is a duty, other uses may ask"
    ),
    ("basis: consent", "basis: duty", "small/purposes.yaml:9: `call-back`: handling a report"),
    ("use: callBack", "use: handling", "small/purposes.yaml:9: the purpose `call-back` is defined"),
    ("version: 2", "version: 0", "small/purposes.yaml:14: `version` is 0; allowed: 1 to 10000"),
    ("[citizen]", "[letter]", "small/purposes.yaml:13: `letter` is not known for `asked`"),
    ("use: callBack", "use: sell", "small/purposes.yaml:11: `sell` is not known for `use`"),
  ]

  @Test("is told", arguments: rows.indices)
  func told(_ index: Int) {
    let row = Self.rows[index]
    let found = Self.findings(row.old, row.new)
    #expect(found.contains { $0.hasPrefix(row.told) }, "\(found)")
  }

  @Test("good ones are read without finding")
  func good() { #expect(Self.findings("handling", "handling").isEmpty) }
}
