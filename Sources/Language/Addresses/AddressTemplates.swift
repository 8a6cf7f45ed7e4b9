package import Learning

/// Turns the tokens of an address into the features that the labeller weighs.
///
/// No word of any language stands here: what a suffix or a town's name is, the rows teach.
package struct AddressTemplates: Sendable {
  /// Runs longer than this are never a segment.
  package static let runTokensMax = 20
  /// Runs longer than this are not looked up as a whole.
  static let wholeTokensMax = 10

  private var whole = AddressLexicon()
  private var heads = AddressLexicon()
  /// Which share of the templates a model sees; models that see different ones err differently.
  private let keptPercent: UInt64
  private let seed: UInt64

  package init(keptPercent: UInt64 = 100, seed: UInt64 = 1) {
    (self.keptPercent, self.seed) = (keptPercent, seed)
  }

  /// Learns the words of one labelled sentence.
  package mutating func learn(_ tokens: [String], runs: [LabelledRun]) {
    let line = TokenLine(tokens)
    for run in runs {
      whole.add(line.key(run.start, run.end), label: run.label)
      if run.end - run.start > 1 { heads.add(line.key(run.start, run.end - 1), label: run.label) }
    }
  }

  /// The features of an address. `known` are its own runs if it was learned from, else nil.
  package func lattice(_ tokens: [String], learned known: [LabelledRun]?) -> FeatureLattice {
    let line = TokenLine(tokens)
    var lattice = FeatureLattice(
      tokenCount: tokens.count, segmentLengthMax: Self.runTokensMax)
    for token in tokens.indices { lattice.addToken(tokenKeys(line, token)) }
    let runs = known ?? []
    let ownWhole = AddressLexicon.own(runs.map { (line.key($0.start, $0.end), $0.label) })
    let ownHeads = AddressLexicon.own(
      runs.filter { $0.end - $0.start > 1 }.map { (line.key($0.start, $0.end - 1), $0.label) })
    var keys: [[UInt64]] = []
    lattice.forEachRun { start, end in
      keys.append(runKeys(line, start, end, ownWhole, ownHeads))
    }
    for run in keys { lattice.addRun(run) }
    return lattice
  }

  private func kept(_ template: UInt64) -> Bool {
    keptPercent >= 100 || FeatureKey.mix(seed, template) % 100 < keptPercent
  }

  private func tokenKeys(_ line: TokenLine, _ at: Int) -> [UInt64] {
    var keys: [UInt64] = []
    keys.reserveCapacity(48)
    func add(_ template: UInt64, _ values: UInt64...) {
      guard kept(template) else { return }
      keys.append(values.reduce(template &* 0x1000_0001) { FeatureKey.mix($0, $1) })
    }
    add(1, 0)
    for offset in -3...3 { add(UInt64(10 + offset), line.word(at + offset)) }
    for offset in -3...2 {
      add(UInt64(20 + offset), line.word(at + offset), line.word(at + offset + 1))
    }
    for offset in -3...1 {
      add(
        UInt64(30 + offset), line.word(at + offset), line.word(at + offset + 1),
        line.word(at + offset + 2))
    }
    for offset in -3...0 {
      add(
        UInt64(40 + offset), line.word(at + offset), line.word(at + offset + 1),
        line.word(at + offset + 2), line.word(at + offset + 3))
    }
    add(50, line.word(at - 1), line.word(at + 1))
    add(51, line.word(at - 2), line.word(at))
    add(52, line.word(at), line.word(at + 2))
    for offset in -2...2 { add(UInt64(60 + offset), line.kind(at + offset)) }
    for offset in -2...1 {
      add(UInt64(65 + offset), line.kind(at + offset), line.kind(at + offset + 1))
    }
    add(70, line.kind(at - 1), line.kind(at), line.kind(at + 1))
    add(
      71, line.kind(at - 2), line.kind(at - 1), line.kind(at), line.kind(at + 1),
      line.kind(at + 2))
    add(72, line.raw(at))
    add(73, line.raw(at - 1), line.raw(at), line.raw(at + 1))
    add(74, UInt64(min(at, 6)))
    add(75, UInt64(min(line.count - at, 6)), line.kind(at))
    // What came before at any distance, and the sign after the next number.
    let numbers = line.numbersBefore(at)
    add(80, numbers, line.word(at))
    add(81, numbers, line.word(at), line.word(at + 1))
    add(82, line.wordAfterNextNumber(at), line.word(at))
    add(83, line.wordAfterNextNumber(at), numbers)
    add(84, line.seenBefore(at), line.word(at))
    add(85, line.seenBefore(at), line.seenBefore(at + 1), line.seenBefore(at - 1))
    return keys
  }

  private func runKeys(
    _ line: TokenLine, _ start: Int, _ end: Int, _ ownWhole: [UInt64: [UInt16: Int32]],
    _ ownHeads: [UInt64: [UInt16: Int32]]
  ) -> [UInt64] {
    var keys: [UInt64] = []
    keys.reserveCapacity(20)
    func add(_ template: UInt64, _ values: UInt64...) {
      guard kept(template) else { return }
      keys.append(values.reduce(template &* 0x1000_0001) { FeatureKey.mix($0, $1) })
    }
    let length = UInt64(min(end - start, 9))
    let (first, last) = (line.word(start), line.word(end - 1))
    let (before, after) = (line.word(start - 1), line.word(end))
    add(101, length)
    add(102, length, last)
    add(103, last, after)
    add(104, before, first)
    add(105, before, last)
    add(106, before, after)
    add(107, before, last, after)
    add(108, line.word(end - 2), last, after)
    add(109, line.shape(start, end))
    add(110, line.shape(start, end), after, before)
    add(111, first, last)
    add(112, line.kind(start - 1), last, line.kind(end))
    add(113, line.kind(start - 1), line.shape(start, end), line.kind(end))
    let numbers = line.numbersBefore(start)
    add(114, numbers, last)
    add(115, numbers, line.wordAfterNextNumber(end), last)
    add(116, line.wordAfterNextNumber(end), length)
    add(117, last, after, line.word(end + 1))
    add(118, line.word(start - 2), before, first)
    add(119, line.isRepeat(start, end), last)
    guard end - start <= Self.wholeTokensMax else { return keys }
    add(130, line.isRepeat(start, end), length, numbers)
    let key = line.key(start, end)
    add(120, line.wordKey(start, end))
    let labels = whole.labels(of: key, without: ownWhole)
    let total = labels.reduce(0) { $0 + $1.1 }
    for (label, count) in labels {
      add(121, UInt64(label), Self.share(count, total), Self.size(total))
      add(122, UInt64(label), Self.share(count, total), length)
    }
    if labels.isEmpty { add(123, length, last) }
    let headLabels = heads.labels(of: key, without: ownHeads)
    for (label, count) in headLabels { add(124, UInt64(label), Self.size(count)) }
    if end - start > 1 {
      let head = line.key(start, end - 1)
      for (label, count) in heads.labels(of: head, without: ownHeads) {
        add(125, UInt64(label), Self.size(count), last)
      }
      for (label, count) in whole.labels(of: head, without: ownWhole) {
        add(126, UInt64(label), Self.size(count), last)
      }
    }
    return keys
  }

  /// A count in classes: 1, 2–3, 4–7, 8–31, more.
  private static func size(_ count: Int32) -> UInt64 {
    switch count {
    case ...1: 1
    case ...3: 2
    case ...7: 3
    case ...31: 4
    default: 5
    }
  }

  /// Which third of the total a count is; whole is a class of its own.
  private static func share(_ count: Int32, _ total: Int32) -> UInt64 {
    count == total ? 3 : UInt64(count * 3 / total)
  }
}

