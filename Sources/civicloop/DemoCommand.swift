import City
import Demonstration
import Engine
import Glibc
import JSONText
import Pack
import Ports
import Web

/// `civicloop demo`: makes the demonstration district.
enum DemoCommand {
  static let command = Command(
    name: "demo", summary: "makes the demonstration district in an empty folder",
    usage:
      "demo [--seed 7] [--things N] [--devices N] [--cases N] [--days N] [--ending TIME] [--data DIR]",
    example: "civicloop demo --seed 7 --data ./data",
    options: ["seed", "things", "devices", "cases", "days", "ending"]
  ) { arguments in try await run(arguments) }

  static let thingsDefault = 20_000
  static let devicesDefault = 2_000
  static let casesDefault = 9_000
  static let daysDefault = 90

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    let file = DemonstrationFile(
      seed: UInt64(try arguments.integer("seed", 7, in: 0...Int(Int32.max))),
      things: try arguments.integer(
        "things", thingsDefault, in: 0...DemonstrationPlan.thingsMax),
      devices: try arguments.integer(
        "devices", devicesDefault, in: 0...DemonstrationPlan.devicesMax),
      cases: try arguments.integer("cases", casesDefault, in: 0...DemonstrationPlan.casesMax),
      days: try arguments.integer("days", daysDefault, in: DemonstrationPlan.daysRange),
      endingAt: try DemonstrationClock(arguments["ending"]).now,
      password: DemonstrationFile.sharedPassword, logins: [])
    let watch = Stopwatch()
    let clock = DemonstrationClock()
    let folder = try await DataFolder.open(arguments.data, note: "demo", clock: clock)
    guard folder.engine.directory.areas.isEmpty else {
      await folder.close()
      throw WorkFault(message: "\(folder.path) is not empty; the demonstration wants a new folder")
    }
    let maker = DemonstrationMaker(folder: folder, file: file, clock: clock)
    let counts: DemonstrationMaker.Counts
    do {
      counts = try await maker.make()
    } catch {
      await folder.close()
      throw error
    }
    await folder.close()
    Output.result { writer in
      writer.member("areas", counts.areas)
      writer.member("units", counts.units)
      writer.member("staff", counts.staff)
      writer.member("things", counts.things)
      writer.member("devices", counts.devices)
      writer.member("observations", counts.observations)
      writer.member("alarms", counts.alarms)
      writer.member("signals", counts.signals)
      writer.member("cases", counts.cases)
      writer.member("steps", counts.steps)
      writer.member("judgements", counts.judgements)
      writer.member("planted", counts.planted)
      writer.member("seconds", watch.seconds)
    }
    return 0
  }
}

/// What a demonstration was made from, kept beside its data so that it goes on from there.
struct DemonstrationFile: Sendable {
  /// Known to all, which is why the accounts answer on this machine only.
  static let sharedPassword = "demonstration"
  static let name = "demonstration.json"

  let seed: UInt64
  let things: Int
  let devices: Int
  let cases: Int
  let days: Int
  let endingAt: Instant
  let password: String
  var logins: [DemonstrationLogin]

  /// Who may sign in, a line each; the handlers of units in one.
  var loginLines: [String] {
    let shown = logins.filter { !$0.isOfUnit }
    let lines = shown.map { "\($0.login)  \($0.post)  \($0.unitName)" }
    guard logins.count > shown.count else { return lines }
    return lines + ["and \(logins.count - shown.count) handlers of units, on the sign-in page"]
  }

  /// nil where the folder holds no demonstration.
  static func read(_ folder: String) -> DemonstrationFile? {
    guard let bytes = FileText.read(folder + "/" + name),
      let json = try? JSON.parse(bytes, limits: .request),
      let seed = json["seed"]?.integer, let things = json["things"]?.integer,
      let cases = json["cases"]?.integer, let days = json["days"]?.integer,
      let endingAt = json["endingAt"]?.integer, let password = json["password"]?.string
    else { return nil }
    let logins = (json["logins"]?.array ?? []).compactMap { login -> DemonstrationLogin? in
      guard let name = login["login"]?.string, let post = login["post"]?.string else { return nil }
      return DemonstrationLogin(
        login: name, post: post, postCode: login["postCode"]?.string ?? "",
        unit: login["unit"]?.string ?? "", unitName: login["unitName"]?.string ?? "",
        isOfUnit: login["isOfUnit"]?.bool ?? false)
    }
    return DemonstrationFile(
      seed: UInt64(seed), things: Int(things),
      // A demonstration of before there were devices has none.
      devices: Int(json["devices"]?.integer ?? 0), cases: Int(cases), days: Int(days),
      endingAt: Instant(milliseconds: endingAt), password: password, logins: logins)
  }

  func write(_ folder: String) throws {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("seed", Int64(seed))
    writer.member("things", things)
    writer.member("devices", devices)
    writer.member("cases", cases)
    writer.member("days", days)
    writer.member("endingAt", endingAt.milliseconds)
    writer.member("password", password)
    writer.name("logins")
    writer.beginArray()
    for login in logins { login.write(to: &writer) }
    writer.endArray()
    writer.endObject()
    guard FileText.write(writer.take(), to: folder + "/" + Self.name) else {
      throw WorkFault(message: "\(folder)/\(Self.name) could not be written")
    }
  }
}
