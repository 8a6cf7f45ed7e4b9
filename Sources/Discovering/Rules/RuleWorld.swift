package import City
package import Pack

/// A registered stream with what rules may ask of its device.
package struct RuleStream: Hashable, Sendable {
  package let number: StreamNumber
  package let device: ID<Thing>
  /// Code of the device, unique within its kind.
  package let code: String
  package let kind: String
  package let measure: String
  package let area: AreaPath
  package let position: Position?
  package let attributes: [Attribute]

  package init(
    number: StreamNumber, device: ID<Thing>, code: String, kind: String, measure: String,
    area: AreaPath = .outside, position: Position? = nil, attributes: [Attribute] = []
  ) {
    self.number = number
    self.device = device
    self.code = code
    self.kind = kind
    self.measure = measure
    self.area = area
    self.position = position
    self.attributes = attributes
  }
}

/// What rules are compiled against.
package struct RuleWorld: Sendable {
  package let streams: [RuleStream]
  /// Areas that rules name by code, with outlines where fences use them.
  package let areas: [Area]
  /// From devices to what they depend on (gateways).
  package let links: [Link]
  package let hours: [WorkingHours]
  package let calendarYears: [CalendarYear]
  package let maintenance: [Maintenance]
  /// The city's distance from UTC, in minutes.
  package let offsetMinutes: Int

  package init(
    streams: [RuleStream], areas: [Area] = [], links: [Link] = [], hours: [WorkingHours] = [],
    calendarYears: [CalendarYear] = [], maintenance: [Maintenance] = [], offsetMinutes: Int = 480
  ) {
    self.streams = streams
    self.areas = areas
    self.links = links
    self.hours = hours
    self.calendarYears = calendarYears
    self.maintenance = maintenance
    self.offsetMinutes = offsetMinutes
  }
}
