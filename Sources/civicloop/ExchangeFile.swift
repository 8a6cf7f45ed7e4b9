import City
import Engine
import Exchanging
import Geography
import Pack
import Ports
import Telling

/// The exchanges of tickets with other systems: a JSON file named by `--exchanges` or the settings.
enum ExchangeFile {
  /// - Throws: `UsageFault` that says what is wrong with which exchange.
  static func read(_ path: String) throws -> ExchangeSettings {
    guard let bytes = FileText.read(path) else {
      throw UsageFault(message: "\(path): no such file")
    }
    do throws(ExchangeSettings.Fault) {
      return try ExchangeSettings(bytes, key: FileText.read)
    } catch {
      throw UsageFault(message: "\(path): \(error.detail)")
    }
  }

  /// The exchanges at work with the profiles of a folder's packs.
  /// - Throws: `UsageFault` where a profile is missing, or a channel of notices has an exchange's code.
  static func open(
    _ settings: ExchangeSettings, _ folder: DataFolder, _ channels: ChannelSender?
  ) throws -> TicketExchange {
    if let code = settings.codes.first(where: { code in
      channels?.channels.contains { $0.code == code } == true
    }) {
      throw UsageFault(message: "exchange \(code): a channel of notices has this code")
    }
    do throws(ExchangeSettings.Fault) {
      return try TicketExchange(
        settings, profiles: folder.engine.catalogue.profiles, time: folder.engine.time,
        offsetMinutes: folder.engine.settings.offsetMinutes
      ) { system, longitude, latitude in
        let system = CoordinateSystem(rawValue: system.rawValue) ?? .wgs84
        return Position(longitude: longitude, latitude: latitude).map(system.toWGS84)
      }
    } catch {
      throw UsageFault(message: "exchange \(error.detail)")
    }
  }
}

extension ExchangeDesk {
  /// Counters of the exchanges, as Prometheus reads them.
  var prometheus: [UInt8] {
    let states = states
    var text = "# TYPE civicloop_exchange_tickets_total counter\n"
    for state in states {
      for outcome in ExchangeState.Outcome.allCases {
        text +=
          "civicloop_exchange_tickets_total{exchange=\"\(state.terms.code)\","
          + "outcome=\"\(outcome.rawValue)\"} \(state.counts[outcome] ?? 0)\n"
      }
    }
    text += "# TYPE civicloop_exchange_failures_total counter\n"
    for state in states {
      text +=
        "civicloop_exchange_failures_total{exchange=\"\(state.terms.code)\"} "
        + "\(state.failuresTotal)\n"
    }
    text += "# TYPE civicloop_exchange_last_success_seconds gauge\n"
    for state in states {
      guard let at = state.succeededAt else { continue }
      text +=
        "civicloop_exchange_last_success_seconds{exchange=\"\(state.terms.code)\"} "
        + "\(at.milliseconds / Duration.second)\n"
    }
    text += "# TYPE civicloop_exchange_pushes_refused_total counter\n"
    for state in states {
      for (code, count) in state.pushesRefused.sorted(by: { $0.key < $1.key }) {
        text +=
          "civicloop_exchange_pushes_refused_total{exchange=\"\(state.terms.code)\","
          + "reason=\"\(code)\"} \(count)\n"
      }
    }
    return Array(text.utf8)
  }
}
