import City
import Glibc
import Pack
import PackReading
import Testing

@Suite("Reading a pack")
struct PackReaderTests {
  @Test("gives every value as it is written")
  func values() throws {
    let reading = PackReader.read(files: SmallPack.files())
    #expect(reading.findings.map(\.text) == [])
    let pack = try #require(reading.pack)
    #expect(pack.id == "small" && pack.title == "小包" && pack.version == 1)
    #expect(
      pack.duties == [
        DutyWord(code: "cleaning", name: "保洁", level: .street),
        DutyWord(code: "sanitation", name: "环卫", level: .district),
      ])
    let item = try #require(pack.items.first)
    #expect(item.handleClock?.limit == TimeLimit(amount: 4, measure: .workingHours))
    #expect(item.responsibility.map(\.place) == [.street, .district])
    #expect(item.joinMetres == 30 && item.joinMilliseconds == 24 * Duration.hour)
    #expect(item.weight == 1_000 && !item.automatic && item.dataClass == .internal)
    let flow = try #require(pack.flows.first)
    #expect(flow.edges.map(\.effects) == [[.dispatch], [.close(.passed)]])
    let office = try #require(pack.hours.first)
    #expect(office.week[0] == [MinuteSpan(from: 540, to: 720), MinuteSpan(from: 780, to: 1_050)])
    #expect(office.week[1].isEmpty && office.makeUpDay == nil)
    let profile = try #require(pack.profiles.first)
    #expect(profile.columns.text == ["标题", "内容"] && profile.columns.id == ["编号"])
    #expect(profile.items == ["脏": "garbage"])
  }

  @Test("reads stories into acts and expectations")
  func story() throws {
    let story = try #require(PackReader.read(files: SmallPack.files()).pack?.stories.first)
    #expect(story.place == "small/tests/one.story:1")
    #expect(
      story.units == [
        StoryUnit(name: "市容所", duties: ["cleaning"], hours: "office", ofStreet: true)
      ])
    let signal = StorySignal(
      channel: .hotline, id: "R1", text: "有垃圾", item: nil, metresEast: 10, metresNorth: -20)
    let dispatch = StoryStep(
      action: "dispatch", post: "dispatcher", by: nil, on: nil, unit: "市容所", staffPost: nil,
      item: nil, note: "请办", photos: 0, documents: 0)
    let close = StoryStep(
      action: "close", post: "handler", by: nil, on: nil, unit: nil, staffPost: nil, item: nil,
      note: "", photos: 1, documents: 0)
    #expect(
      story.lines == [
        StoryLine(
          line: 6, minute: 540, act: .signal(signal),
          expectations: [.opened(item: "garbage"), .stage("filed")]),
        StoryLine(
          line: 8, minute: 545, act: .step(dispatch),
          expectations: [.unit("市容所"), .due(minute: 845)]),
        StoryLine(
          line: 10, minute: 1_440 + 600, act: .step(close), expectations: [.closed(.passed)]),
      ])
  }

  @Test("needs the words that stories are written in")
  func noStoryWords() {
    var texts = SmallPack.texts
    texts["story-words.yaml"] = nil
    let reading = PackReader.read(files: SmallPack.files(texts))
    #expect(
      reading.findings.map(\.text) == [
        "small/tests/one.story:1: neither this pack nor one it depends on has story-words.yaml"
      ])
  }

  @Test("gives the same digest whatever order files come in, and another for any change")
  func digest() throws {
    let files = SmallPack.files()
    let shuffled = PackFiles(name: "small", files: files.files.reversed())
    #expect(files.digest == shuffled.digest)
    let changed = try SmallPack.spoilt("hours.yaml", "name: 机关", "name: 机关单位")
    #expect(files.digest != changed.digest)
    let moved = PackFiles(
      name: "small",
      files: files.files.map {
        PackFiles.File(path: $0.path == "hours.yaml" ? "hours.yam" : $0.path, bytes: $0.bytes)
      })
    #expect(files.digest != moved.digest)
    let one = PackFiles(name: "a", files: [PackFiles.File(path: "ab", bytes: [1, 2])])
    let other = PackFiles(name: "a", files: [PackFiles.File(path: "a", bytes: [0x62, 1, 2])])
    #expect(one.digest != other.digest)
  }

  @Test("spoilt by random cuts never breaks, and never passes unseen", arguments: [7, 8])
  func cuts(_ seed: UInt64) throws {
    print("seed \(seed)")
    var random = SplitMix(state: seed)
    for _ in 0..<150 {
      let files = SmallPack.files().files.map { file in
        let cut = Int(random.next() % UInt64(file.bytes.count * 4))
        return PackFiles.File(path: file.path, bytes: Array(file.bytes.prefix(cut)))
      }
      let reading = PackReader.read(files: PackFiles(name: "small", files: files))
      let isRefused = reading.findings.contains { $0.severity == .error }
      #expect((reading.pack == nil) == isRefused)
      #expect(reading.findings.allSatisfy { $0.place.line > 0 && !$0.code.isEmpty })
    }
  }
}

