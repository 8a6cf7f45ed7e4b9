import Testing

@testable import Language

@Suite struct ClassModelTests {
  /// Sixty short texts of three classes, and the words they are made from.
  private static let examples: [ClassExample] = (0..<60).map { number in
    let words = [
      ("道路", ["路面有坑", "马路破损", "路灯不亮", "人行道坏了"]),
      ("噪声", ["夜里施工吵人", "广场音响太响", "工地噪声大", "半夜装修吵"]),
      ("医保", ["医保报销比例", "社保卡制卡慢", "医院报销难", "医保卡余额"]),
    ][number % 3]
    return ClassExample(
      title: "", text: "\(words.1[number / 3 % 4])，第\(number)次反映", label: words.0)
  }

  private static let model = Result { () throws(ClassTrainingFault) in
    try ClassTraining(examples).model()
  }

  @Test("texts like the examples get their class, with the words that decided")
  func told() throws {
    let model = try Self.model.get()
    for (text, label) in [("门前路面有坑", "道路"), ("医保报销", "医保"), ("施工吵人", "噪声")] {
      #expect(model.predict(title: "", text: text).best.label == label)
      #expect(!model.reasons(for: label, title: "", text: text).isEmpty)
    }
  }

  @Test("bad input gets an answer whose chances add up to one")
  func badInput() throws {
    let model = try Self.model.get()
    let texts = [
      "", " ", "路", "😀😀😀", "'; DROP TABLE cases; --", "<script>alert(1)</script>",
      String(repeating: "路面有坑", count: 25_000), "\u{0}\u{FFFD}",
    ]
    for text in texts {
      let prediction = model.predict(title: "", text: text)
      let sum = prediction.choices.reduce(0) { $0 + $1.confidence }
      #expect(abs(sum - 1) < 1e-6)
      #expect(prediction.choices.allSatisfy { (0...1).contains($0.confidence) })
    }
    #expect(model.predict(title: "", text: "").isBlind)
    #expect(model.predict(title: "", text: "😀").isBlind)
  }

  @Test("a training set that teaches nothing is refused with what is missing")
  func refused() {
    #expect(throws: ClassTrainingFault.tooFewExamples(have: 0, needed: 20)) {
      try ClassTraining([])
    }
    let one = (0..<30).map { ClassExample(title: "", text: "路\($0)", label: "道路") }
    #expect(throws: ClassTrainingFault.tooFewClasses(have: 1, needed: 2)) {
      try ClassTraining(one)
    }
  }

  @Test("the same examples give the same bytes, and bytes read back say the same")
  func coded() throws {
    let model = try Self.model.get()
    let bytes = ClassModelCoding.encode(model)
    #expect(ClassModelCoding.encode(try ClassTraining(Self.examples).model()) == bytes)
    let read = try ClassModelCoding.decode(bytes)
    #expect(ClassModelCoding.encode(read) == bytes)
    for example in Self.examples {
      #expect(
        read.predict(title: "", text: example.text) == model.predict(title: "", text: example.text))
    }
  }

  @Test("a model of before the lead counted is read, and does without it")
  func earlierVersion() throws {
    let model = try Self.model.get()
    let earlier = try ClassModelCoding.decode(ClassModelCoding.encode(model, version: 2))
    #expect(earlier.features.leadWeight == 0)
    #expect(model.features.leadWeight == ClassFeatures.leadWeight)
    #expect(earlier.predict(title: "", text: "门前路面有坑").best.label == "道路")
    #expect(throws: ClassModelCoding.Fault.unknownVersion(1)) {
      try ClassModelCoding.decode(ClassModelCoding.encode(model, version: 1))
    }
  }

  @Test("of two things that a text says alike, the one that it begins with counts more")
  func lead() throws {
    let model = try Self.model.get()
    let between = String(repeating: "😀", count: TextGrams.leadMax)
    func lean(_ title: String, _ text: String, to label: String) -> Double {
      model.predict(title: title, text: text).choices.first { $0.label == label }?.confidence ?? 0
    }
    let (road, care) = ("路面有坑", "医保报销")
    #expect(lean("", road + between + care, to: "道路") > lean("", care + between + road, to: "道路"))
    #expect(lean("", care + between + road, to: "医保") > lean("", road + between + care, to: "医保"))
    // The title comes first.
    #expect(lean(road, between + care, to: "道路") > lean(care, between + road, to: "道路"))
    let earlier = try ClassModelCoding.decode(ClassModelCoding.encode(model, version: 2))
    let sides = [road + between + care, care + between + road].map {
      earlier.predict(title: "", text: $0).best.confidence
    }
    #expect(abs(sides[0] - sides[1]) < 1e-6)
  }

  @Test("damaged bytes are refused")
  func damaged() throws {
    let bytes = ClassModelCoding.encode(try Self.model.get())
    #expect(throws: ClassModelCoding.Fault.notAModel) { try ClassModelCoding.decode([]) }
    #expect(throws: ClassModelCoding.Fault.damaged) {
      try ClassModelCoding.decode(Array(bytes.dropLast()))
    }
    for place in stride(from: 8, to: bytes.count, by: bytes.count / 50) {
      var changed = bytes
      changed[place] ^= 1
      #expect(throws: ClassModelCoding.Fault.damaged) { try ClassModelCoding.decode(changed) }
    }
  }

  @Test("more than eight classes are told apart")
  func manyClasses() throws {
    let names = ["甲子", "乙丑", "丙寅", "丁卯", "戊辰", "己巳", "庚午", "辛未", "壬申", "癸酉"]
    let examples = (0..<100).map {
      ClassExample(title: "", text: names[$0 % 10] + "\($0)", label: names[$0 % 10])
    }
    let model = try ClassTraining(examples).model()
    for name in names { #expect(model.predict(title: name, text: "").best.label == name) }
  }
}
