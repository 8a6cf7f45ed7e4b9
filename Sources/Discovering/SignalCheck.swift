package import City

/// How much a signal may hold. Lengths count Unicode scalars.
package enum SignalLimits {
  package static let externalIDMax = 128
  package static let titleMax = 200
  package static let textMax = 10_000
  package static let addressMax = 300
  package static let itemMax = 64
  package static let thingMax = 128
  package static let reporterNameMax = 64
  package static let reporterPhoneMax = 32
  package static let evidenceMax = 20
}

/// What a channel sent, read but not yet believed.
package struct SignalDraft: Hashable, Sendable {
  package var externalID = ""
  package var title = ""
  package var text = ""
  package var address = ""
  /// Code of the item that the channel names.
  package var item: String?
  /// Code of the thing that the channel names.
  package var thing: String?
  package var longitude: Double?
  package var latitude: Double?
  /// nil = now.
  package var occurredAt: Instant?
  package var reporterName = ""
  package var reporterPhone = ""
  package var evidence: [FileDigest] = []

  package init() {}
}

/// One thing that is wrong with one field.
package struct SignalFinding: Hashable, Sendable {
  /// The field's name in the interface, for example `position.longitude`.
  package let field: String
  /// Stable code of the rule that it breaks, for example `text.too_long`.
  package let rule: String
  /// What a person needs to know to mend it, by name.
  package let facts: [String: String]

  package init(field: String, rule: String, facts: [String: String] = [:]) {
    self.field = field
    self.rule = rule
    self.facts = facts
  }
}

/// Everything that is wrong with a signal, at once, so that a channel mends it in one go.
package enum SignalCheck {
  /// All that is wrong, in the order of the fields; empty where the signal may come in.
  /// - Parameters:
  ///   - draft: as read from the channel.
  ///   - now: by the engine's clock.
  ///   - knowsItem: whether the catalogue has an item of this code.
  package static func findings(
    of draft: SignalDraft, now: Instant, knowsItem: (String) -> Bool
  ) -> [SignalFinding] {
    var findings: [SignalFinding] = []
    if isBlank(draft.externalID) {
      findings.append(SignalFinding(field: "externalId", rule: "field.required"))
    }
    if isBlank(draft.title) && isBlank(draft.text) {
      // Either would do; the text is the one that channels forget.
      findings.append(
        SignalFinding(field: "text", rule: "field.required", facts: ["or": "title"]))
    }
    for field in textFields {
      findings += textFindings(field, value: field.value(draft))
    }
    if let item = draft.item, !isTooLong(item, SignalLimits.itemMax), !knowsItem(item) {
      findings.append(SignalFinding(field: "item", rule: "item.unknown", facts: ["item": item]))
    }
    findings += positionFindings(draft)
    if let occurredAt = draft.occurredAt {
      do throws(TimeRefusal) {
        try TimeRule.check(occurredAt, now: now)
      } catch {
        findings.append(
          SignalFinding(field: "occurredAt", rule: error.code, facts: error.facts))
      }
    }
    if draft.evidence.count > SignalLimits.evidenceMax {
      findings.append(
        SignalFinding(
          field: "evidence", rule: "list.too_long",
          facts: [
            "count": String(draft.evidence.count), "max": String(SignalLimits.evidenceMax),
          ]))
    }
    return findings
  }

  private struct TextField: Sendable {
    let name: String
    let max: Int
    /// Free text keeps its line breaks; names and codes have none.
    let mayBreakLines: Bool
    let value: @Sendable (SignalDraft) -> String
  }

  private static let textFields: [TextField] = [
    TextField(name: "externalId", max: SignalLimits.externalIDMax, mayBreakLines: false) {
      $0.externalID
    },
    TextField(name: "title", max: SignalLimits.titleMax, mayBreakLines: true) { $0.title },
    TextField(name: "text", max: SignalLimits.textMax, mayBreakLines: true) { $0.text },
    TextField(name: "address", max: SignalLimits.addressMax, mayBreakLines: true) {
      $0.address
    },
    TextField(name: "item", max: SignalLimits.itemMax, mayBreakLines: false) { $0.item ?? "" },
    TextField(name: "thing", max: SignalLimits.thingMax, mayBreakLines: false) {
      $0.thing ?? ""
    },
    TextField(
      name: "reporter.name", max: SignalLimits.reporterNameMax, mayBreakLines: false
    ) { $0.reporterName },
    TextField(
      name: "reporter.phone", max: SignalLimits.reporterPhoneMax, mayBreakLines: false
    ) { $0.reporterPhone },
  ]

  private static func textFindings(_ field: TextField, value: String) -> [SignalFinding] {
    var findings: [SignalFinding] = []
    if isTooLong(value, field.max) {
      findings.append(
        SignalFinding(
          field: field.name, rule: "text.too_long",
          facts: ["length": String(value.unicodeScalars.count), "max": String(field.max)]))
    }
    if let byte = value.utf8.first(where: { isForbidden($0, mayBreakLines: field.mayBreakLines) }) {
      findings.append(
        SignalFinding(
          field: field.name, rule: "text.control_character", facts: ["byte": String(byte)]))
    }
    return findings
  }

  private static func positionFindings(_ draft: SignalDraft) -> [SignalFinding] {
    if draft.longitude == nil && draft.latitude == nil { return [] }
    let parts = [
      ("position.longitude", draft.longitude, 180.0), ("position.latitude", draft.latitude, 90.0),
    ]
    return parts.compactMap { name, value, limit in
      guard let value else { return SignalFinding(field: name, rule: "field.required") }
      guard (-limit...limit).contains(value) else {
        return SignalFinding(
          field: name, rule: "number.out_of_range",
          facts: ["min": String(-limit), "max": String(limit)])
      }
      return nil
    }
  }

  private static func isBlank(_ value: String) -> Bool {
    value.unicodeScalars.allSatisfy { $0.properties.isWhitespace }
  }

  /// Counts only where the bytes could be too many.
  private static func isTooLong(_ value: String, _ max: Int) -> Bool {
    value.utf8.count > max && value.unicodeScalars.count > max
  }

  private static func isForbidden(_ byte: UInt8, mayBreakLines: Bool) -> Bool {
    switch byte {
    case 0x09, 0x0A, 0x0D: !mayBreakLines
    case 0x00..<0x20, 0x7F: true
    default: false
    }
  }
}
