package import City
import Discovering
package import Ports

/// A document as somebody enters it.
package struct DocumentEntry: Sendable, Equatable {
  package let title: String
  package var text = ""
  package var kind = ""
  /// Where it was published.
  package var source = ""
  package var publishedAt: Instant?

  package init(title: String) {
    self.title = title
  }
}

extension MasterData {
  /// How long a title may be, in characters.
  package static let titleCharacters = 1...200
  /// How long the text of a document may be, in Unicode scalars.
  package static let documentTextMax = 100_000
  package static let sourceCharactersMax = 500

  /// Makes or changes a document, known by its address or else by its title.
  ///
  /// - Returns: whether anything is new.
  package func save(
    _ entry: DocumentEntry, by actor: Actor, request: String
  ) async throws(MasterFault) -> Bool {
    var findings = textFindings("title", entry.title, Self.titleCharacters)
    findings += textFindings("kind", entry.kind, 0...Self.codeCharacters.upperBound)
    findings += textFindings("url", entry.source, 0...Self.sourceCharactersMax)
    if entry.text.unicodeScalars.count > Self.documentTextMax {
      findings.append(
        SignalFinding(
          field: "text", rule: "text.too_long", facts: ["max": String(Self.documentTextMax)]))
    }
    guard findings.isEmpty else { throw .refused(findings) }
    let code = entry.source.isEmpty ? entry.title : entry.source
    do throws(StoreFault) {
      let known = try await engine.store.document(code: code)
      let document = Document(
        id: known?.id ?? engine.newID(), code: code, title: entry.title, text: entry.text,
        kind: entry.kind, source: entry.source, publishedAt: entry.publishedAt)
      if known == document { return false }
      _ = try await engine.store.commit(
        ChangeSet(
          kind: "document.saved", at: engine.time.now, actor: actor,
          subject: SubjectReference(kind: "document", id: document.id.rawValue), request: request,
          conditions: known == nil ? [.codeAbsent(.document(code))] : [],
          facts: [.document(document)]))
      return true
    } catch {
      if case .conflict = error { throw .crowded }
      throw .store(error)
    }
  }
}
