package import Pack

/// A value of a YAML file with the place where it begins.
package struct Node: Equatable, Sendable {
  /// What stands there.
  package indirect enum Content: Equatable, Sendable {
    /// `isPlain`: written without quotes.
    case scalar(String, isPlain: Bool)
    case list([Node])
    /// In the file's order; no key twice.
    case table([NodeEntry])
  }

  package let content: Content
  package let place: SourcePlace

  package init(_ content: Content, at place: SourcePlace) {
    self.content = content
    self.place = place
  }
}

/// One key of a table with its value.
package struct NodeEntry: Equatable, Sendable {
  package let key: String
  package let keyPlace: SourcePlace
  package let value: Node

  package init(key: String, keyPlace: SourcePlace, value: Node) {
    self.key = key
    self.keyPlace = keyPlace
    self.value = value
  }
}
