package import City
import Ports

// Evidence and its chain of custody.
extension MemoryStore {
  package func load(_ id: ID<Exhibit>) -> Exhibit? { tables.exhibits[id] }

  package func exhibits(of id: ID<Case>) -> [Exhibit] {
    tables.exhibits.values.filter { $0.case == id }.sorted { $0.id < $1.id }
  }

  package func exhibits(holding file: FileDigest) -> [Exhibit] {
    tables.exhibits.values.filter { $0.file == file }.sorted { $0.id < $1.id }
  }

  package func custody(of id: ID<Case>, kind: CustodyAct.Kind?, limit: Int) -> [CustodyAct] {
    let acts = tables.custody.values.filter { act in
      act.case == id && kind.map { act.kind == $0 } ?? true
    }.sorted { $0.id > $1.id }
    return Array(acts.prefix(max(limit, 0)))
  }
}

extension MemoryTables {
  /// A piece of evidence, or an act of custody.
  mutating func addEvidence(_ fact: Fact, _ undo: inout [UndoStep]) throws(Clash) {
    switch fact {
    case .exhibit(let exhibit):
      guard exhibits[exhibit.id] == nil else { throw .keyTaken("evidence id") }
      put(\.exhibits, exhibit.id, exhibit, &undo)
    case .custody(let act):
      guard custody[act.id] == nil else { throw .keyTaken("custody id") }
      put(\.custody, act.id, act, &undo)
    default: preconditionFailure("no evidence: \(fact)")
    }
  }
}
