package import City
package import Pack

/// What people call places, units, items and devices: what a report needs to speak of them.
package struct CheckUpNames: Sendable {
  package let areas: [ID<Area>: String]
  package let units: [ID<Unit>: String]
  package let devices: [ID<Thing>: String]
  package let cases: [ID<Case>: String]
  package let catalogue: Catalogue
  /// The unit that holds each duty for the whole district.
  package let duties: [String: String]

  package init(
    areas: [ID<Area>: String], units: [ID<Unit>: String], devices: [ID<Thing>: String],
    cases: [ID<Case>: String], catalogue: Catalogue, duties: [String: String]
  ) {
    self.areas = areas
    self.units = units
    self.devices = devices
    self.cases = cases
    self.catalogue = catalogue
    self.duties = duties
  }

  func name(_ part: VitalCause.Mover.Part) -> String {
    switch part {
    case .area(let id): areas[id] ?? "?"
    case .unit(let id): units[id] ?? "?"
    case .device(let id): devices[id] ?? "?"
    case .item(let code): catalogue.item(code: code)?.name ?? code
    }
  }
}
