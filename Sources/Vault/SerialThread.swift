import Dispatch

/// Runs work that blocks, one piece after another, off the threads that tasks share.
struct SerialThread: Sendable {
  private let queue = DispatchQueue(label: "civicloop.serial")

  func run(_ work: @escaping @Sendable () -> Void) {
    queue.async(execute: work)
  }
}
