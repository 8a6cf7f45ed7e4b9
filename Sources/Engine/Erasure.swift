package import City
package import Ports

package enum ErasureFault: Error, Equatable {
  case unknownReporter
  case sealing(SealingFault)
  case store(StoreFault)

  package var code: String {
    switch self {
    case .unknownReporter: "erasure.unknown_reporter"
    case .sealing(let fault): fault.code
    case .store(let fault): fault.code
    }
  }
}

/// Makes a person be nowhere: the key goes first, then what it sealed is dropped from the tables.
///
/// The journal keeps its ciphertext, which nothing opens any more, and so stays whole.
package struct Erasure: Sendable {
  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Erases the reporter with this contact (a phone number as it was given).
  package func erase(
    contact: String, by actor: Actor, request: String
  ) async throws(ErasureFault) -> ID<Reporter> {
    let hash = engine.sealing.blindHash(ContactText.normalised(contact))
    let reporter: Reporter?
    do throws(StoreFault) {
      reporter = try await engine.store.reporter(contactHash: hash)
    } catch {
      throw .store(error)
    }
    guard let reporter else { throw .unknownReporter }
    do throws(SealingFault) {
      try engine.sealing.destroy(reporter.subject)
    } catch {
      throw .sealing(error)
    }
    do throws(StoreFault) {
      _ = try await engine.store.commit(
        ChangeSet(
          kind: "person.erased", at: engine.time.now, actor: actor,
          subject: SubjectReference(kind: "reporter", id: reporter.id.rawValue), request: request,
          conditions: [], facts: [.erased(reporter.subject)]))
    } catch {
      throw .store(error)
    }
    return reporter.id
  }
}
