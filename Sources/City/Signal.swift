/// How the city was told.
package enum Channel: String, CaseIterable, Sendable {
  case hotline, inspector, citizen, video, device, opinion, system

  /// Whether people speak for themselves through it.
  package var isOfPeople: Bool {
    switch self {
    case .hotline, .citizen, .opinion: true
    case .inspector, .video, .device, .system: false
    }
  }
}

/// What any channel sent (线索): raw, never changed, keyed by channel and the channel's own id.
package struct Signal: Hashable, Sendable {
  package let id: ID<Signal>
  package let channel: Channel
  /// The channel's own id; `channel` + `externalID` is unique.
  package let externalID: String
  package let receivedAt: Instant
  /// When the problem was seen, as the channel says.
  package let occurredAt: Instant
  /// The item that the channel named, or that was found; nil = 未分类.
  package let item: String?
  package let title: String
  /// Personal details of the reporter are masked in it.
  package let text: String
  package let address: String
  package let position: Position?
  package let area: AreaPath
  package let thing: ID<Thing>?
  package let reporter: ID<Reporter>?
  package let evidence: [FileDigest]
  /// What came in, byte for byte.
  package let raw: Payload
  /// SHA-256 of what came in: the same key with another digest is refused and kept as a rival.
  package let digest: Digest
  /// The problem that it reports; nil for a rival.
  package let event: ID<Event>?
  /// Set where a signal of the same key, with other content, came before.
  package let rivalOf: ID<Signal>?
  /// How its position and area were found; nil = not known.
  package var located: Located?

  package init(
    id: ID<Signal>, channel: Channel, externalID: String, receivedAt: Instant,
    occurredAt: Instant, item: String?, title: String, text: String, address: String,
    position: Position?, area: AreaPath, thing: ID<Thing>?, reporter: ID<Reporter>?,
    evidence: [FileDigest], raw: Payload, digest: Digest, event: ID<Event>?,
    rivalOf: ID<Signal>?
  ) {
    self.id = id
    self.channel = channel
    self.externalID = externalID
    self.receivedAt = receivedAt
    self.occurredAt = occurredAt
    self.item = item
    self.title = title
    self.text = text
    self.address = address
    self.position = position
    self.area = area
    self.thing = thing
    self.reporter = reporter
    self.evidence = evidence
    self.raw = raw
    self.digest = digest
    self.event = event
    self.rivalOf = rivalOf
  }
}

/// 32 bytes of SHA-256.
package struct Digest: Hashable, Sendable {
  /// The length of every digest, in bytes.
  package static let byteCount = 32
  package let bytes: [UInt8]

  package init(bytes: [UInt8]) {
    precondition(bytes.count == Self.byteCount)
    self.bytes = bytes
  }
}

/// Names one file of the content-hash store.
package struct FileDigest: Hashable, Sendable {
  package let digest: Digest

  package init(_ digest: Digest) {
    self.digest = digest
  }
}

/// Ciphertext under the key of one subject; gone for ever when that key is destroyed.
package struct Sealed: Hashable, Sendable {
  package let subject: ID<Subject>
  package let bytes: [UInt8]

  package init(subject: ID<Subject>, bytes: [UInt8]) {
    self.subject = subject
    self.bytes = bytes
  }
}

/// A person whose details are sealed together under one key.
package enum Subject {}

/// Bytes as they came, plain where they speak of nobody.
package enum Payload: Hashable, Sendable {
  case plain([UInt8])
  case sealed(Sealed)
}

/// Whoever told us (诉求人). What is personal stays sealed.
package struct Reporter: Hashable, Sendable {
  package let id: ID<Reporter>
  package let subject: ID<Subject>
  /// Keyed hash of the contact, by which later signals of the same person are found.
  package let contactHash: Digest
  /// `ReporterDetails`, sealed; nil after erasure.
  package let details: Sealed?

  package init(id: ID<Reporter>, subject: ID<Subject>, contactHash: Digest, details: Sealed?) {
    self.id = id
    self.subject = subject
    self.contactHash = contactHash
    self.details = details
  }
}

/// What a reporter said of himself. All of it is of class `sensitive`.
package struct ReporterDetails: Hashable, Sendable {
  package let name: String
  package let phone: String

  package init(name: String, phone: String) {
    self.name = name
    self.phone = phone
  }
}
