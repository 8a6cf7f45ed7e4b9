import City
import Glibc
import JSONText
import Ports
import SearchStore

/// `civicloop bench search`: the search box at volume, through the code that the server uses.
enum BenchSearch {
  /// Documents indexed at a time, as when the index follows the journal from far behind.
  static let batchCount = 4_096
  static let queriesCount = 4_000
  static let commonestCount = 100
  static let fragmentLengths = 2...6
  /// Documents from which the commonest fragments are counted.
  static let sampleCount = 20_000
  static let seed: UInt64 = 20_261_121

  static let command = Command(
    name: "bench search", summary: "the search box over many documents",
    usage: "bench search [--documents 1000000] [--data DIR]",
    example: "civicloop bench search --documents 1000000 --data ./bench",
    options: ["documents"]
  ) { arguments in try run(arguments) }

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let count = try arguments.integer("documents", 1_000_000, in: 100...10_000_000)
    try DataFolder.makeFolder(arguments.data)
    let folder = arguments.data + "/bench-search"
    let store = try SearchStore(folder: folder, folding: SearchFolding())
    try store.clear()
    let corpus = SearchCorpus(seed: seed, now: SystemClock().now)
    Output.say("indexing \(count) documents, seed \(seed) …")
    let filled = try fill(store, corpus, count)
    let fragments = fragments(corpus, count)
    Output.say("searching …")
    let milliseconds = measure(store, fragments, now: corpus.now)
    let size = store.size
    let seconds = milliseconds.reduce(0, +) / 1_000
    let sorted = milliseconds.sorted()
    let fileBytes = store.fileBytes
    Output.result { writer in
      writer.member("documents", size.documents)
      writer.member("queries", sorted.count)
      writer.member("queriesPerSecond", Double(sorted.count) / seconds)
      writer.member("p50Milliseconds", sorted[sorted.count / 2])
      writer.member("p99Milliseconds", sorted[sorted.count * 99 / 100])
      writer.member("maxMilliseconds", sorted[sorted.count - 1])
      writer.member("indexMegabytes", Double(fileBytes) / 1_000_000)
      writer.member("textMegabytes", Double(filled.textBytes) / 1_000_000)
      writer.member("charactersPerDocument", Double(filled.characters) / Double(count))
      writer.member("documentsPerSecond", Double(count) / filled.seconds)
      writer.member("processorSecondsIndexing", filled.processorSeconds)
    }
    return 0
  }

  private struct Filled {
    var textBytes = 0
    var characters = 0
    /// Of indexing alone; making the documents up is not counted.
    var seconds = 0.0
    var processorSeconds = 0.0
  }

  private static func fill(
    _ store: SearchStore, _ corpus: SearchCorpus, _ count: Int
  ) throws -> Filled {
    let progress = Progress("documents")
    var filled = Filled()
    var number = 0
    while number < count {
      let batch = (number..<min(number + batchCount, count)).map {
        corpus.document($0, of: count)
      }
      for document in batch {
        for text in [document.code, document.title, document.address, document.text] {
          filled.textBytes += text.utf8.count
          filled.characters += text.unicodeScalars.count
        }
      }
      number += batch.count
      let watch = Stopwatch()
      let before = clock()
      try store.apply(batch.map { .put($0) }, through: Int64(number))
      if number == count { try store.checkpoint() }
      filled.seconds += watch.seconds
      filled.processorSeconds += Double(clock() - before) / Double(CLOCKS_PER_SEC)
      progress.show(Int64(number), of: Int64(count))
    }
    return filled
  }

  /// Fragments drawn by occurrence, and the commonest of two characters.
  private static func fragments(_ corpus: SearchCorpus, _ count: Int) -> [String] {
    var random = BenchRandom(seed: seed ^ 0xF4A6)
    var fragments: [String] = []
    while fragments.count < queriesCount {
      let document = corpus.document(random.index(below: count), of: count)
      let text = Array(
        (random.index(below: 5) == 0 ? document.title : document.text).unicodeScalars)
      let length = fragmentLengths.lowerBound + random.index(below: fragmentLengths.count)
      guard text.count > length else { continue }
      let start = random.index(below: text.count - length)
      fragments.append(
        text[start..<start + length].reduce(into: "") { $0.unicodeScalars.append($1) })
    }
    var pairs: [UInt64: Int] = [:]
    for number in 0..<min(sampleCount, count) {
      let text = Array(corpus.document(number, of: count).text.unicodeScalars)
      let seen = Set(zip(text, text.dropFirst()).map { UInt64($0.value) << 32 | UInt64($1.value) })
      for pair in seen { pairs[pair, default: 0] += 1 }
    }
    let commonest = pairs.sorted { ($0.value, $0.key) > ($1.value, $1.key) }.prefix(commonestCount)
    // As many of them as there are scopes, so that each is asked in each.
    for (pair, _) in commonest {
      let text = [UInt32(pair >> 32), UInt32(truncatingIfNeeded: pair)].compactMap(
        Unicode.Scalar.init)
      for _ in SearchCorpus.scopes {
        fragments.append(text.reduce(into: "") { $0.unicodeScalars.append($1) })
      }
    }
    return fragments
  }

  private static func measure(
    _ store: SearchStore, _ fragments: [String], now: Instant
  ) -> [Double] {
    let scopes = SearchCorpus.scopes
    return fragments.enumerated().map { number, fragment in
      var query = SearchQuery(scope: scopes[number % scopes.count], words: fragment, now: now)
      query.near = number % 3 == 0 ? Position(longitude: 121.4, latitude: 31.3) : nil
      let watch = Stopwatch()
      let answer = store.search(query)
      let milliseconds = watch.seconds * 1_000
      precondition(answer.hits.count <= query.limit)
      return milliseconds
    }
  }
}
