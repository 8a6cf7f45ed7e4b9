/// Documents that were indexed together: a dictionary of pairs of characters, for each pair the
/// documents that hold it, and the texts themselves. Never changes; only its columns do.
///
/// The file: a header of 128 bytes, then
/// - keys: the pairs, ascending, first character in the upper 16 bits; a 0 as second character
///   stands for the end of a word or field;
/// - offsets into the postings (one more than keys), how many documents, the last of them;
/// - order: rows ascending by id;
/// - starts of the texts (one more than rows), in units;
/// - texts: lengths of the five fields, their units each followed by a 0, then where it was
///   written otherwise (`FoldedText`);
/// - postings: for each document the distance from the one before, times two, plus one where the
///   pair stands in code, title or sound; 7 bits a byte, the last with the upper bit clear.
///
/// Sendable by hand: its pointers lead into bytes that are written before anybody else has it.
struct Segment: @unchecked Sendable {
  static let magic: UInt64 = 0x314D_4553_4C43_4943
  static let headerBytes = 128

  /// Where each part begins, in bytes.
  struct Layout {
    let documents: Int
    let terms: Int
    let units: Int
    let postings: Int
    let keys = Segment.headerBytes
    let offsets: Int
    let counts: Int
    let lasts: Int
    let order: Int
    let starts: Int
    let texts: Int
    let lists: Int
    let total: Int

    init(documents: Int, terms: Int, units: Int, postings: Int) {
      self.documents = documents
      self.terms = terms
      self.units = units
      self.postings = postings
      offsets = keys + 4 * terms
      counts = offsets + 4 * (terms + 1)
      lasts = counts + 4 * terms
      order = lasts + 4 * terms
      starts = order + 4 * documents
      texts = starts + 4 * (documents + 1)
      lists = (texts + 2 * units + 15) & ~7
      total = lists + postings + 16
    }
  }

  let bytes: MappedBytes
  let layout: Layout
  let columns: Columns
  /// nil = in memory alone.
  let path: String?
  let keys: UnsafeMutablePointer<UInt32>
  let offsets: UnsafeMutablePointer<UInt32>
  let counts: UnsafeMutablePointer<UInt32>
  let lasts: UnsafeMutablePointer<UInt32>
  let order: UnsafeMutablePointer<UInt32>
  let starts: UnsafeMutablePointer<UInt32>
  let texts: UnsafeMutablePointer<UInt16>
  let lists: UnsafeMutablePointer<UInt8>

  var count: Int { layout.documents }

  init(_ bytes: MappedBytes, _ layout: Layout, columns: Columns, path: String?) {
    self.bytes = bytes
    self.layout = layout
    self.columns = columns
    self.path = path
    keys = bytes.pointer(UInt32.self, at: layout.keys)
    offsets = bytes.pointer(UInt32.self, at: layout.offsets)
    counts = bytes.pointer(UInt32.self, at: layout.counts)
    lasts = bytes.pointer(UInt32.self, at: layout.lasts)
    order = bytes.pointer(UInt32.self, at: layout.order)
    starts = bytes.pointer(UInt32.self, at: layout.starts)
    texts = bytes.pointer(UInt16.self, at: layout.texts)
    lists = bytes.pointer(UInt8.self, at: layout.lists)
  }

  static func make(_ layout: Layout, path: String?) throws(SearchStoreFault) -> Segment {
    let columns = try Columns.make(count: layout.documents, path: path.map { $0 + ".columns" })
    let bytes = try MappedBytes.make(count: layout.total, path: path)
    return Segment(bytes, layout, columns: columns, path: path)
  }

  /// Opens a file and its columns; their sizes must agree. The sum is checked by `isWhole`.
  static func open(_ path: String) throws(SearchStoreFault) -> Segment {
    let bytes = try MappedBytes.open(path)
    let header = bytes.pointer(UInt64.self, at: 0)
    guard bytes.count >= headerBytes, header[0] == magic,
      let documents = Int(exactly: header[1]), let terms = Int(exactly: header[2]),
      let units = Int(exactly: header[3]), let postings = Int(exactly: header[4]),
      max(documents, terms, units, postings) < 1 << 33
    else { throw SearchStoreFault(detail: "\(path) is no segment") }
    let layout = Layout(documents: documents, terms: terms, units: units, postings: postings)
    guard layout.total == bytes.count else {
      throw SearchStoreFault(detail: "\(path) is cut short")
    }
    let columns = try Columns.open(path + ".columns", count: documents)
    return Segment(bytes, layout, columns: columns, path: path)
  }

