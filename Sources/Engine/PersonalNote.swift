import City
import Language
import Ports

/// What staff write about a case, with everything personal hidden that is known or looks so.
///
/// Notes stay in journal and tables in the clear, so nothing may stand in them that an erasure
/// would have to find again.
struct PersonalNote {
  let engine: Engine

  /// The note as it is kept. A reporter whose key is destroyed hides nothing more than the shape of
  /// numbers does: his name is not known any longer.
  func masked(_ note: String, about found: Case) async throws(StoreFault) -> String {
    try await masked(note, of: found.filing.reporter)
  }

  /// The same of what a reporter says himself, or is written of him.
  func masked(_ note: String, of reporter: ID<Reporter>?) async throws(StoreFault) -> String {
    guard !note.isEmpty else { return note }
    guard let id = reporter, let reporter = try await engine.store.load(id),
      let sealed = reporter.details, let bytes = try? engine.sealing.open(sealed)
    else { return PersonalData.masked(note) }
    let details = ReporterCoding.decode(bytes)
    return PersonalData.masked(note, names: [details.name], phones: [details.phone])
  }
}
