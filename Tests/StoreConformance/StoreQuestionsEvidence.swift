import City
import Ports

extension StoreQuestions {
  /// Evidence and its chain of custody.
  static func evidence(_ store: any Store) async throws(StoreFault) -> [StoreAnswer] {
    var answers: [StoreAnswer] = []
    func note(_ name: String, _ value: some Equatable) {
      answers.append(StoreAnswer(question: name, answer: "\(value)"))
    }
    for number in 1...idsMax {
      if let found = try await store.load(ID<Exhibit>(number)) { note("exhibit \(number)", found) }
      note("evidence of \(number)", try await store.exhibits(of: ID(number)))
      note("custody of \(number)", try await store.custody(of: ID(number), kind: nil, limit: 3))
      note("seen of \(number)", try await store.custody(of: ID(number), kind: .seen, limit: 3))
      note(
        "evidence in \(number)", try await store.exhibits(holding: FileDigest(Town.digest(number))))
    }
    return answers
  }
}
