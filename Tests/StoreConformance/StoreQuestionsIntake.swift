import City
import Ports

extension StoreQuestions {
  /// What a signal that comes in is decided by, of a key that is there and of one that is not.
  static func around(
    _ store: any Store, _ near: NearbyQuestion
  ) async throws(StoreFault) -> [StoreAnswer] {
    var answers: [StoreAnswer] = []
    for key in ["X1", "none"] {
      var question = IntakeQuestion(channel: .hotline, externalID: key, openMax: 3)
      (question.open, question.closed) = (near, near)
      let found = try await store.surroundings(of: question)
      func note(_ name: String, _ rows: [some Equatable]) {
        answers.append(StoreAnswer(question: "\(name) of \(key), \(near.item)", answer: "\(rows)"))
      }
      note("known", [found.known].compactMap(\.self))
      note("open around", found.open)
      note("closed around", [found.closed].compactMap(\.self))
    }
    return answers
  }
}
