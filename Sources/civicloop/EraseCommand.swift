import City
import Engine
import JSONText
import Ports
import Vault

/// `civicloop erase`: makes one person be nowhere.
enum EraseCommand {
  static let command = Command(
    name: "erase",
    summary: "destroys one person's key: files, backups and journal hold nothing of him any more",
    usage: "erase PHONE|CHANNEL/ID [--data DIR]",
    example: "civicloop erase 19900001234 --data ./data"
  ) { arguments in
    let contact = try arguments.expect("PHONE|CHANNEL/ID")[0]
    let folder = try await DataFolder.open(arguments.data, note: "erase", clock: SystemClock())
    do throws(ErasureFault) {
      let reporter = try await Erasure(engine: folder.engine).erase(
        contact: contact, by: .local("erase"), request: "")
      await folder.close()
      let owed = folder.keys.pending.map(\.path)
      for copy in owed {
        Output.say("\(copy) cannot be reached: the key still lies there until it can be")
      }
      Output.result { writer in
        writer.member("reporter", reporter.map { String($0.rawValue) })
        writer.member("copiesOwed", owed)
      }
      return 0
    } catch {
      await folder.close()
      throw WorkFault(message: "not erased: \(error.code)")
    }
  }
}
