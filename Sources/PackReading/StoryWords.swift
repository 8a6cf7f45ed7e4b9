import City
import Pack

/// The words of a story file: the format's own, and the names that packs give.
struct StoryWords {
  // The format's own words are Chinese because people of the trade write and check stories.
  static let story = "故事"
  static let date = "日期"
  static let street = "街道"
  static let unit = "单位"
  static let duties = "职责"
  static let hours = "工时"
  static let ofStreet = "本街道"
  static let wait = "等待"
  static let item = "事项"
  static let unclassified = "未分类"
  static let on = "案"
  static let by = "由"
  static let to = "给"
  static let staff = "人"
  static let into = "改为"
  static let photos = "照片"
  static let documents = "文件"
  static let arrow = "→"
  static let opened = "立案"
  static let joined = "并入"
  static let stage = "环节"
  static let due = "时限"
  static let refused = "拒绝"
  static let closed = "结案"
  static let outside = "区外"
  static let comment = "#"
  static let textOpen: Character = "「"
  static let textClose: Character = "」"
  static let separator: Character = "，"

  /// Which way a distance counts.
  static let directions: [(word: String, east: Int, north: Int)] = [
    ("东", 1, 0), ("西", -1, 0), ("北", 0, 1), ("南", 0, -1),
  ]
  static let channels: [(word: String, channel: Channel)] = [
    ("热线", .hotline), ("巡查", .inspector), ("市民", .citizen), ("视频", .video),
    ("设备", .device), ("舆情", .opinion), ("系统", .system),
  ]
  static let verdicts: [(word: String, verdict: Verdict)] = [
    ("通过", .passed), ("不属实", .notConfirmed), ("作废", .void),
  ]

  /// What a name may name.
  enum Kind: String {
    case item, post, action, stage, duty, hours
  }

  private let codes: [Kind: [String: Set<String>]]

  init(_ draft: PackDraft, beside packs: [Pack]) {
    let flows = packs.flatMap(\.flows) + draft.flows
    let pairs: [Kind: [(String, String)]] = [
      .item: (packs.flatMap(\.items) + draft.items).map { ($0.name, $0.code) },
      .post: (packs.flatMap(\.posts) + draft.posts).map { ($0.name, $0.code) },
      .action: flows.flatMap(\.edges).map { ($0.name, $0.action) },
      .stage: flows.flatMap(\.stages).map { ($0.name, $0.code) },
      .duty: (packs.flatMap(\.duties) + draft.duties).map { ($0.name, $0.code) },
      .hours: (packs.flatMap(\.hours) + draft.hours).map { ($0.name, $0.code) },
    ]
    codes = pairs.mapValues { pairs in
      var codes: [String: Set<String>] = [:]
      for (name, code) in pairs {
        codes[name, default: []].insert(code)
        codes[code, default: []].insert(code)
      }
      return codes
    }
  }

  /// The codes that a name, or a code, stands for: one where all is well.
  func codes(_ kind: Kind, _ name: String) -> Set<String> { codes[kind]?[name] ?? [] }
}
