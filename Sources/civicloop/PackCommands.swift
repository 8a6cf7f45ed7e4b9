import Glibc
import JSONText
import Pack
import PackReading

/// `civicloop pack list|check|test|new`: scenario packs.
enum PackCommands {
  static let commands = [
    Command(
      name: "pack list", summary: "the packs that are loaded", usage: "pack list",
      example: "civicloop pack list"
    ) { _ in try list() },
    Command(
      name: "pack check", summary: "all findings in the packs, with file and line",
      usage: "pack check [DIR]", example: "civicloop pack check ./packs"
    ) { arguments in try check(arguments) },
    Command(
      name: "pack test", summary: "plays the packs' stories on the engine",
      usage: "pack test [DIR]", example: "civicloop pack test"
    ) { arguments in try await test(arguments) },
    Command(
      name: "pack new", summary: "begins a new pack in a folder of its own",
      usage: "pack new ID [DIR]", example: "civicloop pack new street-trees ./packs"
    ) { arguments in try make(arguments) },
  ]

  private static func folder(_ arguments: Arguments) throws -> String {
    guard arguments.positional.count <= 1 else { throw UsageFault(message: "expected: [DIR]") }
    return try arguments.positional.first ?? Home.find().packs
  }

  private static func list() throws -> Int32 {
    let catalogue = try Packs.load(Home.find())
    for pack in catalogue.packs {
      Output.say(
        "\(pack.id) \(pack.version)  \(pack.title)  \(pack.items.count) items, \(pack.stories.count) stories"
      )
    }
    Output.result { writer in
      writer.member("packs", catalogue.packs.count)
      writer.member("findings", 0)
    }
    return 0
  }

  private static func check(_ arguments: Arguments) throws -> Int32 {
    let reading = PackReader.readAll(packsFolder: try folder(arguments))
    for finding in reading.findings { Output.say("\(finding.severity.rawValue): \(finding.text)") }
    Output.result { writer in
      writer.member("packs", reading.catalogue?.packs.count ?? 0)
      writer.member("findings", reading.findings.count)
    }
    return reading.catalogue == nil ? 1 : 0
  }

  private static func test(_ arguments: Arguments) async throws -> Int32 {
    let reading = PackReader.readAll(packsFolder: try folder(arguments))
    guard let catalogue = reading.catalogue else {
      for finding in reading.findings { Output.say(finding.text) }
      throw WorkFault(message: "the packs are refused")
    }
    let runner = StoryRunner(catalogue: catalogue)
    var failed = 0
    for story in catalogue.stories {
      let faults = try await runner.play(story)
      for fault in faults { Output.say(fault) }
      if !faults.isEmpty { failed += 1 }
    }
    let count = catalogue.stories.count
    Output.result { writer in
      writer.member("stories", count)
      writer.member("passed", count - failed)
      writer.member("failed", failed)
    }
    return failed == 0 && count > 0 ? 0 : 1
  }

  private static func make(_ arguments: Arguments) throws -> Int32 {
    guard let id = arguments.positional.first, arguments.positional.count <= 2 else {
      throw UsageFault(message: "expected: ID [DIR]")
    }
    let packs = arguments.positional.count == 2 ? arguments.positional[1] : try Home.find().packs
    let target = packs + "/" + id
    guard !Home.isFolder(target) else { throw WorkFault(message: "\(target) is there already") }
    guard let files = PackTemplate.files(id, try Packs.load(Home.find())) else {
      throw WorkFault(message: "the packs that are loaded have no duty, item or story words")
    }
    for (path, text) in files {
      let file = "\(target)/\(path)"
      try DataFolder.makeFolder(String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)]))
      guard FileText.write(Array(text.utf8), to: file) else {
        throw WorkFault(message: "\(file) could not be written")
      }
    }
    Output.say("\(target) written; docs/packs.md says what may stand in it")
    Output.result { $0.member("folder", target) }
    return 0
  }
}

extension Packs {
  /// A ticket profile from a file of its own, read and linted with the packs that are loaded.
  static func profile(file: String) throws -> TicketProfile {
    let catalogue = try load(Home.find())
    guard let bytes = FileText.read(file) else {
      throw WorkFault(message: "\(file) cannot be read")
    }
    let head =
      "id: profile\ntitle: profile\nversion: 1\ndepends: [\(catalogue.packs.map(\.id).joined(separator: ", "))]\n"
    let files = PackFiles(
      name: "profile",
      files: [
        PackFiles.File(path: "pack.yaml", bytes: Array(head.utf8)),
        PackFiles.File(path: "profiles/profile.yaml", bytes: bytes),
      ])
    let reading = PackReader.read(files: files, dependencies: catalogue.packs)
    guard let profile = reading.pack?.profiles.first else {
      throw WorkFault(
        message: "\(file) is refused:\n" + reading.findings.map(\.text).joined(separator: "\n"))
    }
    return profile
  }
}
