import Trials

/// `civicloop eval …`: how good the program's judgements are, on data set aside.
enum EvalCommands {
  static let commands =
    EvalSeries.commands + EvalAddresses.commands
    + [
      EvalClassify.command, EvalDuplicates.command, EvalTopics.command, EvalRisk.command,
      EvalRenting.command,
    ]

  /// Runs a trial and says its fault as people read it.
  static func told<Outcome>(
    _ trial: () throws(TrialFault) -> Outcome
  ) throws(WorkFault) -> Outcome {
    do throws(TrialFault) {
      return try trial()
    } catch {
      throw WorkFault(message: error.message)
    }
  }
}

extension Arguments {
  /// An option that must be there and not be empty.
  func required(_ name: String) throws(UsageFault) -> String {
    guard let text = self[name], !text.isEmpty else {
      throw UsageFault(message: "--\(name) is needed")
    }
    return text
  }
}
