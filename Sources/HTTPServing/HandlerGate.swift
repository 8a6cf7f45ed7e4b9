import Synchronization

/// A handler that can be exchanged while the server runs.
///
/// While the gate is shut, requests wait; whoever shut it knows that no request is with the old
/// handler any more, so that no request ever sees half of either. How many can wait is limited by
/// the connections that the server takes.
package final class HandlerGate: HTTPHandler {
  private struct State {
    var handler: any HTTPHandler
    var running = 0
    var isShut = false
    var waiting: [CheckedContinuation<Void, Never>] = []
    var drained: CheckedContinuation<Void, Never>?
  }

  private let state: Mutex<State>

  package init(_ handler: any HTTPHandler) {
    state = Mutex(State(handler: handler))
  }

  package func respond(to request: HTTPRequest) async -> HTTPResponse {
    let handler = await enter()
    let response = await handler.respond(to: request)
    leave()
    return response
  }

  private func enter() async -> any HTTPHandler {
    while true {
      let handler = state.withLock { state -> (any HTTPHandler)? in
        guard !state.isShut else { return nil }
        state.running += 1
        return state.handler
      }
      if let handler { return handler }
      await withCheckedContinuation { continuation in
        let isOpen = state.withLock { state in
          if state.isShut { state.waiting.append(continuation) }
          return !state.isShut
        }
        if isOpen { continuation.resume() }
      }
    }
  }

  private func leave() {
    let drained = state.withLock { state in
      state.running -= 1
      guard state.running == 0 else { return nil as CheckedContinuation<Void, Never>? }
      defer { state.drained = nil }
      return state.drained
    }
    drained?.resume()
  }

  /// Lets no request in any more; returns once those that were in have their answers. One caller at
  /// a time.
  package func shut() async {
    await withCheckedContinuation { continuation in
      let isEmpty = state.withLock { state in
        precondition(!state.isShut, "the gate is shut already")
        state.isShut = true
        if state.running > 0 { state.drained = continuation }
        return state.running == 0
      }
      if isEmpty { continuation.resume() }
    }
  }

  /// Lets requests in again, to this handler.
  package func open(_ handler: any HTTPHandler) {
    let waiting = state.withLock { state in
      state.handler = handler
      state.isShut = false
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}