/// An address as numbers: each token's text, its text with the digits alike, and its kind.
struct TokenLine {
  private var raws: [UInt64] = []
  private var words: [UInt64] = []
  private var kinds: [UInt64] = []
  private var numbers: [UInt8] = []
  private var nextUnits: [UInt64] = []
  private var pairRepeats: [UInt64] = []
  var count: Int { raws.count }

  init(_ tokens: [String]) {
    for token in tokens {
      var (raw, word) = (UInt64(7), UInt64(7))
      for scalar in token.unicodeScalars {
        raw = FeatureKey.mix(raw, UInt64(scalar.value))
        let alike = scalar.properties.numericType == .decimal ? 0x30 : scalar.value
        word = FeatureKey.mix(word, UInt64(alike))
      }
      raws.append(raw)
      words.append(word)
      kinds.append(Self.kind(of: token))
    }
    look()
  }

  /// Fills what each place knows of the whole line.
  private mutating func look() {
    var pairs: Set<UInt64> = []
    var seen: UInt8 = 0
    for at in raws.indices {
      if at > 0, kinds[at - 1] >= 10, kinds[at] < 10 { seen = min(seen + 1, 4) }
      numbers.append(seen)
      guard at + 1 < raws.count else {
        pairRepeats.append(0)
        continue
      }
      let isNew = pairs.insert(FeatureKey.mix(raws[at], raws[at + 1])).inserted
      pairRepeats.append(isNew ? 0 : 1)
    }
    numbers.append(seen)
    nextUnits = Array(repeating: 4, count: raws.count)
    var unit: UInt64 = 4
    for at in raws.indices.reversed() {
      if kinds[at] >= 10, at + 1 == raws.count || kinds[at + 1] < 10 { unit = word(at + 1) }
      nextUnits[at] = unit
    }
  }

