import City
import JSONText
import Pack
import Trials

/// `civicloop eval addresses|places|geocodes`: how well addresses are understood.
enum EvalAddresses {
  static let commands = [
    Command(
      name: "eval addresses", summary: "parts of addresses: learns from one set, finds in another",
      usage: "eval addresses --train F --test F",
      example: "civicloop eval addresses --train train.txt --test dev.txt",
      options: ["train", "test"]
    ) { arguments in try addresses(arguments) },
    Command(
      name: "eval places", summary: "same place or not: learns from one set, tells in another",
      usage: "eval places --train F --test F",
      example: "civicloop eval places --train train.jsonl --test test.jsonl",
      options: ["train", "test"]
    ) { arguments in try places(arguments) },
    Command(
      name: "eval geocodes", summary: "districts from words, and points that cannot be right",
      usage: "eval geocodes --train F --test F",
      example: "civicloop eval geocodes --train known.csv.gz --test new.csv",
      options: ["train", "test"]
    ) { arguments in try geocodes(arguments) },
  ]

  private static func files(_ arguments: Arguments) throws -> (train: String, test: String) {
    _ = try arguments.expect()
    guard let train = arguments["train"], let test = arguments["test"] else {
      throw UsageFault(message: "--train and --test are needed")
    }
    return (train, test)
  }

  private static func words() throws -> AddressWords { try Packs.load(Home.find()).addressWords }

  private static func addresses(_ arguments: Arguments) throws -> Int32 {
    let (train, test) = try files(arguments)
    let watch = Stopwatch()
    let figures = try EvalCommands.told { () throws(TrialFault) -> AddressesTrial.Figures in
      try AddressesTrial.run(train: train, test: test, seconds: { watch.seconds })
    }
    Output.result { writer in
      writer.member("precision", figures.precision)
      writer.member("recall", figures.recall)
      writer.member("f1", figures.f1)
      writer.name("perLabel")
      writer.beginObject()
      for label in figures.perLabel { writer.member(label.name, label.f1) }
      writer.endObject()
      writer.member("sentencesPerSecond", figures.sentencesPerSecond)
      writer.member("trainSeconds", figures.trainSeconds)
      writer.member("sentences", figures.sentences)
    }
    return 0
  }

  private static func places(_ arguments: Arguments) throws -> Int32 {
    let (train, test) = try files(arguments)
    let words = try words()
    let watch = Stopwatch()
    let figures = try EvalCommands.told { () throws(TrialFault) -> PlacesTrial.Figures in
      try PlacesTrial.run(train: train, test: test, words: words, seconds: { watch.seconds })
    }
    Output.result { writer in
      writer.member("accuracy", figures.accuracy)
      writer.member("macroF1", figures.macroF1)
      writer.name("perClass")
      writer.beginObject()
      for one in figures.perClass { writer.member(one.name, one.f1) }
      writer.endObject()
      writer.member("trainSeconds", figures.trainSeconds)
      writer.member("pairs", figures.pairs)
    }
    return 0
  }

  private static func geocodes(_ arguments: Arguments) throws -> Int32 {
    let (train, test) = try files(arguments)
    let words = try words()
    let figures = try EvalCommands.told { () throws(TrialFault) -> GeocodesTrial.Figures in
      try GeocodesTrial.run(train: train, test: test, words: words)
    }
    Output.result { writer in
      writer.member("districtAccuracy", figures.districtAccuracy)
      // Without the answer column there is nothing to count.
      if let precision = figures.precision { writer.member("precision", precision) }
      if let recall = figures.recall { writer.member("recall", recall) }
      if let f1 = figures.f1 { writer.member("f1", f1) }
      writer.member("districtRows", figures.districtRows)
      writer.member("rows", figures.rows)
    }
    return 0
  }
}
