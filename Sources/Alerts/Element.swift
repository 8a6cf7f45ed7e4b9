import CExpat

/// How large an alert may be.
package enum AlertLimits {
  package static let bytesMax = 1 << 20
  /// Elements within each other.
  package static let depthMax = 12
  package static let elementsMax = 20_000
  /// Pairs in one polygon.
  package static let pointsMax = 10_000
}

/// Why bytes are no alert.
package enum AlertFault: Error, Equatable {
  case tooLarge
  /// Not well-formed, or it declares a document type, which no alert needs.
  case malformed(line: Int)
  /// Not an alert of CAP 1.1 or 1.2.
  case notAnAlert
  /// It breaks rules of the schema; all of them.
  case findings([AlertFinding])

  package var code: String {
    switch self {
    case .tooLarge: "cap.too_large"
    case .malformed: "cap.malformed"
    case .notAnAlert: "cap.not_an_alert"
    case .findings: "cap.invalid"
    }
  }
}

/// One rule that one element breaks.
package struct AlertFinding: Hashable, Sendable {
  /// For example `info[0].severity`.
  package let field: String
  /// Stable, for example `word.unknown`.
  package let rule: String
  package let facts: [String: String]

  package init(_ field: String, _ rule: String, _ facts: [String: String] = [:]) {
    self.field = field
    self.rule = rule
    self.facts = facts
  }
}

/// An element of XML with what stands in it.
final class Element {
  let space: String
  let name: String
  var text = ""
  var children: [Element] = []

  init(space: String, name: String) {
    self.space = space
    self.name = name
  }

  /// Reads a whole text.
  static func read(_ bytes: [UInt8]) throws(AlertFault) -> Element {
    guard bytes.count <= AlertLimits.bytesMax else { throw .tooLarge }
    // The separator stands between the namespace and the name.
    guard let parser = XML_ParserCreateNS(nil, XML_Char(bitPattern: separator)) else {
      throw .malformed(line: 0)
    }
    defer { XML_ParserFree(parser) }
    let reading = Reading(parser: parser)
    XML_SetUserData(parser, Unmanaged.passUnretained(reading).toOpaque())
    XML_SetElementHandler(parser, beginElement, endElement)
    XML_SetCharacterDataHandler(parser, takeText)
    XML_SetStartDoctypeDeclHandler(parser, refuseDoctype)
    let status = bytes.withUnsafeBytes { buffer in
      XML_Parse(parser, buffer.bindMemory(to: CChar.self).baseAddress, Int32(bytes.count), 1)
    }
    guard status == XML_STATUS_OK, let root = reading.root else {
      throw reading.isTooLarge
        ? .tooLarge : .malformed(line: Int(XML_GetCurrentLineNumber(parser)))
    }
    return root
  }

  static let separator = UInt8(ascii: "\n")

  /// What a reading has so far.
  fileprivate final class Reading {
    let parser: OpaquePointer
    var root: Element?
    var open: [Element] = []
    var count = 0
    var isTooLarge = false

    init(parser: OpaquePointer) { self.parser = parser }

    static func of(_ data: UnsafeMutableRawPointer?) -> Reading? {
      data.map { Unmanaged<Reading>.fromOpaque($0).takeUnretainedValue() }
    }

    func begin(_ name: String) {
      count += 1
      guard count <= AlertLimits.elementsMax, open.count < AlertLimits.depthMax else {
        isTooLarge = true
        XML_StopParser(parser, 0)
        return
      }
      let parts = name.split(
        separator: Character(UnicodeScalar(Element.separator)), maxSplits: 1)
      let element = Element(
        space: parts.count > 1 ? String(parts[0]) : "", name: String(parts.last ?? ""))
      open.last?.children.append(element)
      if root == nil { root = element }
      open.append(element)
    }
  }
}

private func beginElement(
  _ data: UnsafeMutableRawPointer?, _ name: UnsafePointer<CChar>?,
  _: UnsafeMutablePointer<UnsafePointer<CChar>?>?
) {
  guard let name else { return }
  Element.Reading.of(data)?.begin(String(cString: name))
}

private func endElement(_ data: UnsafeMutableRawPointer?, _: UnsafePointer<CChar>?) {
  _ = Element.Reading.of(data)?.open.popLast()
}

private func takeText(
  _ data: UnsafeMutableRawPointer?, _ text: UnsafePointer<CChar>?, _ count: Int32
) {
  guard let text else { return }
  let bytes = UnsafeRawBufferPointer(start: text, count: Int(count))
  Element.Reading.of(data)?.open.last?.text += String(decoding: bytes, as: UTF8.self)
}

/// Entities that grow are declared in a document type.
private func refuseDoctype(
  _ data: UnsafeMutableRawPointer?, _: UnsafePointer<CChar>?, _: UnsafePointer<CChar>?,
  _: UnsafePointer<CChar>?, _: Int32
) {
  guard let reading = Element.Reading.of(data) else { return }
  XML_StopParser(reading.parser, 0)
}
