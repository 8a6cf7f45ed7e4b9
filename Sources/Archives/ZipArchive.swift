import CZip
import Glibc

/// Why an archive was not made.
package enum ArchiveFault: Error, Equatable {
  /// `detail` is for operators.
  case unavailable(detail: String)
}

/// Packs files into one archive (ZIP), in memory. The same parts give the same bytes.
package enum ZipArchive {
  /// A file of the archive.
  package struct Part: Sendable {
    /// Path within the archive, with `/`.
    package let name: String
    package let bytes: [UInt8]
    /// Seconds since 1970.
    package let modified: Int

    package init(name: String, bytes: [UInt8], modified: Int) {
      self.name = name
      self.bytes = bytes
      self.modified = modified
    }
  }

  /// The archive as bytes; pictures and films are stored, for they do not get smaller.
  package static func bytes(of parts: [Part]) throws(ArchiveFault) -> [UInt8] {
    var error = zip_error_t()
    zip_error_init(&error)
    defer { zip_error_fini(&error) }
    guard let target = zip_source_buffer_create(nil, 0, 0, &error) else {
      throw .unavailable(detail: "no memory for an archive")
    }
    // Kept beyond the closing of the archive, to be read.
    zip_source_keep(target)
    defer { zip_source_free(target) }
    guard let archive = zip_open_from_source(target, ZIP_TRUNCATE, &error) else {
      zip_source_free(target)
      throw .unavailable(detail: "an archive cannot be begun")
    }
    for part in parts {
      guard add(part, to: archive) else {
        let detail = String(cString: zip_strerror(archive))
        zip_discard(archive)
        throw .unavailable(detail: "\(part.name): \(detail)")
      }
    }
    guard zip_close(archive) == 0 else {
      let detail = String(cString: zip_strerror(archive))
      zip_discard(archive)
      throw .unavailable(detail: detail)
    }
    return try read(target)
  }

  private static func add(_ part: Part, to archive: OpaquePointer) -> Bool {
    // The library frees the copy: the parts are read when the archive is closed.
    let count = part.bytes.count
    guard let copy = malloc(max(count, 1)) else { return false }
    part.bytes.withUnsafeBytes { bytes in
      if let base = bytes.baseAddress { memcpy(copy, base, count) }
    }
    guard let source = zip_source_buffer(archive, copy, UInt64(count), 1) else {
      free(copy)
      return false
    }
    let index = zip_file_add(archive, part.name, source, ZIP_FL_ENC_UTF_8)
    guard index >= 0 else {
      zip_source_free(source)
      return false
    }
    return zip_set_file_compression(archive, UInt64(index), ZIP_CM_STORE, 0) == 0
      && zip_file_set_mtime(archive, UInt64(index), part.modified, 0) == 0
  }

  private static func read(_ source: OpaquePointer) throws(ArchiveFault) -> [UInt8] {
    var state = zip_stat_t()
    guard zip_source_stat(source, &state) == 0, zip_source_open(source) == 0 else {
      throw .unavailable(detail: "the archive cannot be read")
    }
    defer { zip_source_close(source) }
    var bytes = [UInt8](repeating: 0, count: Int(state.size))
    let count = bytes.withUnsafeMutableBytes {
      zip_source_read(source, $0.baseAddress, UInt64($0.count))
    }
    guard count == Int64(bytes.count) else {
      throw .unavailable(detail: "the archive cannot be read")
    }
    return bytes
  }
}
