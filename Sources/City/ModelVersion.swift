/// What a learned model tells from the words of a case.
package enum ModelSubject: String, CaseIterable, Sendable {
  /// The item (事项).
  case item
  /// The root category above the item (主题).
  case theme
  /// The unit that handled it (单位).
  case unit
}

/// One version of a learned model. It never changes; which one is in force says `ModelUse`.
package struct ModelVersion: Hashable, Sendable {
  package let id: ID<ModelVersion>
  package let subject: ModelSubject
  /// From 1 within its subject.
  package let number: Int
  /// Of the model's bytes, by which they are found.
  package let digest: Digest
  /// Of the examples that it learned from, in their order.
  package let examplesDigest: Digest
  package let examples: Int
  package let classes: Int
  package let bytes: Int
  package let trainedAt: Instant
  /// How it did on the newest cases, which it was not shown.
  package let trial: ModelTrial

  package init(
    id: ID<ModelVersion>, subject: ModelSubject, number: Int, digest: Digest,
    examplesDigest: Digest, examples: Int, classes: Int, bytes: Int, trainedAt: Instant,
    trial: ModelTrial
  ) {
    self.id = id
    self.subject = subject
    self.number = number
    self.digest = digest
    self.examplesDigest = examplesDigest
    self.examples = examples
    self.classes = classes
    self.bytes = bytes
    self.trainedAt = trainedAt
    self.trial = trial
  }
}

/// A new model and the one in use, asked about the same recent cases.
package struct ModelTrial: Hashable, Sendable {
  /// Cases asked about.
  package let cases: Int
  package let right: Int
  /// Of those above the sure line, how many there were and how many were right.
  package let sure: Int
  package let sureRight: Int
  /// What the one in use had right of the same cases; nil where none was in use.
  package let rivalRight: Int?

  package init(cases: Int, right: Int, sure: Int, sureRight: Int, rivalRight: Int?) {
    self.cases = cases
    self.right = right
    self.sure = sure
    self.sureRight = sureRight
    self.rivalRight = rivalRight
  }

  /// Whether the new one may take the place of the one in use: never with fewer right.
  package var isNoWorse: Bool { cases > 0 && right >= rivalRight ?? 0 }
}

/// Which versions of a subject's models work now.
package struct ModelUse: Hashable, Sendable {
  package let subject: ModelSubject
  /// The one that decides; nil = none, the catalogue's words alone.
  package let inForce: Int?
  /// What was in force before: one command leads back.
  package let before: Int?
  /// One that is asked along and never acts.
  package let shadow: Int?

  package init(subject: ModelSubject, inForce: Int?, before: Int?, shadow: Int?) {
    self.subject = subject
    self.inForce = inForce
    self.before = before
    self.shadow = shadow
  }
}
