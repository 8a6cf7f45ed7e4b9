import Engine
import Ports
import Telling

/// The operator's channels of notices: a JSON file named by `--notices` or the settings.
enum NoticeFile {
  /// - Throws: `UsageFault` that says what is wrong with which channel.
  static func read(_ path: String) throws -> OperatorChannels {
    guard let bytes = FileText.read(path) else {
      throw UsageFault(message: "\(path): no such file")
    }
    do throws(OperatorChannels.Fault) {
      return try OperatorChannels(bytes)
    } catch {
      throw UsageFault(message: "\(path): \(error.detail)")
    }
  }
}
