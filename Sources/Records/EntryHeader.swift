package import City
import JSONText
package import Ports

/// All of a journal entry but its body and hashes.
package struct EntryHeader: Equatable, Sendable {
  /// Which chain it belongs to; an embedded store has one, number 1.
  package let chain: Int64
  /// From 1, without gaps within the chain.
  package let sequence: Int64
  package let kind: String
  /// Version of the coding of the body, see `FactCoding.version`.
  package let version: Int
  package let at: Instant
  package let actor: Actor
  package let subject: SubjectReference
  package let request: String
  /// Name of the hash's algorithm, see `EntryHash.algorithm`.
  package let algorithm: String

  package init(
    chain: Int64, sequence: Int64, kind: String, version: Int, at: Instant, actor: Actor,
    subject: SubjectReference, request: String, algorithm: String
  ) {
    self.chain = chain
    self.sequence = sequence
    self.kind = kind
    self.version = version
    self.at = at
    self.actor = actor
    self.subject = subject
    self.request = request
    self.algorithm = algorithm
  }

  /// What a line takes as a rule, its line feed with it; longer ones are written all the same.
  static let lineBytesUsual = 256

  /// Writes the header as the hash covers it: ten fields with a tab between them, see docs/journal.md.
  package func writeLine(to bytes: inout [UInt8]) {
    HeaderText.write(chain, to: &bytes)
    HeaderText.next(in: &bytes)
    HeaderText.write(sequence, to: &bytes)
    HeaderText.next(in: &bytes)
    HeaderText.write(kind, to: &bytes)
    HeaderText.next(in: &bytes)
    HeaderText.write(Int64(version), to: &bytes)
    HeaderText.next(in: &bytes)
    HeaderText.write(at.milliseconds, to: &bytes)
    HeaderText.next(in: &bytes)
    HeaderText.write(ActorCoding.text(actor), to: &bytes)
    HeaderText.next(in: &bytes)
    HeaderText.write(subject.kind, to: &bytes)
    HeaderText.next(in: &bytes)
    HeaderText.write(subject.id, to: &bytes)
    HeaderText.next(in: &bytes)
    HeaderText.write(request, to: &bytes)
    HeaderText.next(in: &bytes)
    HeaderText.write(algorithm, to: &bytes)
  }
}

/// Fields of a header line; tabs and line ends stay out of them.
enum HeaderText {
  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "\\"): UInt8(ascii: "\\"), UInt8(ascii: "\t"): UInt8(ascii: "t"),
    UInt8(ascii: "\n"): UInt8(ascii: "n"), UInt8(ascii: "\r"): UInt8(ascii: "r"),
  ]

  static func next(in bytes: inout [UInt8]) { bytes.append(UInt8(ascii: "\t")) }

  static func write(_ number: Int64, to bytes: inout [UInt8]) {
    WholeNumberText.append(number, to: &bytes)
  }

  static func write(_ text: String, to bytes: inout [UInt8]) {
    let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\\") }
    guard !isPlain else { return bytes.append(contentsOf: text.utf8) }
    for byte in text.utf8 {
      if let letter = escapes[byte] {
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(letter)
      } else {
        bytes.append(byte)
      }
    }
  }
}

/// Actors as one text: `staff:7`, `engine:intake`, `local:root`.
package enum ActorCoding {
  private static let staff = "staff:"
  private static let engine = "engine:"
  private static let local = "local:"

  /// The actor as one text.
  package static func text(_ actor: Actor) -> String {
    switch actor {
    case .staff(let id): staff + String(id.rawValue)
    case .engine(let part): engine + part
    case .local(let user): local + user
    }
  }

  /// Reads what `text` writes; nil for anything else.
  package static func actor(_ text: String) -> Actor? {
    func rest(after prefix: String) -> String? {
      guard text.utf8.starts(with: prefix.utf8) else { return nil }
      return String(text.utf8.dropFirst(prefix.utf8.count))
    }
    if let number = rest(after: staff) {
      guard let id = Int64(number), String(id) == number else { return nil }
      return .staff(ID(id))
    }
    if let part = rest(after: engine) { return .engine(part) }
    return rest(after: local).map(Actor.local)
  }
}
