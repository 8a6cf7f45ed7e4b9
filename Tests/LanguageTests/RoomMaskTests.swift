import City
import Language
import Pack
import PackReading
import Testing

@Suite("rooms of addresses")
struct RoomMaskTests {
  static let mask: RoomMask = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    let reading = PackReader.readAll(packsFolder: parts.joined(separator: "/") + "/packs")
    return RoomMask(reading.catalogue?.addressWords ?? .none)
  }()

  static let rows: [(text: String, shown: String)] = [
    ("真南路150号2幢301室", "真南路150号2幢***室"),
    ("真南路150弄12号3单元1202室有人", "真南路150弄12号3单元****室有人"),
    ("曹杨路500号1-301室", "曹杨路500号*-***室"),
    ("真南路150号301", "真南路150号***"),
    ("真南路１５０号３０１室", "真南路１５０号***室"),
    ("真光路88号5楼B座502室", "真光路88号5楼B座***室"),
    ("真南路150号", "真南路150号"), ("真南路150号2幢", "真南路150号2幢"),
    ("真南路150号3楼", "真南路150号3楼"), ("真南路150号30米处", "真南路150号30米处"),
    ("3月5日12时", "3月5日12时"), ("", ""), ("案 2026-1120-00042", "案 2026-1120-00042"),
    ("地铁11号线3号口", "地铁11号线3号口"),
    ("三室一厅隔成六间", "三室一厅隔成六间"), ("3室2厅1卫的房子", "3室2厅1卫的房子"),
    ("2幢301室，三室两厅", "2幢***室，三室两厅"), ("301室1厅漏水", "***室1厅漏水"),
    ("2号3室", "2号*室"), ("五室合租", "*室合租"),
  ]

  @Test("shown without the room", arguments: rows.indices)
  func row(_ index: Int) {
    let row = Self.rows[index]
    #expect(Self.mask.masked(row.text) == row.shown)
    #expect(Self.mask.holdsRoom(row.text) == (row.text != row.shown))
    #expect(Self.mask.masked(row.shown) == row.shown, "nothing is hidden twice")
  }
}
