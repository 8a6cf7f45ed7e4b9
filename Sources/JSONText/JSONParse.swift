extension JSON {
  /// Reads one JSON text: strict RFC 8259 in strict UTF-8, without a byte order mark.
  ///
  /// - Throws: `JSONFault`, at the first byte that breaks a rule or a limit.
  package static func parse(
    _ bytes: UnsafeRawBufferPointer, limits: JSONLimits = .request
  ) throws(JSONFault) -> JSON {
    guard bytes.count <= limits.bytesMax else {
      throw .tooLong(bytes: bytes.count, bytesMax: limits.bytesMax)
    }
    guard let start = bytes.baseAddress, !bytes.isEmpty else {
      throw .malformed(offset: 0, rule: .value)
    }
    let base = start.assumingMemoryBound(to: UInt8.self)
    var reader = JSONReader(base: base, count: bytes.count, limits: limits)
    return try reader.document()
  }

  /// Reads one JSON text held in an array.
  ///
  /// - Throws: `JSONFault`.
  package static func parse(
    _ bytes: [UInt8], limits: JSONLimits = .request
  ) throws(JSONFault) -> JSON {
    try bytes.withUnsafeBytes { buffer in
      Result { () throws(JSONFault) in try parse(buffer, limits: limits) }
    }.get()
  }

  /// Reads one JSON text held in a string.
  ///
  /// - Throws: `JSONFault`.
  package static func parse(
    text: String, limits: JSONLimits = .request
  ) throws(JSONFault) -> JSON {
    try parse(Array(text.utf8), limits: limits)
  }

  /// Reads one JSON text held in a span.
  ///
  /// - Throws: `JSONFault`.
  package static func parse(
    _ span: RawSpan, limits: JSONLimits = .request
  ) throws(JSONFault) -> JSON {
    try span.withUnsafeBytes { buffer in
      Result { () throws(JSONFault) in try parse(buffer, limits: limits) }
    }.get()
  }
}
