import City
import Demonstration
import Geography
import Testing

struct DemonstrationPlanTests {
  static let plan = makePlan(seed: 7)

  @Test("the tree has its levels, codes and names", arguments: [7, 1, 2, 3, 4, 5] as [UInt64])
  func tree(seed: UInt64) throws {
    let areas = makePlan(seed: seed, things: 0).areas
    let byLevel = Dictionary(grouping: areas, by: \.level).mapValues(\.count)
    #expect(byLevel[.city] == 1 && byLevel[.district] == 1 && byLevel[.street] == 10)
    #expect((90...110).contains(byLevel[.neighbourhood] ?? 0), "seed \(seed) \(byLevel)")
    #expect(byLevel[.grid] == 1_000)
    #expect(Set(areas.map(\.code)).count == areas.count)
    #expect(Set(areas.map(\.name)).count == areas.count)
    let digits: [AreaLevel: Int] = [
      .city: 6, .district: 6, .street: 9, .neighbourhood: 12, .grid: 14,
    ]
    let codes = Dictionary(uniqueKeysWithValues: areas.map { ($0.id, $0.code) })
    for area in areas {
      #expect(area.code.count == digits[area.level])
      #expect((area.outline == nil) == (area.level == .city))
      guard area.level.depth > 1, let parent = area.parent else { continue }
      #expect(area.code.hasPrefix(codes[parent] ?? "?"))
    }
    let index = AreaIndex(areas)
    #expect(index.adrift.isEmpty && index.unbuilt.isEmpty)
  }

  @Test("grids tile the district to the last bit", arguments: [7, 1, 2, 3] as [UInt64])
  func tiling(seed: UInt64) throws {
    let areas = makePlan(seed: seed, things: 0).areas
    let district = try #require(areas.first { $0.level == .district }?.outline)
    #expect((52e6...58e6).contains(district.squareMetres), "seed \(seed)")
    for level in [AreaLevel.street, .neighbourhood, .grid] {
      let sum = areas.filter { $0.level == level }.compactMap { $0.outline?.squareMetres }
        .reduce(0, +)
      #expect(abs(sum / district.squareMetres - 1) < 1e-9, "seed \(seed) \(level)")
    }
    // Overlaps, gaps, children outside their parent: none, not even a square millimetre.
    let faults = OutlineFault.all(in: areas, toleranceSquareMetres: 1e-6)
    #expect(faults.isEmpty, "seed \(seed) \(faults.prefix(3))")
  }

  @Test("neighbours share whole edges: no corner lies within another's edge")
  func edges() throws {
    struct Edge: Hashable {
      let ends: Set<Position>
    }
    func edges(of level: AreaLevel) -> [Edge: Int] {
      var counts: [Edge: Int] = [:]
      for area in Self.plan.areas where area.level == level {
        let points = area.outline?.polygons[0].outer.points ?? []
        for (place, point) in points.enumerated() {
          counts[Edge(ends: [point, points[(place + 1) % points.count]]), default: 0] += 1
        }
      }
      return counts
    }
    let border = Set(edges(of: .district).keys)
    for level in [AreaLevel.street, .neighbourhood, .grid] {
      let counts = edges(of: level)
      #expect(counts.allSatisfy { $0.value == (border.contains($0.key) ? 1 : 2) })
      #expect(border.allSatisfy { counts[$0] == 1 })
    }
  }