@Suite("Findings")
struct FindingTests {
  @Test("have a sentence each")
  func sentences() {
    for kind in FindingKind.allCases {
      let message = Finding(kind, at: SourcePlace(file: "f")).message
      #expect(message != kind.code, "\(kind.code) has no sentence")
    }
  }

  @Test("come as file, line and message, and as a stable code")
  func text() {
    let finding = Finding(
      .valueOutOfRange, at: SourcePlace(file: "a/b.yaml", line: 7, column: 3),
      ["key": "weight", "value": "-1", "min": "0"])
    #expect(finding.text == "a/b.yaml:7: `weight` is -1; allowed: 0 to ?")
    #expect(finding.code == "value.out_of_range" && finding.severity == .error)
  }
}

@Suite("Reading folders")
struct FolderTests {
  /// A folder that is gone after the test.
  private func withFolder(_ body: (String) throws -> Void) throws {
    var template = Array("/tmp/civicloop-packs-XXXXXX".utf8CString)
    let path = try #require(mkdtemp(&template).map { String(cString: $0) })
    defer { Self.remove(path) }
    try body(path)
  }

  private static func remove(_ path: String) {
    if let stream = opendir(path) {
      while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { remove("\(path)/\(name)") }
      }
      closedir(stream)
      rmdir(path)
    } else {
      unlink(path)
    }
  }

  private func write(_ text: String, _ path: String) throws {
    let stream = try #require(fopen(path, "wb"))
    fputs(text, stream)
    fclose(stream)
  }

  private func write(_ files: PackFiles, under root: String) throws {
    for file in files.files {
      var folder = "\(root)/\(files.name)"
      mkdir(folder, 0o755)
      let parts = file.path.split(separator: "/")
      for part in parts.dropLast() {
        folder += "/\(part)"
        mkdir(folder, 0o755)
      }
      try write(
        String(decoding: file.bytes, as: UTF8.self), "\(root)/\(files.name)/\(file.path)")
    }
  }

  @Test("reads what is there, with the digest of the same files at hand")
  func good() throws {
    try withFolder { root in
      try write(SmallPack.files(), under: root)
      try write("for readers", "\(root)/small/.hidden")
      let reading = PackReader.read(folder: "\(root)/small")
      #expect(reading.findings.map(\.text) == [])
      #expect(reading.pack?.digest == SmallPack.files().digest)
    }
  }

  @Test("refuses files that no pack has, links, and a folder without pack.yaml")
  func strange() throws {
    try withFolder { root in
      mkdir("\(root)/odd", 0o755)
      mkdir("\(root)/odd/items", 0o755)
      try write("x", "\(root)/odd/item.yaml")
      try write("x", "\(root)/odd/items/a.yml")
      symlink("/etc/hostname", "\(root)/odd/hours.yaml")
      let reading = PackReader.read(folder: "\(root)/odd")
      #expect(
        reading.findings.map { "\($0.code) \($0.place.file)" } == [
          "file.not_plain odd/hours.yaml", "file.unknown odd/item.yaml",
          "file.unknown odd/items/a.yml", "file.missing odd/pack.yaml",
        ])
      #expect(reading.pack == nil)
    }
    #expect(PackReader.read(folder: "/nowhere/at-all").findings.map(\.code) == ["folder.missing"])
    #expect(PackReader.readAll(packsFolder: "/nowhere").findings.map(\.code) == ["folder.missing"])
  }
}
