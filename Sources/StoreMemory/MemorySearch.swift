import City
import Ports

/// The search box, said plainly: looks at every document. Its order is a rough one; what is found
/// and how many of each kind is exact.
struct MemorySearch {
  let documents: [SearchDocument]

  func answer(_ query: SearchQuery) -> SearchAnswer {
    var answer = SearchAnswer()
    let search = WordSearch(query.words)
    guard !search.isEmpty || query.reporter != nil else { return answer }
    let found = documents.filter { document in
      let place = Place(area: document.area, unit: document.unit)
      return (query.scope.holds(place) || query.openKinds.contains(document.kind))
        && query.reporter.map { $0.rawValue == document.reporter } ?? true
        && search.matches(Self.texts(document, headOnly: query.headOnly))
    }
    for document in found { answer.counts[document.kind, default: 0] += 1 }
    let wanted = found.filter { query.kinds.isEmpty || query.kinds.contains($0.kind) }
    func rank(_ document: SearchDocument) -> (Int, Int64, Int64) {
      let inHead = search.matches(Self.texts(document, headOnly: true))
      return (inHead ? 1 : 0, document.time.milliseconds, document.id)
    }
    let limit = min(max(query.limit, 0), SearchQuery.limitMax)
    let offset = min(max(query.offset, 0), SearchQuery.offsetMax)
    let ranked = wanted.map { (document: $0, rank: rank($0)) }.sorted { $0.rank > $1.rank }
    answer.hits = ranked.dropFirst(offset).prefix(limit).map {
      Self.hit($0.document, score: $0.rank.0)
    }
    return answer
  }

  private static func texts(_ document: SearchDocument, headOnly: Bool) -> [String] {
    let head = [document.code, document.title]
    return headOnly ? head : head + [document.address, document.text]
  }

  private static func hit(_ document: SearchDocument, score: Int) -> SearchHit {
    SearchHit(
      kind: document.kind, id: document.id, code: document.code, title: document.title,
      titleMarks: [], snippet: document.text.isEmpty ? document.address : document.text,
      snippetMarks: [], area: document.area, unit: document.unit, time: document.time,
      position: document.position, score: score)
  }
}

extension MemoryTables {
  /// Everything that the search box finds.
  func searchDocuments(deviceKinds: Set<String>) -> [SearchDocument] {
    var trees = SearchTrees()
    for area in areas.values { trees.add(area) }
    for unit in units.values { trees.add(unit) }
    var documents = cases.values.map { SearchDocument($0) }
    documents += events.values.map { SearchDocument($0, unit: place($0).unit) }
    documents += things.values.map {
      SearchDocument($0, isDevice: deviceKinds.contains($0.kind))
    }
    documents += self.documents.values.map { SearchDocument($0) }
    documents += areas.values.map { SearchDocument($0, path: trees.path(of: $0.id)) }
    documents += units.values.map { unit in
      SearchDocument(
        unit, area: unit.area.map { trees.path(of: $0) } ?? .outside,
        path: trees.path(of: unit.id))
    }
    documents += staff.values.map { staff in
      SearchDocument(
        staff, area: staff.area.map { trees.path(of: $0) } ?? .outside,
        unit: trees.path(of: staff.unit))
    }
    return documents
  }
}
