import COpenSSL
package import City

/// The hashes that a chain may be made with; each entry names its own.
package enum EntryAlgorithm: String, CaseIterable, Sendable {
  /// FIPS 180-4.
  case sha256
  /// GB/T 32905-2016.
  case sm3
}

/// The hash that ties each entry to the one before it.
package enum EntryHash {
  /// The usual algorithm.
  package static let algorithm = EntryAlgorithm.sha256.rawValue
  /// What stands for the hash of the entry before the first: 32 zero bytes.
  package static let origin = Digest(bytes: [UInt8](repeating: 0, count: Digest.byteCount))

  /// The hash that the header names, over the 32 bytes of `previous`, the header's line in UTF-8,
  /// one line feed, the body. An unknown name counts as SHA-256: who reads must refuse it.
  ///
  /// - Parameter body: the bytes as they are stored, not coded anew.
  package static func hash(_ header: EntryHeader, body: [UInt8], previous: Digest) -> Digest {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(previous.bytes.count + EntryHeader.lineBytesUsual + body.count)
    bytes += previous.bytes
    header.writeLine(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    bytes += body
    return header.algorithm == EntryAlgorithm.sm3.rawValue
      ? sm3(bytes) : SecureHash.digest(of: bytes)
  }

  /// SM3 of one run of bytes.
  package static func sm3(_ bytes: [UInt8]) -> Digest {
    SecureHash.digest(of: bytes, EVP_sm3())
  }
}
