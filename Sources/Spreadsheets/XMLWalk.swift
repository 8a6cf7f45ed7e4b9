import CExpat

/// Hears what stands in an XML text, in its order. Names come without their prefix.
protocol XMLListener: AnyObject {
  /// Set where the rest need not be read.
  var fault: WorkbookFault? { get }
  func begin(_ name: String, _ attributes: XMLAttributes)
  func end(_ name: String)
  func text(_ bytes: UnsafeBufferPointer<UInt8>)
}

/// The attributes of one element, good during its `begin` alone.
struct XMLAttributes {
  fileprivate let pairs: UnsafeMutablePointer<UnsafePointer<CChar>?>?

  /// By its name without prefix.
  subscript(_ name: String) -> String? {
    var place = 0
    while let key = pairs?[place], let value = pairs?[place + 1] {
      if XMLWalk.plain(String(cString: key)) == name { return String(cString: value) }
      place += 2
    }
    return nil
  }
}

/// Walks through one part of a file.
struct XMLWalk: ~Copyable {
  private let parser: OpaquePointer
  private let context: XMLContext
  private let part: String

  init(_ part: String, _ listener: any XMLListener) throws(WorkbookFault) {
    guard let parser = XML_ParserCreate(nil) else { throw .malformed(part) }
    self.parser = parser
    self.part = part
    context = XMLContext(listener: listener, parser: parser)
    XML_SetUserData(parser, Unmanaged.passUnretained(context).toOpaque())
    XML_SetElementHandler(parser, beginElement, endElement)
    XML_SetCharacterDataHandler(parser, takeText)
    XML_SetStartDoctypeDeclHandler(parser, refuseDoctype)
  }

  deinit { XML_ParserFree(parser) }

  func feed(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool = false) throws(WorkbookFault) {
    let status = bytes.withMemoryRebound(to: CChar.self) {
      XML_Parse(parser, $0.baseAddress, Int32($0.count), isLast ? 1 : 0)
    }
    if let fault = context.listener.fault { throw fault }
    guard status == XML_STATUS_OK else { throw .malformed(part) }
  }

  func finish() throws(WorkbookFault) {
    try feed(UnsafeBufferPointer(start: nil, count: 0), isLast: true)
  }

  static func plain(_ name: String) -> String {
    guard let colon = name.lastIndex(of: ":") else { return name }
    return String(name[name.index(after: colon)...])
  }
}

private final class XMLContext {
  let listener: any XMLListener
  let parser: OpaquePointer

  init(listener: any XMLListener, parser: OpaquePointer) {
    self.listener = listener
    self.parser = parser
  }

  static func of(_ data: UnsafeMutableRawPointer?) -> XMLContext? {
    data.map { Unmanaged<XMLContext>.fromOpaque($0).takeUnretainedValue() }
  }

  /// A listener that has seen enough stops the parser.
  func check() {
    if listener.fault != nil { XML_StopParser(parser, 0) }
  }
}

private func beginElement(
  _ data: UnsafeMutableRawPointer?, _ name: UnsafePointer<CChar>?,
  _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?
) {
  guard let context = XMLContext.of(data), let name else { return }
  context.listener.begin(
    XMLWalk.plain(String(cString: name)), XMLAttributes(pairs: attributes))
  context.check()
}

private func endElement(_ data: UnsafeMutableRawPointer?, _ name: UnsafePointer<CChar>?) {
  guard let context = XMLContext.of(data), let name else { return }
  context.listener.end(XMLWalk.plain(String(cString: name)))
  context.check()
}

private func takeText(
  _ data: UnsafeMutableRawPointer?, _ text: UnsafePointer<CChar>?, _ count: Int32
) {
  guard let context = XMLContext.of(data), let text else { return }
  let bytes = UnsafeRawBufferPointer(start: text, count: Int(count))
  context.listener.text(bytes.bindMemory(to: UInt8.self))
  context.check()
}

/// No workbook declares a document type; whoever does wants entities that grow.
private func refuseDoctype(
  _ data: UnsafeMutableRawPointer?, _: UnsafePointer<CChar>?, _: UnsafePointer<CChar>?,
  _: UnsafePointer<CChar>?, _: Int32
) {
  guard let context = XMLContext.of(data) else { return }
  XML_StopParser(context.parser, 0)
}
