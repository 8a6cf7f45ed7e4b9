import City
import Discovering
import Pack
import Ports

extension Perception {
  /// What rules are compiled against: all devices as they stand, with areas and calendars.
  ///
  /// - Parameters:
  ///   - links: from devices to what they depend on.
  ///   - maintenance: times in which devices are being worked on.
  func world(links: [Link], maintenance: [Maintenance]) -> RuleWorld {
    let streams = table.devices.flatMap { device in
      zip(device.kind.measures, device.streams).map { measure, stream in
        RuleStream(
          number: stream, device: device.thing.id, code: device.thing.code,
          kind: device.kind.code, measure: measure.code, area: device.thing.area,
          position: device.thing.position, attributes: device.thing.attributes)
      }
    }
    return RuleWorld(
      streams: streams, areas: engine.directory.areas.values.sorted { $0.id < $1.id },
      links: links, hours: engine.catalogue.hours,
      calendarYears: engine.catalogue.calendarYears, maintenance: maintenance,
      offsetMinutes: engine.settings.offsetMinutes)
  }
}
