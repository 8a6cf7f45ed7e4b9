package import City

/// The hash that ties each entry to the one before it.
package enum EntryHash {
  /// The only algorithm so far. Each entry names its own, so that another can follow.
  package static let algorithm = "sha256"
  /// What stands for the hash of the entry before the first: 32 zero bytes.
  package static let origin = Digest(bytes: [UInt8](repeating: 0, count: Digest.byteCount))

  /// SHA-256 over the 32 bytes of `previous`, the header's line in UTF-8, one line feed, the body.
  ///
  /// - Parameter body: the bytes as they are stored, not coded anew.
  package static func hash(_ header: EntryHeader, body: [UInt8], previous: Digest) -> Digest {
    var hash = SecureHash()
    hash.add(previous.bytes)
    hash.add(header.line + "\n")
    hash.add(body)
    return hash.finish()
  }
}
