package import Evaluating
import Glibc
import Synchronization

/// The forms in which a report is handed out.
package enum ReportForm: String, CaseIterable, Sendable {
  case html, pdf, xlsx

  /// By which a browser knows it.
  package var mediaType: String {
    switch self {
    case .html: "text/html; charset=utf-8"
    case .pdf: "application/pdf"
    case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    }
  }

  /// The report as bytes; no file is left behind.
  package func bytes(of document: ReportDocument) throws(ReportFault) -> [UInt8] {
    switch self {
    case .html: HTMLReport.bytes(of: document)
    case .pdf:
      try Self.written { path throws(ReportFault) in
        try PDFReport.write(document, to: path)
      }
    case .xlsx:
      try Self.written { path throws(ReportFault) in
        try XLSXReport.write(document, to: path)
      }
    }
  }

  private static let count = Atomic<Int>(0)

  /// What the libraries write to a path, from a file that is in memory alone.
  static func written(
    _ write: (String) throws(ReportFault) -> Void
  ) throws(ReportFault) -> [UInt8] {
    let number = count.add(1, ordering: .relaxed).newValue
    let name = "/civicloop-report-\(getpid())-\(number)"
    let descriptor = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600)
    guard descriptor >= 0 else { throw .unavailable(detail: "no memory file: \(errno)") }
    // Without a name it is gone with its descriptor, whatever happens.
    shm_unlink(name)
    defer { close(descriptor) }
    try write("/proc/self/fd/\(descriptor)")
    let size = lseek(descriptor, 0, SEEK_END)
    guard size > 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
      throw .unavailable(detail: "the report is empty")
    }
    var bytes = [UInt8](repeating: 0, count: Int(size))
    var filled = 0
    while filled < bytes.count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        read(descriptor, buffer.baseAddress! + filled, buffer.count - filled)
      }
      guard got > 0 else { throw .unavailable(detail: "the report cannot be read: \(errno)") }
      filled += got
    }
    return bytes
  }
}
