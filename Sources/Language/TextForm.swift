/// The one form in which texts are compared.
///
/// Full width becomes half width, A–Z becomes a–z, any white space becomes one space between
/// words and none at the ends, control characters and zero-width marks are left out. Han
/// characters stay as they are written. Bytes that are no UTF-8 become U+FFFD.
package enum TextForm {
  /// The text in that form; normalising again changes nothing.
  package static func normalised(_ text: String) -> String {
    String(decoding: normalisedBytes(text), as: UTF8.self)
  }

  /// The same as UTF-8.
  package static func normalisedBytes(_ text: String) -> [UInt8] {
    text.withBytes { normalisedBytes($0) }
  }

  /// The same from bytes as they lie; no `String` is made.
  package static func normalisedBytes(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    // Folding only shortens, except for a broken byte, which takes three.
    [UInt8](unsafeUninitializedCapacity: bytes.count * 3 + 4) { target, count in
      var index = 0
      var written = 0
      var spaceIsDue = false
      while index < bytes.count {
        let (scalar, length) = ScalarForm.decode(bytes, at: index)
        index += length
        let folded = ScalarForm.folded(scalar)
        switch ScalarForm.sort(folded) {
        case .dropped: continue
        case .space: spaceIsDue = written > 0
        case .mark, .word, .ideograph:
          if spaceIsDue {
            target[written] = 0x20
            written += 1
            spaceIsDue = false
          }
          written += ScalarForm.encode(folded, into: target, at: written)
        }
      }
      count = written
    }
  }
}
