import City
import Handling
import Ports
import Vault

/// What simulated staff attach as proof: one drawn picture and one short document.
struct DemonstrationPicture: Sendable {
  let photo: EvidenceFile
  let document: EvidenceFile

  static let side = 96

  /// Keeps both, or finds that they are kept already.
  static func store(in folder: DataFolder) async throws -> DemonstrationPicture {
    let photo = try await folder.files.put(PortableNetworkGraphic.gradient(side: side))
    let text = try await folder.files.put(Array("demonstration document\n".utf8))
    return DemonstrationPicture(
      photo: EvidenceFile(file: photo.digest, form: photo.form),
      document: EvidenceFile(file: text.digest, form: text.form))
  }
}

/// The smallest writer of PNG that will do: grey, eight bits, stored without compression.
enum PortableNetworkGraphic {
  /// A square that goes from dark to light, with a frame.
  static func gradient(side: Int) -> [UInt8] {
    var rows: [UInt8] = []
    for y in 0..<side {
      rows.append(0)  // No filter.
      for x in 0..<side {
        let isFrame = x < 3 || y < 3 || x >= side - 3 || y >= side - 3
        rows.append(isFrame ? 40 : UInt8(90 + (x + y) * 120 / (2 * side)))
      }
    }
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    // Width, height, eight bits, grey, and the only compression, filter and order there are.
    file += chunk("IHDR", number(UInt32(side)) + number(UInt32(side)) + [8, 0, 0, 0, 0])
    file += chunk("IDAT", stored(rows))
    file += chunk("IEND", [])
    return file
  }

  private static func number(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  private static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
    let named = Array(name.utf8) + body
    return number(UInt32(body.count)) + named + number(checksum(named))
  }

  /// A zlib stream of one stored block, which holds up to 65,535 bytes.
  private static func stored(_ bytes: [UInt8]) -> [UInt8] {
    precondition(bytes.count <= Int(UInt16.max))
    let count = UInt16(bytes.count)
    let lengths = [count, ~count].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    var low: UInt32 = 1
    var high: UInt32 = 0
    for byte in bytes {
      low = (low + UInt32(byte)) % 65_521
      high = (high + low) % 65_521
    }
    return [0x78, 0x01, 0x01] + lengths + bytes + number(high << 16 | low)
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }
}
