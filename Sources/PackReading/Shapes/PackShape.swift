import City
import Pack

/// What a place in a file of a pack may hold, for editors that help while somebody writes. Reading a
/// pack is the judge; a shape only says which keys there are and what form their values have.
package indirect enum PackShape: Equatable, Sendable {
  case text, code, number, decimal, flag, date
  /// Any of these words.
  case words([String])
  case list(PackShape)
  /// Keys with their shapes; those named must be there.
  case table([String: PackShape], required: [String])
  /// Any keys, all with values of one shape.
  case map(PackShape)
  case anything

  /// The shape of a file by its path within the pack; nil where no file has this path, or where it
  /// is no YAML.
  package static func shape(path: String) -> PackShape? {
    PackPart(path: path).flatMap { PackShapes.all[$0] }
  }

  /// All shapes with the pattern of the paths that they are of.
  package static var all: [(pattern: String, shape: PackShape)] {
    PackPart.allCases.compactMap { part in
      PackShapes.all[part].map { (part.pattern, $0) }
    }
  }

  /// Where a file differs from its shape, as `file:line: what`; empty where it does not, or cannot
  /// be read at all.
  package static func differences(path: String, bytes: [UInt8]) -> [String] {
    guard let shape = shape(path: path),
      let node = YAMLParser.parse(bytes, file: path).node
    else { return [] }
    return shape.differences(node)
  }

  private func differences(_ node: Node) -> [String] {
    func wrong(_ what: String, _ place: SourcePlace? = nil) -> [String] {
      let place = place ?? node.place
      return ["\(place.file):\(place.line): \(what)"]
    }
    switch (self, node.content) {
    case (.anything, _): return []
    case (.list(let shape), .list(let nodes)): return nodes.flatMap { shape.differences($0) }
    case (.map(let shape), .table(let entries)):
      return entries.flatMap { shape.differences($0.value) }
    case (.table(let keys, let required), .table(let entries)):
      let missing = Set(required).subtracting(entries.map(\.key)).sorted()
      return missing.flatMap { wrong("lacks \($0)") }
        + entries.flatMap { entry in
          keys[entry.key].map { $0.differences(entry.value) }
            ?? wrong("no key \(entry.key)", entry.keyPlace)
        }
    case (.list, _), (.map, _), (.table, _): return wrong("has another form")
    case (_, .scalar(let text, _)):
      return fits(text) ? [] : wrong("\(text) does not fit")
    default: return wrong("has another form")
    }
  }

  private func fits(_ text: String) -> Bool {
    switch self {
    case .text: true
    case .code: TableReader.isCode(text)
    case .number: Int(text) != nil
    case .decimal: Double(text) != nil
    case .flag: text == "true" || text == "false"
    case .date: CivilDate(packText: text) != nil
    case .words(let words): words.contains(text)
    case .list, .table, .map, .anything: false
    }
  }
}
