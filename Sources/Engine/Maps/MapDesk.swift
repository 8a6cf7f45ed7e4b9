import City
package import Geography
package import Ports

/// Makes the vector tiles of the map, and remembers those made lately.
package actor MapDesk {
  /// Tiles remembered; the oldest goes first.
  static let tilesMax = 1_024
  /// What changed is on the map after so long at the latest.
  static let freshMilliseconds = 60 * Duration.second
  /// Roads and water change seldom, and reading them all is work.
  static let groundFreshMilliseconds = 10 * Duration.minute
  /// Things of one tile; where more lie on it, the newest are shown.
  static let thingsMax = 2_000
  /// Things show from this zoom on: a tile of it is about 2 km wide in China.
  package static let thingsZoomMin = 14

  private struct Key: Hashable {
    let address: TileAddress
    /// nil for who sees the ground alone.
    let scope: Scope?
  }

  private struct Made {
    let bytes: [UInt8]
    let at: Instant
    let directoryVersion: Int
  }

  private let engine: Engine
  private var ground: (value: MapGround, at: Instant, directoryVersion: Int)?
  private var tiles: [Key: Made] = [:]
  private var order: [Key] = []

  package init(engine: Engine) {
    self.engine = engine
  }

  /// One tile as the Mapbox Vector Tile specification has it; empty where there is nothing.
  ///
  /// Layers: `areas` (faces; level, id, name), `edges` (their outlines as lines), `places` (a point
  /// within each; the same members), `lines` and `faces` (things with a shape; kind, id, name and
  /// width in metres where it is known), `things` (points; kind, id, name, direction and angle in
  /// degrees where they are known) from zoom 14 on.
  ///
  /// - Parameter scope: whose things are shown; nil = none, for those who are not signed in.
  package func tile(_ address: TileAddress, scope: Scope?) async throws(StoreFault) -> [UInt8] {
    let key = Key(
      address: address, scope: address.zoom >= Self.thingsZoomMin ? scope : nil)
    let now = engine.time.now
    let version = engine.directoryVersion
    if let made = tiles[key], made.directoryVersion == version,
      now.millisecondsSince(made.at) < Self.freshMilliseconds
    {
      return made.bytes
    }
    let ground = try await freshGround(now, version)
    var things: [Thing] = []
    if let scope = key.scope { things = try await self.things(on: address, scope) }
    let bytes = MapTile(shaping: TileShaping(address)).draw(ground, things)
    remember(Made(bytes: bytes, at: now, directoryVersion: version), key)
    return bytes
  }

  /// The ground that all areas cover; nil where none has an outline.
  package func bounds() async throws(StoreFault) -> BoundingBox? {
    let ground = try await freshGround(engine.time.now, engine.directoryVersion)
    return BoundingBox(
      around: ground.faces.flatMap { face in
        [(face.box.west, face.box.south), (face.box.east, face.box.north)]
      }.compactMap { Position(longitude: $0.0, latitude: $0.1) })
  }

  private func remember(_ made: Made, _ key: Key) {
    if tiles.updateValue(made, forKey: key) == nil { order.append(key) }
    guard order.count > Self.tilesMax else { return }
    tiles[order.removeFirst()] = nil
  }

  private func freshGround(_ now: Instant, _ version: Int) async throws(StoreFault) -> MapGround {
    if let ground, ground.directoryVersion == version,
      now.millisecondsSince(ground.at) < Self.groundFreshMilliseconds
    {
      return ground.value
    }
    let made = MapGround(
      areas: Array(engine.directory.areas.values),
      things: try await MapGround.shapedThings(engine))
    ground = (made, now, version)
    return made
  }

  /// The things of a tile, by the circle around it.
  private func things(
    on address: TileAddress, _ scope: Scope
  ) async throws(StoreFault) -> [Thing] {
    let half = TileAddress.extent / 2
    let corner = TilePoint(x: -TileShaping.margin, y: -TileShaping.margin)
    guard let middle = address.position(of: TilePoint(x: half, y: half)),
      let edge = address.position(of: corner)
    else { return [] }
    var found: [Thing] = []
    var before: Int64?
    repeat {
      var query = ThingQuery(
        scope: scope, page: PageRequest(limit: PageRequest.limitMax, before: before))
      query.near = middle
      query.radiusMetres = middle.metres(to: edge)
      let page = try await engine.store.things(query)
      found += page.elements
      before = page.next
    } while before != nil && found.count < Self.thingsMax
    return found
  }
}

/// Draws one tile.
struct MapTile {
  let shaping: TileShaping

  /// From which zoom on the areas of a level show.
  private static let zooms: [AreaLevel: Int] = [
    .city: 0, .district: 0, .street: 9, .neighbourhood: 13, .grid: 14,
  ]

  func draw(_ ground: MapGround, _ things: [Thing]) -> [UInt8] {
    let faces = ground.faces.filter { face in
      shaping.address.zoom >= Self.zooms[face.area.level] ?? 0 && face.box.meets(shaping.box)
    }
    let shaped = ground.shaped.filter { $0.box.meets(shaping.box) }.map(\.thing)
    var tile = VectorTile()
    tile.add(layer: "areas", features(faces) { shaping.shape($0.outline) })
    tile.add(
      layer: "faces",
      features(shaped) { thing in
        guard case .outline(let outline) = thing.geometry else { return nil }
        return shaping.shape(outline)
      })
    tile.add(
      layer: "lines",
      features(shaped) { thing in
        guard case .line(let points) = thing.geometry else { return nil }
        return shaping.shape(line: points)
      })
    tile.add(layer: "edges", features(faces) { shaping.edges($0.outline) })
    tile.add(layer: "places", features(faces) { $0.middle.flatMap { shaping.shape($0) } })
    let points = things.filter { if case .point = $0.geometry { true } else { false } }
    tile.add(layer: "things", features(points) { $0.position.flatMap { shaping.shape($0) } })
    return tile.encoded
  }

  private func features(
    _ faces: [MapGround.Face], _ shape: (MapGround.Face) -> TileFeature.Shape?
  ) -> [TileFeature] {
    faces.compactMap { face in
      guard let shape = shape(face) else { return nil }
      return TileFeature(
        shape: shape,
        attributes: [
          ("level", .text(face.area.level.rawValue)),
          ("id", .text(String(face.area.id.rawValue))), ("name", .text(face.area.name)),
        ])
    }
  }

  private func features(
    _ things: [Thing], _ shape: (Thing) -> TileFeature.Shape?
  ) -> [TileFeature] {
    things.compactMap { thing in
      guard let shape = shape(thing) else { return nil }
      let numbers = Self.numbers.compactMap { name in
        thing.attributes.first { $0.name == name }.flatMap { Double($0.value) }
          .map { (name: name, value: TileValue.number($0)) }
      }
      return TileFeature(
        shape: shape,
        attributes: [
          ("kind", .text(thing.kind)), ("id", .text(String(thing.id.rawValue))),
          ("name", .text(thing.name)),
        ] + numbers)
    }
  }

  /// Attributes that a map draws by, where a thing has them.
  private static let numbers = ["width", "direction", "angle"]
}
