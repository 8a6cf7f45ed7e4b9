package import City
package import Pack

/// Where a case stands, as far as simulated staff look at it.
struct CaseView {
  var stage: String
  var item: Item?
  var area: AreaPath
  var thing: Thing?
  var unit: ID<Unit>?
  var handler: ID<Staff>?
  var reworks: Int
  var returns: Int
  /// What somebody who reads the report finds the item to be, where the case has none.
  var itemFound: String? = nil
  /// No unit wants it: it is sent back again and again.
  var isUnwanted = false
  /// Whoever looks finds nothing.
  var isMistaken = false
}

extension CaseView {
  /// A problem at the beginning of its case, before anybody did anything.
  init(of problem: Problem, stage: String = "") {
    self.init(
      stage: stage, item: problem.item, area: problem.area, thing: problem.thing, unit: nil,
      handler: nil, reworks: 0, returns: 0)
  }
}

/// What an edge of a flow comes to, by the gravest of its effects.
package enum Move: Hashable, Sendable {
  case close(Verdict)
  case giveBack, rework, report, dispatch, accept, assign, reclassify
  /// What people do only for a reason that no simulation knows: extensions, pauses, reopening.
  case special
  /// Only the stage changes.
  case plain

  package init(of edge: FlowEdge) {
    let isEverybodys = edge.reasons.isEmpty && edge.form.isEmpty && edge.machine == nil
    var move: Move = isEverybodys ? .plain : .special
    for effect in edge.effects {
      switch effect {
      case .close(let verdict): move = .close(verdict)
      case .giveBack: move = .giveBack
      case .rework: move = .rework
      case .report: move = .report
      case .dispatch: if move == .plain || move == .reclassify { move = .dispatch }
      case .accept: if move == .plain { move = .accept }
      case .assign: if move == .plain { move = .assign }
      case .reclassify: if move == .plain { move = .reclassify }
      case .askExtension, .grantExtension, .refuseExtension, .reopen, .split, .finishPart,
        .disputePart, .upholdPart, .releasePart, .takeBack, .passUp, .vouch, .call, .assignChecker:
        move = .special
      }
    }
    self = move
  }
}

/// Which step simulated staff take next, whatever the flow of the pack looks like.
struct Conduct: Sendable {
  private let responsibility: Responsibility
  private let items: [String: Item]
  private let staff: [ID<Unit>: [String: [ID<Staff>]]]
  private let unitPaths: [ID<Unit>: [ID<Unit>]]
  private let centre: ID<Unit>

  /// Beyond so many reworks or returns of one case nobody asks for another.
  private static let roundsMax = 2

  init(plan: DemonstrationPlan, items: [Item]) {
    responsibility = Responsibility(plan: plan)
    self.items = Dictionary(items.map { ($0.code, $0) }) { first, _ in first }
    var staff: [ID<Unit>: [String: [ID<Staff>]]] = [:]
    for person in plan.staff {
      for post in person.posts {
        staff[person.unit, default: [:]][post, default: []].append(person.id)
      }
    }
    self.staff = staff
    unitPaths = Dictionary(
      uniqueKeysWithValues: plan.units.map { ($0.id, plan.organisation.path(of: $0.id).units) })
    centre = plan.units[0].id
  }

  /// The unit that answers for a case by its item's rules.
  func unit(for view: CaseView) -> ID<Unit> {
    responsibility.unit(for: view.item, area: view.area, thing: view.thing)
  }

  func item(_ code: String?) -> Item? { code.flatMap { items[$0] } }

  /// The next step, not yet dated; nil where the stage is final or nobody can act.
  func step(
    for view: CaseView, in flow: Flow, _ random: inout DemonstrationRandom
  ) -> (step: DemonstrationStep, move: Move)? {
    var view = view
    // A case that is back at the start is nobody's, whoever had it before.
    if view.stage == flow.start { view.unit = nil }
    var choices: [(edge: FlowEdge, move: Move, weight: Double)] = []
    for edge in flow.edges where edge.from == view.stage && !edge.posts.isEmpty {
      let move = Move(of: edge)
      let weight = weight(of: move, edge: edge, view: view, flow: flow)
      if weight > 0 { choices.append((edge, move, weight)) }
    }
    while !choices.isEmpty {
      let place = random.place(weighted: choices.map(\.weight))
      let choice = choices.remove(at: place)
      if let step = step(along: choice.edge, choice.move, view, &random) {
        return (step, choice.move)
      }
    }
    return nil
  }

  private func weight(of move: Move, edge: FlowEdge, view: CaseView, flow: Flow) -> Double {
    switch move {
    case .accept, .report: 100
    // Once a unit has it, giving it to another is the exception.
    case .dispatch: view.unit == nil ? 100 : 1.5
    case .assign: view.handler == nil ? 60 : 4
    case .close(.passed): 100
    case .close(.notConfirmed): view.isMistaken ? 10_000 : 2.5
    case .close(.void): view.unit == nil ? 2 : 0.4
    case .close(.rework): 0
    case .rework: view.reworks < Self.roundsMax ? 5 : 0
    case .giveBack:
      view.returns >= Self.roundsMax ? 0 : view.isUnwanted ? Plants.returnWeight : 5
    case .reclassify: reclassifyWeight(view)
    case .plain: plainWeight(of: edge, in: flow)
    case .special: 0
    }
  }

