/// The Common Alerting Protocol 1.2 as a table: which elements, in which order, how often, and what
/// may stand in them. Source: OASIS CAP-v1.2-os (2010), section 3.2 and its schema.
enum AlertSchema {
  static let spaces = [
    "urn:oasis:names:tc:emergency:cap:1.1", "urn:oasis:names:tc:emergency:cap:1.2",
  ]
  static let signatureSpace = "http://www.w3.org/2000/09/xmldsig#"

  enum Form: Sendable {
    /// Any text; `isNeeded` = not blank.
    case text(isNeeded: Bool)
    case word([String])
    case time
    case number
    case polygon
    case circle
    case references
    case table([Line])
  }

  struct Line: Sendable {
    let name: String
    let form: Form
    var least = 0
    var greatest = 1

    init(_ name: String, _ form: Form, _ least: Int = 0, _ greatest: Int = 1) {
      self.name = name
      self.form = form
      self.least = least
      self.greatest = greatest
    }
  }

  static let alert: [Line] = [
    Line("identifier", .text(isNeeded: true), 1),
    Line("sender", .text(isNeeded: true), 1),
    Line("sent", .time, 1),
    Line("status", .word(["Actual", "Exercise", "System", "Test", "Draft"]), 1),
    Line("msgType", .word(["Alert", "Update", "Cancel", "Ack", "Error"]), 1),
    Line("source", .text(isNeeded: false)),
    Line("scope", .word(["Public", "Restricted", "Private"]), 1),
    Line("restriction", .text(isNeeded: false)),
    Line("addresses", .text(isNeeded: false)),
    Line("code", .text(isNeeded: false), 0, .max),
    Line("note", .text(isNeeded: false)),
    Line("references", .references),
    Line("incidents", .text(isNeeded: false)),
    Line("info", .table(info), 0, .max),
  ]

  static let info: [Line] = [
    Line("language", .text(isNeeded: true)),
    Line("category", .word(categories), 1, .max),
    Line("event", .text(isNeeded: true), 1),
    Line("responseType", .word(responses), 0, .max),
    Line("urgency", .word(["Immediate", "Expected", "Future", "Past", "Unknown"]), 1),
    Line("severity", .word(["Extreme", "Severe", "Moderate", "Minor", "Unknown"]), 1),
    Line(
      "certainty", .word(["Observed", "Likely", "Possible", "Unlikely", "Unknown"]), 1),
    Line("audience", .text(isNeeded: false)),
    Line("eventCode", .table(pair), 0, .max),
    Line("effective", .time),
    Line("onset", .time),
    Line("expires", .time),
    Line("senderName", .text(isNeeded: false)),
    Line("headline", .text(isNeeded: false)),
    Line("description", .text(isNeeded: false)),
    Line("instruction", .text(isNeeded: false)),
    Line("web", .text(isNeeded: false)),
    Line("contact", .text(isNeeded: false)),
    Line("parameter", .table(pair), 0, .max),
    Line("resource", .table(resource), 0, .max),
    Line("area", .table(area), 0, .max),
  ]

  static let categories = [
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra",
    "CBRNE", "Other",
  ]
  static let responses = [
    "Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None",
  ]
  static let pair: [Line] = [
    Line("valueName", .text(isNeeded: false), 1), Line("value", .text(isNeeded: false), 1),
  ]
  static let resource: [Line] = [
    Line("resourceDesc", .text(isNeeded: false), 1), Line("mimeType", .text(isNeeded: false), 1),
    Line("size", .number), Line("uri", .text(isNeeded: false)),
    Line("derefUri", .text(isNeeded: false)), Line("digest", .text(isNeeded: false)),
  ]
  static let area: [Line] = [
    Line("areaDesc", .text(isNeeded: false), 1), Line("polygon", .polygon, 0, .max),
    Line("circle", .circle, 0, .max), Line("geocode", .table(pair), 0, .max),
    Line("altitude", .number), Line("ceiling", .number),
  ]

  // MARK: Checking

