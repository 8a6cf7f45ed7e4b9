package import City
import Language

/// Telling the district from an address's words, and a point that cannot be right (`eval geocodes`).
package enum GeocodesTrial {
  /// What was measured.
  package struct Figures: Equatable, Sendable {
    package let rows: Int
    /// Of the test rows whose road the training rows know in one district only: the share whose
    /// district was told right.
    package let districtAccuracy: Double
    /// How many such rows there are.
    package let districtRows: Int
    /// Of the points called wrong, the share that are; nil without the answer column.
    package let precision: Double?
    package let recall: Double?
    package let f1: Double?
  }

  /// One row; `isInside` is the answer, where the file has it.
  struct Row {
    let place: KnownPlace
    let isInside: Bool?
  }

  /// Learns from one file and measures on another.
  ///
  /// The answer column is never learned from: wrong points are found in the training rows too.
  ///
  /// - Throws: `TrialFault` for a file that cannot be read, and a missing column.
  package static func run(
    train: String, test: String, words: AddressWords
  ) throws(TrialFault) -> Figures {
    let (trained, tested) = (try rows(of: train), try rows(of: test))
    guard !trained.isEmpty, !tested.isEmpty else { throw .insufficient(missing: "rows") }
    let atlas = DistrictAtlas(trained.map(\.place), parser: AddressParser(words))
    var (told, right) = (0, 0)
    var (hits, called, wrong) = (0, 0, 0)
    for row in tested {
      if atlas.isUnambiguous(row.place.address) {
        told += 1
        if atlas.district(of: row.place.address) == row.place.district { right += 1 }
      }
      guard let isInside = row.isInside else { continue }
      let isWrong = atlas.isWrong(row.place)
      if isWrong { called += 1 }
      if !isInside { wrong += 1 }
      if isWrong, !isInside { hits += 1 }
    }
    let hasAnswers = tested.contains { $0.isInside != nil }
    return Figures(
      rows: tested.count, districtAccuracy: Double(right) / Double(max(1, told)),
      districtRows: told,
      precision: hasAnswers ? Double(hits) / Double(max(1, called)) : nil,
      recall: hasAnswers ? Double(hits) / Double(max(1, wrong)) : nil,
      f1: hasAnswers ? 2 * Double(hits) / Double(max(1, called + wrong)) : nil)
  }

  private static func rows(of path: String) throws(TrialFault) -> [Row] {
    var rows: [Row] = []
    var columns: [String: Int] = [:]
    try TrialFile.forEachLine(of: path) { (number, bytes) throws(TrialFault) in
      let fields = TrialFields.split(bytes)
      guard !columns.isEmpty else {
        for (index, name) in fields.enumerated() { columns[name] = index }
        for name in ["district", "address", "lng", "lat"] where columns[name] == nil {
          throw .line(path: path, line: number, rule: "column \(name) is missing")
        }
        return
      }
      guard fields.contains(where: { !$0.isEmpty }) else { return }
      func field(_ name: String) -> String {
        columns[name].map { $0 < fields.count ? fields[$0] : "" } ?? ""
      }
      let position = Double(field("lng")).flatMap { longitude in
        Double(field("lat")).flatMap { Position(longitude: longitude, latitude: $0) }
      }
      let answer = field("geocode_inside_district")
      rows.append(
        Row(
          place: KnownPlace(
            district: field("district"), address: field("address"), position: position),
          isInside: answer.isEmpty || position == nil ? nil : answer == "1"))
    }
    return rows
  }
}

/// One line of a CSV file as its fields (RFC 4180, without line breaks inside a field).
enum TrialFields {
  static func split(_ bytes: [UInt8]) -> [String] {
    var (fields, field, isQuoted) = ([String](), [UInt8](), false)
    var at = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      if byte == UInt8(ascii: "\"") {
        if isQuoted, at < bytes.count, bytes[at] == byte {
          field.append(byte)
          at += 1
        } else {
          isQuoted.toggle()
        }
      } else if byte == UInt8(ascii: ","), !isQuoted {
        fields.append(String(decoding: field, as: UTF8.self))
        field = []
      } else {
        field.append(byte)
      }
    }
    fields.append(String(decoding: field, as: UTF8.self))
    return fields
  }
}
