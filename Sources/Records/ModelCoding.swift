import City
import JSONText

enum ModelCoding {
  static let names: Set = [
    "id", "subject", "number", "digest", "examplesDigest", "examples", "classes", "bytes", "at",
    "cases", "right", "sure", "sureRight", "rivalRight",
  ]

  static func write(_ version: ModelVersion, _ writer: inout JSONWriter) {
    writer.member("id", version.id)
    writer.member("subject", version.subject.rawValue)
    writer.member("number", version.number)
    writer.blob("digest", version.digest.bytes)
    writer.blob("examplesDigest", version.examplesDigest.bytes)
    writer.member("examples", version.examples)
    writer.member("classes", version.classes)
    writer.member("bytes", version.bytes)
    writer.member("at", version.trainedAt)
    let trial = version.trial
    writer.member("cases", trial.cases)
    writer.member("right", trial.right)
    writer.member("sure", trial.sure)
    writer.member("sureRight", trial.sureRight)
    if let right = trial.rivalRight { writer.member("rivalRight", right) }
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> ModelVersion {
    let version = ModelVersion(
      id: try fields.id("id"), subject: try fields.word("subject"),
      number: try fields.count("number"), digest: try fields.digest("digest"),
      examplesDigest: try fields.digest("examplesDigest"),
      examples: try fields.count("examples"), classes: try fields.count("classes"),
      bytes: try fields.count("bytes"), trainedAt: try fields.instant("at"),
      trial: ModelTrial(
        cases: try fields.count("cases"), right: try fields.count("right"),
        sure: try fields.count("sure"), sureRight: try fields.count("sureRight"),
        rivalRight: try fields.optionalInteger("rivalRight").map(Int.init)))
    try fields.finish(names)
    return version
  }
}

enum ModelUseCoding {
  static func write(_ use: ModelUse, _ writer: inout JSONWriter) {
    writer.member("subject", use.subject.rawValue)
    if let number = use.inForce { writer.member("inForce", number) }
    if let number = use.before { writer.member("before", number) }
    if let number = use.shadow { writer.member("shadow", number) }
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> ModelUse {
    let use = ModelUse(
      subject: try fields.word("subject"),
      inForce: try fields.optionalInteger("inForce").map(Int.init),
      before: try fields.optionalInteger("before").map(Int.init),
      shadow: try fields.optionalInteger("shadow").map(Int.init))
    try fields.finish(["subject", "inForce", "before", "shadow"])
    return use
  }
}

enum ChoiceCoding {
  static let names: Set = [
    "case", "at", "item", "sure", "model", "guesses", "shadowModel", "shadowItem",
    "shadowPermille", "shadowSure",
  ]

  static func write(_ choice: MachineChoice, _ writer: inout JSONWriter) {
    writer.member("case", choice.case)
    writer.member("at", choice.at)
    writer.text("item", choice.item)
    writer.member("sure", choice.isSure)
    if let model = choice.model { writer.member("model", model) }
    if !choice.guesses.isEmpty {
      writer.name("guesses")
      writer.beginArray()
      for guess in choice.guesses {
        writer.beginObject()
        writer.text("item", guess.item)
        writer.member("permille", guess.permille)
        writer.member("source", guess.source.rawValue)
        writer.texts("reasons", guess.reasons)
        writer.endObject()
      }
      writer.endArray()
    }
    guard let shadow = choice.shadow else { return }
    writer.member("shadowModel", shadow.model)
    writer.text("shadowItem", shadow.item)
    writer.member("shadowPermille", shadow.permille)
    writer.member("shadowSure", shadow.isSure)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> MachineChoice {
    let id: ID<Case> = try fields.id("case")
    let at = try fields.instant("at")
    let item = try fields.optionalText("item")
    let isSure = try fields.bool("sure")
    let model = try fields.optionalInteger("model").map(Int.init)
    var guesses: [ItemGuess] = []
    for value in try fields.list("guesses") {
      var inner = try FactFields(value, of: fields.fact)
      guesses.append(
        ItemGuess(
          item: try inner.text("item"), permille: try inner.count("permille"),
          source: try inner.word("source"), reasons: try inner.texts("reasons")))
      try inner.finish(["item", "permille", "source", "reasons"])
    }
    var shadow: ShadowGuess?
    if let number = try fields.optionalInteger("shadowModel") {
      shadow = ShadowGuess(
        model: Int(number), item: try fields.text("shadowItem"),
        permille: try fields.count("shadowPermille"), isSure: try fields.bool("shadowSure"))
    }
    try fields.finish(names)
    return MachineChoice(
      case: id, at: at, item: item, isSure: isSure, model: model, guesses: guesses, shadow: shadow)
  }
}

enum LexiconCoding {
  static func write(_ word: LexiconWord, _ writer: inout JSONWriter) {
    writer.text("text", word.text)
    writer.member("use", word.use.rawValue)
    writer.textUnlessEmpty("target", word.target)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> LexiconWord {
    let word = LexiconWord(
      text: try fields.text("text"), use: try fields.word("use"),
      target: try fields.textOrEmpty("target"))
    try fields.finish(["text", "use", "target"])
    return word
  }
}
