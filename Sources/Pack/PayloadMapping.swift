/// How the payload of one make of device becomes observations (报文映射): data, never code.
package struct PayloadMapping: Equatable, Sendable {
  package let code: String
  package let title: String
  /// MQTT topic filter (`+` one level, `#` the rest) of payloads in this form; nil = none.
  package let topic: String?
  /// Content type of HTTP requests in this form; nil = none.
  package let contentType: String?
  /// The array whose elements are read one by one; nil = the payload is one element.
  package let each: PayloadPath?
  package let device: PayloadDevice
  package let time: PayloadTime
  package let values: [PayloadValue]

  package init(
    code: String, title: String, topic: String?, contentType: String?, each: PayloadPath?,
    device: PayloadDevice, time: PayloadTime, values: [PayloadValue]
  ) {
    self.code = code
    self.title = title
    self.topic = topic
    self.contentType = contentType
    self.each = each
    self.device = device
    self.time = time
    self.values = values
  }
}

/// Where a value stands in a payload: `a.b.2` from the element, `$.a.b` from the whole payload.
package struct PayloadPath: Hashable, Sendable {
  /// How many steps a path may have.
  package static let stepsMax = 12

  /// One step down: into a member, or into an element counted from 0.
  package enum Step: Hashable, Sendable {
    case name(String)
    case index(Int)
  }
  package let isFromRoot: Bool
  package let steps: [Step]
  package let text: String

  /// - Returns: nil where the text is no path.
  package init?(_ text: String) {
    var parts = text.split(separator: ".", omittingEmptySubsequences: false)
    isFromRoot = parts.first == "$"
    if isFromRoot { parts.removeFirst() }
    guard parts.count <= Self.stepsMax, isFromRoot || !parts.isEmpty,
      parts.allSatisfy({ !$0.isEmpty })
    else { return nil }
    steps = parts.map { part in
      part.utf8.allSatisfy { (0x30...0x39).contains($0) } && part.utf8.count <= 6
        ? .index(Int(part) ?? 0) : .name(String(part))
    }
    self.text = text
  }
}

/// Where the device's code stands.
package enum PayloadDevice: Equatable, Sendable {
  case path(PayloadPath)
  /// A level of the topic, the first is 1.
  case topicLevel(Int)
}

/// When the values were measured.
package enum PayloadTime: Equatable, Sendable {
  /// How a time is written.
  package enum Form: String, CaseIterable, Sendable {
    case epochSeconds = "epoch-seconds"
    case epochMilliseconds = "epoch-milliseconds"
    case iso8601
  }
  /// The payload does not say: the moment of its coming.
  case receipt
  case path(PayloadPath, Form)
}

/// One value of an element.
package struct PayloadValue: Equatable, Sendable {
  /// What is measured: always the same, or told by the element.
  package enum Naming: Equatable, Sendable {
    case constant(String)
    /// What stands at the path, by this table; without one as it stands.
    case path(PayloadPath, [String: String])
  }
  package let measure: Naming
  package let path: PayloadPath
  /// Value = `scale` × what stands there + `offset`.
  package let scale: Double
  package let offset: Double
  /// The unit after scaling; checked against the measure's where it is not empty.
  package let unit: String
  /// Words that stand for numbers, for example `open` for 1.
  package let words: [String: Double]
  /// Whether an element without it is no fault.
  package let isOptional: Bool

  package init(
    measure: Naming, path: PayloadPath, scale: Double, offset: Double, unit: String,
    words: [String: Double], isOptional: Bool
  ) {
    self.measure = measure
    self.path = path
    self.scale = scale
    self.offset = offset
    self.unit = unit
    self.words = words
    self.isOptional = isOptional
  }
}
