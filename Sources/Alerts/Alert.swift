/// A message of the Common Alerting Protocol (CAP 1.2). Times are as the protocol writes them.
package struct Alert: Equatable, Sendable {
  package var identifier = ""
  package var sender = ""
  package var sent = ""
  package var status = "Actual"
  /// Alert, Update, Cancel, Ack or Error.
  package var messageType = "Alert"
  package var scope = "Public"
  package var note = ""
  package var references: [AlertReference] = []
  package var infos: [AlertInfo] = []

  package init() {}

  /// How later messages name this one.
  package var reference: AlertReference {
    AlertReference(sender: sender, identifier: identifier, sent: sent)
  }
}

/// A message that is spoken of.
package struct AlertReference: Hashable, Sendable {
  package let sender: String
  package let identifier: String
  package let sent: String

  package init(sender: String, identifier: String, sent: String) {
    self.sender = sender
    self.identifier = identifier
    self.sent = sent
  }

  package var text: String { "\(sender),\(identifier),\(sent)" }
}

/// What a message says, in one language.
package struct AlertInfo: Equatable, Sendable {
  package var language = ""
  package var categories: [String] = []
  package var event = ""
  package var responses: [String] = []
  package var urgency = "Unknown"
  package var severity = "Unknown"
  package var certainty = "Unknown"
  package var effective = ""
  package var onset = ""
  package var expires = ""
  package var senderName = ""
  package var headline = ""
  package var description = ""
  package var instruction = ""
  package var parameters: [AlertPair] = []
  package var areas: [AlertArea] = []

  package init() {}
}

/// A name and a value.
package struct AlertPair: Hashable, Sendable {
  package let name: String
  package let value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// Where a message holds.
package struct AlertArea: Equatable, Sendable {
  package var description = ""
  package var polygons: [[AlertPoint]] = []
  package var circles: [AlertCircle] = []
  package var geocodes: [AlertPair] = []

  package init() {}
}

/// A place in degrees, WGS 84.
package struct AlertPoint: Hashable, Sendable {
  package let latitude: Double
  package let longitude: Double

  package init(latitude: Double, longitude: Double) {
    self.latitude = latitude
    self.longitude = longitude
  }
}

/// All within a distance of a place.
package struct AlertCircle: Hashable, Sendable {
  package let centre: AlertPoint
  package let radiusKilometres: Double

  package init(centre: AlertPoint, radiusKilometres: Double) {
    self.centre = centre
    self.radiusKilometres = radiusKilometres
  }
}

// Reading.
extension Alert {
  /// Reads a message of CAP 1.1 or 1.2, strictly by the schema of 1.2.
  /// - Throws: `AlertFault`, with every rule that is broken.
  package init(_ bytes: [UInt8]) throws(AlertFault) {
    let root = try Element.read(bytes)
    guard root.name == "alert", AlertSchema.spaces.contains(root.space) else {
      throw .notAnAlert
    }
    let findings = AlertSchema.findings(root, AlertSchema.alert, "")
    guard findings.isEmpty else { throw .findings(findings) }
    identifier = root.text(of: "identifier")
    sender = root.text(of: "sender")
    sent = root.text(of: "sent")
    status = root.text(of: "status")
    messageType = root.text(of: "msgType")
    scope = root.text(of: "scope")
    note = root.text(of: "note")
    references = AlertText.references(root.text(of: "references")) ?? []
    infos = root.all("info").map { AlertInfo($0) }
  }
}

extension AlertInfo {
  fileprivate init(_ element: Element) {
    language = element.text(of: "language")
    categories = element.all("category").map { AlertText.trimmed($0.text) }
    event = element.text(of: "event")
    responses = element.all("responseType").map { AlertText.trimmed($0.text) }
    urgency = element.text(of: "urgency")
    severity = element.text(of: "severity")
    certainty = element.text(of: "certainty")
    effective = element.text(of: "effective")
    onset = element.text(of: "onset")
    expires = element.text(of: "expires")
    senderName = element.text(of: "senderName")
    headline = element.text(of: "headline")
    description = element.text(of: "description")
    instruction = element.text(of: "instruction")
    parameters = element.all("parameter").map(\.pair)
    areas = element.all("area").map { area in
      var read = AlertArea()
      read.description = area.text(of: "areaDesc")
      read.polygons = area.all("polygon").compactMap {
        AlertText.polygon(AlertText.trimmed($0.text))
      }
      read.circles = area.all("circle").compactMap {
        AlertText.circle(AlertText.trimmed($0.text))
      }
      read.geocodes = area.all("geocode").map(\.pair)
      return read
    }
  }
}

extension Element {
  fileprivate func all(_ name: String) -> [Element] { children.filter { $0.name == name } }

  fileprivate func text(of name: String) -> String {
    AlertText.trimmed(children.first { $0.name == name }?.text ?? "")
  }

  fileprivate var pair: AlertPair {
    AlertPair(name: text(of: "valueName"), value: text(of: "value"))
  }
}
