package import City
import Language
package import Ports

/// Why a reporter's personal data could not be destroyed.
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

  /// Erases whoever has this contact. What a crash cut short is finished by asking again.
  ///
  /// - Parameter contact: a phone number in any writing; or `channel/id` of a signal, for
  ///   reporters who left no number.
  /// - Returns: the reporter; nil where the signal names none and only its text was personal.
  package func erase(
    contact: String, by actor: Actor, request: String
  ) async throws(ErasureFault) -> ID<Reporter>? {
    let found: (subject: ID<Subject>, reporter: ID<Reporter>?)?
    do throws(StoreFault) {
      found = try await find(contact)
    } catch {
      throw .store(error)
    }
    guard let found else { throw .unknownReporter }
    do throws(SealingFault) {
      try engine.sealing.destroy(found.subject)
    } catch {
      throw .sealing(error)
    }
    let subject =
      found.reporter.map { SubjectReference(kind: "reporter", id: $0.rawValue) }
      ?? SubjectReference(kind: "person", id: found.subject.rawValue)
    do throws(StoreFault) {
      _ = try await engine.store.commit(
        ChangeSet(
          kind: "person.erased", at: engine.time.now, actor: actor, subject: subject,
          request: request, conditions: [], facts: [.erased(found.subject)]))
    } catch {
      throw .store(error)
    }
    return found.reporter
  }

  private func find(
    _ contact: String
  ) async throws(StoreFault) -> (subject: ID<Subject>, reporter: ID<Reporter>?)? {
    if let slash = contact.firstIndex(of: "/"),
      let channel = Channel(rawValue: String(contact[..<slash]))
    {
      let signal = try await engine.store.signal(
        channel: channel, externalID: String(contact[contact.index(after: slash)...]))
      guard let signal else { return nil }
      if let id = signal.reporter, let reporter = try await engine.store.load(id) {
        return (reporter.subject, id)
      }
      if case .sealed(let sealed) = signal.raw { return (sealed.subject, nil) }
      return nil
    }
    let hash = engine.sealing.blindHash(PersonalData.contact(contact))
    return try await engine.store.reporter(contactHash: hash).map { ($0.subject, $0.id) }
  }
}
