import CYaml
package import Pack

/// Reads one YAML document into nodes: text, lists and tables, nothing else of what YAML can do.
package enum YAMLParser {
  /// - Parameter file: named in places.
  /// - Returns: the document's node, nil where there is none; findings say why.
  package static func parse(
    _ bytes: [UInt8], file: String
  ) -> (node: Node?, findings: [Finding]) {
    var findings: [Finding] = []
    guard let text = SourceText.checked(bytes, file: file, into: &findings) else {
      return (nil, findings)
    }
    return text.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress, !buffer.isEmpty else {
        return (nil, [Finding(.yamlEmpty, at: SourcePlace(file: file))])
      }
      var parser = yaml_parser_t()
      // It fails only where there is no memory for its buffers.
      precondition(yaml_parser_initialize(&parser) == 1)
      defer { yaml_parser_delete(&parser) }
      yaml_parser_set_input_string(&parser, base, buffer.count)
      yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
      var run = ParserRun(
        file: file,
        lines: buffer.split(
          separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
        ).count)
      while !run.isDone {
        var event = yaml_event_t()
        guard yaml_parser_parse(&parser, &event) == 1 else {
          run.fail(parser)
          break
        }
        run.take(event)
        yaml_event_delete(&event)
      }
      return run.answer
    }
  }
}

/// Builds nodes out of libyaml's events.
private struct ParserRun {
  let file: String
  let lines: Int
  var isDone = false
  private var stack: [Open] = []
  private var root: Node?
  private var nodes = 0
  private var documents = 0
  private var findings: [Finding] = []

  /// A list or table whose end has not come.
  private struct Open {
    let place: SourcePlace
    let isTable: Bool
    var elements: [Node] = []
    var entries: [NodeEntry] = []
    var keys: Set<String> = []
    /// The key whose value comes next.
    var key: (text: String, place: SourcePlace)?
    /// Set after a key that cannot be used: its value is read and dropped.
    var dropsNext = false
  }

  /// - Parameter lines: how many the file has.
  init(file: String, lines: Int) {
    self.file = file
    self.lines = lines
  }

  var answer: (node: Node?, findings: [Finding]) {
    if root == nil && findings.isEmpty {
      return (nil, [Finding(.yamlEmpty, at: SourcePlace(file: file))])
    }
    // A tree with holes would only raise findings that are not the author's.
    return (findings.isEmpty ? root : nil, findings)
  }

  mutating func fail(_ parser: yaml_parser_t) {
    isDone = true
    let detail = parser.problem.map { String(cString: $0) } ?? "unknown"
    let mark = parser.problem_mark
    // What is missing at the end of the file is reported for a line after it.
    let line = min(Int(mark.line) + 1, max(1, lines))
    findings.append(
      Finding(
        .yamlSyntax,
        at: SourcePlace(file: file, line: line, column: Int(mark.column) + 1),
        ["detail": detail]))
  }

  mutating func take(_ event: yaml_event_t) {
    let place = SourcePlace(
      file: file, line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1)
    switch event.type {
    case YAML_STREAM_END_EVENT: isDone = true
    case YAML_DOCUMENT_START_EVENT:
      documents += 1
      if documents > 1 { stop(.yamlManyDocuments, place) }
    case YAML_ALIAS_EVENT: stop(.yamlAlias, place)
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      check(anchor: scalar.anchor, tag: scalar.tag, place)
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      take(
        String(decoding: bytes, as: UTF8.self),
        isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE, place)
    case YAML_SEQUENCE_START_EVENT:
      let start = event.data.sequence_start
      check(anchor: start.anchor, tag: start.tag, place)
      open(isTable: false, place)
    case YAML_MAPPING_START_EVENT:
      let start = event.data.mapping_start
      check(anchor: start.anchor, tag: start.tag, place)
      open(isTable: true, place)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: close()
    default: break
    }
  }

  private mutating func stop(
    _ kind: FindingKind, _ place: SourcePlace, _ facts: [String: String] = [:]
  ) {
    findings.append(Finding(kind, at: place, facts))
    isDone = true
  }

  private mutating func check(
    anchor: UnsafeMutablePointer<UInt8>?, tag: UnsafeMutablePointer<UInt8>?, _ place: SourcePlace
  ) {
    if anchor != nil { findings.append(Finding(.yamlAlias, at: place)) }
    if tag != nil { findings.append(Finding(.yamlTag, at: place)) }
  }

  private mutating func take(_ text: String, isPlain: Bool, _ place: SourcePlace) {
    if let last = stack.indices.last, stack[last].isTable, stack[last].key == nil,
      !stack[last].dropsNext
    {
      if stack[last].keys.insert(text).inserted {
        stack[last].key = (text, place)
      } else {
        findings.append(Finding(.yamlKeyTwice, at: place, ["key": text]))
        stack[last].dropsNext = true
      }
      return
    }
    add(Node(.scalar(text, isPlain: isPlain), at: place))
  }

  private mutating func open(isTable: Bool, _ place: SourcePlace) {
    guard stack.count < PackLimits.depthMax else {
      stop(.yamlTooDeep, place, ["max": String(PackLimits.depthMax)])
      return
    }
    if let last = stack.last, last.isTable, last.key == nil, !last.dropsNext {
      // What follows would be read one off, so nothing more can be said.
      stop(.yamlKeyNotText, place)
      return
    }
    stack.append(Open(place: place, isTable: isTable))
  }

  private mutating func close() {
    guard let done = stack.popLast() else { return }
    add(Node(done.isTable ? .table(done.entries) : .list(done.elements), at: done.place))
  }

  private mutating func add(_ node: Node) {
    nodes += 1
    if nodes > PackLimits.nodesMax {
      stop(.yamlTooManyNodes, node.place, ["max": String(PackLimits.nodesMax)])
      return
    }
    guard let last = stack.indices.last else {
      root = node
      return
    }
    if !stack[last].isTable {
      stack[last].elements.append(node)
    } else if stack[last].dropsNext {
      stack[last].dropsNext = false
    } else if let key = stack[last].key {
      stack[last].entries.append(
        NodeEntry(key: key.text, keyPlace: key.place, value: node))
      stack[last].key = nil
    }
  }
}
