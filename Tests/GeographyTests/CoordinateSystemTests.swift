import City
import Geography
import Testing

struct CoordinateSystemTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let system: CoordinateSystem
    let wgs84: (Double, Double)
    let stated: (Double, Double)
    var testDescription: String { "\(system.rawValue) \(wgs84)" }
  }

  static let rows = [
    Row(
      system: .gcj02, wgs84: (121.5272106, 31.1774276),
      stated: (121.531541859215, 31.17530398364597)),
    Row(
      system: .gcj02, wgs84: (113.912316, 22.543847),
      stated: (113.9171764808363, 22.540796131694766)),
    Row(
      system: .gcj02, wgs84: (116.377817, 39.911954),
      stated: (116.38404722455657, 39.91334545536069)),
    Row(
      system: .gcj02, wgs84: (116.404, 39.915), stated: (116.41024449916938, 39.91640428150164)),
    Row(system: .wgs84, wgs84: (121.4, 31.2), stated: (121.4, 31.2)),
    // Outside the box nothing moves.
    Row(system: .gcj02, wgs84: (-73.98, 40.75), stated: (-73.98, 40.75)),
    Row(system: .bd09, wgs84: (-73.98, 40.75), stated: (-73.98, 40.75)),
    Row(system: .bd09, wgs84: (139.69, 35.69), stated: (139.69, 35.69)),
    Row(system: .gcj02, wgs84: (121.4, 56), stated: (121.4, 56)),
    Row(system: .gcj02, wgs84: (103.8, 0.5), stated: (103.8, 0.5)),
  ]

  @Test("known points go both ways", arguments: rows)
  func known(_ row: Row) throws {
    let wgs84 = try #require(Position(longitude: row.wgs84.0, latitude: row.wgs84.1))
    let stated = try #require(Position(longitude: row.stated.0, latitude: row.stated.1))
    #expect(row.system.fromWGS84(wgs84).metres(to: stated) < 0.001)
    #expect(row.system.toWGS84(stated).metres(to: wgs84) < 0.001)
  }

  @Test("BD-09 agrees with the published pair of GCJ-02 and BD-09")
  func baidu() throws {
    let gcj02 = try #require(Position(longitude: 116.404, latitude: 39.915))
    let bd09 = try #require(
      Position(longitude: 116.41036949371029, latitude: 39.92133699351021))
    let ground = CoordinateSystem.gcj02.toWGS84(gcj02)
    #expect(CoordinateSystem.bd09.fromWGS84(ground).metres(to: bd09) < 0.001)
    #expect(CoordinateSystem.bd09.toWGS84(bd09).metres(to: ground) < 0.001)
  }

  @Test(
    "there and back again within a centimetre, everywhere in China",
    arguments: [1, 2, 3] as [UInt64])
  func roundTrip(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<20_000 {
      let position = try #require(
        Position(
          longitude: .random(in: 73.4...135.1, using: &random),
          latitude: .random(in: 3.8...53.6, using: &random)))
      for system in CoordinateSystem.allCases {
        let back = system.toWGS84(system.fromWGS84(position))
        #expect(back.metres(to: position) < 0.01, "seed \(seed) \(system) \(position)")
        let forth = system.fromWGS84(system.toWGS84(position))
        #expect(forth.metres(to: position) < 0.01, "seed \(seed) \(system) \(position)")
      }
    }
  }

  @Test("outside the box no system changes a point", arguments: [4] as [UInt64])
  func untouched(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<20_000 {
      let position = try #require(
        Position(
          longitude: .random(in: -180...180, using: &random),
          latitude: .random(in: -90...90, using: &random)))
      guard !CoordinateSystem.shiftedBox.contains(position) else { continue }
      for system in CoordinateSystem.allCases {
        #expect(system.toWGS84(position) == position, "seed \(seed)")
        #expect(system.fromWGS84(position) == position, "seed \(seed)")
      }
    }
  }
}
