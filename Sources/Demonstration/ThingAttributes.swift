/// Believable values for the fields of a kind, by the names that `packs/core` gives them.
enum ThingAttributes {
  /// `name` and `address` are those of the Thing: what they say, its fields say too.
  static func drawn(
    for kind: String, name: String, address: String, _ random: inout DemonstrationRandom
  ) -> [(String, String)] {
    switch kind {
    case "community":
      [
        ("households", number(60...1_800, &random)), ("manager", "示范物业\(random.int(in: 1...20))公司"),
        ("built", number(1978...2019, &random)),
      ]
    case "building":
      [
        ("floors", random.pick(["6", "6", "6", "5", "7", "11", "14", "18", "24"])),
        ("use", "居住"), ("built", number(1978...2019, &random)),
      ]
    case "school":
      [
        ("stage", PlaceWords.schoolTails.first(where: name.hasSuffix) ?? name),
        ("pupils", number(120...1_600, &random)),
      ]
    case "site":
      [("builder", "示范建设\(random.int(in: 1...9))公司"), ("owner", "示范城投公司")]
    case "shop": [("trade", trade(of: name))]
    case "restaurant":
      [
        ("grade", random.pick(["A", "B", "B", "C"])),
        ("fumes", random.pick(["true", "true", "false"])),
      ]
    case "market": [("stalls", number(30...160, &random))]
    case "hospital": [("grade", "一级"), ("beds", number(20...90, &random))]
    case "care-home":
      [("beds", number(120...260, &random)), ("residents", number(60...118, &random))]
    default: facility(kind, name, address, &random)
    }
  }

  private static func facility(
    _ kind: String, _ name: String, _ address: String, _ random: inout DemonstrationRandom
  ) -> [(String, String)] {
    switch kind {
    case "lamp": [("height", random.pick(["8", "10", "12"])), ("source", "LED")]
    case "manhole":
      [("usage", "雨水"), ("material", "球墨铸铁"), ("diameter", random.pick(["600", "700", "800"]))]
    case "tree":
      [("species", random.pick(PlaceWords.treeSorts)), ("girth", number(12...60, &random))]
    case "bin": [("capacity", random.pick(["60", "80", "120"])), ("material", "不锈钢")]
    case "hydrant":
      [("model", "SS100/65-1.6"), ("pressure", random.pick(["0.14", "0.18", "0.22"]))]
    case "toilet": [("grade", random.pick(["一类", "二类"])), ("hours", "06:00-22:00")]
    case "park", "green-land": [("area", number(2_000...30_000, &random))]
    case "signal-light": [("junction", address)]
    case "bus-stop": [("lines", "示范\(number(1...40, &random))路"), ("shelter", "true")]
    case "pole": [("material", "混凝土"), ("voltage", "10kV")]
    case "junction-box": [("usage", "通信")]
    case "traffic-sign": [("content", random.pick(["限速40", "禁止停车", "注意行人", "单行线"]))]
    case "guardrail": [("length", number(20...180, &random)), ("material", "钢")]
    case "billboard": [("area", number(4...60, &random))]
    case "waste-station": [("sorting", "true"), ("capacity", random.pick(["1", "2", "3"]))]
    case "fitness-set": [("pieces", number(4...16, &random))]
    case "parking-lot": [("spaces", number(20...400, &random)), ("fee", "10元/小时")]
    default: []
    }
  }

  private static func trade(of name: String) -> String {
    PlaceWords.shopTails.first(where: name.hasSuffix) ?? name
  }

  private static func number(
    _ range: ClosedRange<Int>, _ random: inout DemonstrationRandom
  ) -> String {
    String(random.int(in: range))
  }
}
