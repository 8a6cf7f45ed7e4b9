extension JSONWriter {
  /// Writes one member. The same for every type; an optional that is nil leaves the member out.
  package mutating func member(_ name: String, _ value: String) {
    self.name(name)
    string(value)
  }

  package mutating func member(_ name: String, _ value: Int64) {
    self.name(name)
    integer(value)
  }

  package mutating func member(_ name: String, _ value: Int) {
    self.name(name)
    integer(Int64(value))
  }

  package mutating func member(_ name: String, _ value: Double) {
    self.name(name)
    number(value)
  }

  package mutating func member(_ name: String, _ value: Bool) {
    self.name(name)
    bool(value)
  }

  package mutating func member(_ name: String, _ value: JSON) {
    self.name(name)
    self.value(value)
  }

  package mutating func member(_ name: String, _ value: String?) {
    if let value { member(name, value) }
  }

  package mutating func member(_ name: String, _ value: Int64?) {
    if let value { member(name, value) }
  }

  package mutating func member(_ name: String, _ value: Int?) {
    if let value { member(name, value) }
  }

  package mutating func member(_ name: String, _ value: Double?) {
    if let value { member(name, value) }
  }

  package mutating func member(_ name: String, _ value: Bool?) {
    if let value { member(name, value) }
  }

  /// Writes one member whose value is an object, filled by `fill`.
  package mutating func object(_ name: String, _ fill: (inout JSONWriter) -> Void) {
    self.name(name)
    beginObject()
    fill(&self)
    endObject()
  }

  /// Writes one member whose value is an array of objects, one an element, each filled by `fill`.
  package mutating func objects<Elements: Sequence>(
    _ name: String, _ elements: Elements, _ fill: (Elements.Element, inout JSONWriter) -> Void
  ) {
    self.name(name)
    beginArray()
    for element in elements {
      beginObject()
      fill(element, &self)
      endObject()
    }
    endArray()
  }

  /// Writes one member whose value is an array of strings.
  package mutating func member(_ name: String, _ values: [String]) {
    self.name(name)
    beginArray()
    for value in values { string(value) }
    endArray()
  }

  /// Writes a whole value.
  package mutating func value(_ value: JSON) {
    switch value {
    case .null: null()
    case .bool(let value): bool(value)
    case .integer(let value): integer(value)
    case .number(let value): number(value)
    case .string(let value): string(value)
    case .array(let elements):
      beginArray()
      for element in elements { self.value(element) }
      endArray()
    case .object(let members):
      beginObject()
      for member in members {
        name(member.name)
        self.value(member.value)
      }
      endObject()
    }
  }
}

extension JSON {
  /// Writes this value as the writer's next one.
  package func write(into writer: inout JSONWriter) { writer.value(self) }

  /// This value as JSON text in UTF-8, without white space.
  package var bytes: [UInt8] {
    var writer = JSONWriter()
    writer.value(self)
    return writer.take()
  }
}
