package import Compression

/// How large a file, a row and a field that comes in may be.
package struct ImportLimits: Equatable, Sendable {
  /// Bytes of the whole file, after inflation.
  package let fileBytesMax: Int
  /// UTF-8 bytes of one row.
  package let rowBytesMax: Int
  /// UTF-8 bytes of one field.
  package let fieldBytesMax: Int
  /// Fields of one row, or members of one object.
  package let fieldsMax: Int

  /// - Precondition: every limit is positive, and a field is no longer than a row may be.
  package init(fileBytesMax: Int, rowBytesMax: Int, fieldBytesMax: Int, fieldsMax: Int) {
    precondition(fileBytesMax > 0 && fieldsMax > 0)
    precondition(0 < fieldBytesMax && fieldBytesMax <= rowBytesMax)
    precondition(rowBytesMax <= Self.rowBytesCeiling)
    self.fileBytesMax = fileBytesMax
    self.rowBytesMax = rowBytesMax
    self.fieldBytesMax = fieldBytesMax
    self.fieldsMax = fieldsMax
  }

  /// Places inside a row are kept in 32 bits.
  package static let rowBytesCeiling = 1 << 30

  /// For files of tickets: 8 GiB, rows of 1 MiB.
  package static let tickets = ImportLimits(
    fileBytesMax: 8 << 30, rowBytesMax: 1 << 20, fieldBytesMax: 1 << 18, fieldsMax: 1_000)

  /// For master data, of which GeoJSON is held in memory as a whole: 256 MiB.
  package static let master = ImportLimits(
    fileBytesMax: 256 << 20, rowBytesMax: 1 << 20, fieldBytesMax: 1 << 18, fieldsMax: 1_000)
}

/// Why a file cannot be taken at all, or not to its end.
package enum ImportFault: Error, Equatable {
  /// It cannot be read, is damaged, ends too early, or holds more than is allowed.
  case file(GzipFault)
  /// Nothing is in it, not even a header.
  case empty
  /// It is UTF-16, which no profile names.
  case wideText
  /// The header is not in the encoding that was named; most often the other one is meant.
  case headerEncoding
  /// The first row is too long, or breaks another rule of the format.
  case header(rule: String)
  /// Columns that the profile names and the header does not have.
  case columnsMissing([String])
  /// Columns that the profile names and the header has twice.
  case columnsRepeated([String])
  /// A quotation mark opens in this row and never closes: the rest of the file is inside it.
  case quoteOpen(row: Int)
  /// No zone of this name is known.
  case zoneUnknown(String)
  /// The encoding is one that the system's library does not have.
  case encodingUnknown(String)
  /// The file is no JSON. `offset` counts bytes from its start.
  case json(code: String, offset: Int)
  /// The file is JSON, but no GeoJSON FeatureCollection.
  case notFeatures
  /// A file cannot be written. `errorNumber` is the system's.
  case unwritable(errorNumber: Int32)

  /// Clients switch on this. Once released it never changes.
  package var code: String {
    switch self {
    case .file(let fault): fault.code
    case .empty: "import.empty"
    case .wideText: "import.wide_text"
    case .headerEncoding: "import.header_encoding"
    case .header: "import.header"
    case .columnsMissing: "import.columns_missing"
    case .columnsRepeated: "import.columns_repeated"
    case .quoteOpen: "import.quote_open"
    case .zoneUnknown: "import.zone_unknown"
    case .encodingUnknown: "import.encoding_unknown"
    case .json(let code, _): code
    case .notFeatures: "import.not_features"
    case .unwritable: "import.unwritable"
    }
  }

  /// What a person needs to know to mend it, by name.
  package var facts: [String: String] {
    switch self {
    case .file(.tooLong(let bytesMax)): ["bytesMax": String(bytesMax)]
    case .file(.unreadable(let number)), .unwritable(let number): ["errorNumber": String(number)]
    case .header(let rule): ["rule": rule]
    case .columnsMissing(let names), .columnsRepeated(let names):
      ["columns": names.joined(separator: ", ")]
    case .quoteOpen(let row): ["row": String(row)]
    case .zoneUnknown(let name), .encodingUnknown(let name): ["name": name]
    case .json(_, let offset): ["offset": String(offset)]
    case .file, .empty, .wideText, .headerEncoding, .notFeatures: [:]
    }
  }
}
