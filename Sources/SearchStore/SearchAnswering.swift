import City
package import Ports

extension SearchStore {
  /// Hits that are looked at again with their texts before the best are taken.
  static let lookedAtMin = 128
  /// Units of a snippet.
  static let snippetUnits = 80
  /// Units that stand before the first mark of a snippet.
  static let snippetLead = 16
  /// Marks of one field.
  static let marksMax = 8

  /// What was found, the best first. Reads memory and mapped files: up to tens of milliseconds for
  /// a million documents, so not for a thread that must not wait.
  package func search(_ query: SearchQuery) -> SearchAnswer {
    let state = current
    let question = SearchQuestion(
      query, folding: folding, areas: state.areas, units: state.units)
    var answer = SearchAnswer()
    guard !question.parts.isEmpty || query.reporter != nil else { return answer }
    let limit = min(max(query.limit, 0), SearchQuery.limitMax)
    let offset = min(max(query.offset, 0), SearchQuery.offsetMax)
    var collector = SearchCollector(capacity: max(limit + offset, Self.lookedAtMin))
    let ranking = Ranking(query)
    for (number, segment) in state.segments.enumerated().reversed() {
      SegmentSearch(segment: segment, number: number, question: question, ranking: ranking)
        .run(&collector)
    }
    for kind in SearchKind.allCases {
      let count = collector.counts[Int(kind.rawValue)]
      if count > 0 { answer.counts[kind] = count }
    }
    var entries = collector.entries
    for index in entries.indices {
      let text = state.segments[Int(entries[index].segment)].text(Int(entries[index].row))
      entries[index].score += Ranking.points(of: text, question.parts)
    }
    entries.sort { $1.isWorse(than: $0) }
    answer.hits = entries.dropFirst(offset).prefix(limit).compactMap { entry in
      hit(entry, state, question.parts)
    }
    return answer
  }

  /// Ids of some kinds whose texts hold the words, the greatest first, cut to the scope.
  ///
  /// - Parameter before: only smaller ids.
  package func ids(
    _ kinds: Set<SearchKind>, words: String, scope: Scope, before: Int64?
  ) -> [Int64] {
    let state = current
    var query = SearchQuery(scope: scope, words: words, now: Instant(milliseconds: 0))
    query.kinds = kinds
    let wanted = Set(kinds.map(\.rawValue))
    let question = SearchQuestion(
      query, folding: folding, areas: state.areas, units: state.units)
    guard !question.parts.isEmpty else { return [] }
    let ranking = Ranking(query)
    var ids: [Int64] = []
    for (number, segment) in state.segments.enumerated() {
      let search = SegmentSearch(
        segment: segment, number: number, question: question, ranking: ranking)
      for row in search.rows() where wanted.contains(segment.columns.kind[Int(row)]) {
        let id = segment.columns.id[Int(row)]
        if before.map({ id < $0 }) ?? true { ids.append(id) }
      }
    }
    return ids.sorted(by: >)
  }

  /// Ids of all documents of a kind.
  package func ids(of kind: SearchKind) -> [Int64] {
    current.segments.flatMap { segment in
      (0..<segment.count).filter { segment.columns.kind[$0] == kind.rawValue }
        .map { segment.columns.id[$0] }
    }
  }

  private func hit(
    _ entry: SearchCollector.Entry, _ state: Snapshot, _ parts: [[UInt16]]
  ) -> SearchHit? {
    let segment = state.segments[Int(entry.segment)]
    let row = Int(entry.row)
    let columns = segment.columns
    guard let kind = SearchKind(rawValue: columns.kind[row]) else { return nil }
    let text = segment.text(row)
    let title = text.range(of: 1)
    let window = snippetWindow(text, parts)
    return SearchHit(
      kind: kind, id: entry.id, code: text.original(text.range(of: 0)),
      title: text.original(title), titleMarks: marks(text, title, parts),
      snippet: text.original(window), snippetMarks: marks(text, window, parts),
      area: AreaPath(state.areas.paths[Int(columns.area[row])].map { ID($0) }),
      unit: UnitPath(state.units.paths[Int(columns.unit[row])].map { ID($0) }),
      time: Instant(milliseconds: columns.time[row]),
      position: Position(
        longitude: Double(columns.longitude[row]), latitude: Double(columns.latitude[row])),
      score: Int(entry.score))
  }

  /// The part of text or address that shows the words; their beginning where neither holds them.
  private func snippetWindow(_ text: StoredText, _ parts: [[UInt16]]) -> Range<Int> {
    let (address, body) = (text.range(of: 3), text.range(of: 4))
    for field in [body, address] {
      for part in parts {
        let place = part.withUnsafeBufferPointer { UnitSearch.first($0, in: text.units, field) }
        guard let place else { continue }
        return whole(text, max(field.lowerBound, place - Self.snippetLead), in: field)
      }
    }
    let field = body.isEmpty ? address : body
    return whole(text, field.lowerBound, in: field)
  }

  /// A window that cuts no character in two.
  private func whole(_ text: StoredText, _ start: Int, in field: Range<Int>) -> Range<Int> {
    func isLow(_ place: Int) -> Bool {
      place < field.upperBound && 0xDC00...0xDFFF ~= text.units[place]
    }
    let from = isLow(start) ? start + 1 : start
    let end = min(field.upperBound, from + Self.snippetUnits)
    return from..<(isLow(end) ? end - 1 : end)
  }

  private func marks(
    _ text: StoredText, _ range: Range<Int>, _ parts: [[UInt16]]
  ) -> [Range<Int>] {
    var marks: [Range<Int>] = []
    for part in parts {
      let places = part.withUnsafeBufferPointer {
        UnitSearch.places(of: $0, in: text.units, range, max: Self.marksMax)
      }
      for place in places {
        let start = place - range.lowerBound
        marks.append(start..<start + part.count)
      }
    }
    return Self.joined(marks.sorted { $0.lowerBound < $1.lowerBound })
  }

  /// Marks that touch or overlap become one.
  private static func joined(_ marks: [Range<Int>]) -> [Range<Int>] {
    var joined: [Range<Int>] = []
    for mark in marks {
      if let last = joined.last, mark.lowerBound <= last.upperBound {
        joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, mark.upperBound)
      } else {
        joined.append(mark)
      }
    }
    return joined
  }
}
