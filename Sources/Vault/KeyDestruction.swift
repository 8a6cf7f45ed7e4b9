package import City
import Glibc
package import Ports
import Synchronization

/// Destroying keys, here and in every copy that was made of them.
extension KeyRing {
  package func destroy(_ subject: ID<Subject>) throws(SealingFault) {
    try destroyAll([subject])
  }

  /// Destroys the keys of all `subjects`. After an older key file was put back: call it with every
  /// subject that the journal says is erased, before anybody else may use the ring.
  ///
  /// Doing it again changes nothing. When it returns, the keys are gone from this key file on disk,
  /// and from every copy but those that are returned; these are noted, and tried again at every
  /// start.
  @discardableResult
  package func destroyAll(_ subjects: [ID<Subject>]) throws(SealingFault) -> [PendingCopy] {
    guard subjects.allSatisfy({ (1...Int64(Self.subjectsMax)).contains($0.rawValue) }) else {
      throw .unavailable(detail: "a number that no subject has")
    }
    guard let highest = subjects.max() else { return [] }
    return try book.withLock { book throws(SealingFault) in
      try advance(past: highest)
      // What is to be done in copies is noted first: a crash in between must not forget it.
      if !book.copies.isEmpty {
        let known = Set(book.pending)
        let wanted = subjects.flatMap { subject in
          book.copies.map { PendingCopy(subject: subject, path: $0) }
        }
        let noted = book.pending + wanted.filter { !known.contains($0) }
        try Self.asSealing { () throws(SystemFault) in try book.save(pending: noted) }
      }
      try destroyHere(subjects)
      return try destroyInCopies(&book)
    }
  }

  /// What is still to be destroyed in copies that could not be reached.
  package var pending: [PendingCopy] { book.withLock { $0.pending } }

  /// Tries again what could not be reached. Returns what still cannot.
  @discardableResult
  package func retryPending() throws(SealingFault) -> [PendingCopy] {
    try book.withLock { book throws(SealingFault) in
      guard !book.pending.isEmpty else { return [] }
      try destroyHere(book.pending.map(\.subject))
      return try destroyInCopies(&book)
    }
  }

  private func destroyHere(_ subjects: [ID<Subject>]) throws(SealingFault) {
    try state.withLock { state throws(SealingFault) in try Self.checkOpen(state) }
    try Self.asSealing { () throws(SystemFault) in
      for subject in subjects {
        let slot = Int(subject.rawValue) - 1
        // The slot and what is remembered of it go together: nobody reads it in between.
        try state.withLock { state throws(SystemFault) in
          state.cache.remove(slot)
          try file.write(format.destroyed(slot), at: SlotFormat.offset(slot))
        }
      }
      try file.flush()
    }
  }

  private func destroyInCopies(_ book: inout CopyBook) throws(SealingFault) -> [PendingCopy] {
    guard !book.pending.isEmpty else { return [] }
    var left: [PendingCopy] = []
    for (path, entries) in Dictionary(grouping: book.pending, by: \.path) {
      if !destroy(entries.map(\.subject), inCopy: path) { left += entries }
    }
    left.sort { ($0.subject, $0.path) < ($1.subject, $1.path) }
    try Self.asSealing { () throws(SystemFault) in try book.save(pending: left) }
    return left
  }

  /// - Returns: false where the copy is not there now, cannot be written, or is not one of ours.
  private func destroy(_ subjects: [ID<Subject>], inCopy path: String) -> Bool {
    do throws(SystemFault) {
      let copy = try SystemFile(path, flags: O_RDWR)
      guard format.name(inHead: try copy.read(SlotFormat.headBytes, at: 0)) == name else {
        return false
      }
      let slots = SlotFormat.slots(inBytes: try copy.byteCount())
      for subject in subjects where subject.rawValue <= slots {
        let slot = Int(subject.rawValue) - 1
        try copy.write(format.destroyed(slot), at: SlotFormat.offset(slot))
      }
      try copy.flush()
      return true
    } catch {
      return false
    }
  }
}

/// Copies of the key file for backups.
extension KeyRing {
  private static let copyPieceBytes = 1 << 20

  /// Where copies of the key file lie; keys are destroyed in them too.
  package var copies: [String] { book.withLock { $0.copies } }

  /// Takes up a copy that was made by other means. It need not be reachable now.
  ///
  /// - Parameter path: of the key file in the copy, absolute.
  package func registerCopy(_ path: String) throws(VaultFault) {
    try book.withLock { book throws(VaultFault) in try book.add(path) }
  }

  /// Strikes out a copy that is gone for good; nothing waits for it any more.
  package func forgetCopy(_ path: String) throws(VaultFault) {
    try book.withLock { book throws(VaultFault) in try book.forget(path) }
  }

  /// Copies the key file to `folder`, which is made where there is none, and takes up the copy.
  /// Copy the journal first and the keys after it: so every subject of the copied journal has its key.
  ///
  /// - Parameters:
  ///   - folder: an absolute path.
  ///   - includingMaster: whether the master key goes along. Without it the copy opens nothing,
  ///     and the master key must be kept elsewhere.
  /// - Returns: the bytes copied.
  @discardableResult
  package func copy(to folder: String, includingMaster: Bool) throws(VaultFault) -> Int {
    let path = folder + "/" + Self.keysName
    return try book.withLock { book throws(VaultFault) in
      try book.add(path)
      let others = book.copiesText
      return try inVault { () throws(SystemFault) in
        try SystemFolder.make(folder)
        let count = try copySlots(to: path)
        try SystemFolder.replace(folder + "/" + CopyBook.copiesName, with: others)
        if includingMaster,
          let master = try SystemFolder.contents(self.folder + "/" + Self.masterName)
        {
          try SystemFolder.replace(folder + "/" + Self.masterName, with: master)
        }
        return count
      }
    }
  }

  private func copySlots(to path: String) throws(SystemFault) -> Int {
    let draft = path + ".new"
    // Whole slots only; a block that is being written now holds nobody's key yet.
    let end = SlotFormat.offset(state.withLock { $0.next })
    let count = min(end, try file.byteCount())
    let copy = try SystemFile(draft, flags: O_RDWR | O_CREAT | O_TRUNC)
    // The head is made anew: a copy never bears the mark of an orderly close.
    try copy.write(format.head(name: name), at: 0)
    var offset = SlotFormat.headBytes
    while offset < count {
      let piece = try file.read(min(Self.copyPieceBytes, count - offset), at: offset)
      guard !piece.isEmpty else { break }
      try copy.write(piece, at: offset)
      offset += piece.count
    }
    try copy.flush()
    try SystemFolder.move(draft, to: path)
    try SystemFolder.flush(SystemFolder.parent(of: path))
    return offset
  }
}
