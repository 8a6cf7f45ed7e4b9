import Foundation
import JSONText
import Testing

/// A register of twenty thousand rows with some bad ones, brought in by the command.
@Suite("registers from files", .serialized)
struct RegisterImportTests {
  static let rows = 20_000

  /// Row → field and rule. Every sort of bad row that a register has.
  static let bad: [Int: (field: String, rule: String)] = {
    var bad: [Int: (String, String)] = [:]
    for index in 0..<37 {
      let row = 17 + index * 540
      bad[row] =
        switch index % 6 {
        case 0: ("attributes.credit", "field.required")
        case 1: ("attributes.credit", "field.unique")
        case 2: ("attributes.floor", "number.form")
        case 3: ("code", "field.required")
        case 4: ("owner", "unit.unknown")
        default: ("position", "geometry.point")
        }
    }
    return bad
  }()

  private static func file() -> String {
    var lines = ["编号,名称,信用代码,楼层,责任单位,经度,纬度"]
    for row in 1...rows {
      var cells = ["E\(row)", "company \(row)", "C\(row)", "\(row % 60)", "", "121.4", "31.2"]
      switch bad[row]?.rule {
      case "field.required" where bad[row]?.field == "code": cells[0] = ""
      case "field.required": cells[2] = ""
      case "field.unique": cells[2] = "C\(row - 1)"
      case "number.form": cells[3] = "roof"
      case "unit.unknown": cells[4] = "nobody"
      case "geometry.point": cells[5] = "east"
      default: break
      }
      lines.append(cells.joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  @Test("the good rows come in, the bad are listed with reasons, and again changes nothing")
  func import20000() throws {
    let scratch = try Scratch()
    let data = scratch.path + "/data"
    let path = scratch.path + "/companies.csv"
    try Self.file().write(toFile: path, atomically: true, encoding: .utf8)
    let words = ["import", "things", path, "--kind", "office-company"]
    func numbers(_ result: JSON) -> [Int64?] {
      ["rows", "accepted", "repeated", "refused"].map { result[$0]?.integer }
    }
    let good = Int64(Self.rows - Self.bad.count)
    let preview = try Program.must(words + ["--preview"], data: data)
    #expect(numbers(preview) == [Int64(Self.rows), good, 0, 37])
    let done = try Program.must(words, data: data)
    #expect(numbers(done) == [Int64(Self.rows), good, 0, 37])
    for result in [preview, done] {
      let told = (result["refusals"]?.array ?? []).map {
        "\($0["row"]?.integer ?? 0) \($0["field"]?.string ?? "") \($0["rule"]?.string ?? "")"
      }
      // The head is the first row of the sheet.
      let expected = Self.bad.sorted { $0.key < $1.key }.map {
        "\($0.key + 1) \($0.value.field) \($0.value.rule)"
      }
      #expect(told == expected)
    }
    let again = try Program.must(words, data: data)
    #expect(numbers(again) == [Int64(Self.rows), 0, good, 37])
  }
}
