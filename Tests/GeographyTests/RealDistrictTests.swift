import City
import Foundation
import Geography
import Testing

/// A real district, drawn by two sources in two coordinate systems.
struct RealDistrictTests {
  @Test("a district stated in GCJ-02 lands on its WGS-84 outline")
  func likeness() throws {
    guard let folder = ProcessInfo.processInfo.environment["CIVICLOOP_REALDATA"] else {
      print("skipped: no real data")
      return
    }
    let stated = try json(folder + "/putuo/putuo_district.gcj02.raw.json")
    let shifted = try outline(from: #require(stated["coordinates"] as? [Any]), multiple: true)
    let districts = try json(folder + "/putuo/shanghai_districts.wgs84.geojson")
    let features = try #require(districts["features"] as? [[String: Any]])
    let feature = try #require(
      features.first { ($0["properties"] as? [String: Any])?["code"] as? String == "310107" })
    let geometry = try #require(feature["geometry"] as? [String: Any])
    let ground = try outline(
      from: #require(geometry["coordinates"] as? [Any]),
      multiple: geometry["type"] as? String == "MultiPolygon")

    let corrected = CoordinateSystem.gcj02.toWGS84(shifted)
    let likeness = try corrected.likeness(to: ground)
    print("likeness \(likeness), uncorrected \(try shifted.likeness(to: ground))")
    #expect(likeness >= 0.97)
  }

  @Test("the real districts and streets make an index that answers")
  func index() throws {
    guard let folder = ProcessInfo.processInfo.environment["CIVICLOOP_REALDATA"] else {
      print("skipped: no real data")
      return
    }
    let city = Area(
      id: ID(1), parent: nil, level: .city, code: "310000", name: "city", outline: nil)
    var areas = [city]
    for (file, level) in [
      ("shanghai_districts", AreaLevel.district), ("putuo_streets", AreaLevel.street),
    ] {
      let collection = try json(folder + "/putuo/\(file).wgs84.geojson")
      for feature in try #require(collection["features"] as? [[String: Any]]) {
        let properties = try #require(feature["properties"] as? [String: Any])
        let geometry = try #require(feature["geometry"] as? [String: Any])
        let code = try #require(properties["code"] as? String)
        let parent = level == .street ? areas.first { $0.code == "310107" } : city
        areas.append(
          Area(
            id: ID(Int64(areas.count + 1)), parent: parent?.id, level: level, code: code,
            name: try #require(properties["name"] as? String),
            outline: try outline(
              from: #require(geometry["coordinates"] as? [Any]),
              multiple: geometry["type"] as? String == "MultiPolygon")))
      }
    }
    let index = AreaIndex(areas)
    #expect(index.adrift.isEmpty && index.unbuilt.isEmpty)
    for area in areas.dropFirst() {
      let inner = try #require(try area.outline?.pointOnSurface())
      #expect(index.path(holding: inner).lies(in: area.id), "\(area.name)")
    }
    print("faults of the source:", OutlineFault.all(in: areas, toleranceSquareMetres: 10_000))
  }

  private func json(_ path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private func outline(from coordinates: [Any], multiple: Bool) throws -> Outline {
    let faces = try #require((multiple ? coordinates : [coordinates]) as? [[[[Double]]]])
    return Outline(
      polygons: faces.map { rings in
        let made = rings.map { ring in
          Ring(points: ring.compactMap { Position(longitude: $0[0], latitude: $0[1]) })
        }
        return Polygon(outer: made[0], holes: Array(made.dropFirst()))
      })
  }
}
