import City
import Pack

extension PackDecoder {
  /// - Parameter isComplete: whether all names that stories may use were read; else names that
  ///   are not known are no findings.
  mutating func decodeStories(
    _ files: [(file: String, bytes: [UInt8])], beside packs: [Pack], isComplete: Bool
  ) {
    guard let first = files.first else { return }
    guard let words = draft.storyWords ?? packs.lazy.compactMap(\.storyWords).first else {
      // Words that are there but cannot be read are told of already.
      if isComplete {
        list.report(
          .storyNoWords, SourcePlace(file: first.file), ["file": PackPart.storyWords.pattern])
      }
      return
    }
    let names = StoryNames(draft, beside: packs)
    for (file, bytes) in files {
      var parser = StoryParser(
        file: file, words: words, names: names, isComplete: isComplete, list: list)
      for (story, places) in parser.parse(String(decoding: bytes, as: UTF8.self)) {
        let index = draft.stories.count
        draft.places[PackSubject(.stories, index)] = places.first
        for (lineIndex, line) in story.lines.enumerated() {
          draft.places[PackSubject(.stories, index, .line, lineIndex)] = SourcePlace(
            file: file, line: line.line)
        }
        draft.stories.append(story)
      }
    }
  }
}

/// Reads the stories of one file; see `docs/packs.md` for the format.
struct StoryParser {
  let file: String
  let words: StoryWords
  let names: StoryNames
  let isComplete: Bool
  let list: FindingList

  /// Which way a distance counts.
  static let directions: [(word: StoryWords.Word, east: Int, north: Int)] = [
    (.east, 1, 0), (.west, -1, 0), (.north, 0, 1), (.south, 0, -1),
  ]

  /// A line that cannot be read.
  struct Fault: Error {
    let detail: String
  }

  /// A story whose end has not come.
  struct Open {
    let name: String
    let line: Int
    var date: CivilDate?
    var street: String?
    var units: [StoryUnit] = []
    var lines: [StoryLine] = []
    var signals: Set<String> = []
    /// Kinds of things on file, by id.
    var things: [String: String] = [:]
    /// What they are called, by id.
    var thingNames: [String: String] = [:]
    /// Whether a line could not be read; then what later lines miss may have stood there.
    var hasHoles = false
  }

  var open: Open?
  private var done: [(Story, [SourcePlace])] = []

  init(
    file: String, words: StoryWords, names: StoryNames, isComplete: Bool, list: FindingList
  ) {
    self.file = file
    self.words = words
    self.names = names
    self.isComplete = isComplete
    self.list = list
  }

