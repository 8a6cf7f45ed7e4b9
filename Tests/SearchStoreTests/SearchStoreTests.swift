import City
import Glibc
import Language
import Ports
import SearchStore
import Testing

/// A folder that goes with the test.
final class ScratchFolder {
  let path: String

  init() {
    var template = Array("/tmp/search-tests-XXXXXX".utf8CString)
    mkdtemp(&template)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  var files: [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  func bytes(_ name: String) -> [UInt8] {
    guard let stream = fopen(path + "/" + name, "rb") else { return [] }
    defer { fclose(stream) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&chunk, 1, chunk.count, stream), count > 0 {
      bytes += chunk[..<count]
    }
    return bytes
  }

  func write(_ bytes: [UInt8], to name: String) {
    guard let stream = fopen(path + "/" + name, "wb") else { return }
    fwrite(bytes, 1, bytes.count, stream)
    fclose(stream)
  }

  deinit {
    for name in files { unlink(path + "/" + name) }
    rmdir(path)
  }
}

/// Numbers from a seed.
struct SeededNumbers {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func below(_ count: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(count))
  }
}

@Suite("the index of the search box") struct SearchStoreTests {
  static let now = Instant(milliseconds: 1_790_000_000_000)

  static func document(
    _ id: Int64, _ title: String, _ text: String = "", kind: SearchKind = .case,
    code: String = "", area: Int64 = 10, unit: Int64 = 100
  ) -> SearchDocument {
    var document = SearchDocument(kind: kind, id: id)
    document.code = code
    document.title = title
    document.text = text
    document.area = AreaPath([ID(1), ID(area)])
    document.unit = UnitPath([ID(unit)])
    document.time = now
    return document
  }

  static func found(
    _ store: SearchStore, _ words: String, _ scope: Scope = .everything
  ) -> [Int64] {
    var query = SearchQuery(scope: scope, words: words, now: now)
    query.limit = SearchQuery.limitMax
    return store.search(query).hits.map(\.id)
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let words: String
    let expected: Set<Int64>
    var testDescription: String { words }
  }

  static let rows = [
    Row(words: "路灯", expected: [1, 2]),
    Row(words: "灯不亮", expected: [1]),
    Row(words: "灯亮", expected: []),
    Row(words: "灯", expected: [1, 2]),
    Row(words: "真南 灯", expected: [1]),
    Row(words: "0042", expected: [3]),
    Row(words: "2026-1120-00042", expected: [3]),
    Row(words: "ＡＢＣ", expected: [4]),
    Row(words: "abc", expected: [4]),
    Row(words: "號線", expected: [5]),
    Row(words: "号线", expected: [5]),
    Row(words: "znl", expected: [6]),
    Row(words: "zhennan", expected: [6]),
    Row(words: "chongqing", expected: [7]),
    Row(words: "，请", expected: [2]),
    Row(words: "'; DROP TABLE", expected: []),
    Row(words: "😀", expected: [4]),
    Row(words: "   ", expected: []),
    Row(words: "", expected: []),
    Row(words: String(repeating: "很长", count: 60_000), expected: []),
  ]

  @Test("a fragment is found wherever it stands, in any width, case and script", arguments: rows)
  func fragments(_ row: Row) throws {
    let folder = ScratchFolder()
    let readings = PinyinReadings(table: "# x\n真 zhen\n南 nan\n路 lu\n重 zhong chong\n庆 qing\n")
    let store = try SearchStore(
      folder: folder.path,
      folding: SearchFolding(simplified: ["號": "号", "線": "线"], readings: readings)
    )
    try store.apply(
      [
        Self.document(1, "路灯不亮", "真南路口的灯坏了"),
        Self.document(2, "路灯常亮", "白天也亮，请处理"),
        Self.document(3, "积水", code: "2026-1120-00042"),
        Self.document(4, "abc ＡＢＣ", "笑😀脸"),
        Self.document(5, "11號線", "出口"),
        Self.document(6, "真南路", kind: .place),
        Self.document(7, "重庆路", kind: .place),
      ].map { .put($0) }, through: 1)
    #expect(Set(Self.found(store, row.words)) == row.expected)
  }

