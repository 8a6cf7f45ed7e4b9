import City
import Engine
import JSONText
import Ports

/// `civicloop erase`: makes one person be nowhere.
enum EraseCommand {
  static let command = Command(
    name: "erase",
    summary: "destroys one person's key: files, backups and journal hold nothing of him any more",
    usage: "erase PHONE [--data DIR]", example: "civicloop erase 19900001234 --data ./data"
  ) { arguments in
    let phone = try arguments.expect("PHONE")[0]
    let folder = try await DataFolder.open(arguments.data, note: "erase", clock: SystemClock())
    do throws(ErasureFault) {
      let reporter = try await Erasure(engine: folder.engine).erase(
        contact: phone, by: .local("erase"), request: "")
      await folder.close()
      Output.result { $0.member("reporter", String(reporter.rawValue)) }
      return 0
    } catch {
      await folder.close()
      throw WorkFault(message: "not erased: \(error.code)")
    }
  }
}
