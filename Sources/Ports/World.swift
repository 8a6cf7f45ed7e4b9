package import City
package import Pack

/// What time it is.
package protocol TimeSource: Sendable {
  var now: Instant { get }
}

/// Seals what is personal, under one key per subject, kept outside journal and tables.
package protocol Sealing: Sendable {
  /// A subject with a key that is already on disk.
  func newSubject() throws(SealingFault) -> ID<Subject>
  func seal(_ bytes: [UInt8], for subject: ID<Subject>) throws(SealingFault) -> Sealed
  func open(_ sealed: Sealed) throws(SealingFault) -> [UInt8]
  /// Destroys the key here and in every known copy; what it sealed is gone for ever.
  func destroy(_ subject: ID<Subject>) throws(SealingFault)
  /// Keyed hash of a contact or token: equal for equal text, meaningless without the key.
  func blindHash(_ text: String) -> Digest
  /// SHA-256.
  func digest(of bytes: [UInt8]) -> Digest
}

/// Why personal data was not sealed or opened.
package enum SealingFault: Error, Equatable {
  case keyDestroyed(ID<Subject>)
  case damaged
  /// `detail` is for operators.
  case unavailable(detail: String)

  package var code: String {
    switch self {
    case .keyDestroyed: "sealing.key_destroyed"
    case .damaged: "sealing.damaged"
    case .unavailable: "sealing.unavailable"
    }
  }
}

/// Checks passwords and makes secrets.
package protocol Secrets: Sendable {
  func hash(password: String) async throws(SecretsFault) -> String
  /// Takes the time that a wrong password takes, always.
  func verify(password: String, against hash: String) async throws(SecretsFault) -> Bool
  /// A new secret and the hash by which it is known later.
  func newSecret() -> (text: String, hash: Digest)
  /// The hash of a secret that somebody sent; nil where it has not the form of one.
  func hash(secret: String) -> Digest?
  /// Bytes that nobody can guess.
  func newBytes(_ count: Int) -> [UInt8]
  /// The six digits that belong to a counter (RFC 4226 over SHA-1, as devices compute them).
  func oneTimeCode(secret: [UInt8], counter: Int64) -> String
}

/// Why a password was neither hashed nor checked.
package enum SecretsFault: Error, Equatable {
  /// More passwords wait to be checked than the limit.
  case busy
}

/// How far the journal came at a moment: what is signed and kept where this machine cannot write.
package struct Anchor: Equatable, Sendable {
  package let chain: Int64
  package let sequence: Int64
  /// Of the entry with this number.
  package let hash: Digest
  package let at: Instant

  package init(chain: Int64, sequence: Int64, hash: Digest, at: Instant) {
    self.chain = chain
    self.sequence = sequence
    self.hash = hash
    self.at = at
  }
}

/// Signs anchors with a key that lies beside the other keys.
package protocol AnchorSigning: Sendable {
  /// Base64url without padding: what others check by.
  var publicKey: String { get }
  /// The anchor as one line of text with its signature at the end.
  func line(_ anchor: Anchor) -> String
}

/// Where files lie, by content.
package protocol FileKeeping: Sendable {
  /// Keeps a file; the same content twice is one file. What identifies a camera or place is taken out of pictures.
  func put(_ bytes: [UInt8]) async throws(FileFault) -> StoredFile
  /// What is known of a file; nil where there is none.
  func describe(_ digest: FileDigest) async throws(FileFault) -> StoredFile?
  func load(_ digest: FileDigest) async throws(FileFault) -> [UInt8]?
  /// Overwrites and removes a file; one that is not there is gone already.
  func remove(_ digest: FileDigest) async throws(FileFault)
}

/// A file that is kept.
package struct StoredFile: Hashable, Sendable {
  package let digest: FileDigest
  /// `photo` or `document`.
  package let form: Requirement
  /// As sniffed from its bytes, for example `image/jpeg`.
  package let mediaType: String
  package let byteCount: Int

  package init(digest: FileDigest, form: Requirement, mediaType: String, byteCount: Int) {
    self.digest = digest
    self.form = form
    self.mediaType = mediaType
    self.byteCount = byteCount
  }
}

/// Why a file was not kept or not found.
package enum FileFault: Error, Equatable {
  /// Of no kind that is kept.
  case kind
  case tooLarge(max: Int)
  case empty
  /// `detail` is for operators.
  case unavailable(detail: String)

  package var code: String {
    switch self {
    case .kind: "file.kind"
    case .tooLarge: "file.too_large"
    case .empty: "file.empty"
    case .unavailable: "file.unavailable"
    }
  }
}

/// Where learned models lie, by content. Which of them works says the journal.
package protocol ModelKeeping: Sendable {
  /// Keeps a model; it is on disk when this returns. The same content twice is one file.
  func save(_ bytes: [UInt8], named digest: Digest) async throws(ModelFault)
  /// nil where there is none of this name.
  func load(_ digest: Digest) async throws(ModelFault) -> [UInt8]?
  /// Removes all others.
  func discard(except kept: Set<Digest>) async throws(ModelFault)
}

/// Why a model was not kept or not read.
package enum ModelFault: Error, Equatable {
  case tooLarge(max: Int)
  /// `detail` is for operators.
  case unavailable(detail: String)

  package var code: String {
    switch self {
    case .tooLarge: "model.too_large"
    case .unavailable: "model.unavailable"
    }
  }
}

/// Gets pictures that others name by their address.
package protocol PictureSource: Sendable {
  /// The bytes at an address, which may lie on allowed hosts only; what they are is the caller's to
  /// find out.
  func picture(at address: String) async throws(PictureFault) -> [UInt8]
}

/// Why a picture was not fetched.
package enum PictureFault: Error, Equatable {
  /// No address of http or https, or one with credentials.
  case form
  /// Not a host that the operator allows.
  case host
  /// The host answered, but not with the picture; redirects count here.
  case status(Int)
  case tooLarge(max: Int)
  case slow
  case busy
  /// `detail` is for operators.
  case unreachable(detail: String)

  package var code: String {
    switch self {
    case .form: "picture.address"
    case .host: "picture.host"
    case .status: "picture.status"
    case .tooLarge: "picture.too_large"
    case .slow: "picture.slow"
    case .busy: "picture.busy"
    case .unreachable: "picture.unreachable"
    }
  }
}
