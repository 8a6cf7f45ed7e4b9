/// Runs of characters, as numbers: what the classes are learned from.
///
/// A gram is 1 to `lengthMax` characters in a row of the text in the form of `TextForm`; none
/// reaches from the title into the text. A gram's key is a hash of 64 bits: among the few million
/// grams of a training set two share one with a chance below one in a million, and then they count
/// as one.
enum TextGrams {
  /// Characters of the longest gram.
  static let lengthMax = 3
  /// What is longer is read so far and no farther, in characters.
  static let scalarsMax = 20_000

  /// How many characters, title first, are the lead: who reports something says first what it is.
  /// Models are learned with it: another number wants another version of `ClassModelCoding`.
  static let leadMax = 25

  /// Whether what ends behind so many characters, title first, stands in the lead.
  static func isLead(end: Int) -> Bool { end <= leadMax }

  /// Where the hash of a gram begins.
  private static let seed: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// A title and a text in the characters that grams are made of.
  struct Source {
    let title: [UInt32]
    let text: [UInt32]

    init(title: String, text: String) {
      self.title = title.isEmpty ? [] : TextGrams.scalars(of: title)
      self.text = text.isEmpty ? [] : TextGrams.scalars(of: text)
    }

    var count: Int { title.count + text.count }

    /// Title and text, each with how many characters stand before it. No gram reaches from one into
    /// the other.
    var pieces: [(scalars: [UInt32], before: Int)] { [(title, 0), (text, title.count)] }

    /// Hands every gram's key to `body`, with whether all of it stands in the lead; where `body`
    /// answers false, longer grams from the same place are passed over.
    @inline(__always)
    func readGrams(_ body: (_ key: UInt64, _ isLead: Bool) -> Bool) {
      for (scalars, before) in pieces {
        TextGrams.forEach(in: scalars) { key, start, length in
          body(key, TextGrams.isLead(end: before + start + length))
        }
      }
    }
  }

  /// The characters of a text that grams are made of.
  static func scalars(of text: String) -> [UInt32] {
    let bytes = TextForm.normalisedBytes(text)
    var scalars: [UInt32] = []
    scalars.reserveCapacity(min(bytes.count, scalarsMax))
    bytes.withUnsafeBufferPointer { bytes in
      var index = 0
      while index < bytes.count, scalars.count < scalarsMax {
        let (scalar, length) = ScalarForm.decode(bytes, at: index)
        index += length
        scalars.append(scalar)
      }
    }
    return scalars
  }

  /// Hands the key of every gram of a piece to `body`, with its place; where `body` answers false,
  /// longer grams from the same place are passed over.
  @inline(__always)
  static func forEach(
    in scalars: [UInt32],
    _ body: (_ key: UInt64, _ start: Int, _ length: Int) -> Bool
  ) {
    scalars.withUnsafeBufferPointer { scalars in
      for start in 0..<scalars.count {
        var hash = seed
        for length in 1...lengthMax where start + length <= scalars.count {
          hash = mixed(hash, scalars[start + length - 1])
          guard body(finished(hash), start, length) else { break }
        }
      }
    }
  }

  @inline(__always)
  private static func mixed(_ hash: UInt64, _ scalar: UInt32) -> UInt64 {
    let product = (hash ^ UInt64(scalar)) &* 0xFF51_AFD7_ED55_8CCD
    return product ^ product >> 32
  }

  /// Never 0, which marks an empty place of a table.
  @inline(__always)
  private static func finished(_ hash: UInt64) -> UInt64 {
    let product = hash &* 0xC4CE_B9FE_1A85_EC53
    return (product ^ product >> 29) | 1
  }
}
