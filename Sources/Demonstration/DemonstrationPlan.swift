package import City

/// A whole invented district from a seed: ground, units, people and Things.
///
/// The same seed, numbers, moment and ids give the same plan, to the last bit. Every name is
/// invented and every code begins with DEMO or with the district code 310199, which no real
/// district has; the ground lies in the open sea.
package struct DemonstrationPlan: Sendable {
  package static let thingsMax = 1_000_000
  package static let devicesMax = 1_000_000
  package static let casesMax = 10_000_000
  package static let daysRange = 1...3_650

  package let seed: UInt64
  /// How many past cases `DemonstrationScript.history` tells, and over how many days.
  package let cases: Int
  package let days: Int
  package let endingAt: Instant
  /// Parents before children: one city (without outline), one district, 10 streets and towns,
  /// about 100 neighbourhoods, 1,000 grids.
  package let areas: [Area]
  /// Parents before children.
  package let units: [Unit]
  package let staff: [Staff]
  /// Shifts from 30 days before `endingAt` to 30 days after it.
  package let duties: [Duty]
  package let accounts: [DemonstrationAccount]
  package let things: [Thing]
  /// `in`: a building in its community, a shop in its building; `on`: what stands on its road.
  package let links: [Link]
  /// Devices on the Things, gateways first.
  package let devices: [DemonstrationDevice]
  /// `watches`: what a device stands at; `gateway`: what it reports by.
  package let deviceLinks: [Link]

  let ground: Ground
  let roads: RoadNet
  let organisation: Organisation

  /// - Parameters:
  ///   - things: how many; the roads, the river and its bridges (about 130) are always there.
  ///   - devices: how many.
  ///   - endingAt: where the past ends; the live stream goes on from there.
  ///   - makeID: gives a new, growing id at a moment. All ids are made for the moment at which the
  ///     past begins, before every signal.
  package init(
    seed: UInt64, things: Int = 20_000, devices: Int = 2_000, cases: Int = 20_000,
    days: Int = 90, endingAt: Instant, makeID: (Instant) -> Int64
  ) {
    precondition((0...Self.thingsMax).contains(things))
    precondition((0...Self.devicesMax).contains(devices))
    precondition((0...Self.casesMax).contains(cases))
    precondition(Self.daysRange.contains(days))
    let beginning = endingAt.advanced(byMilliseconds: -Int64(days + 1) * Duration.day)
    let newID = { makeID(beginning) }
    var groundRandom = DemonstrationRandom(seed: seed, stream: 1)
    let ground = Ground(random: &groundRandom, makeID: newID)
    var roadRandom = DemonstrationRandom(seed: seed, stream: 2)
    let roads = RoadNet(district: ground.district, random: &roadRandom)
    var staffRandom = DemonstrationRandom(seed: seed, stream: 3)
    let organisation = Organisation(
      streets: ground.streets, endingAt: endingAt, random: &staffRandom, makeID: newID)
    var surroundings = Surroundings(ground: ground, roads: roads, organisation: organisation)
    var thingRandom = DemonstrationRandom(seed: seed, stream: 4)
    surroundings.make(count: things, random: &thingRandom, makeID: newID)

    self.seed = seed
    self.cases = cases
    self.days = days
    self.endingAt = endingAt
    self.ground = ground
    self.roads = roads
    self.organisation = organisation
    areas = ground.areas
    units = organisation.units
    staff = organisation.staff
    duties = organisation.duties
    accounts = organisation.accounts
    self.things = surroundings.things
    links = surroundings.links
    var deviceRandom = DemonstrationRandom(seed: seed, stream: 5)
    let equipment = Equipment(
      count: devices, things: surroundings.things, routes: surroundings.routes,
      installedBefore: beginning, random: &deviceRandom, makeID: newID)
    self.devices = equipment.devices
    deviceLinks = equipment.links
  }
}
