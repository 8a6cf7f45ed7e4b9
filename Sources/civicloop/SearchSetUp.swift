import Language
import Pack
import Ports
import SearchStore
import StoreSQLite

/// What the search box is given besides the journal: readings, and the items of the catalogue.
enum SearchSetUp {
  /// Within the core pack.
  static let readingsPath = "core/words/pinyin.txt"

  static func settings(_ home: Home, _ catalogue: Catalogue) -> SearchSettings {
    let table = FileText.read(home.packs + "/" + readingsPath).map {
      PinyinReadings(table: String(decoding: $0, as: UTF8.self))
    }
    return SearchSettings(
      folding: SearchFolding(
        simplified: WordTables.simplified(home).pairs, readings: table),
      fixed: catalogue.items.map(document),
      deviceKinds: Set(catalogue.kinds.filter { !$0.measures.isEmpty }.map(\.code)))
  }

  private static func document(_ item: Item) -> SearchDocument {
    var document = SearchDocument(kind: .item, id: number(item.code))
    document.code = item.code
    document.title = item.name
    document.text = (item.words + [item.filing, item.closing]).joined(separator: " ")
    return document
  }

  /// A code as a positive number, the same at every start (FNV-1a).
  private static func number(_ code: String) -> Int64 {
    var hash: UInt64 = 14_695_981_039_346_656_037
    for byte in code.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
    return Int64(hash >> 1)
  }
}
