package import City
package import Dispatching
package import Geography
import Pack

/// Places and people as they stand, held in memory and replaced as a whole when they change.
package final class Directory: Sendable {
  package let areas: [ID<Area>: Area]
  package let areaIndex: AreaIndex
  package let units: [ID<Unit>: Unit]
  package let unitTree: UnitTree
  package let responsibility: ResponsibilityList
  package let staff: [ID<Staff>: Staff]
  package let areaIDs: [String: ID<Area>]
  package let unitIDs: [String: ID<Unit>]
  package let staffIDs: [String: ID<Staff>]

  package init(areas: [Area], units: [Unit], staff: [Staff]) {
    self.areas = Dictionary(uniqueKeysWithValues: areas.map { ($0.id, $0) })
    areaIndex = AreaIndex(areas)
    self.units = Dictionary(uniqueKeysWithValues: units.map { ($0.id, $0) })
    unitTree = UnitTree(units)
    responsibility = ResponsibilityList(units: units, areas: areas)
    self.staff = Dictionary(uniqueKeysWithValues: staff.map { ($0.id, $0) })
    areaIDs = Dictionary(uniqueKeysWithValues: areas.map { ($0.code, $0.id) })
    unitIDs = Dictionary(uniqueKeysWithValues: units.map { ($0.code, $0.id) })
    staffIDs = Dictionary(uniqueKeysWithValues: staff.map { ($0.code, $0.id) })
  }

  /// The units from the root down to `id`; empty where it is unknown.
  package func path(of id: ID<Unit>) -> UnitPath { unitTree.path(of: id) ?? .none }

  /// The areas from the city down to `id`.
  package func path(of id: ID<Area>) -> AreaPath { areaIndex.path(of: id) }

  /// The codes of a path, from the city downward, as responsibility rules name areas.
  package func codes(of path: AreaPath) -> [String] { path.areas.compactMap { areas[$0]?.code } }
}