  @Test("every point of the district lies in one grid, and in the street above it")
  func points() throws {
    let areas = Self.plan.areas
    let index = AreaIndex(areas)
    let streets = AreaIndex(areas.filter { $0.level.depth <= AreaLevel.street.depth })
    let bounds = try #require(areas.first { $0.level == .district }?.outline?.bounds)
    var random = DemonstrationRandom(seed: 11)
    var inside = 0
    for _ in 0..<4_000 {
      let east = Double(random.next() >> 11) * 0x1p-53
      let north = Double(random.next() >> 11) * 0x1p-53
      let position = try #require(
        Position(
          longitude: bounds.west + east * (bounds.east - bounds.west),
          latitude: bounds.south + north * (bounds.north - bounds.south)))
      let path = index.path(holding: position)
      let street = streets.path(holding: position)
      #expect(path == .outside || path.areas.count == 5)
      #expect(path[.street] == street[.street])
      if path != .outside { inside += 1 }
    }
    #expect(inside > 2_000)
  }

  @Test("things stand where they say they stand")
  func things() throws {
    let plan = Self.plan
    #expect(plan.things.count == 20_000)
    let index = AreaIndex(plan.areas)
    let kinds = Dictionary(grouping: plan.things, by: \.kind)
    for kind in [
      "road", "river-section", "bridge", "building", "community", "shop", "site", "lamp",
      "manhole", "hydrant", "bin", "tree", "bus-stop", "signal-light", "school", "park", "toilet",
      "restaurant", "pole", "junction-box", "traffic-sign", "guardrail", "billboard",
      "waste-station", "green-land", "fitness-set", "parking-lot", "market", "hospital",
      "care-home",
    ] {
      #expect(kinds[kind]?.isEmpty == false, "\(kind)")
    }
    for (_, things) in kinds { #expect(Set(things.map(\.code)).count == things.count) }
    #expect(Set(kinds["road"]?.map(\.name) ?? []).count == kinds["road"]?.count)
    for thing in plan.things {
      let position = try #require(thing.position)
      #expect(!thing.owner.units.isEmpty, "\(thing.code)")
      #expect(thing.code.hasPrefix("DEMO-") && !thing.name.isEmpty && !thing.address.isEmpty)
      let found = index.path(holding: position)
      if thing.kind == "road" || thing.kind == "river-section" {
        #expect(found[.district] == thing.area[.district])
      } else if thing.kind == "bridge" {
        // It stands on the corner of four grids.
        #expect(found[.district] == thing.area[.district])
      } else {
        #expect(found == thing.area, "\(thing.code) \(thing.address)")
      }
    }
    let ids = Set(plan.things.map(\.id))
    #expect(plan.links.count > 10_000)
    #expect(plan.links.allSatisfy { ids.contains($0.from) && ids.contains($0.to) })
  }

  @Test("house numbers belong to a road that is near")
  func addresses() throws {
    let roads = Self.plan.things.filter { $0.kind == "road" }
    let lines: [String: [Position]] = Dictionary(
      uniqueKeysWithValues: roads.map { road in
        guard case .line(let points) = road.geometry else { return (road.name, []) }
        return (road.name, points)
      })
    for thing in Self.plan.things where thing.kind == "lamp" || thing.kind == "shop" {
      let name = try #require(
        lines.keys.filter { thing.address.hasPrefix($0) }.max { $0.count < $1.count })
      let position = try #require(thing.position)
      // Points of a road are half an edge apart, about 120 m.
      let nearest = try #require(lines[name]?.map { $0.metres(to: position) }.min())
      #expect(nearest < 130, "\(thing.address)")
    }
  }

  @Test("units hold every duty; each street has its own")
  func units() throws {
    let plan = Self.plan
    let duties = Set(plan.units.filter { $0.area == nil }.flatMap(\.duties))
    #expect(
      duties.isSuperset(of: [
        "operations-centre", "greening-sanitation", "urban-management", "construction", "roads",
        "lighting", "drainage", "water-affairs", "transport", "traffic-police", "police", "fire",
        "emergency", "environment", "housing", "planning", "market", "commerce", "civil-affairs",
        "health", "human-resources", "education", "culture-sport", "tax", "water-supply", "gas",
        "power", "telecom",
      ]))
    for street in plan.areas.filter({ $0.level == .street }) {
      let own = Set(plan.units.filter { $0.area == street.id }.flatMap(\.duties))
      #expect(
        own == [
          "street-centre", "street-urban-management", "street-sanitation", "street-housing",
          "street-affairs",
        ])
    }
    #expect((40...50).contains(plan.units.count))
    #expect(Set(plan.units.map(\.code)).count == plan.units.count)
  }

  @Test("400 staff hold every post, with accounts and rosters")
  func staff() throws {
    let plan = Self.plan
    let posts = [
      "duty-officer", "dispatcher", "handler", "unit-head", "inspector", "receptionist", "leader",
      "administrator", "security-officer", "auditor", "data-steward",
    ]
    #expect(plan.staff.count == 400)
    #expect(Set(plan.staff.flatMap(\.posts)) == Set(posts))
    #expect(Set(plan.staff.map(\.code)).count == 400)
    let people = Dictionary(uniqueKeysWithValues: plan.staff.map { ($0.id, $0) })
    #expect(Set(plan.accounts.map(\.login)).count == plan.accounts.count)
    #expect(Set(plan.accounts.map(\.post)) == Set(posts))
    for account in plan.accounts {
      let person = try #require(people[account.staff])
      #expect(person.posts.contains(account.post))
      // A handler of a unit sees what his unit sees; of the others one sees a street only.
      #expect(account.isOfUnit || (account.login == "street") == (person.area != nil))
    }
    for unit in plan.units {
      let days = plan.duties.filter { $0.unit == unit.id }
      guard unit.kind == .centre || unit.kind == .streetCentre else { continue }
      // Somebody is on at every moment of the 61 days.
      let shifts = Set(days.map(\.from)).sorted()
      #expect(shifts.count == 122)
      #expect(
        zip(shifts, shifts.dropFirst()).allSatisfy {
          $1.millisecondsSince($0) == 12 * Duration.hour
        })
      let covers = days.contains { $0.from <= pastEnd && pastEnd < $0.to }
      #expect(covers)
    }
  }

  @Test("the same seed gives the same plan, another seed another one")
  func seeds() {
    func marks(_ plan: DemonstrationPlan) -> [UInt64] {
      [
        digest(plan.areas), digest(plan.units), digest(plan.staff), digest(plan.duties),
        digest(plan.things), digest(plan.links.map { ($0.from, $0.to, $0.kind) }),
      ]
    }
    let first = marks(makePlan(seed: 7, things: 2_000))
    #expect(first == marks(makePlan(seed: 7, things: 2_000)))
    let other = marks(makePlan(seed: 8, things: 2_000))
    #expect(zip(first, other).filter { $0.0 == $0.1 }.count <= 3)
    #expect(first[0] != other[0] && first[4] != other[4])
  }

  @Test("numbers of things are kept", arguments: [0, 150, 1_000, 20_000, 50_000])
  func sizes(count: Int) {
    let plan = makePlan(seed: 3, things: count)
    let lines = plan.things.filter {
      ["road", "river-section", "bridge"].contains($0.kind)
    }.count
    #expect(plan.things.count == max(count, lines))
  }
}
