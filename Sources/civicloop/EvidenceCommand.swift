import City
import Engine
import JSONText
import Ports
import Web

/// `civicloop evidence export`: the evidence of a case as one archive.
enum EvidenceCommand {
  static let command = Command(
    name: "evidence export", summary: "the evidence of a case as one archive with list and hashes",
    usage: "evidence export CASE --out FILE.zip [--as LOGIN] [--data DIR]",
    example: "civicloop evidence export 2026-1120-00042 --out evidence.zip --data ./data",
    options: ["out", "as"]
  ) { arguments in try await run(arguments) }

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    let name = try arguments.expect("CASE")[0]
    guard let path = arguments["out"] else { throw UsageFault(message: "--out FILE is needed") }
    let folder = try await DataFolder.open(
      arguments.data, note: "evidence export", clock: SystemClock())
    do {
      let caller = try await LocalCaller.find(arguments["as"], in: folder)
      let archive = try await archive(name, caller, folder)
      guard FileText.write(archive, to: path) else {
        throw WorkFault(message: "\(path) cannot be written")
      }
      Output.result { writer in
        writer.member("file", path)
        writer.member("bytes", archive.count)
      }
      await folder.close()
      return 0
    } catch {
      await folder.close()
      throw error
    }
  }

  private static func archive(
    _ name: String, _ caller: Caller, _ folder: DataFolder
  ) async throws -> [UInt8] {
    var id = Int64(name).map { ID<Case>($0) }
    if let number = CaseNumber(text: name) {
      id = try await folder.engine.store.case(number: number)?.id
    }
    guard let id else { throw WorkFault(message: "there is no case \(name)") }
    do throws(EvidencePackageFault) {
      return try await EvidencePackage(engine: folder.engine, files: folder.files)
        .make(of: id, by: caller, request: "")
    } catch {
      let next = error == .empty ? " (nothing was added to the case, or all was withdrawn)" : ""
      throw WorkFault(message: "\(name): \(error.code)\(next)")
    }
  }
}