  /// A case without an item gets one first. What has one keeps it: reports say what they are about.
  private func reclassifyWeight(_ view: CaseView) -> Double {
    view.item == nil && view.itemFound != nil ? 10_000 : 0
  }

  /// A move onward in the order of stages is ordinary, one back or on the spot is rare.
  private func plainWeight(of edge: FlowEdge, in flow: Flow) -> Double {
    let from = flow.stages.firstIndex { $0.code == edge.from } ?? 0
    let to = flow.stages.firstIndex { $0.code == edge.to } ?? 0
    return to > from ? 60 : 1
  }

  // MARK: Who, and with what

  private func step(
    along edge: FlowEdge, _ move: Move, _ view: CaseView, _ random: inout DemonstrationRandom
  ) -> DemonstrationStep? {
    guard let (person, post) = actor(for: edge, move, view, &random) else { return nil }
    let needs = edge.requires.union(
      edge.requiresItemEvidence ? view.item?.evidence ?? [] : [])
    let unit = move == .dispatch || needs.contains(.unit) ? unit(otherThan: view.unit, view) : nil
    // Giving a case to the unit that has it already would be no step.
    if move == .dispatch, unit == nil { return nil }
    let namesPerson = move == .assign || needs.contains(.staff)
    let assignee = namesPerson ? hand(of: view.unit, &random) : nil
    // A unit without hands of its own assigns nobody.
    if namesPerson, assignee == nil { return nil }
    let item = move == .reclassify ? view.itemFound : nil
    let duty = view.item?.responsibility.last?.duty ?? ""
    return DemonstrationStep(
      action: edge.action, from: edge.from, to: edge.to, afterMilliseconds: 0, staff: person,
      post: post, unit: unit, assignee: assignee,
      item: item ?? (needs.contains(.item) ? view.item?.code : nil),
      note: random.pick(NoteWords.notes(for: move, duty: duty)),
      // Whoever reports back shows a picture, asked for or not.
      photos: needs.contains(.photo) || move == .report ? random.int(in: 1...2) : 0,
      documents: needs.contains(.document) ? 1 : 0)
  }

  /// The unit that answers, or the street's or district's centre where that one has it already.
  private func unit(otherThan current: ID<Unit>?, _ view: CaseView) -> ID<Unit>? {
    let choices = [
      unit(for: view), responsibility.unit(for: nil, area: view.area, thing: nil), centre,
    ]
    return choices.first { $0 != current }
  }

  private func hand(of unit: ID<Unit>?, _ random: inout DemonstrationRandom) -> ID<Staff>? {
    guard let unit, let hands = staff[unit]?["handler"], !hands.isEmpty else { return nil }
    return random.pick(hands)
  }

  private static func preferredPosts(for move: Move) -> [String] {
    switch move {
    case .accept, .report, .giveBack: ["handler", "unit-head"]
    case .assign: ["unit-head", "handler"]
    case .dispatch, .reclassify, .close(.void): ["dispatcher", "duty-officer", "receptionist"]
    case .close, .rework: ["inspector", "dispatcher", "duty-officer"]
    case .plain, .special: ["dispatcher", "inspector", "handler", "unit-head"]
    }
  }

  private func actor(
    for edge: FlowEdge, _ move: Move, _ view: CaseView, _ random: inout DemonstrationRandom
  ) -> (ID<Staff>, String)? {
    let preferred = Self.preferredPosts(for: move).filter(edge.posts.contains)
    let posts = preferred + edge.posts.subtracting(preferred).sorted()
    let own = view.unit.map { (unitPaths[$0] ?? []).reversed() + [] } ?? []
    for post in posts {
      // Hands belong to the unit of the case; posts of the desk are looked for at the centre.
      let isOwn = edge.guards.contains(.ownUnit) || post == "handler" || post == "unit-head"
      let homes = isOwn ? own : [centre] + own
      for home in homes {
        var people = staff[home]?[post] ?? []
        if edge.guards.contains(.notHandler) { people.removeAll { $0 == view.handler } }
        // Whoever has the case goes on with it.
        if let handler = view.handler, people.contains(handler) { return (handler, post) }
        if !people.isEmpty { return (random.pick(people), post) }
      }
    }
    return nil
  }
}

/// What is noted with a step.
enum NoteWords {
  static func notes(for move: Move, duty: String) -> [String] {
    switch move {
    case .dispatch: ["按责任清单派单。", "请按时限处置并反馈。"]
    case .accept: ["收到，马上安排人员到场。", "已接单。"]
    case .assign: ["请到现场处理。"]
    case .report: ReportWords.tone(duty: duty).answers
    case .rework: ["现场复核，问题仍然存在，请返工。", "照片看不清处置结果，请重新处置。"]
    case .giveBack: ["不属于本单位职责，请另行派单。", "现场属另一单位管辖，申请退单。"]
    case .close(.passed): ["现场核查，问题已解决。", "回访诉求人，表示满意。"]
    case .close(.notConfirmed): ["现场未发现所反映的问题。"]
    case .close(.void): ["不属于城市管理事项，作废处理。", "演示测试信息，作废。"]
    case .close(.rework): ["请返工。"]
    case .reclassify: ["事项有误，已更正。"]
    case .plain, .special: ["已办理。"]
    }
  }
}