  @Test("marks stand where the words are, in the text as it was written")
  func marks() throws {
    let folder = ScratchFolder()
    let store = try SearchStore(folder: folder.path, folding: SearchFolding())
    try store.apply([.put(Self.document(1, "ＬＥＤ路灯", "真南路的ＬＥＤ坏了，led"))], through: 1)
    let hit = store.search(SearchQuery(scope: .everything, words: "led", now: Self.now)).hits[0]
    #expect(hit.title == "ＬＥＤ路灯")
    #expect(hit.titleMarks == [0..<3])
    #expect(hit.snippet == "真南路的ＬＥＤ坏了，led")
    #expect(hit.snippetMarks == [4..<7, 10..<13])
  }

  @Test("the code itself, then titles, then texts; what is near before what is far")
  func order() throws {
    let folder = ScratchFolder()
    let store = try SearchStore(folder: folder.path, folding: SearchFolding())
    var near = Self.document(4, "x", "路灯")
    near.position = Position(longitude: 121.4, latitude: 31.2)
    var far = Self.document(5, "x", "路灯")
    far.position = Position(longitude: 121.9, latitude: 31.9)
    try store.apply(
      [
        Self.document(1, "x", "这里有路灯"), Self.document(2, "路灯坏了"),
        Self.document(3, "x", code: "路灯"), far, near,
      ].map { .put($0) }, through: 1)
    var query = SearchQuery(scope: .everything, words: "路灯", now: Self.now)
    query.near = Position(longitude: 121.4, latitude: 31.2)
    let ids = store.search(query).hits.map(\.id)
    #expect(ids.prefix(3) == [3, 2, 4])
    #expect(Set(ids) == [1, 2, 3, 4, 5])
  }

  @Test("documents found are those whose text holds the fragment, in every scope, at any time")
  func property() throws {
    let seed: UInt64 = 20_261_121
    print("seed \(seed)")
    var random = SeededNumbers(seed)
    let letters = Array("路灯坏了积水请处理真南a1b2，。 ")
    func text(_ random: inout SeededNumbers, _ count: Int) -> String {
      String((0..<count).map { _ in letters[random.below(letters.count)] })
    }
    let folder = ScratchFolder()
    var store = try SearchStore(folder: folder.path, folding: SearchFolding())
    var truth: [Int64: SearchDocument] = [:]
    for round in 1...60 {
      var changes: [SearchChange] = []
      for _ in 0..<random.below(60) {
        let id = Int64(1 + random.below(900))
        switch random.below(10) {
        case 0:
          truth[id] = nil
          changes.append(.removed(.case, id))
        case 1 where truth[id] != nil:
          let area = AreaPath([ID(1), ID(Int64(10 + random.below(3)))])
          let unit = UnitPath([ID(Int64(100 + random.below(3)))])
          truth[id]?.area = area
          truth[id]?.unit = unit
          changes.append(.moved(ID(id), area: area, unit: unit))
        default:
          let document = Self.document(
            id, text(&random, 8), text(&random, 40), area: Int64(10 + random.below(3)),
            unit: Int64(100 + random.below(3)))
          truth[id] = document
          changes.append(.put(document))
        }
      }
      try store.apply(changes, through: Int64(round))
      if round % 17 == 0 { try store.checkpoint() }
      if round % 23 == 0 {
        try store.checkpoint()
        store = try SearchStore(folder: folder.path, folding: SearchFolding())
        #expect(store.followed == Int64(round))
      }
      for _ in 0..<12 {
        let words = text(&random, 1 + random.below(5))
        let scope: Scope = [
          .everything, .area(ID(11)), .unit(ID(101)), .areaOrUnit(ID(10), ID(102)),
        ][random.below(4)]
        let parts = words.lowercased().split(separator: " ").map {
          $0.replacing("，", with: ",")
        }
        let expected = truth.values.filter { document in
          let texts = [document.title, document.text].map { $0.replacing("，", with: ",") }
          let held = parts.allSatisfy { part in texts.contains { $0.contains(part) } }
          return held && !parts.isEmpty && Self.holds(scope, document)
        }.map(\.id).sorted()
        let answer = store.search(SearchQuery(scope: scope, words: words, now: Self.now))
        #expect(answer.counts[.case] ?? 0 == expected.count, "\(words) in \(scope)")
        let ids = store.ids([.case], words: words, scope: scope, before: nil)
        #expect(ids == expected.reversed(), "\(words) in \(scope)")
      }
    }
  }

