import City
import Foundation
import JSONText
import Pack
import PackReading
import Testing

/// The flows of the pack `hotline` against the descriptions of two real systems.
@Suite("Hotline flows and real systems")
struct HotlineReferenceTests {
  private static func reference(_ name: String) throws -> JSON? {
    guard let folder = ProcessInfo.processInfo.environment["CIVICLOOP_REALDATA"] else {
      print("skipped: no real data")
      return nil
    }
    let path = folder + "/dispatch-reference/" + name
    let data = try #require(FileManager.default.contents(atPath: path))
    return try JSON.parse(Array(data))
  }

  private static func catalogue() throws -> Catalogue {
    let packs = String(CorePack.folder.dropLast("/core".count))
    return try #require(PackReader.readAll(packsFolder: packs).catalogue)
  }

  private static func flow(_ code: String) throws -> (Flow, Catalogue) {
    let catalogue = try catalogue()
    return (try #require(catalogue.flow(catalogue.currentFlow(code: code))), catalogue)
  }

  /// The real system's step, where it stands then, and the action, stages and post of the pack.
  private static let transitions = [
    (state: "待受理", operation: "受理/提交", group: "受理", from: "待受理", action: "受理提交"),
    (state: "待派遣→已派遣", operation: "预审/确定", group: "审核", from: "待派遣", action: "预审派遣"),
    (state: "待处置→已处置", operation: "处置/通过", group: "联动单位", from: "待处置", action: "处置通过"),
    (state: "待回访→待督办|已回访", operation: "回访/结案", group: "回访", from: "待回访", action: "回访通过"),
    (state: "待结案→已结案", operation: "结案", group: "回访", from: "待结案", action: "结案"),
  ]

  @Test("has every node, transition and side operation of a real 12345 system")
  func nodes() throws {
    guard let real = try Self.reference("real_12345_workflow.json") else { return }
    let (flow, catalogue) = try Self.flow("hotline-ticket")
    let names = Dictionary(uniqueKeysWithValues: flow.stages.map { ($0.code, $0.name) })
    let told = try #require(real["transitions"]?.array)
    #expect(told.count == Self.transitions.count)
    for (line, row) in zip(told, Self.transitions) {
      #expect(line[0]?.string == row.state)
      #expect(line[1]?.string == row.operation)
      #expect(line[2]?.string?.contains(row.group) == true)
      let edge = try #require(
        flow.edges.first { names[$0.from] == row.from && $0.name == row.action })
      let posts = edge.posts.compactMap { catalogue.post(code: $0)?.name }
      // Any unit of the district handles; the other groups are posts of their own.
      let isUnit = row.group == "联动单位"
      #expect(isUnit == edge.guards.contains(.ownUnit), "\(row.action)")
      if !isUnit { #expect(posts.contains { $0.contains(row.group) }, "\(row.action): \(posts)") }
    }
    let nodes = (real["nodes"]?.array ?? []).compactMap(\.string)
    // Screening is what is done where a ticket waits for dispatch.
    for node in nodes where node != "预审" {
      #expect(flow.stages.contains { $0.name.contains(node) }, "\(node)")
    }
    #expect(nodes.contains("预审") && flow.edges.contains { $0.name.contains("预审") })
    // What is to be pressed goes back to the unit named; up to five units are added.
    let returned = flow.edges.filter { $0.action == "call-back-failed" }
    #expect(returned.map { names[$0.to] } == ["待督办"])
    #expect(flow.edges.contains { $0.action == "press" && $0.effects == [.rework] })
    let assist = try #require(flow.edges.first { $0.action == "assist" })
    #expect(real["side_ops"]?[0]?.string?.contains("expires=\(assist.timesMax ?? 0)") == true)
  }

  @Test("has every field of the real system's form, with its answers")
  func form() throws {
    guard let real = try Self.reference("real_12345_workflow.json") else { return }
    let (flow, _) = try Self.flow("hotline-ticket")
    let finish = try #require(flow.edges.first { $0.action == "finish" })
    let fields = Dictionary(uniqueKeysWithValues: finish.form.map { ($0.name, $0) })
    let told = try #require(real["handling_form"]?.members)
    // Attachments are the evidence that any step may bring.
    #expect(Set(told.map(\.name)).subtracting(["附件"]) == Set(fields.keys))
    for member in told {
      let answers = member.value.string?.split(separator: "/").map(String.init) ?? []
      guard answers.count > 1 else { continue }
      #expect(fields[member.name]?.choices == answers, "\(member.name)")
    }
  }

  private static let complaintActions = [
    "ASSIGN": "designate", "REJECT": "reject", "RESOLVE": "resolve", "REASSIGN": "request-other",
    "REOPEN": "reopen-complaint", "RATE": "rate",
  ]
  private static let complaintStages = [
    "PENDINGFORASSIGNMENT": "pending", "PENDINGFORREASSIGNMENT": "repending",
    "PENDINGATLME": "at-officer", "REJECTED": "rejected", "RESOLVED": "resolved",
    "CLOSEDAFTERREJECTION": "closed-rejected", "CLOSEDAFTERRESOLUTION": "closed-resolved",
  ]

  @Test("is, edge for edge and limit for limit, a real complaint workflow")
  func complaint() throws {
    guard let real = try Self.reference("digit_pgr_workflow.json") else { return }
    let (flow, _) = try Self.flow("complaint")
    let service = try #require(real["BusinessServices"]?[0])
    var told: Set<[String]> = []
    for state in service["states"]?.array ?? [] {
      let actions = state["actions"]?.array ?? []
      guard let name = state["state"]?.string else {
        // Applying is filing: the case begins where it leads.
        let next = actions.first?["nextState"]?.string
        #expect(next.flatMap { Self.complaintStages[$0] } == flow.start)
        continue
      }
      let from = try #require(Self.complaintStages[name])
      for action in actions {
        let word = try #require(action["action"]?.string.flatMap { Self.complaintActions[$0] })
        let to = try #require(
          action["nextState"]?.string.flatMap { Self.complaintStages[$0] })
        told.insert([from, word, to])
      }
    }
    #expect(told == Set(flow.edges.map { [$0.from, $0.action, $0.to] }))
    func days(_ clock: String) -> Int64? {
      flow.clocks.first { $0.code == clock }?.limit.flatMap {
        $0.measure == .days ? Int64($0.amount) * 86_400_000 : nil
      }
    }
    #expect(service["businessServiceSla"]?.integer == days("whole"))
    let officer = service["states"]?.array?.first { $0["state"]?.string == "PENDINGATLME" }
    #expect(officer?["sla"]?.integer == days("officer"))
  }
}
