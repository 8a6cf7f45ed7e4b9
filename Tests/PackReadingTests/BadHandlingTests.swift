import Testing

/// What is wrong in groups, in what the engine takes by itself and in hand-overs is told with file
/// and line.
@Suite("A bad rule of handling") struct BadHandlingTests {
  private static let groups = """
    groups:
      - code: all
        name: 联勤组
        members:
          - duty: cleaning
            place: street
            form: order
            posts: [handler]
            limit: { amount: 2, measure: hours }
          - { duty: sanitation, place: district, form: notice, posts: [handler] }
        why: 一起来。
    """

  /// The small pack's flow, with a stage that is checked.
  private static let flow = """
    code: short
    version: 1
    name: 短流程
    start: filed
    stages:
      - { code: filed, name: 待派单 }
      - { code: handling, name: 处置中 }
      - { code: closed, name: 已结案, isFinal: true }
    handsOver: { stages: [handling], words: "交{to}接办", why: 有人接。 }
    edges:
      - action: dispatch
        name: 派单
        from: filed
        to: handling
        posts: [dispatcher]
        effects: [dispatch]
        why: 一口派单。
      - action: check
        name: 核实
        from: handling
        to: handling
        posts: [dispatcher]
        guards: [sensorClear]
        machine: sensorClear
        words: "{device}已正常"
        why: 设备说了算。
      - action: close
        name: 结案
        from: handling
        to: closed
        posts: [handler]
        effects: [{ close: passed }]
        why: 办完即结。
    """

  private static func findings(_ path: String, _ old: String, _ new: String) -> [String] {
    SmallPack.findings(
      path, old, new, beside: ["groups.yaml": groups, "flows/short.yaml": flow])
  }

  static let rows: [(path: String, old: String, new: String, told: String)] = [
    (
      "groups.yaml", "duty: sanitation", "duty: cleaning",
      "small/groups.yaml:2: the group `all` has 2 members; it may have 1 to 12, none twice"
    ),
    (
      "groups.yaml", "duty: sanitation", "duty: magic",
      "small/groups.yaml:2: there is no duty `magic`"
    ),
    (
      "groups.yaml", "form: notice, posts: [handler]", "form: notice, posts: [wizard]",
      "small/groups.yaml:2: there is no post `wizard`"
    ),
    (
      "groups.yaml", "form: notice", "form: song",
      "small/groups.yaml:10: `song` is not known for `form`"
    ),
    (
      "flows/short.yaml", "    machine: sensorClear\n    words: \"{device}已正常\"\n", "",
      "small/flows/short.yaml:18: `check`: an edge that the engine takes needs the guard sensorClear"
    ),
    (
      "flows/short.yaml", "    words: \"{device}已正常\"\n", "",
      "small/flows/short.yaml:18: `check`: an edge that the engine takes needs words"
    ),
    (
      "flows/short.yaml", "machine: sensorClear", "machine: nearestChecker",
      "small/flows/short.yaml:18: `check`: an edge that the engine takes needs the effect"
    ),
    (
      "flows/short.yaml", "{device}", "{colour}",
      "small/flows/short.yaml:18: there is no placeholder `colour`"
    ),
    (
      "flows/short.yaml", "stages: [handling]", "stages: [closed]",
      "small/flows/short.yaml:1: there is no stage in which work goes on `closed`"
    ),
    (
      "flows/short.yaml", "{to}", "{who}",
      "small/flows/short.yaml:1: there is no placeholder `who`"
    ),
    (
      "items/dirt.yaml", "    joinHours: 24",
      "    joinHours: 24\n    sensorClear: { amount: 0, measure: hours }",
      "small/items/dirt.yaml:18: `amount` is 0; allowed: 1 to 100000"
    ),
  ]

  @Test("is told", arguments: rows.indices)
  func told(_ index: Int) {
    let row = Self.rows[index]
    let found = Self.findings(row.path, row.old, row.new)
    #expect(found.contains { $0.hasPrefix(row.told) }, "\(found)")
  }

  @Test("good ones are read without an error")
  func good() {
    let found = Self.findings("groups.yaml", "groups", "groups")
    #expect(found.allSatisfy { $0.contains("no clock runs") }, "\(found)")
  }
}
