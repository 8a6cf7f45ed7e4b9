import City
import Pack

// Things in stories: an id, the kind and a name where it is new, fields with values, the place.
extension StoryParser {
  mutating func takeThing(_ tokens: inout StoryTokens) throws(Fault) -> StoryThing {
    let id = try next(&tokens, "the thing's id")
    let filed = kind(ofThing: id)
    let isNew = filed == nil
    let kind: String
    if let filed {
      kind = filed
    } else {
      kind = try code(.kind, next(&tokens, "the thing's kind"))
      guard !names(signal: id) else { throw Fault(detail: "the signal `\(id)` came before") }
      remember(thing: id, kind: kind)
    }
    var name: String?
    if tokens.rest.first?.isText == true { name = tokens.next()?.text }
    var attributes: [Attribute] = []
    var (east, north): (Int?, Int?)
    while let token = tokens.next() {
      if let way = Self.directions.first(where: { words[$0.word] == token.text }) {
        let metres = try number(&tokens, PackLimits.storyMetresRange)
        if way.east != 0 { east = (east ?? 0) + way.east * metres }
        if way.north != 0 { north = (north ?? 0) + way.north * metres }
      } else if let field = names.field(kind, token.text) {
        attributes.append(Attribute(name: field, value: try next(&tokens, "a value")))
      } else if isComplete {
        throw Fault(detail: "the kind `\(kind)` has no field `\(token.text)`")
      } else {
        _ = tokens.next()
      }
    }
    if let name { remember(name: name, of: id) }
    var thing = StoryThing(
      id: id, kind: kind, attributes: attributes,
      metresEast: (east ?? (isNew ? 0 : nil)).map(Double.init),
      metresNorth: (north ?? (isNew ? 0 : nil)).map(Double.init))
    thing.name = self.name(ofThing: id) ?? id
    return thing
  }

  func kind(ofThing id: String) -> String? { open?.things[id] }
  func names(signal id: String) -> Bool { open?.signals.contains(id) ?? false }
  func name(ofThing id: String) -> String? { open?.thingNames[id] }
  mutating func remember(name: String, of id: String) { open?.thingNames[id] = name }
  mutating func remember(thing id: String, kind: String) { open?.things[id] = kind }
}

// Ledgers, rounds and series in stories.
extension StoryParser {
  /// `series NAME VALUE`.
  func takeSeries(_ tokens: inout StoryTokens) throws(Fault) -> StoryAct {
    guard let name = tokens.next()?.text, let text = tokens.next()?.text,
      let value = Double(text), value.isFinite
    else { throw Fault(detail: "a series and its value are missing") }
    return .series(name: name, value: value)
  }

  /// `strike X`, `reopen X` or `visit X sound|faulty`, with a note and how many files are shown; nil
  /// where the line goes on otherwise.
  func takeDuty(_ tokens: inout StoryTokens, post: String) throws(Fault) -> StoryDuty? {
    let form: StoryDuty.Form
    let on: String
    if tokens.skip(words[register: .strike]) {
      (form, on) = (.strike, try signal(&tokens))
    } else if tokens.skip(words[register: .reopen]) {
      (form, on) = (.reopen, try signal(&tokens))
    } else if tokens.skip(words[register: .visit]) {
      on = try signal(&tokens)
      if tokens.skip(words[register: .faulty]) {
        form = .faulty
      } else {
        guard tokens.skip(words[register: .sound]) else {
          throw Fault(
            detail: "\(words[register: .sound]) or \(words[register: .faulty]) is missing")
        }
        form = .sound
      }
    } else {
      return nil
    }
    var duty = StoryDuty(form: form, on: on, post: post)
    while let token = tokens.next() {
      switch (token.isText, token.text) {
      case (true, let text): duty.note = text
      case (_, words[.photos]): duty.photos = try number(&tokens, PackLimits.filesShownRange)
      case (_, words[.documents]):
        duty.documents = try number(&tokens, PackLimits.filesShownRange)
      default: throw Fault(detail: "`\(token.text)` is not known here")
      }
    }
    return duty
  }

  /// `ledger X standing|struck` or `left X`.
  func duty(_ tokens: inout StoryTokens, _ word: String) throws(Fault) -> StoryExpectation {
    let on = try signal(&tokens)
    if word == words[register: .left] { return .left(thing: on) }
    if tokens.skip(words[register: .standing]) { return .listed(isStanding: true, on: on) }
    guard tokens.skip(words[register: .struck]) else {
      throw Fault(
        detail: "\(words[register: .standing]) or \(words[register: .struck]) is missing")
    }
    return .listed(isStanding: false, on: on)
  }
}
