/// Anything the city keeps a file on (对象), typed by its Kind.
package struct Thing: Hashable, Sendable {
  package let id: ID<Thing>
  /// Code of a Kind in a pack.
  package let kind: String
  /// Unique within its kind.
  package let code: String
  package let name: String
  package let address: String
  package let area: AreaPath
  /// Who answers for it; empty where nobody is named.
  package let owner: UnitPath
  package let geometry: Geometry?
  /// The point that stands for it on a map and in distance.
  package let position: Position?
  package let attributes: [Attribute]
  package let version: Int

  package init(
    id: ID<Thing>, kind: String, code: String, name: String, address: String, area: AreaPath,
    owner: UnitPath, geometry: Geometry?, position: Position?, attributes: [Attribute],
    version: Int
  ) {
    self.id = id
    self.kind = kind
    self.code = code
    self.name = name
    self.address = address
    self.area = area
    self.owner = owner
    self.geometry = geometry
    self.position = position
    self.attributes = attributes
    self.version = version
  }
}

/// One named value of a Thing.
package struct Attribute: Hashable, Sendable {
  package let name: String
  package let value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// A tie between two Things (关联).
package struct Link: Hashable, Sendable {
  package let from: ID<Thing>
  package let to: ID<Thing>
  package let kind: String

  package init(from: ID<Thing>, to: ID<Thing>, kind: String) {
    self.from = from
    self.to = to
    self.kind = kind
  }
}
