/// Believable values for the fields of a kind.
enum ThingAttributes {
  static func drawn(
    for kind: String, _ random: inout DemonstrationRandom
  ) -> [(String, String)] {
    switch kind {
    case "community":
      [("households", String(random.int(in: 60...1_800))), ("built", year(1978...2019, &random))]
    case "building":
      [
        ("floors", String(random.pick([6, 6, 6, 5, 7, 11, 14, 18, 24]))),
        ("built", year(1978...2019, &random)),
      ]
    case "school": [("students", String(random.int(in: 120...1_600)))]
    case "park": [("area", String(random.int(in: 2_000...60_000)))]
    case "site":
      [("builder", "示范建设\(random.int(in: 1...9))公司"), ("stage", random.pick(["基坑", "主体", "装饰"]))]
    case "lamp":
      [("height", random.pick(["8", "10", "12"])), ("watts", random.pick(["60", "90", "120"]))]
    case "manhole": [("sort", random.pick(["雨水", "污水", "电力", "通信", "燃气"]))]
    case "tree":
      [("sort", random.pick(PlaceWords.treeSorts)), ("girth", String(random.int(in: 12...90)))]
    case "bin": [("sort", random.pick(["两分类", "单桶"]))]
    case "hydrant": [("pressure", random.pick(["0.14", "0.18", "0.22"]))]
    case "toilet": [("class", random.pick(["一类", "二类"]))]
    default: []
    }
  }

  private static func year(
    _ range: ClosedRange<Int>, _ random: inout DemonstrationRandom
  ) -> String {
    String(random.int(in: range))
  }
}