  mutating func parse(_ text: String) -> [(Story, [SourcePlace])] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.count > PackLimits.storyLinesMax {
      list.report(
        .valueTooMany, SourcePlace(file: file),
        ["key": "lines", "max": String(PackLimits.storyLinesMax)])
      return []
    }
    for (index, raw) in lines.enumerated() {
      let line = raw.hasSuffix("\r") ? raw.dropLast() : raw
      let isIndented = line.first?.isWhitespace == true
      guard let first = line.first(where: { !$0.isWhitespace }),
        String(first) != StoryTokens.comment
      else { continue }
      do throws(Fault) {
        guard var tokens = StoryTokens(line) else { throw Fault(detail: "a text is never closed") }
        try take(&tokens, line: index + 1, isIndented: isIndented)
        if let left = tokens.next() { throw Fault(detail: "`\(left.text)` is one word too many") }
      } catch {
        open?.hasHoles = true
        list.report(
          .storySyntax, SourcePlace(file: file, line: index + 1), ["detail": error.detail])
      }
    }
    finish()
    return done
  }

  private mutating func take(
    _ tokens: inout StoryTokens, line: Int, isIndented: Bool
  ) throws(Fault) {
    if isIndented {
      try takeExpectation(&tokens)
    } else if tokens.skip(words[.story]) {
      finish()
      let name = try rest(&tokens, "a name")
      open = Open(name: name, line: line)
    } else if open == nil {
      throw Fault(detail: "a story begins with \(words[.story]) and its name")
    } else if tokens.skip(words[.date]) {
      let text = try next(&tokens, "a date")
      guard let date = CivilDate(packText: text) else {
        throw Fault(detail: "`\(text)` is no date; write 2026-01-31")
      }
      open?.date = date
    } else if tokens.skip(words[.street]) {
      let street = try next(&tokens, "the street's name")
      open?.street = street
    } else if tokens.skip(words[.unit]) {
      try takeUnit(&tokens)
    } else {
      try takeAct(&tokens, line: line)
    }
  }

  // MARK: Head

  private mutating func takeUnit(_ tokens: inout StoryTokens) throws(Fault) {
    let name = try next(&tokens, "the unit's name")
    guard tokens.skip(words[.duties]) else {
      throw Fault(detail: "\(words[.duties]) is missing")
    }
    var duties: [String] = []
    while let token = tokens.rest.first, token.text != words[.hours] {
      _ = tokens.next()
      duties.append(try code(.duty, token.text))
    }
    guard tokens.skip(words[.hours]) else {
      throw Fault(detail: "\(words[.hours]) is missing")
    }
    let hours = try code(.hours, next(&tokens, "the unit's hours"))
    let ofStreet = tokens.skip(words[.ofStreet])
    if open?.units.contains(where: { $0.name == name }) == true {
      throw Fault(detail: "the unit `\(name)` stands here twice")
    }
    open?.units.append(StoryUnit(name: name, duties: duties, hours: hours, ofStreet: ofStreet))
  }

  private mutating func finish() {
    guard let story = open else { return }
    open = nil
    let place = SourcePlace(file: file, line: story.line)
    var lacks: [String] = []
    if story.date == nil { lacks.append(words[.date]) }
    if story.street == nil { lacks.append(words[.street]) }
    if story.units.isEmpty { lacks.append(words[.unit]) }
    for what in lacks { list.report(.storyHead, place, ["what": what]) }
    guard let date = story.date, let street = story.street, lacks.isEmpty else { return }
    done.append(
      (
        Story(
          name: story.name, place: "\(file):\(story.line)", date: date, street: street,
          units: story.units, lines: story.lines), [place]
      ))
  }

  // MARK: Acts

  private mutating func takeAct(_ tokens: inout StoryTokens, line: Int) throws(Fault) {
    let minute = try minute(&tokens)
    let word = try next(&tokens, "a channel, a post or \(words[.wait])")
    let act: StoryAct
    if word == words[.wait] {
      act = .wait(on: tokens.skip(words[.on]) ? try signal(&tokens) : nil)
    } else if word == words[.register] {
      act = .register(try takeThing(&tokens))
    } else if let telling = try takeTelling(word, &tokens) {
      act = telling
    } else if let channel = words.channel(word) {
      act = .signal(try takeSignal(&tokens, channel))
    } else {
      let post = try code(.post, word)
      if let duty = try takeDuty(&tokens, post: post) {
        act = .duty(duty)
      } else {
        act = .step(try takeStep(&tokens, post: post))
      }
    }
    if case .step = act, let open, open.signals.isEmpty, open.things.isEmpty, !open.hasHoles {
      list.report(.storyNoCase, SourcePlace(file: file, line: line))
    }
    open?.lines.append(StoryLine(line: line, minute: minute, act: act, expectations: []))
  }

  private mutating func takeSignal(
    _ tokens: inout StoryTokens, _ channel: Channel
  ) throws(Fault) -> StorySignal {
    let id = try next(&tokens, "the signal's id")
    if open?.signals.insert(id).inserted == false {
      throw Fault(detail: "the signal `\(id)` came before")
    }
    let text = try quoted(&tokens)
    var (item, rule): (String?, String?)
    var (east, north) = (0, 0)
    while let token = tokens.next() {
      if token.text == words[.item] {
        item = try code(.item, next(&tokens, "an item"))
      } else if token.text == words[handling: .alarm] {
        rule = try code(.rule, next(&tokens, "a rule"))
      } else if let way = Self.directions.first(where: { words[$0.word] == token.text }) {
        let metres = try number(&tokens, PackLimits.storyMetresRange)
        east += way.east * metres
        north += way.north * metres
      } else {
        throw Fault(detail: "`\(token.text)` is not known for a signal")
      }
    }
    var signal = StorySignal(
      channel: channel, id: id, text: text, item: item, metresEast: Double(east),
      metresNorth: Double(north))
    signal.rule = rule
    return signal
  }

  private mutating func takeStep(
    _ tokens: inout StoryTokens, post: String
  ) throws(Fault) -> StoryStep {
    let action = try code(.action, next(&tokens, "an action"))
    var (by, on, unit): (String?, String?, String?)
    var (staffPost, item): (String?, String?)
    var handling = StoryHandling()
    var note = ""
    var (photos, documents) = (0, 0)
    while let token = tokens.next() {
      switch (token.isText, token.text) {
      case (true, let text): note = text
      case (_, words[.on]): on = try signal(&tokens)
      case (_, words[.by]): by = try self.unit(&tokens)
      case (_, words[.to]): unit = try self.unit(&tokens)
      case (_, words[.staff]): staffPost = try code(.post, next(&tokens, "a post"))
      case (_, words[.into]): item = try code(.item, next(&tokens, "an item"))
      case (_, words[.photos]): photos = try number(&tokens, PackLimits.filesShownRange)
      case (_, words[.documents]):
        documents = try number(&tokens, PackLimits.filesShownRange)
      default: try take(token.text, &tokens, into: &handling)
      }
    }
    var step = StoryStep(
      action: action, post: post, by: by, on: on, unit: unit, staffPost: staffPost, item: item,
      note: note, photos: photos, documents: documents)
    step.reason = handling.reason
    step.limit = handling.limit
    step.answers = handling.answers
    step.group = handling.group
    return step
  }

  // MARK: Expectations

  private mutating func takeExpectation(_ tokens: inout StoryTokens) throws(Fault) {
    guard tokens.skip(StoryTokens.arrow) else {
      throw Fault(detail: "an indented line begins with \(StoryTokens.arrow)")
    }
    guard let line = open?.lines.last else {
      guard open?.hasHoles == true else { throw Fault(detail: "nothing happened before") }
      while tokens.next() != nil {}
      return
    }
    var expectations = line.expectations
    repeat { expectations.append(try expectation(&tokens)) } while !tokens.rest.isEmpty
    open?.lines.removeLast()
    open?.lines.append(
      StoryLine(
        line: line.line, minute: line.minute, act: line.act, expectations: expectations))
  }

  private func expectation(_ tokens: inout StoryTokens) throws(Fault) -> StoryExpectation {
    let word = try next(&tokens, "what is expected")
    switch word {
    case words[.opened]:
      let name = try next(&tokens, "an item or \(words[.unclassified])")
      return .opened(item: name == words[.unclassified] ? nil : try code(.item, name))
    case words[.joined]: return .joined(signal: try signal(&tokens))
    case words[.stage]: return .stage(try code(.stage, next(&tokens, "a stage")))
    case words[.unit]: return .unit(try unit(&tokens))
    case words[.due]: return .due(minute: try minute(&tokens))
    case words[.refused]: return .refused(code: try next(&tokens, "a code"))
    case words[.outside]: return .outside
    case words[handling: .clock]:
      let name = try code(.clock, next(&tokens, "a clock"))
      return .clock(name, minute: try minute(&tokens))
    case words[vital: .vital]: return try vital(&tokens)
    case words[.graded]: return .graded(name: try next(&tokens, "a grade"))
    case words[register: .ledger], words[register: .left]: return try duty(&tokens, word)
    case words[.closed]:
      let name = try next(&tokens, "a verdict")
      guard let verdict = words.verdict(name) else {
        throw Fault(detail: "`\(name)` is no verdict")
      }
      return .closed(verdict)
    default: throw Fault(detail: "`\(word)` is no expectation")
    }
  }

  // MARK: Words

  func next(_ tokens: inout StoryTokens, _ what: String) throws(Fault) -> String {
    guard let token = tokens.next() else { throw Fault(detail: "\(what) is missing") }
    return token.text
  }

  private func rest(_ tokens: inout StoryTokens, _ what: String) throws(Fault) -> String {
    var words: [String] = []
    while let token = tokens.next() { words.append(token.text) }
    if words.isEmpty { throw Fault(detail: "\(what) is missing") }
    return words.joined(separator: " ")
  }

  func quoted(_ tokens: inout StoryTokens) throws(Fault) -> String {
    guard let token = tokens.next(), token.isText, !token.text.isEmpty else {
      throw Fault(detail: "a text in corner brackets is missing")
    }
    return token.text
  }

  func number(
    _ tokens: inout StoryTokens, _ range: ClosedRange<Int>
  ) throws(Fault) -> Int {
    let text = try next(&tokens, "a number")
    guard let number = Int(text), range.contains(number) else {
      throw Fault(detail: "`\(text)` is no number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func code(_ kind: StoryNames.Kind, _ name: String) throws(Fault) -> String {
    let codes = names.codes(kind, name)
    if codes.count > 1 {
      throw Fault(
        detail: "`\(name)` may mean \(codes.sorted().joined(separator: " or ")); write the code")
    }
    if let code = codes.first { return code }
    if isComplete { throw Fault(detail: "there is no \(kind.rawValue) `\(name)`") }
    return name
  }

  func signal(_ tokens: inout StoryTokens) throws(Fault) -> String {
    let id = try next(&tokens, "a signal's id")
    guard let open, open.signals.contains(id) || open.things[id] != nil || open.hasHoles else {
      throw Fault(detail: "no signal `\(id)` came before")
    }
    return id
  }

  private func unit(_ tokens: inout StoryTokens) throws(Fault) -> String {
    let name = try next(&tokens, "a unit")
    guard let open, open.units.contains(where: { $0.name == name }) || open.hasHoles else {
      throw Fault(detail: "the story has no unit `\(name)`")
    }
    return name
  }

  /// `09:30` on the day of the line before, or `03-12 09:30` on the next such day.
  private func minute(_ tokens: inout StoryTokens) throws(Fault) -> Int {
    guard let date = open?.date else { throw Fault(detail: "\(words[.date]) must come first") }
    let first = try next(&tokens, "a time")
    var day = (open?.lines.last?.minute ?? 0) / 1_440
    var time = first
    let parts = first.split(separator: "-", omittingEmptySubsequences: false)
    if parts.count == 2, let month = Int(parts[0]), let number = Int(parts[1]) {
      guard
        let found = [date.year, date.year + 1].lazy
          .compactMap({ CivilDate(year: $0, month: month, day: number) })
          .first(where: { $0 >= date })
      else { throw Fault(detail: "`\(first)` is no day") }
      day = found.daysSinceEpoch - date.daysSinceEpoch
      time = try next(&tokens, "a time")
    }
    guard day <= PackLimits.storyDaysMax else {
      throw Fault(detail: "a story lasts at most \(PackLimits.storyDaysMax) days")
    }
    guard let minute = MinuteSpan.minute(time[...]) else {
      throw Fault(detail: "`\(time)` is no time; write 09:30")
    }
    return day * 1_440 + minute
  }
}