  /// Writes the header, after everything else.
  func seal() throws(SearchStoreFault) {
    let header = bytes.pointer(UInt64.self, at: 0)
    header[1] = UInt64(layout.documents)
    header[2] = UInt64(layout.terms)
    header[3] = UInt64(layout.units)
    header[4] = UInt64(layout.postings)
    if path != nil { header[5] = sum }
    header[0] = Self.magic
    try bytes.synchronise()
    try columns.bytes.synchronise()
  }

  /// Whether the file holds what was written; reads all of it.
  var isWhole: Bool { bytes.pointer(UInt64.self, at: 0)[5] == sum }

  private var sum: UInt64 {
    Checksum.of(bytes.base + Self.headerBytes, count: bytes.count - Self.headerBytes)
  }

  /// Bytes of text and of everything else.
  var textBytes: Int { 2 * layout.units }

  /// The first term that is not smaller than `key`.
  func lowerBound(_ key: UInt32) -> Int {
    var low = 0
    var high = layout.terms
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func term(_ key: UInt32) -> Int? {
    let index = lowerBound(key)
    return index < layout.terms && keys[index] == key ? index : nil
  }

  /// The row of a document that is not taken out.
  func row(kind: UInt8, id: Int64) -> Int? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if columns.id[Int(order[middle])] < id { low = middle + 1 } else { high = middle }
    }
    while low < count {
      let row = Int(order[low])
      guard columns.id[row] == id else { return nil }
      if columns.kind[row] == kind { return row }
      low += 1
    }
    return nil
  }

  func text(_ row: Int) -> StoredText {
    StoredText(texts + Int(starts[row]), count: Int(starts[row + 1] - starts[row]))
  }
}

/// One document's text as it lies in a segment.
struct StoredText {
  /// Code, title, sound, address, text: in the order of their weight.
  static let fields = 5
  /// Fields that count as the document's head.
  static let headFields = 3

  private let record: UnsafePointer<UInt16>
  private let recordCount: Int

  init(_ record: UnsafePointer<UInt16>, count: Int) {
    self.record = record
    recordCount = count
  }

  /// All fields, each followed by a 0.
  var units: UnsafePointer<UInt16> { record + Self.fields }

  var unitCount: Int {
    var count = Self.fields
    for field in 0..<Self.fields { count += Int(record[field]) }
    return count
  }

  /// Units of the head with its ends.
  var headCount: Int {
    var count = Self.headFields
    for field in 0..<Self.headFields { count += Int(record[field]) }
    return count
  }

  /// Where a field stands in `units`.
  func range(of field: Int) -> Range<Int> {
    var start = field
    for earlier in 0..<field { start += Int(record[earlier]) }
    return start..<start + Int(record[field])
  }

  /// The text as it was written.
  func original(_ range: Range<Int>) -> String {
    var units = Array(UnsafeBufferPointer(start: units + range.lowerBound, count: range.count))
    var index = Self.fields + unitCount
    while index < recordCount {
      let place = Int(record[index] & ~FoldedText.isWide)
      if record[index] & FoldedText.isWide != 0 {
        if range.contains(place) { units[place - range.lowerBound] &+= SearchFolding.widthStep }
        index += 1
      } else {
        if range.contains(place) { units[place - range.lowerBound] = record[index + 1] }
        index += 2
      }
    }
    return String(decoding: units, as: UTF16.self)
  }

  /// The same record byte for byte?
  func equals(_ other: [UInt16]) -> Bool {
    guard other.count == recordCount else { return false }
    for index in 0..<recordCount where record[index] != other[index] { return false }
    return true
  }
}
