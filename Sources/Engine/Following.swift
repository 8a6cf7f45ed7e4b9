import Ports

/// What follows the journal works in turns, with a rest between them.
enum Following {
  /// After a fault: a full disk or a closing store takes its time.
  static let faultSeconds = 5

  /// Begins, then takes turns until the task is cancelled; after a fault it begins again, later.
  static func run(
    restMilliseconds: Int64, isolation: isolated (any _Concurrency.Actor)? = #isolation,
    begin: () async throws(StoreFault) -> Void = { () async throws(StoreFault) in },
    turn: () async throws(StoreFault) -> Void
  ) async {
    while !Task.isCancelled {
      do throws(StoreFault) {
        try await begin()
        while !Task.isCancelled {
          try await turn()
          try? await Task.sleep(for: .milliseconds(restMilliseconds))
        }
      } catch {
        try? await Task.sleep(for: .seconds(faultSeconds))
      }
    }
  }
}