  private static func holds(_ scope: Scope, _ document: SearchDocument) -> Bool {
    switch scope {
    case .everything: true
    case .area(let area): document.area.lies(in: area)
    case .unit(let unit): document.unit.lies(in: unit)
    case .areaOrUnit(let area, let unit):
      document.area.lies(in: area) || document.unit.lies(in: unit)
    }
  }

  @Test("what was not put on disk is told again; what a crash left over is removed")
  func crash() throws {
    let folder = ScratchFolder()
    var store = try SearchStore(folder: folder.path, folding: SearchFolding())
    try store.apply([.put(Self.document(1, "路灯"))], through: 5)
    try store.checkpoint()
    try store.apply([.put(Self.document(2, "路灯"))], through: 6)
    folder.write([1, 2, 3], to: "99.segment")
    store = try SearchStore(folder: folder.path, folding: SearchFolding())
    #expect(store.followed == 5)
    #expect(Self.found(store, "路灯") == [1])
    #expect(!folder.files.contains("99.segment"))
    try store.apply([.put(Self.document(2, "路灯"))], through: 6)
    try store.apply([.put(Self.document(2, "路灯"))], through: 6)
    #expect(Set(Self.found(store, "路灯")) == [1, 2])
  }

  @Test("a damaged file is noticed, a cut one begins the index anew")
  func damage() throws {
    let folder = ScratchFolder()
    var store = try SearchStore(folder: folder.path, folding: SearchFolding())
    try store.apply([.put(Self.document(1, "路灯", "很长的一段文字"))], through: 5)
    try store.checkpoint()
    #expect(store.isWhole)
    let name = try #require(folder.files.first { $0.hasSuffix(".segment") })
    var bytes = folder.bytes(name)
    bytes[bytes.count / 2] ^= 0x10
    folder.write(bytes, to: name)
    store = try SearchStore(folder: folder.path, folding: SearchFolding())
    #expect(!store.isWhole)
    folder.write(Array(bytes.dropLast(9)), to: name)
    store = try SearchStore(folder: folder.path, folding: SearchFolding())
    #expect(store.followed == 0)
    #expect(Self.found(store, "路灯").isEmpty)
  }

  @Test("what is removed is in no file any more, and a reporter that is forgotten in no column")
  func gone() throws {
    let folder = ScratchFolder()
    let store = try SearchStore(folder: folder.path, folding: SearchFolding())
    var mine = Self.document(1, "路灯", "secretword")
    mine.reporter = 0x1122_3344_5566_7788
    try store.apply([.put(mine), .put(Self.document(2, "路灯", "kept"))], through: 1)
    try store.checkpoint()
    let word = Array("secretword".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let number: [UInt8] = [0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11]
    func holds(_ part: [UInt8]) -> Bool {
      folder.files.contains { name in
        let bytes = folder.bytes(name)
        return bytes.indices.contains { bytes[$0...].starts(with: part) }
      }
    }
    #expect(holds(word) && holds(number))
    var query = SearchQuery(scope: .everything, words: "", now: Self.now)
    query.reporter = ID(0x1122_3344_5566_7788)
    #expect(store.search(query).hits.map(\.id) == [1])
    try store.apply([.forgotten(ID(0x1122_3344_5566_7788))], through: 2)
    try store.checkpoint()
    #expect(!holds(number))
    #expect(store.search(query).hits.isEmpty)
    try store.apply([.removed(.case, 1)], through: 3)
    #expect(!holds(word))
    #expect(Self.found(store, "路灯") == [2])
  }
}
