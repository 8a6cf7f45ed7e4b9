import JSONText
import Pack

/// Sorts the rows of a file into drafts and refusals; each key comes once.
struct MasterCollector<Draft: Equatable & Sendable> {
  private let key: (Draft) -> String
  private var seen: Set<String> = []
  private var drafts: [Draft] = []
  private var refusals: [RowRefusal] = []

  /// - Parameter key: what may stand only once in a file; it is shown as the field `code`.
  init(key: @escaping (Draft) -> String) {
    self.key = key
  }

  var file: MasterFile<Draft> { MasterFile(drafts: drafts, refusals: refusals) }

  /// Makes the draft of one row, or notes why not.
  mutating func take(row: Int, make: () throws(MasterRefusal) -> Draft) {
    do throws(MasterRefusal) {
      let draft = try make()
      guard seen.insert(key(draft)).inserted else {
        throw MasterRefusal(field: "code", rule: RowRule.repeated, value: key(draft))
      }
      drafts.append(draft)
    } catch {
      refuse(RowRefusal(row: row, field: error.field, rule: error.rule, value: error.value))
    }
  }

  mutating func refuse(_ refusal: RowRefusal) { refusals.append(refusal) }

  /// Reads all rows of a file with the columns that are wanted.
  ///
  /// - Throws: faults of the file as a whole.
  static func collect(
    stream: TextStream, format: TicketProfile.Format = .csv, wanted: WantedColumns,
    limits: ImportLimits, key: @escaping (Draft) -> String,
    make: (Row, MasterRecord) throws(MasterRefusal) -> Draft
  ) throws(ImportFault) -> MasterFile<Draft> {
    var collector = MasterCollector(key: key)
    var reader = try RowReader(stream: stream, format: format, wanted: wanted, limits: limits)
    let names = wanted.all
    while let outcome = try reader.next() {
      switch outcome {
      case .refused(let refusal): collector.refuse(refusal)
      case .row(let row):
        let record = MasterRecord(
          values: Dictionary(uniqueKeysWithValues: zip(names, row.values)))
        collector.take(row: row.number) { () throws(MasterRefusal) in try make(row, record) }
      }
    }
    return collector.file
  }
}
