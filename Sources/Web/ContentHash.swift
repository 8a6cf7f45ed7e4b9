/// Tells the contents of answers apart, for their tags, and protects nothing.
enum ContentHash {
  /// FNV-1a of 64 bits.
  static func of(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
