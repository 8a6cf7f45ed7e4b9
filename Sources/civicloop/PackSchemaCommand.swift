import JSONText
import PackReading

/// `civicloop pack schema`: JSON Schema of a pack's files, for editors.
enum PackSchemaCommand {
  static let command = Command(
    name: "pack schema", summary: "JSON Schema of the files of a pack, for editors",
    usage: "pack schema [FILE]", example: "civicloop pack schema items/streets.yaml > items.json"
  ) { arguments in
    guard arguments.positional.count <= 1 else { throw UsageFault(message: "expected: [FILE]") }
    let path = arguments.positional.first
    var writer = JSONWriter()
    if let path {
      guard let shape = PackShape.shape(path: path) else {
        throw WorkFault(
          message: "no file of a pack is called \(path); known: "
            + PackShape.all.map(\.pattern).joined(separator: ", "))
      }
      writer.beginObject()
      writer.member("$schema", "https://json-schema.org/draft/2020-12/schema")
      members(shape, &writer)
      writer.endObject()
    } else {
      writer.beginObject()
      for (pattern, shape) in PackShape.all {
        writer.object(pattern) { members(shape, &$0) }
      }
      writer.endObject()
    }
    Output.line(String(decoding: writer.take(), as: UTF8.self))
    return 0
  }

  private static func members(_ shape: PackShape, _ writer: inout JSONWriter) {
    switch shape {
    case .anything: break
    case .text: writer.member("type", "string")
    case .code:
      writer.member("type", "string")
      writer.member("pattern", "^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$")
      writer.member("maxLength", PackLimits.codeMax)
    case .number: writer.member("type", "integer")
    case .decimal: writer.member("type", "number")
    case .flag: writer.member("type", "boolean")
    case .date:
      writer.member("type", "string")
      writer.member("pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    case .words(let words): writer.member("enum", words)
    case .list(let element):
      writer.member("type", "array")
      writer.object("items") { members(element, &$0) }
    case .map(let value):
      writer.member("type", "object")
      writer.object("additionalProperties") { members(value, &$0) }
    case .table(let keys, let required):
      writer.member("type", "object")
      writer.object("properties") { writer in
        for (key, value) in keys.sorted(by: { $0.key < $1.key }) {
          writer.object(key) { members(value, &$0) }
        }
      }
      writer.member("required", required)
      writer.member("additionalProperties", false)
    }
  }
}
