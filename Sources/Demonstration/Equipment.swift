package import City

/// A device of the demonstration.
package struct DemonstrationDevice: Sendable {
  package let thing: Thing
  /// Codes of what it measures, in the order of `DeviceReading.measure`.
  package let measures: [String]
  /// Row of `DeviceTable`.
  let row: Int
  /// Which of its kind, from 0.
  let number: Int
  /// The road that it drives along; nil for what stands still.
  let route: [Position]?
}

/// Puts devices on the Things of a district.
struct Equipment {
  private(set) var devices: [DemonstrationDevice] = []
  private(set) var links: [Link] = []
  private var gatewaysByStreet: [ID<Area>: [ID<Thing>]] = [:]

  /// - Parameters:
  ///   - count: how many; each kind gets its share.
  ///   - routes: the course of every road, by the road's Thing.
  init(
    count: Int, things: [Thing], routes: [ID<Thing>: [Position]], installedBefore: Instant,
    random: inout DemonstrationRandom, makeID: () -> Int64
  ) {
    let hosts = Dictionary(grouping: things, by: \.kind)
    let total = DeviceTable.rows.reduce(0) { $0 + $1.count }
    var before = 0
    for (index, row) in DeviceTable.rows.enumerated() {
      let from = before * count / total
      before += row.count
      let places = row.hosts.flatMap { hosts[$0] ?? [] }.filter { $0.position != nil }
      guard !places.isEmpty else { continue }
      for number in 0..<(before * count / total - from) {
        let host = places[random.int(in: 0..<places.count)]
        add(
          index, row, number, at: host, route: routes[host.id], installedBefore, &random, makeID)
      }
    }
  }

  private mutating func add(
    _ index: Int, _ row: DeviceRow, _ number: Int, at host: Thing, route: [Position]?,
    _ end: Instant, _ random: inout DemonstrationRandom, _ makeID: () -> Int64
  ) {
    let id = ID<Thing>(makeID())
    let age = Int64(random.int(in: 60...1_400))
    let sinceCalibrated = min(age, Int64(random.int(in: 5...420)))
    var attributes = [
      Attribute(name: "model", value: random.pick(row.models)),
      Attribute(name: "maker", value: random.pick(DeviceTable.makers)),
      Attribute(name: "installed", value: Self.day(end, before: age)),
    ]
    if ![DeviceTable.gateway, DeviceTable.camera].contains(row.kind) {
      attributes.append(
        Attribute(name: "calibrated", value: Self.day(end, before: sinceCalibrated)))
    }
    if row.kind == DeviceTable.camera {
      attributes += [
        Attribute(name: "direction", value: "\(random.int(in: 0...359))"),
        Attribute(name: "angle", value: "\(random.int(in: 50...100))"),
        Attribute(name: "reach", value: "\(random.int(in: 60...150))"),
        // A name that no resolver knows, by RFC 2606.
        Attribute(name: "feed", value: "https://video.example/\(row.prefix)-\(number + 1)"),
      ]
    }
    let isMoving = row.measures.contains { if case .longitude = $0.habit { true } else { false } }
    let thing = Thing(
      id: id, kind: row.kind, code: "DEMO-\(row.prefix)-\((number + 1).padded(to: 6))",
      name: isMoving ? "\(row.noun)\(number + 1)号" : host.name + row.noun, address: host.address,
      area: host.area, owner: host.owner, geometry: host.position.map { .point($0) },
      position: host.position, attributes: attributes, version: 1)
    devices.append(
      DemonstrationDevice(
        thing: thing, measures: row.measures.map(\.code), row: index, number: number,
        route: isMoving ? route : nil))
    links.append(Link(from: id, to: host.id, kind: "watches"))
    let street = host.area.areas.dropFirst(2).first ?? host.area.areas.last
    guard let street else { return }
    if row.kind == DeviceTable.gateway {
      gatewaysByStreet[street, default: []].append(id)
    } else if let gateways = gatewaysByStreet[street], !isMoving {
      links.append(Link(from: id, to: random.pick(gateways), kind: "gateway"))
    }
  }

  private static func day(_ end: Instant, before days: Int64) -> String {
    let date = CivilDate(daysSinceEpoch: Int(end.milliseconds / Duration.day - days))
    return "\(date.year)-\(date.month.padded(to: 2))-\(date.day.padded(to: 2))"
  }
}