  /// All that is wrong with an element's children, in their order.
  static func findings(_ element: Element, _ lines: [Line], _ path: String) -> [AlertFinding] {
    var findings: [AlertFinding] = []
    var counts: [String: Int] = [:]
    var reached = 0
    for child in element.children {
      if path.isEmpty, child.space == signatureSpace { continue }
      let field = path + child.name
      guard child.space == element.space,
        let place = lines.firstIndex(where: { $0.name == child.name })
      else {
        findings.append(AlertFinding(field, "element.unknown"))
        continue
      }
      if place < reached { findings.append(AlertFinding(field, "element.order")) }
      reached = max(reached, place)
      let number = counts[child.name, default: 0]
      counts[child.name] = number + 1
      let line = lines[place]
      if number >= line.greatest {
        findings.append(AlertFinding(field, "element.twice"))
        continue
      }
      findings += check(child, line, line.greatest > 1 ? "\(field)[\(number)]" : field)
    }
    for line in lines where counts[line.name, default: 0] < line.least {
      findings.append(AlertFinding(path + line.name, "field.required"))
    }
    return findings
  }

  private static func check(_ element: Element, _ line: Line, _ field: String) -> [AlertFinding] {
    let text = AlertText.trimmed(element.text)
    if case .table(let lines) = line.form { return findings(element, lines, field + ".") }
    guard element.children.isEmpty else { return [AlertFinding(field, "element.unknown")] }
    switch line.form {
    case .text(let isNeeded):
      return isNeeded && text.isEmpty ? [AlertFinding(field, "field.required")] : []
    case .word(let words):
      return words.contains(text)
        ? []
        : [AlertFinding(field, "word.unknown", ["allowed": words.joined(separator: ",")])]
    case .time: return AlertText.isTime(text) ? [] : [AlertFinding(field, "time.form")]
    case .number: return Double(text) == nil ? [AlertFinding(field, "number.form")] : []
    case .polygon:
      return AlertText.polygon(text) == nil ? [AlertFinding(field, "polygon.form")] : []
    case .circle: return AlertText.circle(text) == nil ? [AlertFinding(field, "circle.form")] : []
    case .references:
      return AlertText.references(text) == nil ? [AlertFinding(field, "references.form")] : []
    case .table: return []
    }
  }
}

/// Texts within an alert.
enum AlertText {
  static func trimmed(_ text: String) -> String {
    var slice = Substring(text)
    while slice.first?.isWhitespace == true { slice.removeFirst() }
    while slice.last?.isWhitespace == true { slice.removeLast() }
    return String(slice)
  }

  /// `2026-11-20T14:00:00+08:00`; the protocol wants an offset and no fraction.
  static func isTime(_ text: String) -> Bool {
    let form = Array("dddd-dd-ddTdd:dd:ddsdd:dd".utf8)
    let bytes = Array(text.utf8)
    guard bytes.count == form.count else { return false }
    return zip(bytes, form).allSatisfy { byte, mark in
      switch mark {
      case UInt8(ascii: "d"): (0x30...0x39).contains(byte)
      case UInt8(ascii: "s"): byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
      default: byte == mark
      }
    }
  }

  /// `latitude,longitude`.
  static func point(_ text: Substring) -> AlertPoint? {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 2, let latitude = Double(parts[0]), let longitude = Double(parts[1]),
      (-90...90).contains(latitude), (-180...180).contains(longitude)
    else { return nil }
    return AlertPoint(latitude: latitude, longitude: longitude)
  }

  /// At least four points, the last the first again.
  static func polygon(_ text: String) -> [AlertPoint]? {
    let parts = text.split(whereSeparator: \.isWhitespace)
    guard (4...AlertLimits.pointsMax).contains(parts.count) else { return nil }
    let points = parts.compactMap { point($0) }
    guard points.count == parts.count, points.first == points.last else { return nil }
    return points
  }

  /// A point and a radius in kilometres.
  static func circle(_ text: String) -> AlertCircle? {
    let parts = text.split(whereSeparator: \.isWhitespace)
    guard parts.count == 2, let centre = point(parts[0]), let radius = Double(parts[1]),
      radius.isFinite, radius >= 0
    else { return nil }
    return AlertCircle(centre: centre, radiusKilometres: radius)
  }

  /// `sender,identifier,sent` one after the other.
  static func references(_ text: String) -> [AlertReference]? {
    let parts = text.split(whereSeparator: \.isWhitespace)
    let references = parts.compactMap { part -> AlertReference? in
      let fields = part.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 3, fields.allSatisfy({ !$0.isEmpty }), isTime(fields[2]) else {
        return nil
      }
      return AlertReference(sender: fields[0], identifier: fields[1], sent: fields[2])
    }
    return parts.isEmpty || references.count < parts.count ? nil : references
  }
}
