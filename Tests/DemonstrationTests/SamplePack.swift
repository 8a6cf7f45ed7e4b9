import City
import Demonstration
import Pack

/// A small catalogue with an ordinary flow, so that these tests need no files.
enum SamplePack {
  static let pack = Pack(
    id: "sample", title: "sample", version: 1, depends: [], categories: [], duties: [],
    items: items,
    flows: [flow], kinds: [], posts: [], hours: [], calendarYears: [], profiles: [], mappings: [],
    rules: [], stories: [],
    storyWords: nil,
    digest: Digest(bytes: Array(repeating: 0, count: Digest.byteCount)))

  static let items = [
    item(
      "garbage", "暴露垃圾", words: ["垃圾堆放", "垃圾满溢"],
      rules: [("street-sanitation", .street, nil), ("greening-sanitation", .district, nil)]),
    item(
      "lamp-out", "路灯不亮", words: ["路灯坏了"],
      rules: [("lighting", .owner, "lamp"), ("lighting", .district, nil)]),
    item(
      "manhole", "井盖破损", words: ["窨井盖松动"],
      rules: [("drainage", .owner, "manhole"), ("drainage", .district, nil)]),
    item("parking", "机动车违停", words: [], rules: [("traffic-police", .district, nil)]),
    item("refund", "消费纠纷", words: ["退款"], rules: [("market", .district, nil)], joins: false),
  ]

  private static func item(
    _ code: String, _ name: String, words: [String],
    rules: [(String, ResponsibilityRule.Place, String?)], joins: Bool = true
  ) -> Item {
    Item(
      code: code, name: name, category: "sample", filing: "", closing: "", grade: .yellow,
      clocks: [ItemClock(name: "handle", limit: TimeLimit(amount: 8, measure: .hours))],
      responsibility: rules.map {
        ResponsibilityRule(thingKind: $0.2, areas: [], duty: $0.0, place: $0.1, why: "")
      },
      evidence: [.photo], weight: 1_000, words: words, joinMetres: joins ? 50 : 0,
      joinMilliseconds: joins ? Duration.day : 0, automatic: false, flow: "ordinary",
      dataClass: .internal)
  }

  static let flow = Flow(
    code: "ordinary", version: 1, name: "ordinary",
    stages: ["filed", "dispatched", "handling", "checking", "checked", "closed", "void"].map {
      FlowStage(code: $0, name: $0, isFinal: $0 == "closed" || $0 == "void")
    }, start: "filed",
    edges: [
      edge("dispatch", "filed", "dispatched", ["dispatcher"], [.dispatch], requires: [.unit]),
      edge("reclassify", "filed", "filed", ["dispatcher"], [.reclassify], requires: [.item]),
      edge("discard", "filed", "void", ["duty-officer"], [.close(.void)], requires: [.note]),
      edge("accept", "dispatched", "handling", ["handler"], [.accept], guards: [.ownUnit]),
      edge("return", "dispatched", "filed", ["unit-head"], [.giveBack], guards: [.ownUnit]),
      edge(
        "assign", "handling", "handling", ["unit-head"], [.assign], requires: [.staff],
        guards: [.ownUnit]),
      edge(
        "report", "handling", "checking", ["handler"], [.report], itemEvidence: true,
        guards: [.ownUnit]),
      edge(
        "reassign", "dispatched", "dispatched", ["dispatcher"], [.dispatch],
        requires: [.unit, .note]),
      edge("pass", "checking", "checked", ["inspector"], [], guards: [.notHandler]),
      edge("rework", "checking", "handling", ["inspector"], [.rework], guards: [.notHandler]),
      edge("refute", "checking", "closed", ["inspector"], [.close(.notConfirmed)]),
      edge(
        "close", "checked", "closed", ["dispatcher", "duty-officer"], [.close(.passed)],
        guards: [.notHandler]),
    ])

  private static func edge(
    _ action: String, _ from: String, _ to: String, _ posts: Set<String>, _ effects: [FlowEffect],
    requires: Set<Requirement> = [], itemEvidence: Bool = false, guards: Set<FlowGuard> = []
  ) -> FlowEdge {
    FlowEdge(
      action: action, name: action, from: from, to: to, posts: posts, requires: requires,
      requiresItemEvidence: itemEvidence, guards: guards, effects: effects, why: "")
  }
}

/// Where the past of these tests ends: 2026-11-20 12:00 in Shanghai.
let pastEnd = Instant(milliseconds: 1_795_147_200_000)

func makePlan(seed: UInt64, things: Int = 20_000, cases: Int = 4_000) -> DemonstrationPlan {
  var sequence = IdentitySequence(node: 0)
  return DemonstrationPlan(seed: seed, things: things, cases: cases, endingAt: pastEnd) {
    sequence.next(at: $0)
  }
}

/// FNV-1a over whatever a value prints: equal for equal values, different for nearly all others.
func digest(_ values: some Sequence<some Any>) -> UInt64 {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for value in values {
    for byte in String(describing: value).utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }
  return hash
}
