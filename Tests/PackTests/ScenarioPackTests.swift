import City
import Foundation
import Pack
import PackReading
import Testing

@Suite("Each scenario's pack")
struct ScenarioPackTests {
  static let packs: [Pack] = {
    let folder = CorePack.folder.dropLast("/core".count)
    let all = PackReader.readAll(packsFolder: String(folder)).catalogue?.packs ?? []
    // The others hold the catalogue and flows for all.
    return all.filter { !$0.risks.isEmpty }
  }()

  @Test("there are sixteen at least")
  func count() { #expect(Self.packs.count >= 16) }

  @Test("has kinds, five items, a graded list and eight stories", arguments: packs)
  func sizes(_ pack: Pack) {
    #expect(!pack.kinds.isEmpty)
    #expect(pack.items.count >= 5)
    #expect(pack.stories.count >= 8)
  }

  @Test(
    "tells a refused step, a false alarm, a repeat and a grade in its stories", arguments: packs)
  func sorts(_ pack: Pack) {
    let told = pack.stories.flatMap(\.lines).flatMap(\.expectations)
    let isThere: (StoryExpectation) -> Bool = { one in told.contains(one) }
    #expect(isThere(.refused(code: "step.missing")))
    #expect(isThere(.closed(.notConfirmed)))
    #expect(told.contains { if case .joined = $0 { true } else { false } })
    #expect(told.contains { if case .graded = $0 { true } else { false } })
  }

  @Test("tells of what is late, and of work that goes on from one unit to another")
  func lateness() {
    for pack in Self.packs {
      let told = pack.stories.flatMap(\.lines).flatMap(\.expectations)
      let isLate = pack.vitals.contains { vital in
        if case .cases(let counted) = vital.count, counted.moment == .overdue {
          return told.contains(.vital(vital.code, .red))
        }
        return false
      }
      #expect(isLate, "\(pack.id)")
      let isJoint = pack.stories.contains { story in
        Set(
          story.lines.flatMap(\.expectations).compactMap { one -> String? in
            if case .unit(let name) = one { name } else { nil }
          }
        ).count > 1
      }
      #expect(isJoint, "\(pack.id)")
    }
  }

  @Test("has reports of all spans and a made-up register")
  func demonstration() throws {
    let folder = String(CorePack.folder.dropLast("/core".count))
    for pack in Self.packs {
      #expect(Set(pack.reports.map(\.every)) == Set(PackReport.Span.allCases), "\(pack.id)")
      let rows = try pack.kinds.reduce(0) { sum, kind in
        let path = "\(folder)/\(pack.id)/demo/\(kind.code).csv"
        guard FileManager.default.fileExists(atPath: path) else { return sum }
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return sum + text.split(separator: "\n").count - 1
      }
      #expect(rows >= 10, "\(pack.id): \(rows)")
    }
  }

  @Test("all packs together tell 128 stories, and turn every vital they bring red")
  func together() throws {
    let folder = String(CorePack.folder.dropLast("/core".count))
    let all = try #require(PackReader.readAll(packsFolder: folder).catalogue).packs
    #expect(all.flatMap(\.stories).count >= 128)
    let told = Set(
      all.flatMap(\.stories).flatMap(\.lines).flatMap(\.expectations).compactMap { one in
        if case .vital(let code, .red) = one { code } else { nil }
      })
    // Those of the core pack have stories of weeks, in `CoreVitalTests`.
    let others = all.filter { $0.id != "core" }.flatMap(\.vitals).map(\.code)
    #expect(others.filter { !told.contains($0) } == [])
    #expect(all.flatMap(\.vitals).count >= 60)
  }

  @Test("turns each of at least four vitals red in a story", arguments: packs)
  func vitals(_ pack: Pack) {
    let told = pack.stories.flatMap(\.lines).flatMap(\.expectations)
    #expect(pack.vitals.count >= 4)
    for vital in pack.vitals { #expect(told.contains(.vital(vital.code, .red)), "\(vital.code)") }
  }

  @Test("has a page with figures, a map, a graded list, a table, a chart, cases", arguments: packs)
  func views(_ pack: Pack) {
    let forms = Set(pack.views.flatMap(\.parts).map(\.form))
    // A ledger and rounds are for those that owe them.
    #expect(forms.isSuperset(of: Set(ViewPart.Form.allCases).subtracting([.ledger, .patrols])))
  }

  @Test("reaches every graver grade of its models by rules or scores", arguments: packs)
  func reasons(_ pack: Pack) {
    for model in pack.risks {
      for line in model.lines.dropLast() {
        let byRule = model.rules.contains { $0.grade == line.grade }
        #expect(line.from != nil || byRule, "\(model.code) \(line.name)")
      }
    }
  }
}

@Suite("The example pack of the documents")
struct ExamplePackTests {
  @Test("reads without a finding beside the core pack")
  func reads() throws {
    let root = CorePack.folder.dropLast("/packs/core".count)
    let reading = PackReader.read(
      folder: root + "/docs/examples/playground", dependencies: [try CorePack.pack()])
    #expect(reading.findings.map(\.text) == [])
    #expect(try #require(reading.pack).stories.count == 3)
  }
}