  private static func kind(of token: String) -> UInt64 {
    guard let scalar = token.unicodeScalars.first else { return 9 }
    switch scalar.properties.numericType {
    case .decimal: return 10 + UInt64(min(token.unicodeScalars.count, 5))
    case .some: return 2
    case nil: break
    }
    if scalar.properties.isIdeographic { return 3 }
    return scalar.properties.isAlphabetic ? 4 : 5
  }

  /// How many runs of digits end before a token, at most 4.
  func numbersBefore(_ at: Int) -> UInt64 { UInt64(numbers[min(at, count)]) }

  /// The token after the first number that begins at or after this one.
  func wordAfterNextNumber(_ at: Int) -> UInt64 {
    nextUnits.indices.contains(at) ? nextUnits[at] : 3
  }

  /// 1 where the token and the one after it stood in this order further ahead, else 0.
  func seenBefore(_ at: Int) -> UInt64 { pairRepeats.indices.contains(at) ? pairRepeats[at] : 2 }

  /// 1 where every pair of the run's tokens stood further ahead, else 0; 2 for one token.
  func isRepeat(_ start: Int, _ end: Int) -> UInt64 {
    guard end - start > 1 else { return 2 }
    return (start..<end - 1).allSatisfy { pairRepeats[$0] == 1 } ? 1 : 0
  }

  /// The token, with its digits told apart.
  func raw(_ at: Int) -> UInt64 { raws.indices.contains(at) ? raws[at] : UInt64(at < 0 ? 1 : 2) }
  /// The token, one digit like another.
  func word(_ at: Int) -> UInt64 { words.indices.contains(at) ? words[at] : UInt64(at < 0 ? 1 : 2) }
  /// Digit (by count), numeral, ideograph, letter or sign.
  func kind(_ at: Int) -> UInt64 { kinds.indices.contains(at) ? kinds[at] : UInt64(at < 0 ? 0 : 1) }
  func key(_ start: Int, _ end: Int) -> UInt64 {
    raws[start..<end].reduce(3) { FeatureKey.mix($0, $1) }
  }
  func wordKey(_ start: Int, _ end: Int) -> UInt64 {
    words[start..<end].reduce(5) { FeatureKey.mix($0, $1) }
  }
  /// The kinds of a run's tokens, repeats told once, and its last token.
  func shape(_ start: Int, _ end: Int) -> UInt64 {
    var (shape, before) = (UInt64(11), UInt64(0))
    for at in start..<end where kinds[at] != before {
      shape = FeatureKey.mix(shape, kinds[at])
      before = kinds[at]
    }
    return FeatureKey.mix(shape, words[end - 1])
  }
}
