import City
import Evaluating
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

  @Test("has kinds, five items, rules, a flow, a graded list and eight stories", arguments: packs)
  func sizes(_ pack: Pack) {
    #expect(!pack.kinds.isEmpty)
    #expect(pack.items.count >= 5)
    #expect(pack.stories.count >= 8)
    // What is fixed whatever the score, each with its reason.
    let rules = pack.risks.flatMap(\.rules)
    #expect(!rules.isEmpty && rules.allSatisfy { !$0.why.isEmpty })
    #expect(!pack.flows.isEmpty)
  }

  @Test("walks its own flow to the end in a story, and skips no stage of it", arguments: packs)
  func flow(_ pack: Pack) throws {
    let standard = Set(
      try #require(CorePack.catalogue().flows.first { $0.code == "standard" }).stages.map(\.code))
    for flow in pack.flows {
      #expect(pack.items.contains { $0.flow == flow.code }, "\(flow.code)")
      let own = Set(flow.stages.map(\.code)).subtracting(standard)
      #expect(own.count >= 2, "\(flow.code)")
      let walked = pack.stories.contains { story in
        let told = story.lines.flatMap(\.expectations)
        return told.contains(.closed(.passed)) && told.contains(.refused(code: "step.no_edge"))
          && told.contains(.refused(code: "step.open_parts"))
          && own.allSatisfy { told.contains(.stage($0)) }
      }
      #expect(walked, "\(flow.code)")
    }
  }

  @Test(
    "tells what goes well, a refused step, a false alarm, a repeat and a grade in its stories",
    arguments: packs)
  func sorts(_ pack: Pack) {
    let told = pack.stories.flatMap(\.lines).flatMap(\.expectations)
    let isThere: (StoryExpectation) -> Bool = { one in told.contains(one) }
    #expect(isThere(.closed(.passed)))
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

  @Test("its made-up register holds what is grave beside what is not", arguments: packs)
  func planted(_ pack: Pack) throws {
    let folder = String(CorePack.folder.dropLast("/core".count))
    var grades: [String: Set<Grade>] = [:]
    for kind in pack.kinds {
      let path = "\(folder)/\(pack.id)/demo/\(kind.code).csv"
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { continue }
      let rows = text.split(whereSeparator: \.isNewline).map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
      let head = try #require(rows.first)
      // Days of inspections lie shortly before the one on which the register was made up.
      let today = try #require(CivilDate(year: 2026, month: 11, day: 22))
      for row in rows.dropFirst() {
        #expect(row.count == head.count, "\(path)")
        let attributes = zip(head, row).compactMap { title, value in
          kind.fields.first { $0.title == title || $0.name == title }
            .map { Attribute(name: $0.name, value: value) }
        }
        let facts = ThingRisk(attributes, of: kind, today: today) { _, _ in 0 }
        for model in pack.risks where model.kind == kind.code {
          grades[model.code, default: []].insert(model.assess(facts.value).grade)
        }
      }
    }
    let mixed = grades.values.filter { $0.count > 1 && $0.contains(.red) }
    #expect(!mixed.isEmpty, "\(pack.id): \(grades)")
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
