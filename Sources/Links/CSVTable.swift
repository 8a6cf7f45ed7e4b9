/// The rows of a CSV file below its header.
struct CSVTable {
  private var reader: CSVReader
  private let header: [String]
  /// Where each wanted column stands; nil where the header does not have it.
  private let places: [Int?]
  /// Columns that nobody named but that are kept.
  private let others: [Int]

  /// - Throws: faults of the stream; `.empty`, `.header`, `.headerEncoding`, `.columnsMissing`,
  ///   `.columnsRepeated`.
  init(
    stream: TextStream, wanted: WantedColumns, limits: ImportLimits
  ) throws(ImportFault) {
    reader = CSVReader(stream: stream, limits: limits)
    header = try Self.header(&reader).map { wanted.titles[$0] ?? $0 }
    let places = try Self.places(of: wanted, in: header)
    self.places = places
    let taken = Set(places.compactMap(\.self))
    let names = header
    others =
      wanted.keepsOthers
      ? names.indices.filter { !taken.contains($0) && !names[$0].isEmpty } : []
  }

  var progress: ImportProgress { reader.progress }

  /// The next row; nil at the end.
  mutating func next() throws(ImportFault) -> RowOutcome? {
    guard try reader.advance() else { return nil }
    if let refusal { return .refused(refusal) }
    var values: [String] = []
    values.reserveCapacity(places.count)
    for place in places { values.append(place.map(reader.text) ?? "") }
    var kept: [Row.Column] = []
    for index in others {
      let text = reader.text(index)
      if !text.isEmpty { kept.append(Row.Column(name: header[index], value: text)) }
    }
    return .row(Row(number: reader.row, values: values, others: kept, raw: reader.raw))
  }

  /// Why the row that was read last cannot be taken, whatever it says; nil where it can.
  private var refusal: RowRefusal? {
    let row = reader.row
    switch reader.defect {
    case .quote: return RowRefusal(row: row, field: "", rule: RowRule.quote, value: "")
    case .nul: return RowRefusal(row: row, field: "", rule: RowRule.nul, value: "")
    case .notUTF8(let offset):
      return RowRefusal(row: row, field: "", rule: RowRule.encoding, value: String(offset))
    case .tooLong: return RowRefusal(row: row, field: "", rule: RowRule.tooLong, value: "")
    case .tooManyFields:
      return RowRefusal(row: row, field: "", rule: RowRule.tooManyFields, value: "")
    case .fieldTooLong(let index):
      let name = index < header.count ? header[index] : ""
      return RowRefusal(row: row, field: name, rule: RowRule.fieldTooLong, value: "")
    case nil:
      guard reader.fields.count != header.count else { return nil }
      return RowRefusal(
        row: row, field: "", rule: RowRule.ragged, value: "\(reader.fields.count)/\(header.count)")
    }
  }

  private static func header(_ reader: inout CSVReader) throws(ImportFault) -> [String] {
    guard try reader.advance() else { throw .empty }
    switch reader.defect {
    case .quote: throw .header(rule: RowRule.quote)
    case .nul: throw .header(rule: RowRule.nul)
    case .notUTF8: throw .headerEncoding
    case .tooLong: throw .header(rule: RowRule.tooLong)
    case .fieldTooLong: throw .header(rule: RowRule.fieldTooLong)
    case .tooManyFields: throw .header(rule: RowRule.tooManyFields)
    case nil: return reader.fields.indices.map(reader.text)
    }
  }

  private static func places(
    of wanted: WantedColumns, in header: [String]
  ) throws(ImportFault) -> [Int?] {
    var placesByName: [String: [Int]] = [:]
    for (index, name) in header.enumerated() { placesByName[name, default: []].append(index) }
    let missing = wanted.required.filter { placesByName[$0] == nil }
    guard missing.isEmpty else { throw .columnsMissing(unique(missing)) }
    let repeated = wanted.all.filter { (placesByName[$0]?.count ?? 0) > 1 }
    guard repeated.isEmpty else { throw .columnsRepeated(unique(repeated)) }
    return wanted.all.map { placesByName[$0]?.first }
  }

  private static func unique(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }
}
