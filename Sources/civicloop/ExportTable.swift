import City
import Glibc
import Links
import Spreadsheets

/// The rows of an export, in whatever form they are wanted.
final class ExportTable {
  /// A workbook beside the file until it is whole.
  private static let partSuffix = ".part"

  private let path: String
  private let columns: [String]
  private let sink: FileSink?
  private let book: WorkbookWriter?
  private var table: CSVWriter?
  private var features: GeoJSONWriter?

  /// - Parameter mark: who takes it out, as a workbook shows it.
  init(
    path: String, format: ExportCommand.Format, name: String, columns: [String], mark: String
  ) throws {
    self.path = path
    self.columns = columns
    sink = format == .xlsx ? nil : try FileSink(path: path)
    book = format == .xlsx ? try Self.book(path + Self.partSuffix, name, mark) : nil
    table = format == .csv ? CSVWriter(hasMark: true) : nil
    features = format == .geojson ? GeoJSONWriter() : nil
    try head(columns + ["longitude", "latitude"])
  }

  private static func book(
    _ path: String, _ name: String, _ mark: String
  ) throws -> WorkbookWriter {
    do throws(WorkbookFault) {
      return try WorkbookWriter(path: path, sheet: name, mark: mark)
    } catch {
      throw WorkFault(message: "\(path): \(error.code)")
    }
  }

  private func head(_ names: [String]) throws {
    table?.row(names)
    try bookRow(names, [:])
  }

  func add(_ values: [String], at position: Position?) throws {
    let point = position.map { [String($0.longitude), String($0.latitude)] } ?? ["", ""]
    table?.row(values + point)
    features?.feature(at: position, names: columns, values: values)
    var numbers: [Int: Double] = [:]
    if let position {
      numbers = [values.count: position.longitude, values.count + 1: position.latitude]
    }
    try bookRow(values + point, numbers)
  }

  private func bookRow(_ cells: [String], _ numbers: [Int: Double]) throws {
    guard let book else { return }
    do throws(WorkbookFault) {
      try book.row(cells, numbers: numbers)
    } catch {
      throw WorkFault(message: "\(path): \(error.code)")
    }
  }

  /// Gives to the disk what was added.
  func flush() throws {
    if let bytes = table?.take() ?? features?.take() { try sink?.write(bytes) }
  }

  func finish() throws {
    features?.end()
    try flush()
    try sink?.finish()
    guard let book else { return }
    do throws(WorkbookFault) {
      try book.finish()
    } catch {
      throw WorkFault(message: "\(path): \(error.code)")
    }
    guard rename(path + Self.partSuffix, path) == 0 else {
      throw WorkFault(message: "\(path) cannot be written: errno \(errno)")
    }
  }
}
