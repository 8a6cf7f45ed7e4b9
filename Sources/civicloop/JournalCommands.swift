import JSONText
import StoreObservations
import StoreSQLite
import Vault

/// `civicloop verify` and `rebuild`.
enum JournalCommands {
  static let commands = [
    Command(
      name: "verify", summary: "is the journal intact, and do the tables follow from it?",
      usage: "verify [--anchors FILE [--anchor-key KEY]] [--data DIR]",
      example: "civicloop verify --anchors /mnt/audit/anchors --data ./data",
      options: ["anchors", "anchor-key"]
    ) { arguments in try await verify(arguments) },
    Command(
      name: "rebuild", summary: "makes the tables anew from the journal",
      usage: "rebuild [--data DIR]", example: "civicloop rebuild --data ./data"
    ) { arguments in try rebuild(arguments) },
  ]

  private static func verify(_ arguments: Arguments) async throws -> Int32 {
    try DataFolder.makeFolder(arguments.data)
    let book = try AnchorFile.read(arguments)
    let lock = try DataFolder.hold(arguments.data, note: "verify")
    defer { withExtendedLifetime(lock) {} }
    let progress = Progress("verify")
    let findings = try Verification(
      folder: arguments.data, anchors: try AnchorFile.hashes(book)
    ) { progress.show($0, of: $1) }.verify()
    let observations = try await ObservationFolder.verify(arguments.data)
    let files = try KeptFiles.check(arguments.data)
    Output.result { writer in
      write(findings, to: &writer)
      KeptFiles.write(files, to: &writer)
      if let book {
        writer.member("anchors", book.anchors.count)
        writer.member("anchorKey", book.publicKey)
        writer.member("provenUpTo", findings.provenUpTo)
      }
      ObservationFolder.write(observations, to: &writer)
    }
    let isSound = findings.intact && findings.tablesEqual == true
    return isSound && observations.isIntact && files.damaged.isEmpty ? 0 : 1
  }

  private static func rebuild(_ arguments: Arguments) throws -> Int32 {
    try DataFolder.makeFolder(arguments.data)
    let lock = try DataFolder.hold(arguments.data, note: "rebuild")
    defer { withExtendedLifetime(lock) {} }
    let progress = Progress("rebuild")
    let findings = try Verification(folder: arguments.data) { progress.show($0, of: $1) }.rebuild()
    Output.result { write(findings, to: &$0) }
    return findings.intact && findings.tablesEqual == true ? 0 : 1
  }

  private static func write(_ findings: Findings, to writer: inout JSONWriter) {
    writer.member("entries", findings.entries)
    writer.member("intact", findings.intact)
    if let broken = findings.firstBroken {
      writer.member("firstBroken", broken)
    } else {
      writer.member("firstBroken", JSON.null)
    }
    writer.member("tablesEqual", findings.tablesEqual ?? false)
    if !findings.differing.isEmpty { writer.member("differing", findings.differing) }
  }

}
