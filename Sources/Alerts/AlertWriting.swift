// An alert as CAP 1.2, in the order of its schema. What is empty is left out.
extension Alert {
  /// The message as a text of CAP 1.2.
  package func xml() -> String {
    var writer = AlertWriter()
    writer.open("alert xmlns=\"\(AlertSchema.spaces[1])\"")
    writer.line("identifier", identifier)
    writer.line("sender", sender)
    writer.line("sent", sent)
    writer.line("status", status)
    writer.line("msgType", messageType)
    writer.line("scope", scope)
    writer.line("note", note)
    writer.line("references", references.map(\.text).joined(separator: " "))
    for info in infos { writer.write(info) }
    writer.close("alert")
    return writer.text
  }
}

private struct AlertWriter {
  private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
  private var depth = 0

  mutating func open(_ tag: String) {
    text += String(repeating: "  ", count: depth) + "<\(tag)>\n"
    depth += 1
  }

  mutating func close(_ tag: String) {
    depth -= 1
    text += String(repeating: "  ", count: depth) + "</\(tag)>\n"
  }

  mutating func line(_ name: String, _ value: String, isNeeded: Bool = false) {
    guard !value.isEmpty || isNeeded else { return }
    text +=
      String(repeating: "  ", count: depth) + "<\(name)>\(Self.escaped(value))</\(name)>\n"
  }

  mutating func pair(_ tag: String, _ pair: AlertPair) {
    open(tag)
    line("valueName", pair.name, isNeeded: true)
    line("value", pair.value, isNeeded: true)
    close(tag)
  }

  mutating func write(_ info: AlertInfo) {
    open("info")
    line("language", info.language)
    for category in info.categories { line("category", category) }
    line("event", info.event)
    for response in info.responses { line("responseType", response) }
    line("urgency", info.urgency)
    line("severity", info.severity)
    line("certainty", info.certainty)
    line("effective", info.effective)
    line("onset", info.onset)
    line("expires", info.expires)
    line("senderName", info.senderName)
    line("headline", info.headline)
    line("description", info.description)
    line("instruction", info.instruction)
    for parameter in info.parameters { pair("parameter", parameter) }
    for area in info.areas {
      open("area")
      line("areaDesc", area.description, isNeeded: true)
      for polygon in area.polygons {
        line(
          "polygon", polygon.map { "\($0.latitude),\($0.longitude)" }.joined(separator: " "))
      }
      for circle in area.circles {
        line(
          "circle",
          "\(circle.centre.latitude),\(circle.centre.longitude) \(circle.radiusKilometres)")
      }
      for geocode in area.geocodes { pair("geocode", geocode) }
      close("area")
    }
    close("info")
  }

  /// What XML cannot hold at all is left out; marks are written by their names.
  private static func escaped(_ value: String) -> String {
    var escaped = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\t", "\n": escaped.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": continue
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
