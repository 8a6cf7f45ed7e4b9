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
}
