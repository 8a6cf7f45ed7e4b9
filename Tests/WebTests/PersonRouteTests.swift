import City
import Engine
import Handling
import JSONText
import LoopFixture
import Pack
import Ports
import Testing

@testable import Web

/// Persons proposed, absence, and hand-over at the change of a shift.
@Suite struct PersonRouteTests {
  private static func soon(_ web: WebFixture) -> JSON {
    .string(TimeText.write(web.loop.clock.now.advanced(byMilliseconds: Duration.day)))
  }

  @Test func whoIsAwayIsNotProposed() async throws {
    try await WebFixture.with(.sqlite) { web in
      let busy = try await web.loop.file("p0")
      try await web.loop.bring(busy, to: "handling")
      let id = try await web.loop.file("p1", at: District.inEast)
      try await web.loop.bring(id, to: "handling")
      let path = "/cases/\(id.rawValue)/persons"
      func named() async -> [String] {
        await web.get(path, as: .officerHead).elements
          .compactMap { $0["staff"]?["name"]?.string }
      }
      #expect(Set(await named()) == ["officer", "officer-head", "station-officer"])
      let choices = await web.get(path, as: .officerHead)
      let officer = choices.elements.first { $0["staff"]?["name"]?.string == "officer" }
      let load = officer?["reasons"]?.array?.first { $0["code"]?.string == "load" }
      #expect(load?["orders"]?.integer == 1, "\(choices.text)")
      #expect(choices.elements.last?["staff"]?["name"]?.string == "officer")
      let away = "/staff/\(Person.officer.id.rawValue)/absences"
      let leave: JSON = [
        "to": Self.soon(web), "reason": "年假",
        "substitute": .string(String(Person.stationOfficer.id.rawValue)),
      ]
      #expect(await web.post(away, leave, as: .lampHead).code == "staff.not_yours")
      #expect(
        await web.post(away, leave.with("to", "2020-01-01T00:00:00Z"), as: .officer)
          .names("to", "absence.span"))
      let made = await web.post(away, leave, as: .officerHead)
      #expect(made.status == 201, "\(made.text)")
      #expect(Set(await named()) == ["officer-head", "station-officer"])
      let standing = await web.get(path, as: .officerHead).elements.first {
        $0["staff"]?["name"]?.string == "station-officer"
      }
      #expect(standing?["reasons"]?.array?.contains { $0["code"]?.string == "standsIn" } == true)
      #expect(await web.get("/absences", as: .officerHead).elements.count == 1)
      #expect(await web.get("/absences", as: .lampHead).elements.isEmpty)
      let name = try #require(made.json?["id"]?.string)
      #expect(await web.post("/absences/\(name)/end", [:], as: .officer).status == 200)
      #expect(Set(await named()).contains("officer"))
      #expect(await web.post("/absences/\(name)/end", [:], as: .officer).status == 404)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func allOpenOrdersGoToAnother(_ kind: StoreKind) async throws {
    try await WebFixture.with(kind) { web in
      var ids: [ID<Case>] = []
      for (number, place) in [District.inWest, District.inEast].enumerated() {
        let id = try await web.loop.file("h\(number)", at: place)
        try await web.loop.bring(id, to: "handling")
        ids.append(id)
      }
      let path = "/staff/\(Person.officer.id.rawValue)/hand-over"
      let to: JSON = [
        "to": .string(String(Person.officerHead.id.rawValue)), "reason": "交接班",
      ]
      #expect(await web.post(path, to, as: .lampHead).code == "staff.not_yours")
      let stranger: JSON = [
        "to": .string(String(Person.lampWorker.id.rawValue)), "reason": "交接班",
      ]
      #expect(
        await web.post(path, stranger, as: .officer).names("to", "step.staff_not_of_unit"))
      let last = try await web.loop.store.lastSequence()
      let given = await web.post(path, to, as: .officer)
      #expect(given.status == 200, "\(given.text)")
      #expect(given.elements.count == 2)
      #expect(try await web.loop.store.lastSequence() == last + 1, "one entry for all")
      for id in ids {
        let found = try await web.loop.load(id)
        #expect(found.state.handler == Person.officerHead.id)
        #expect(found.state.stage == "handling")
        let steps = try await web.loop.store.steps(of: id, from: 0, limit: 20)
        #expect(steps.last?.action == "handOver")
        #expect(steps.last?.sequence == found.state.version - 1)
        // Clocks follow from the steps as before.
        let flow = try #require(Loop.catalogue.flow(found.flow))
        let item = found.state.item.flatMap { Loop.catalogue.item(code: $0) }
        let recounted = web.loop.engine.clockRule(flow)
          .clocks(of: found, steps: steps, item: item)
        #expect(recounted == found.state.clocks)
      }
      #expect(await web.post(path, to, as: .officer).elements.isEmpty)
      // The one who has it now reports it.
      #expect(
        await web.post(
          "/cases/\(ids[0].rawValue)/steps", ["action": "report", "note": "好"], as: .officerHead
        ).status == 200)
    }
  }

  @Test func whoShouldCheckIsProposedByDistance() async throws {
    try await WebFixture.with(.memory) { web in
      let near = Staff(
        id: ID(401), code: "near", name: "近", unit: District.centre, posts: ["inspector"],
        area: District.west, active: true)
      let far = Staff(
        id: ID(402), code: "far", name: "远", unit: District.centre, posts: ["inspector"],
        area: District.east, active: true)
      _ = try await web.loop.store.commit(
        Loop.change([.staff(near), .staff(far)], at: web.loop.clock.now))
      try await web.loop.engine.reloadDirectory()
      let id = try await web.loop.file("c1")
      try await web.loop.bring(id, to: "checking")
      let path = "/cases/\(id.rawValue)"
      let choices = await web.get("\(path)/persons", as: .dispatcher).elements
      // His own street, then the one that is known nowhere; the east's does not hold the place.
      #expect(choices.compactMap { $0["staff"]?["name"]?.string } == ["近", "inspector"])
      let distance = choices.first?["reasons"]?.array?.first { $0["code"]?.string == "distance" }
      #expect(distance?["from"]?.string == "area")
      let actions = await web.get(path, as: .dispatcher).json?["actions"]?.array ?? []
      let naming = actions.first { $0["action"]?.string == "assignCheck" }
      #expect(naming?["checks"]?.bool == true)
      #expect(naming?["requires"]?.array?.compactMap(\.string) == ["staff"])
      func name(_ staff: ID<Staff>) async -> WebAnswer {
        await web.post(
          "\(path)/steps",
          ["action": "assignCheck", "staff": .string(String(staff.rawValue))], as: .dispatcher)
      }
      #expect(await name(Person.officer.id).code == "step.handler_may_not_verify")
      #expect(await name(Person.lampWorker.id).code == "step.staff_may_not_check")
      #expect(await name(near.id).json?["checker"]?["name"]?.string == "近")
      #expect(
        await web.post("\(path)/steps", ["action": "sensorPass"], as: .inspector).status == 403)
    }
  }

  @Test func aGroupIsCalledOnce() async throws {
    try await WebFixture.with(.sqlite) { web in
      let drains = Unit(
        id: ID(21), parent: District.centre, kind: .department, code: "drains", name: "排水所",
        area: nil, hours: "", duties: ["drainage"])
      _ = try await web.loop.store.commit(Loop.change([.unit(drains)], at: web.loop.clock.now))
      try await web.loop.engine.reloadDirectory()
      let id = try await web.loop.file("g1")
      try await web.loop.bring(id, to: "handling")
      let path = "/cases/\(id.rawValue)"
      let flood = await web.get("\(path)/groups", as: .dispatcher).elements.first {
        $0["code"]?.string == "flood-response"
      }
      let units = flood?["members"]?.array?.map { $0["unit"]?["name"]?.string }
      #expect(units == ["排水所", nil, "west-centre", nil, nil])
      #expect(flood?["isCalled"]?.bool == false)
      func call(_ group: String) async -> WebAnswer {
        await web.post(
          "\(path)/steps", ["action": "callGroup", "group": .string(group), "note": "请到场"],
          as: .dispatcher)
      }
      #expect(await call("nobody").names("group", "step.unknown_group"))
      #expect(await call("flood-response").status == 200)
      #expect(await call("flood-response").code == "step.group_called")
      let orders = try await web.loop.store.orders(of: id).filter { $0.parent != nil }
      #expect(Set(orders.map(\.unit.innermost)) == [drains.id, District.westCentre])
      #expect(orders.allSatisfy { $0.due != nil })
      let again = await web.get("\(path)/groups", as: .dispatcher).elements.first
      #expect(again?["isCalled"]?.bool == true)
      let report = await web.post(
        "\(path)/steps", ["action": "report", "note": "好"], as: .officer)
      #expect(report.code == "step.open_parts")
      let names = report.json?["facts"]?["names"]?.string ?? ""
      #expect(Set(names.split(separator: ",")) == ["排水所", "west-centre"])
      let steps = await web.get("\(path)/steps", as: .dispatcher).elements
      #expect(steps.last?["group"]?.string == "flood-response")
    }
  }

  @Test func whatNobodyTookOverIsListedWithinScope() async throws {
    try await WebFixture.with(.memory) { web in
      let now = web.loop.clock.now
      let duty = Duty(
        id: ID(6_001), staff: Person.officer.id, unit: District.police, from: now,
        to: now.advanced(byMilliseconds: Duration.hour))
      _ = try await web.loop.store.commit(Loop.change([.duty(duty)], at: now))
      let id = try await web.loop.file("l1")
      try await web.loop.bring(id, to: "handling")
      #expect(await web.get("/shifts/left", as: .officerHead).elements.isEmpty)
      web.loop.clock.advance(Duration.hour)
      let left = await web.get("/shifts/left", as: .officerHead).elements
      #expect(left.count == 1)
      #expect(left.first?["holder"]?["name"]?.string == "officer")
      #expect(left.first?["next"]?.isNull == true)
      #expect(await web.get("/shifts/left", as: .lampHead).elements.isEmpty)
    }
  }
}
