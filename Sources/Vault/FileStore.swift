import CSodium
package import City
import Glibc
import Pack
package import Ports

/// Files by content, beside the database: `ab/cdef…` after the SHA-256 of what is kept.
package struct FileStore: FileKeeping {
  package static let bytesMax = 20 << 20

  /// Where files lie until they are whole.
  static let incomingName = "incoming"

  private let folder: String
  private let incoming: String

  /// The folder is made where it is missing. One process keeps files in it at a time: what another
  /// left unfinished in a crash is taken away.
  package init(folder: String) throws(FileFault) {
    self.folder = folder
    incoming = folder + "/" + Self.incomingName
    for path in [folder, incoming] {
      guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
        throw .unavailable(detail: "\(path): errno \(errno)")
      }
    }
    for name in Folder.names(incoming) { unlink(incoming + "/" + name) }
  }

  package func put(_ bytes: [UInt8]) async throws(FileFault) -> StoredFile {
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.count <= Self.bytesMax else { throw .tooLarge(max: Self.bytesMax) }
    guard let kind = FileKind.sniff(bytes) else { throw .kind }
    guard let kept = PictureMetadata.removed(bytes, kind) else { throw .kind }
    var hash = [UInt8](repeating: 0, count: Digest.byteCount)
    crypto_hash_sha256(&hash, kept, UInt64(kept.count))
    let digest = FileDigest(Digest(bytes: hash))
    let path = path(digest)
    if access(path, R_OK) != 0 { try write(kept, to: path) }
    return StoredFile(
      digest: digest, form: kind.form, mediaType: kind.mediaType, byteCount: kept.count)
  }

  /// Several may write the same content at once: each has a temporary name of its own.
  private func write(_ bytes: [UInt8], to path: String) throws(FileFault) {
    let part = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
    if mkdir(part, 0o700) == 0 {
      guard Folder.flush(part) else { throw .unavailable(detail: "\(part): errno \(errno)") }
    }
    let name = RandomBytes.make(16).map { String($0, radix: 16) }.joined()
    guard SmallFile.write(bytes, to: path, through: incoming + "/" + name) else {
      throw .unavailable(detail: "\(path) cannot be written: errno \(errno)")
    }
  }

  package func describe(_ digest: FileDigest) async throws(FileFault) -> StoredFile? {
    guard let bytes = SmallFile.read(path(digest)), let kind = FileKind.sniff(bytes) else {
      return nil
    }
    return StoredFile(
      digest: digest, form: kind.form, mediaType: kind.mediaType, byteCount: bytes.count)
  }

  package func load(_ digest: FileDigest) async throws(FileFault) -> [UInt8]? {
    SmallFile.read(path(digest))
  }

  private func path(_ digest: FileDigest) -> String {
    let digits = Array("0123456789abcdef")
    let text = String(digest.digest.bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    return "\(folder)/\(text.prefix(2))/\(text.dropFirst(2))"
  }
}

/// The kinds of file that are kept, told by their first bytes and never by their name.
enum FileKind: CaseIterable {
  case jpeg, png, webp, pdf, mp4, text

  var mediaType: String {
    switch self {
    case .jpeg: "image/jpeg"
    case .png: "image/png"
    case .webp: "image/webp"
    case .pdf: "application/pdf"
    case .mp4: "video/mp4"
    case .text: "text/plain"
    }
  }

  var form: Requirement {
    switch self {
    case .jpeg, .png, .webp, .mp4: .photo
    case .pdf, .text: .document
    }
  }

  /// nil for anything else, also for text that is not UTF-8.
  static func sniff(_ bytes: [UInt8]) -> FileKind? {
    func has(_ mark: [UInt8], at offset: Int = 0) -> Bool {
      bytes.count >= offset + mark.count && Array(bytes[offset..<offset + mark.count]) == mark
    }
    if has([0xFF, 0xD8, 0xFF]) { return .jpeg }
    if has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
    if has(Array("RIFF".utf8)), has(Array("WEBP".utf8), at: 8) { return .webp }
    if has(Array("%PDF-".utf8)) { return .pdf }
    if has(Array("ftyp".utf8), at: 4) { return .mp4 }
    let isText = !bytes.contains { $0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
    return isText && String(validating: bytes, as: UTF8.self) != nil ? .text : nil
  }
}
