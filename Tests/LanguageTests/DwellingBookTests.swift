import City
import Language
import Pack
import PackReading
import Testing

@Suite("The book of dwellings")
struct DwellingBookTests {
  static func book(_ addresses: [String]) throws -> DwellingBook {
    let core = #filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 }
    let pack = try #require(PackReader.read(folder: core + "/packs/core").pack)
    return DwellingBook(addresses, parser: AddressParser(try #require(pack.addressWords)))
  }

  @Test("one door, however it is written, has one key")
  func forms() throws {
    let forms = [
      "上海市普陀区清水路600弄2号301室", "清水路600弄2号301", "普陀区清水路600弄2-301",
      "清水路６００弄２号３０１室", "清水路600弄二号301室", "清水路600弄2号楼301室", "清水路600弄2幢301",
    ]
    let book = try Self.book(forms)
    #expect(Set(forms.map(book.door)).count == 1)
    #expect(book.door("清水路600弄2号302室") != book.door(forms[0]))
    #expect(book.door("清水路600弄3号301室") != book.door(forms[0]))
    #expect(book.door("清水路601弄2号301室") != book.door(forms[0]))
  }

  @Test("a named place that stands beside a lane stands for it; a cut name is one name again")
  func places() throws {
    let book = try Self.book([
      "清水路600弄万里三家园2号301室", "万里三家园2号302", "清水路600弄2号302室", "万里一家园2号302室",
    ])
    #expect(book.door("万里三家园2号302") == book.door("清水路600弄2号302室"))
    #expect(book.door("万里一家园2号302室") != book.door("清水路600弄2号302室"))
  }

  @Test("a rare road one slip away from a frequent one at the same lane is that road")
  func slips() throws {
    let often = [String](repeating: "清水路600弄2号301室", count: 30)
    let book = try Self.book(often + ["青水路600弄2号301室", "青山路77弄1号101室"])
    #expect(book.door("青水路600弄2号301室") == book.door("清水路600弄2号301室"))
    #expect(book.door("青山路77弄1号101室") != book.door("清水路77弄1号101室"))
  }

  @Test("an address without a room leads to its building, one without a place to nothing")
  func rooms() throws {
    let book = try Self.book(["清水路600弄2号301室"])
    guard case .dwelling(let key) = book.door("清水路600弄2号301室"),
      case .building(let building) = book.door("清水路600弄2号")
    else {
      Issue.record("no door")
      return
    }
    #expect(DwellingBook.building(ofKey: key) == building)
    #expect(book.door("") == .unknown)
  }
}
